"""A real nats-server with the configuration of a till, and a client for each of its users."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import nats
import pytest
from nats.aio.client import Client

from actor.testing import NatsServer
from contracts.permissions import inbox
from till_nats.keys import ensure_keys, seed_path
from till_nats.render import LeafSettings, render, user_names

TILL = "till-001"

Connect = Callable[[str], Awaitable[Client]]


class TillServer:
    """The running server and the keys of its users."""

    def __init__(self, nats_server: NatsServer, keys: Path) -> None:
        self.nats = nats_server
        self.keys = keys
        self.errors: dict[str, list[str]] = {}
        self._clients = AsyncExitStack()

    async def connect(self, user: str) -> Client:
        """A client of this user; what the server complains about is collected in `errors[user]`."""
        complaints = self.errors.setdefault(user, [])

        async def note(error: Exception) -> None:
            complaints.append(str(error))

        client = await nats.connect(
            self.nats.url,
            nkeys_seed=str(seed_path(self.keys, user)),
            inbox_prefix=inbox(user),
            error_cb=note,
            allow_reconnect=False,
        )
        self._clients.push_async_callback(client.close)
        return client

    async def close(self) -> None:
        await self._clients.aclose()


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[TillServer]:
    keys = tmp_path / "keys"
    leaf = LeafSettings(till=TILL, listen="127.0.0.1:0", monitor="127.0.0.1:0", store_dir=str(tmp_path))
    config = render(leaf, ensure_keys(keys, user_names(TILL)))
    async with NatsServer(config) as nats_server:
        till = TillServer(nats_server, keys)
        yield till
        await till.close()
