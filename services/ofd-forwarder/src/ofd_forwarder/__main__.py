"""Entry: `python -m ofd_forwarder --config till.toml`."""

import argparse
import random
import sys
import time
import uuid
from pathlib import Path
from typing import Final

from actor import log
from actor.bus import Bus, Incoming
from actor.config import load
from actor.health import Health
from actor.lock import DataFolder
from actor.metrics import serve_metrics
from actor.run import run
from actor.service import serve
from actor.stop import Stop
from actor.supervisor import Child, supervise
from contracts.settings import TillSettings
from contracts.states import PrinterState
from contracts.subjects import Subjects
from hlc import Clock
from ofd_forwarder.actor import Forwarder
from ofd_forwarder.endpoints import endpoints
from ofd_forwarder.metrics import observe
from ofd_forwarder.printer import PrinterClient
from ofd_forwarder.publisher import publish_state
from ofd_forwarder.session import OfdLine

NAME: Final = "ofd-forwarder"
MAX_DRIFT_MS: Final = 60_000


def wall_ms() -> int:
    """The machine's clock, ms since 1970 UTC."""
    return time.time_ns() // 1_000_000


async def forward(settings: TillSettings, stop: Stop) -> None:
    """Wire the parts and run them until the stop."""
    till = settings.till.id
    log.bind_till(till)
    subjects = Subjects(till)
    clock = Clock(f"{till}.{NAME}", wall_ms, max_drift_ms=MAX_DRIFT_MS)
    seed = Path(settings.nats.keys) / f"{NAME}.nk"
    with DataFolder(Path(settings.till.data) / NAME):
        async with await Bus.connect(
            settings.nats.url, name=NAME, seed_path=seed, stop=stop, clock=clock
        ) as bus:
            forwarder = Forwarder(
                till,
                PrinterClient(bus, subjects),
                OfdLine(settings.ofd),
                now_s=time.monotonic,
                wall_ms=wall_ms,
                chance=random.random,
                new_id=lambda: str(uuid.uuid4()),
                observe=observe,
            )
            await supervise(children(forwarder, bus, subjects, settings.metrics.ofd_forwarder), stop)


def children(forwarder: Forwarder, bus: Bus, subjects: Subjects, metrics_port: int) -> list[Child]:
    """The parts of the process, in their order of start."""

    async def heard(state: PrinterState, _: Incoming) -> None:
        forwarder.heard(state)

    async def commands(stop: Stop) -> None:
        subscription = await bus.subscribe(subjects.state("printer"), PrinterState, heard)
        try:
            await serve(bus, stop, name=NAME, version="0.1.0", endpoints=endpoints(forwarder, subjects))
        finally:
            await subscription.unsubscribe()

    async def states(stop: Stop) -> None:
        await publish_state(forwarder, bus, subjects.state("ofd"), stop)

    async def metrics(stop: Stop) -> None:
        await serve_metrics(metrics_port, Health(), stop, pos_id=subjects.till)

    parts = [
        Child(name="commands", start=commands, signals_ready=True),
        Child(name="delivery", start=forwarder.deliver),
        Child(name="states", start=states),
    ]
    return [*parts, Child(name="metrics", start=metrics)] if metrics_port else parts


def main() -> int:
    """Read the settings, run until a signal, return the exit code."""
    parser = argparse.ArgumentParser(
        prog="ofd_forwarder", description="Carries the FN's messages to the OFD."
    )
    parser.add_argument("--config", type=Path, required=True, help="till.toml")
    config: Path = parser.parse_args().config

    async def start(stop: Stop) -> None:
        await forward(load(config, TillSettings), stop)

    return run(start, name=NAME)


if __name__ == "__main__":
    sys.exit(main())
