"""A real ledger in a folder of its own; a real server."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from actor.testing import NatsServer
from buffer_actor.store import Ledger


@pytest.fixture
async def ledger(tmp_path: Path) -> AsyncIterator[Ledger]:
    opened = await Ledger.open(tmp_path / "ledger.db")
    yield opened
    await opened.close()


@pytest.fixture
async def server() -> AsyncIterator[NatsServer]:
    async with NatsServer() as running:
        yield running
