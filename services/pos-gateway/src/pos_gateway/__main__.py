"""Composition root: `python -m pos_gateway --config till.toml`."""

import argparse
import asyncio
import contextlib
import secrets
import socket
import sys
import time
from pathlib import Path

from aiohttp import web

from actor import config, log
from actor.bus import Bus, Incoming
from actor.errors import EXIT_CONFIG, FatalError, StopRequested
from actor.run import run
from actor.stop import Stop
from contracts.settings import TillSettings
from contracts.states import ModeState, OfdState, PrinterState
from contracts.subjects import Subjects
from pos_gateway.access import Role, read_tokens
from pos_gateway.browser import Session
from pos_gateway.health import States
from pos_gateway.port import listen
from pos_gateway.server import application
from pos_gateway.till import LateBus, Till

NAME = "pos-gateway"
FINISH_S = 3.0
"""For requests in hand after the stop."""


def now_ms() -> int:
    """The wall clock."""
    return time.time_ns() // 1_000_000


async def main(path: Path, stop: Stop) -> None:
    """Serve HTTP at once, so that health tells the truth while NATS is away; hear and ask as soon as it is there."""
    settings = config.load(path, TillSettings)
    log.bind_till(settings.till.id)
    states, bus = States(), LateBus()
    app = _application(settings, states, bus)
    sock = listen(settings.gateway.host, settings.gateway.port)
    served = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        group.create_task(_connect(settings, states, bus, stop, served))
        await _serve(app, sock, stop)
        served.set()


def _application(settings: TillSettings, states: States, bus: LateBus) -> web.Application:
    gateway = settings.gateway
    till = Till(
        bus,
        till=settings.till.id,
        shop=settings.till.shop,
        tax_system=settings.till.tax_system,
        patience_s=settings.buffer.patience_s,
    )
    return application(
        till,
        read_tokens(Path(gateway.tokens)),
        states,
        host=gateway.host,
        session=Session(settings.till.id, secrets.token_urlsafe(32)),
        screen_role=_role(gateway.screen_role),
        requests_per_second=gateway.requests_per_second,
        now_ms=now_ms,
        monotonic_s=time.monotonic,
    )


def _role(name: str) -> Role | None:
    try:
        return Role(name) if name else None
    except ValueError as error:
        raise FatalError(EXIT_CONFIG, f"gateway.screen_role: {name!r} is no role") from error


async def _connect(
    settings: TillSettings, states: States, late: LateBus, stop: Stop, served: asyncio.Event
) -> None:
    """Hold the connection until the last request is served."""
    subjects = Subjects(settings.till.id)
    seed = Path(settings.nats.keys) / f"{NAME}.nk"

    async def on_printer(state: PrinterState, _: Incoming) -> None:
        states.printer = state

    async def on_ofd(state: OfdState, _: Incoming) -> None:
        states.ofd = state

    async def on_mode(state: ModeState, _: Incoming) -> None:
        states.mode = state

    with contextlib.suppress(StopRequested):
        async with await Bus.connect(settings.nats.url, name=NAME, seed_path=seed, stop=stop) as bus:
            await bus.subscribe(subjects.state("printer"), PrinterState, on_printer)
            await bus.subscribe(subjects.state("ofd"), OfdState, on_ofd)
            await bus.subscribe(subjects.state("mode"), ModeState, on_mode)
            late.bus = bus
            await served.wait()


async def _serve(app: web.Application, sock: socket.socket, stop: Stop) -> None:
    runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=FINISH_S)
    await runner.setup()
    try:
        await web.SockSite(runner, sock).start()
        host, port = sock.getsockname()[:2]
        log.canonical("http_listening", host=host, port=port)
        stop.ready()
        await stop.wait()
    finally:
        await runner.cleanup()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog=NAME, description=__doc__)
    parser.add_argument("--config", type=Path, required=True, help="till.toml")
    arguments = parser.parse_args()
    sys.exit(run(lambda stop: main(arguments.config, stop), name=NAME))
