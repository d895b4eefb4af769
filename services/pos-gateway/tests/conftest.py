"""A gateway on a free port, a real nats-server, responders behind it."""

from collections.abc import AsyncIterator

import pytest
from aiohttp.test_utils import TestClient, TestServer

from actor.bus import Bus
from actor.stop import Stop
from actor.testing import FakeClock, NatsServer
from pos_gateway.access import Role, Tokens
from pos_gateway.browser import Session
from pos_gateway.health import States
from pos_gateway.server import application
from pos_gateway.till import Till

from .responders import Responders
from .samples import TILL, TOKENS


@pytest.fixture
async def nats() -> AsyncIterator[NatsServer]:
    async with NatsServer() as server:
        yield server


@pytest.fixture
async def desk(nats: NatsServer) -> AsyncIterator[Responders]:
    async with Responders(nats.url, TILL) as responders:
        yield responders


@pytest.fixture
async def bus(nats: NatsServer) -> AsyncIterator[Bus]:
    async with await Bus.connect(nats.url, name="pos-gateway", seed_path=None, stop=Stop()) as connected:
        yield connected


@pytest.fixture
def states() -> States:
    return States()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(1_795_178_040_000)


@pytest.fixture
async def client(bus: Bus, states: States, clock: FakeClock) -> AsyncIterator[TestClient]:
    app = application(
        Till(bus, till=TILL, shop="Оптика", patience_s=0.2),
        Tokens({Role(role): token for role, token in TOKENS.items()}),
        states,
        host="127.0.0.1",
        session=Session(TILL, "secret-of-the-screen"),
        screen_role=Role.CASHIER,
        requests_per_second=60,
        now_ms=clock.now_ms,
        monotonic_s=lambda: clock.now_ms() / 1000,
    )
    async with TestClient(TestServer(app)) as opened:
        yield opened
