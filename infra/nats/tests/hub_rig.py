"""A real hub and real tills linked to it, with the configurations that a shop gets."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import msgspec
import nats
from nats.aio.client import Client

from actor.testing import NatsServer, free_port
from contracts.hub_streams import hub_streams
from contracts.permissions import inbox
from contracts.streams import till_streams
from contracts.subjects import Subjects
from till_nats.hub_render import HubConfig, hub_user_names, render_hub
from till_nats.keys import ensure_keys, seed_path
from till_nats.provision import provision
from till_nats.render import LINK_FILE, LeafSettings, render, render_link, user_names

LIMIT_S = 60.0


class Site:
    """One server with its keys: the hub or a till."""

    def __init__(self, server: NatsServer, keys: Path) -> None:
        self.server = server
        self.keys = keys
        self.errors: list[str] = []

    @asynccontextmanager
    async def client(self, user: str) -> AsyncIterator[Client]:
        """A client of one of the site's users; complaints of the server are in `errors`."""

        async def note(error: Exception) -> None:
            self.errors.append(str(error))

        client = await nats.connect(
            self.server.url,
            nkeys_seed=str(seed_path(self.keys, user)),
            inbox_prefix=inbox(user),
            error_cb=note,
            max_reconnect_attempts=-1,
            reconnect_time_wait=0.1,
        )
        try:
            yield client
        finally:
            await client.close()


class Till(Site):
    """A till's server; `link` can be cut as the operator does it."""

    def __init__(self, till: str, server: NatsServer, folder: Path, urls: tuple[str, ...]) -> None:
        super().__init__(server, folder)
        self.till = till
        self.subjects = Subjects(till)
        self._leaf = LeafSettings(
            till=till,
            listen="127.0.0.1:0",
            monitor="127.0.0.1:0",
            store_dir=str(server.folder),
            hub_urls=urls,
        )
        self._public = ensure_keys(folder, user_names(till))
        self._write_seed(till)

    def _write_seed(self, user: str) -> None:
        seed = seed_path(self.keys, f"hub-{user}").read_text().strip()
        (self.server.folder / LINK_FILE).write_text(render_link(seed))

    def config(self, *, link: bool = True) -> str:
        return render(msgspec.structs.replace(self._leaf, link=link), self._public)

    async def start(self) -> None:
        self.server._config = self.config()
        await self.server.start()

    async def link(self, *, up: bool) -> None:
        """Cut the line or mend it, and wait until that is so."""
        self.server.reload(self.config(link=up))
        await until(lambda: self.linked(), want=up)

    async def linked(self) -> bool:
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"{self.server.monitor_url}/leafz") as reply,
        ):
            found: dict[str, Any] = await reply.json()
        return bool(found["leafnodes"])

    async def sell(self, count: int) -> None:
        """So many events, as buffer-actor publishes them."""
        async with self.client("buffer-actor") as client:
            js = client.jetstream()
            last = (await js.stream_info("EVENTS")).state.last_seq
            for number in range(last + 1, last + count + 1):
                ack = await js.publish(
                    self.subjects.event("receipt.fiscalised"),
                    json.dumps({"number": number}).encode(),
                    headers={"Nats-Msg-Id": f"{self.till}:{number}:receipt.fiscalised"},
                )
                assert ack.seq == number

    async def floor(self) -> int:
        async with self.client("buffer-actor") as client:
            floor = (await client.jetstream().consumer_info("EVENTS", "hub-sync")).ack_floor
            return floor.stream_seq if floor else 0


class Hub(Site):
    """The hub, and the inventory of its tills."""

    def __init__(self, server: NatsServer, folder: Path, tills: tuple[str, ...]) -> None:
        super().__init__(server, folder)
        self.leaf_port = free_port()
        self.tills = {
            till: ensure_keys(folder.parent / till, [f"hub-{till}"])[f"hub-{till}"] for till in tills
        }
        self._services = ensure_keys(folder, hub_user_names())

    def config(self) -> str:
        settings = HubConfig(
            name="hub-1", listen="127.0.0.1:0", monitor="127.0.0.1:0", leaf=f"127.0.0.1:{self.leaf_port}",
            store_dir=str(self.server.folder),
        )  # fmt: skip
        return render_hub(settings, self._services, self.tills)

    async def start(self) -> None:
        self.server._config = self.config()
        await self.server.start()

    async def provision(self) -> tuple[str, ...]:
        async with self.client("provision") as client:
            return await provision(client, hub_streams(sorted(self.tills)))

    async def stored(self, stream: str) -> list[tuple[int, str, str]]:
        """Sequence, message id and subject of everything in a stream, in order."""
        async with self.client("provision") as client:
            return await stored(client, stream)


async def stored(client: Client, stream: str) -> list[tuple[int, str, str]]:
    js = client.jetstream()
    state = (await js.stream_info(stream)).state
    found = []
    for seq in range(max(1, state.first_seq), state.last_seq + 1):
        message = await js.get_msg(stream, seq=seq)
        found.append((seq, (message.headers or {}).get("Nats-Msg-Id", ""), message.subject))
    return found


async def until(probe: Callable[[], Awaitable[Any]], *, want: Any = True, limit_s: float = LIMIT_S) -> None:
    """Return when the probe gives what is wanted."""
    found = None
    try:
        async with asyncio.timeout(limit_s):
            while (found := await probe()) != want:  # noqa: ASYNC110 - any state of any server
                await asyncio.sleep(0.02)
    except TimeoutError:
        raise AssertionError(f"wanted {want!r}, found {found!r} after {limit_s:g} s") from None


@asynccontextmanager
async def linked(folder: Path, *names: str, port: int | None = None) -> AsyncIterator[tuple[Hub, list[Till]]]:
    """A provisioned hub with these tills, all links up. `port`: where the tills look for it."""
    async with AsyncExitStack() as stack:
        hub = Hub(NatsServer(), folder / "hub", names)
        stack.push_async_callback(hub.server.__aexit__, None, None, None)
        await hub.start()
        urls = (f"nats-leaf://127.0.0.1:{port or hub.leaf_port}",)
        tills = [Till(name, NatsServer(), folder / name, urls) for name in names]
        for till in tills:
            stack.push_async_callback(till.server.__aexit__, None, None, None)
            await till.start()
            async with till.client("provision") as client:
                await provision(client, till_streams(till.till, hub=True))
            await until(till.linked)
        await hub.provision()
        yield hub, tills
