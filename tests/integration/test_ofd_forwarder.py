"""FN → forwarder → OFD over a real nats-server and the real OFD emulator; the printer is a stand-in with a list."""

import asyncio
import contextlib
import itertools
import random
import sys
import time
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from actor.bus import Bus, Incoming
from actor.errors import EXIT_IN_USE
from actor.service import Endpoint, serve
from actor.stop import Stop
from actor.supervisor import supervise
from actor.testing import NatsServer, Recorder, free_port, wait_until
from contracts import services
from contracts.commands import (
    BreakerReset,
    NothingToSend,
    OfdGive,
    OfdGiven,
    OfdMessage,
    OfdTake,
    ReadOfdState,
    ResetBreaker,
    Sync,
    SyncStarted,
)
from contracts.refusals import Code, Refusal, refuse
from contracts.services import Verb
from contracts.settings import OfdSection
from contracts.states import BreakerState, Link, OfdState, PrinterState, Unsent
from contracts.subjects import Subjects
from fiscal.ofd.documents import encode_document_message, message_sign, parse_acknowledgement
from fiscal.tags import Tag
from fiscal.tlv import Member, encode_member
from ofd_forwarder.__main__ import children
from ofd_forwarder.actor import Forwarder
from ofd_forwarder.breaker import BreakerRules
from ofd_forwarder.metrics import observe
from ofd_forwarder.printer import PrinterClient
from ofd_forwarder.session import OfdLine
from till_nats.keys import ensure_keys, seed_path
from till_nats.render import LeafSettings, render, user_names

TILL = "till-001"
FN = "9999078900000961"
SUBJECTS = Subjects(TILL)
LIMIT_S = 30.0  # only a hang takes that long


def document(fd: int) -> bytes:
    """An open-shift report of FFD 1.2 as the FN would give it."""
    members = (
        Member(Tag.FFD_VERSION, 4),
        Member(Tag.USER_INN, "7701234567"),
        Member(Tag.DATETIME, datetime(2026, 11, 20, 9, 0)),
        Member(Tag.SHIFT_NUMBER, 5),
        Member(Tag.KKT_REG_NUMBER, "0001234567012345"),
        Member(Tag.KKT_VERSION, "1.0"),
        Member(Tag.FFD_VERSION_KKT, 4),
        Member(Tag.FISCAL_DOCUMENT_NUMBER, fd),
        Member(Tag.FN_NUMBER, FN),
        Member(Tag.FISCAL_SIGN, b"\x21\x04" + fd.to_bytes(4, "big")),
    )
    tlv = encode_member(Member(Tag.OPEN_SHIFT_REPORT, members))
    return encode_document_message(tlv, fn=FN, fd=fd, trailer=message_sign(fd.to_bytes(6, "big")))


class PrinterStandIn:
    """Serves ofd_take and ofd_give from a list, and tells its state once a second and on change."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self.unsent: list[int] = []
        self.tickets: list[int] = []
        self.busy = 0  # that many takes are refused first

    async def print(self, *fds: int) -> None:
        self.unsent += fds
        await self.tell()

    async def tell(self) -> None:
        unsent = Unsent(count=len(self.unsent), first_fd=self.unsent[0] if self.unsent else 0)
        state = PrinterState(till=TILL, at_ms=0, link=Link.UP, settled=True, unsent=unsent)
        await self._bus.publish(SUBJECTS.state("printer"), state)

    async def run(self, stop: Stop) -> None:
        telling = asyncio.ensure_future(self._keep_telling(stop))
        endpoints = [
            self._endpoint(services.OFD_TAKE, self._take),
            self._endpoint(services.OFD_GIVE, self._give),
        ]
        await serve(self._bus, stop, name="printer-actor", version="0.0.0", endpoints=endpoints)
        await telling

    async def _keep_telling(self, stop: Stop) -> None:
        while not stop.requested:
            await self.tell()
            await stop.sleep(1.0)

    async def _take(self, _: OfdTake, __: Incoming) -> OfdMessage | NothingToSend | Refusal:
        if self.busy:
            self.busy -= 1
            return refuse(Code.DEVICE_BUSY)
        if not self.unsent:
            return NothingToSend()
        return OfdMessage(fn=FN, fd=self.unsent[0], data=document(self.unsent[0]))

    async def _give(self, ticket: OfdGive, _: Incoming) -> OfdGiven:
        ack = parse_acknowledgement(ticket.data)
        if not self.unsent or (ack.fn, ack.fd) != (FN, self.unsent[0]):
            return OfdGiven(taken=False, error=0x20)
        self.tickets.append(self.unsent.pop(0))
        return OfdGiven(taken=True)

    @staticmethod
    def _endpoint(verb: Verb, handler: Any) -> Endpoint[Any]:
        return Endpoint(
            name=verb.verb,
            subject=SUBJECTS.command(verb.service, verb.verb),
            request_type=verb.request,
            reply_type=verb.reply,
            handler=handler,
        )


class OfdEmulator:
    """The emulator's process and its control port; port and data outlive a kill."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self.port = 0
        self._control = ""

    async def start(self) -> None:
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "ofd_emulator", "--data", str(self._data),
            "--port", str(self.port), "--control-port", "0",
            stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        assert self._process.stdout is not None
        async with asyncio.timeout(LIMIT_S):
            line = (await self._process.stdout.readline()).decode().split()
        fields = dict(part.split("=") for part in line[1:])
        self.port = int(fields["port"])
        self._control = f"http://127.0.0.1:{fields['control']}"

    async def kill(self) -> None:
        self._process.kill()
        await self._process.wait()

    async def get(self, path: str) -> Any:
        async with aiohttp.ClientSession() as http, http.get(self._control + path) as reply:
            return await reply.json()

    async def mode(self, mode: str, delay_ms: int = 0) -> None:
        body = {"mode": mode, "delay_ms": delay_ms}
        async with aiohttp.ClientSession() as http, http.post(f"{self._control}/mode", json=body) as reply:
            assert reply.status == 200

    async def fds(self) -> list[int]:
        return [held["fd"] for held in await self.get("/documents")]

    async def violations(self) -> list[str]:
        return [violation["rule"] for violation in (await self.get("/state"))["violations"]]


class Till:
    """nats-server, printer stand-in, OFD emulator; `forwarder()` runs a forwarder between them."""

    def __init__(
        self, nats: NatsServer, keys: Path, ofd: OfdEmulator, gateway: Bus, printer: PrinterStandIn
    ) -> None:
        self.nats, self.keys, self.ofd, self.gateway, self.printer = nats, keys, ofd, gateway, printer

    @contextlib.asynccontextmanager
    async def forwarder(
        self, rules: BreakerRules | None = None, answer_timeout_s: float = 10.0
    ) -> AsyncIterator[Forwarder]:
        stop = Stop()
        settings = OfdSection(
            host="127.0.0.1", port=self.ofd.port, connect_timeout_s=5.0, answer_timeout_s=answer_timeout_s
        )
        ids = itertools.count(1)
        async with await connect(self.nats, self.keys, "ofd-forwarder", stop) as bus:
            forwarder = Forwarder(
                TILL,
                PrinterClient(bus, SUBJECTS),
                OfdLine(settings),
                now_s=time.monotonic,
                wall_ms=lambda: time.time_ns() // 1_000_000,
                chance=random.Random(1).random,
                new_id=lambda: f"run-{next(ids)}",
                observe=observe,
                rules=rules,
            )
            parts = asyncio.ensure_future(supervise(children(forwarder, bus, SUBJECTS, 0), stop))
            try:
                await asyncio.wait_for(stop.wait_ready(), LIMIT_S)
                yield forwarder
            finally:
                stop.request("the test ends")
                await asyncio.wait_for(parts, LIMIT_S)

    async def ask(self, verb: Verb, body: Any, reply: Any) -> Any:
        return await self.gateway.request(SUBJECTS.command(verb.service, verb.verb), body, reply, 5.0)

    async def delivered(self, *fds: int) -> None:
        """Wait until the FN has exactly these tickets, then compare with what the OFD holds."""
        await wait_until(lambda: self.printer.tickets == list(fds), LIMIT_S)
        held = await self.ofd.get("/documents")
        assert [d["fd"] for d in held] == list(fds)
        assert [bytes.fromhex(d["raw"]) for d in held] == [document(fd) for fd in fds]
        assert await self.ofd.violations() == []


async def connect(nats: NatsServer, keys: Path, user: str, stop: Stop) -> Bus:
    return await Bus.connect(nats.url, name=user, seed_path=seed_path(keys, user), stop=stop)


@pytest.fixture
async def till(tmp_path: Path) -> AsyncIterator[Till]:
    keys = tmp_path / "keys"
    leaf = LeafSettings(till=TILL, listen="127.0.0.1:0", monitor="127.0.0.1:0", store_dir=str(tmp_path))
    config = render(leaf, ensure_keys(keys, user_names(TILL)))
    stop = Stop()
    async with contextlib.AsyncExitStack() as stack:
        nats = await stack.enter_async_context(NatsServer(config))
        ofd = OfdEmulator(tmp_path / "ofd")
        await ofd.start()
        stack.push_async_callback(ofd.kill)
        gateway = await stack.enter_async_context(await connect(nats, keys, "pos-gateway", stop))
        printer = PrinterStandIn(
            await stack.enter_async_context(await connect(nats, keys, "printer-actor", stop))
        )
        serving = asyncio.ensure_future(printer.run(stop))
        try:
            yield Till(nats, keys, ofd, gateway, printer)
        finally:
            stop.request("the test ends")
            await asyncio.wait_for(serving, LIMIT_S)


async def test_a_backlog_reaches_the_ofd_in_fd_order_byte_for_byte(till: Till) -> None:
    await till.printer.print(*range(1, 41))
    async with till.forwarder():
        await till.delivered(*range(1, 41))
        state = await till.ask(services.OFD_STATE, ReadOfdState(), OfdState)
    assert (state.run_delivered, state.run_failed, state.reachable) == (40, 0, True)


async def test_each_fresh_document_goes_when_the_printer_tells_of_it(till: Till) -> None:
    async with till.forwarder():
        for fd in (1, 2, 3):
            await till.printer.print(fd)
            await till.delivered(*range(1, fd + 1))


async def test_after_down_a_probe_finds_the_return_long_before_the_backoff(till: Till) -> None:
    await till.ofd.mode("down")
    async with till.forwarder(BreakerRules(first_backoff_s=3600.0, open_s=3600.0)) as forwarder:
        await till.printer.print(*range(1, 31))
        await wait_until(lambda: forwarder.state().breaker is BreakerState.OPEN, LIMIT_S)
        assert not forwarder.state().reachable
        await till.ofd.mode("up")
        await till.delivered(*range(1, 31))
        assert forwarder.state().breaker is BreakerState.CLOSED


async def test_a_hanging_ofd_opens_the_breaker_and_a_trial_closes_it(till: Till) -> None:
    await till.ofd.mode("hang")
    rules = BreakerRules(first_backoff_s=0.05, open_s=0.1, longest_backoff_s=0.2)
    async with till.forwarder(rules, answer_timeout_s=0.2) as forwarder:
        await till.printer.print(1, 2)
        await wait_until(lambda: forwarder.state().breaker is BreakerState.OPEN, LIMIT_S)
        assert forwarder.state().last_error.startswith("hang")
        await till.ofd.mode("up")
        await till.delivered(1, 2)
        assert forwarder.state().breaker is BreakerState.CLOSED


async def test_a_lost_acknowledgement_leads_to_a_repeat_and_to_one_document(till: Till) -> None:
    await till.ofd.mode("lose_answer")
    async with till.forwarder(BreakerRules(first_backoff_s=0.05, open_s=0.05)) as forwarder:
        await till.printer.print(1, 2)
        await wait_until(lambda: forwarder.state().failures_in_row >= 2, LIMIT_S)
        assert await till.ofd.fds() == [1]
        await till.ofd.mode("up")
        await till.delivered(1, 2)


async def test_a_slow_ofd_is_told_and_delivers(till: Till) -> None:
    await till.ofd.mode("slow", delay_ms=2100)
    async with till.forwarder() as forwarder:
        await till.printer.print(1)
        await till.delivered(1)
        assert forwarder.state().slow
        assert forwarder.state().reachable


async def test_a_busy_printer_is_asked_again_and_the_ofd_is_not_blamed(till: Till) -> None:
    till.printer.busy = 2
    async with till.forwarder() as forwarder:
        await till.printer.print(1)
        await till.delivered(1)
        assert forwarder.state().failures_in_row == 0


async def test_kill_of_nats_server_in_the_middle_loses_and_doubles_nothing(till: Till) -> None:
    await till.ofd.mode("slow", delay_ms=20)
    async with till.forwarder():
        await till.printer.print(*range(1, 31))
        await wait_until(lambda: len(till.printer.tickets) >= 5, LIMIT_S)
        await till.nats.restart()
        await till.delivered(*range(1, 31))


async def test_kill_9_of_the_ofd_in_the_middle_loses_and_doubles_nothing(till: Till) -> None:
    await till.ofd.mode("slow", delay_ms=20)
    async with till.forwarder():
        await till.printer.print(*range(1, 21))
        await wait_until(lambda: len(till.printer.tickets) >= 5, LIMIT_S)
        await till.ofd.kill()
        await till.ofd.start()
        await till.delivered(*range(1, 21))


async def test_sync_and_reset_by_command(till: Till) -> None:
    await till.ofd.mode("refuse")
    async with till.forwarder(BreakerRules(first_backoff_s=3600.0, longest_backoff_s=3600.0)) as forwarder:
        await till.printer.print(1)
        await wait_until(lambda: forwarder.state().run_failed == 1, LIMIT_S)
        reply = await till.ask(services.SYNC, Sync(by="manager"), SyncStarted | Refusal)
        assert isinstance(reply, Refusal)
        assert reply.code is Code.OFD_UNREACHABLE
        await till.ofd.mode("slow", delay_ms=300)
        started = await till.ask(services.SYNC, Sync(by="manager", force=True), SyncStarted | Refusal)
        assert isinstance(started, SyncStarted)
        second = await till.ask(services.SYNC, Sync(by="manager", force=True), SyncStarted | Refusal)
        assert isinstance(second, Refusal)
        assert second.code is Code.SYNC_RUNNING
        await till.delivered(1)
        reset = await till.ask(services.RESET_BREAKER, ResetBreaker(by="admin"), BreakerReset | Refusal)
        assert reset == BreakerReset(before=BreakerState.CLOSED, after=BreakerState.CLOSED)


async def test_its_state_is_published_at_once_and_every_second(till: Till) -> None:
    seed = seed_path(till.keys, "pos-gateway")
    async with Recorder(till.nats.url, SUBJECTS.state("ofd"), seed_path=seed) as heard, till.forwarder():
        await heard.wait_for(4, LIMIT_S)
    assert {message.headers["Schema"] for message in heard.messages} == {"state.ofd/1"}


@contextlib.asynccontextmanager
async def forwarder_process(
    till: Till, folder: Path, metrics_port: int
) -> AsyncIterator[asyncio.subprocess.Process]:
    config = folder / "till.toml"
    config.write_text(
        f"""
        [till]
        id = "{TILL}"
        data = "{folder}"
        [nats]
        url = "{till.nats.url}"
        keys = "{till.keys}"
        [kkt]
        uri = "shtrih+tcp://127.0.0.1:7778"
        [ofd]
        host = "127.0.0.1"
        port = {till.ofd.port}
        [gateway]
        tokens = "tokens.json"
        [metrics]
        ofd_forwarder = {metrics_port}
        """,
        encoding="utf-8",
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "ofd_forwarder", "--config", str(config), stdout=asyncio.subprocess.DEVNULL
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def test_the_process_delivers_counts_and_leaves_on_sigterm_while_the_ofd_hangs(
    till: Till, tmp_path: Path
) -> None:
    port = free_port()
    async with forwarder_process(till, tmp_path, port) as process:
        await till.printer.print(1, 2, 3)
        await till.delivered(1, 2, 3)
        async with aiohttp.ClientSession() as http, http.get(f"http://127.0.0.1:{port}/metrics") as reply:
            text = await reply.text()
        assert f'kkt_ofd_documents_total{{pos_id="{TILL}"}} 3.0' in text
        assert f'kkt_circuit_breaker_state{{pos_id="{TILL}"}} 0.0' in text
        await till.ofd.mode("hang")
        await till.printer.print(4)
        process.terminate()
        assert await asyncio.wait_for(process.wait(), LIMIT_S) == 0
        assert till.printer.unsent == [4]


async def test_kill_9_of_the_process_in_the_middle_loses_and_doubles_nothing(
    till: Till, tmp_path: Path
) -> None:
    await till.ofd.mode("slow", delay_ms=20)
    await till.printer.print(*range(1, 31))
    for enough in (5, 15):
        async with forwarder_process(till, tmp_path, 0):
            await wait_until(lambda enough=enough: len(till.printer.tickets) >= enough, LIMIT_S)
    async with forwarder_process(till, tmp_path, 0):
        await till.delivered(*range(1, 31))


async def test_a_second_process_for_one_till_does_not_start(till: Till, tmp_path: Path) -> None:
    async with forwarder_process(till, tmp_path, 0):
        await till.printer.print(1)
        await till.delivered(1)
        async with forwarder_process(till, tmp_path, 0) as second:
            assert await asyncio.wait_for(second.wait(), LIMIT_S) == EXIT_IN_USE
