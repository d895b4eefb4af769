"""One real server for a test, and a bus on it."""

from collections.abc import AsyncIterator

import pytest

from actor.bus import Bus
from actor.stop import Stop
from actor.testing import NatsServer


@pytest.fixture
async def server() -> AsyncIterator[NatsServer]:
    async with NatsServer() as running:
        yield running


@pytest.fixture
def stop() -> Stop:
    return Stop()


@pytest.fixture
async def bus(server: NatsServer, stop: Stop) -> AsyncIterator[Bus]:
    async with await Bus.connect(server.url, name="asker", seed_path=None, stop=stop) as connected:
        yield connected
