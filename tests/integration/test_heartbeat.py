"""heartbeat as a process: real servers, the till's real users, stand-ins that only speak."""

import asyncio
import contextlib
import signal
import sys
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import nats
import pytest
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js import api

from actor.testing import NatsServer, free_port, wait_until
from contracts.codec import decode, encode
from contracts.commands import JournalPage, Recorded, RecordEvent
from contracts.events import ModeChanged
from contracts.head_office import CATALOG_STREAM, ODOO_STATUS_SUBJECT, OdooStatus
from contracts.permissions import inbox
from contracts.states import (
    Beat,
    BreakerState,
    FnState,
    Link,
    Mode,
    ModeCause,
    ModeState,
    OfdState,
    PrinterState,
    Reach,
    Unsent,
)
from contracts.streams import till_streams
from contracts.subjects import Subjects
from till_nats.keys import ensure_keys, seed_path
from till_nats.provision import provision
from till_nats.render import LeafSettings, render, user_names

TILL = "till-001"
S = Subjects(TILL)
HANG_S = 30.0
FN = "9999078900000961"


def now_ms() -> int:
    return time.time_ns() // 1_000_000


class Shop:
    """One till's server, a heartbeat process, and clients in the names of the other services."""

    def __init__(self, folder: Path, server: NatsServer, *, users: bool) -> None:
        self.folder, self.server, self._users = folder, server, users
        self.modes: list[ModeState] = []
        self.beats: list[Beat] = []
        self.recorded: list[ModeChanged] = []
        self.answer_records = True
        self.ofd_up: bool | None = True
        self._clients: list[Client] = []
        self._process: asyncio.subprocess.Process | None = None

    async def client(self, user: str) -> Client:
        seed = str(seed_path(self.folder / "keys", user)) if self._users else None
        client = await nats.connect(
            self.server.url, nkeys_seed=seed, inbox_prefix=inbox(user), reconnect_time_wait=0.05,
            max_reconnect_attempts=-1,
        )  # fmt: skip
        self._clients.append(client)
        return client

    async def open(self) -> None:
        buffer, gateway = await self.client("buffer-actor"), await self.client("pos-gateway")
        await buffer.subscribe(S.command("ledger", "record"), cb=self._record)
        await buffer.subscribe(S.command("buffer", "journal"), cb=self._journal)
        await gateway.subscribe(S.state("mode"), cb=self._hear_mode)
        if not self._users:
            await gateway.subscribe(S.beat, cb=self._hear_beat)
        for client in (buffer, gateway):
            for _ in range(2):
                await client.flush()

    async def close(self) -> None:
        await self.kill()
        for client in self._clients:
            await client.close()

    @contextlib.asynccontextmanager
    async def speaking(self) -> AsyncIterator[None]:
        """ofd-forwarder and printer-actor tell their states."""
        task = asyncio.create_task(
            self._speak(await self.client("ofd-forwarder"), await self.client("printer-actor"))
        )
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def start(self) -> None:
        config = self.folder / "till.toml"
        config.write_text(
            CONFIG.format(folder=self.folder, url=self.server.url, monitor=self.server.monitor_url)
        )
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "heartbeat", "--config", str(config), stdout=asyncio.subprocess.DEVNULL
        )

    async def kill(self) -> None:
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()

    async def terminate(self) -> int:
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(HANG_S):
            return await self._process.wait()

    async def until(self, holds: Callable[[ModeState], bool]) -> ModeState:
        """The first state from now on for which this holds."""
        self.modes.clear()
        await wait_until(lambda: any(map(holds, self.modes)), HANG_S)
        return next(filter(holds, self.modes))

    async def mode(self, mode: Mode, cause: ModeCause) -> ModeState:
        return await self.until(lambda state: state.mode is mode and state.cause is cause)

    async def _speak(self, forwarder: Client, printer: Client) -> None:
        while True:
            with contextlib.suppress(nats.errors.Error):
                if self.ofd_up is not None:
                    await forwarder.publish(S.state("ofd"), encode(self._ofd(up=self.ofd_up)))
                await printer.publish(S.state("printer"), encode(PRINTER))
            await asyncio.sleep(0.1)

    def _ofd(self, *, up: bool) -> OfdState:
        return OfdState(
            till=TILL, at_ms=now_ms(), reachable=up, breaker=BreakerState.CLOSED, failures_in_row=int(not up)
        )

    async def _record(self, message: Msg) -> None:
        event = decode(message.data, RecordEvent).event
        assert isinstance(event, ModeChanged)
        self.recorded.append(event)
        if self.answer_records:
            await message.respond(encode(Recorded(event_id=event.event_id, seq=len(self.recorded))))

    async def _journal(self, message: Msg) -> None:
        await message.respond(encode(JournalPage(rows=(), last_seq=41)))

    async def _hear_mode(self, message: Msg) -> None:
        self.modes.append(decode(message.data, ModeState))

    async def _hear_beat(self, message: Msg) -> None:
        self.beats.append(decode(message.data, Beat))


PRINTER = PrinterState(
    till=TILL, at_ms=0, link=Link.UP, settled=True, fn=FnState(number=FN, last_fd=812, phase=3, warnings=0),
    unsent=Unsent(count=2, first_fd=811), delivered_through=810,
)  # fmt: skip
CONFIG = """
[till]
id = "till-001"
data = "{folder}/data"
[nats]
url = "{url}"
monitor = "{monitor}"
keys = "{folder}/keys"
[kkt]
uri = "shtrih+tcp://127.0.0.1:1"
[ofd]
host = "127.0.0.1"
port = 1
[gateway]
tokens = "unused"
[heartbeat]
check_every_s = 0.1
stay_s = 0.3
silence_s = 1.5
beat_every_s = 0.2
[metrics]
heartbeat = 0
"""


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Shop]:
    """A till that stands alone, with the permissions of its users."""
    keys = ensure_keys(tmp_path / "keys", user_names(TILL))
    leaf = LeafSettings(till=TILL, listen="127.0.0.1:0", monitor="127.0.0.1:0", store_dir=str(tmp_path))
    async with NatsServer(render(leaf, keys)) as server:
        one = Shop(tmp_path, server, users=True)
        await one.open()
        yield one
        await one.close()


@pytest.fixture
async def linked(tmp_path: Path) -> AsyncIterator[tuple[Shop, NatsServer]]:
    """A till whose server has a link to a hub; anybody may say and hear anything there."""
    ensure_keys(tmp_path / "keys", ["heartbeat"])
    port = free_port()
    till = f'leafnodes {{ reconnect: "50ms", remotes: [ {{ urls: ["nats://127.0.0.1:{port}"] }} ] }}\n'
    async with (
        NatsServer(f'leafnodes {{ listen: "127.0.0.1:{port}" }}\n') as hub,
        NatsServer(till + f"jetstream {{ domain: {TILL}, sync_interval: always }}\n") as server,
    ):
        one = Shop(tmp_path, server, users=False)
        await one.open()
        yield one, hub
        await one.close()


async def say(shop: Shop, status: OdooStatus) -> None:
    """Put head office's word where the mirror has it."""
    js = (await shop.client("provision")).jetstream()
    await js.add_stream(
        api.StreamConfig(
            name=CATALOG_STREAM, subjects=[ODOO_STATUS_SUBJECT], max_msgs_per_subject=1, allow_direct=True
        )
    )
    await js.publish(ODOO_STATUS_SUBJECT, encode(status))


async def test_a_till_without_a_hub_follows_its_ofd_and_every_change_reaches_the_ledger_once(
    shop: Shop,
) -> None:
    await shop.start()
    async with shop.speaking():
        online = await shop.mode(Mode.ONLINE, ModeCause.ALL_UP)
        assert (online.checks.odoo, online.checks.link, online.checks.kkt, online.checks.nats) == (
            Reach.NOT_CONFIGURED, Reach.NOT_CONFIGURED, Reach.UP, Reach.UP,
        )  # fmt: skip
        shop.ofd_up = False
        await shop.mode(Mode.OFFLINE, ModeCause.OFD_DOWN)
        shop.ofd_up = True
        await shop.mode(Mode.ONLINE, ModeCause.ALL_UP)
        shop.ofd_up = None
        await shop.mode(Mode.OFFLINE, ModeCause.OFD_SILENT)
        await wait_until(lambda: len({event.event_id for event in shop.recorded}) == 4, HANG_S)
    assert [(event.before, event.mode) for event in shop.recorded] == [
        (None, Mode.ONLINE), (Mode.ONLINE, Mode.OFFLINE), (Mode.OFFLINE, Mode.ONLINE), (Mode.ONLINE, Mode.OFFLINE),
    ]  # fmt: skip
    assert await shop.terminate() == 0


async def test_a_change_that_the_ledger_has_not_answered_survives_kill_minus_nine(shop: Shop) -> None:
    shop.answer_records = False
    await shop.start()
    async with shop.speaking():
        await wait_until(lambda: bool(shop.recorded), HANG_S)
        since_ms = (await shop.mode(Mode.ONLINE, ModeCause.ALL_UP)).since_ms
        await shop.kill()
        shop.recorded.clear()
        shop.answer_records = True
        await shop.start()
        again = await shop.until(lambda state: state.checks.nats is Reach.UP)
        assert (again.mode, again.since_ms) == (Mode.ONLINE, since_ms)
        await wait_until(lambda: bool(shop.recorded), HANG_S)
        assert {(event.mode, event.before, event.at_ms) for event in shop.recorded} == {
            (Mode.ONLINE, None, since_ms)
        }


async def test_one_till_has_one_heartbeat(shop: Shop) -> None:
    await shop.start()
    async with shop.speaking():
        await shop.mode(Mode.ONLINE, ModeCause.ALL_UP)
    second = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "heartbeat", "--config", str(shop.folder / "till.toml"),
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    _, said = await second.communicate()
    assert second.returncode == 75
    assert b"in use by process" in said


async def test_head_offices_mirrored_word_decides_while_the_link_is_up(
    linked: tuple[Shop, NatsServer],
) -> None:
    shop, hub = linked
    await shop.start()
    async with shop.speaking():
        await shop.mode(Mode.DEGRADED, ModeCause.ODOO_SILENT)  # nobody has ever put a word
        await say(shop, OdooStatus(up=True, at_ms=now_ms()))
        await shop.mode(Mode.ONLINE, ModeCause.ALL_UP)
        await say(shop, OdooStatus(up=False, at_ms=now_ms()))
        down = await shop.mode(Mode.DEGRADED, ModeCause.ODOO_DOWN)
        assert (down.checks.link, down.checks.odoo) == (Reach.UP, Reach.DOWN)
        await say(shop, OdooStatus(up=True, at_ms=now_ms()))
        await shop.mode(Mode.ONLINE, ModeCause.ALL_UP)
        await hub.kill()
        await shop.mode(Mode.DEGRADED, ModeCause.LINK_DOWN)
        await hub.start()
        await shop.mode(Mode.ONLINE, ModeCause.ALL_UP)
    assert await shop.terminate() == 0


async def test_the_beat_carries_the_watermarks_of_their_owners(linked: tuple[Shop, NatsServer]) -> None:
    shop, _ = linked
    provisioning = await shop.client("provision")
    await provision(provisioning, till_streams(TILL))
    await provisioning.jetstream().publish(S.event("boot.passed"), b"{}")
    await shop.start()
    async with shop.speaking():
        await wait_until(lambda: any(beat.fn and beat.ledger_seq for beat in shop.beats), HANG_S)
        last = next(beat for beat in shop.beats if beat.fn and beat.ledger_seq)
        assert (last.fn, last.last_fd, last.delivered_through, last.unsent) == (FN, 812, 810, 2)
        assert (last.ledger_seq, last.events_seq) == (41, 1)
        assert (last.queued, last.capacity) == (None, None), "nobody answers for the buffer here"


async def test_a_restart_of_the_tills_server_is_no_outage_of_the_ofd(shop: Shop) -> None:
    await shop.start()
    async with shop.speaking():
        since_ms = (await shop.mode(Mode.ONLINE, ModeCause.ALL_UP)).since_ms
        await shop.server.kill()
        shop.modes.clear()
        await shop.server.start()
        back = await shop.until(lambda state: state.checks.ofd is Reach.UP)
        assert (back.mode, back.since_ms) == (Mode.ONLINE, since_ms)
