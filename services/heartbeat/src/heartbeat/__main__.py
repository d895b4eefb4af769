"""Entry: `python -m heartbeat --config till.toml`."""

import argparse
import sys
import time
import uuid
from pathlib import Path
from typing import Final

from actor import log
from actor.bus import Bus
from actor.config import load
from actor.health import Health
from actor.lock import DataFolder
from actor.metrics import serve_metrics
from actor.outbox import Outbox, recorder
from actor.run import run
from actor.stop import Stop
from actor.supervisor import Child, supervise
from contracts.settings import TillSettings
from contracts.subjects import Subjects
from heartbeat.actor import Heart
from heartbeat.beats import send_beats
from heartbeat.metrics import observe
from heartbeat.publisher import publish_state
from heartbeat.store import Store
from heartbeat.world import TillWorld
from hlc import Clock

NAME: Final = "heartbeat"
VERSION: Final = "0.1.0"
MAX_DRIFT_MS: Final = 60_000


def wall_ms() -> int:
    """The machine's clock, ms since 1970 UTC."""
    return time.time_ns() // 1_000_000


async def watch(settings: TillSettings, stop: Stop) -> None:
    """Wire the parts and run them until the stop."""
    till = settings.till.id
    log.bind_till(till)
    # Without a stored bound: the states of the others, merged each second, lift it above its last life's stamps.
    clock = Clock(f"{till}.{NAME}", wall_ms, max_drift_ms=MAX_DRIFT_MS)
    seed = Path(settings.nats.keys) / f"{NAME}.nk"
    with DataFolder(Path(settings.till.data) / NAME) as folder:
        store = await Store.open(folder.path / f"{NAME}.db", stamp=lambda: str(clock.now()))
        try:
            async with await Bus.connect(
                settings.nats.url, name=NAME, seed_path=seed, stop=stop, clock=clock
            ) as bus:
                await supervise(await children(settings, bus, store, clock), stop)
        finally:
            await store.close()


async def children(settings: TillSettings, bus: Bus, store: Store, clock: Clock) -> list[Child]:
    """The parts of the process, in their order of start."""
    subjects, limits = Subjects(settings.till.id), settings.heartbeat
    started_s = time.monotonic()
    world = TillWorld(bus, subjects, settings.nats.monitor, limits, now_s=time.monotonic, wall_ms=wall_ms)
    heart = Heart(
        subjects.till,
        world,
        store,
        limits,
        now_s=time.monotonic,
        wall_ms=wall_ms,
        new_id=lambda: str(uuid.uuid4()),
        observe=observe,
    )
    await heart.recall()
    outbox = Outbox(store.outbox, recorder(bus, subjects), lambda: str(clock.now()))

    async def ears(stop: Stop) -> None:
        subscriptions = await world.subscribe()
        try:
            stop.ready()
            await stop.wait()
        finally:
            for subscription in subscriptions:
                await subscription.unsubscribe()

    async def states(stop: Stop) -> None:
        await publish_state(heart, bus, subjects.state("mode"), stop)

    async def beats(stop: Stop) -> None:
        await send_beats(
            bus, subjects, heart.state, lambda: world.printer.state, lambda: time.monotonic() - started_s, stop,
            every_s=limits.beat_every_s, version=VERSION,
        )  # fmt: skip

    async def metrics(stop: Stop) -> None:
        await serve_metrics(settings.metrics.heartbeat, Health(), stop, pos_id=subjects.till)

    parts = [
        Child(name="outbox", start=outbox.run),
        Child(name="ears", start=ears, signals_ready=True),
        Child(name="checks", start=heart.run),
        Child(name="states", start=states),
        Child(name="beats", start=beats),
    ]
    return [*parts, Child(name="metrics", start=metrics)] if settings.metrics.heartbeat else parts


def main() -> int:
    """Read the settings, run until a signal, return the exit code."""
    parser = argparse.ArgumentParser(prog="heartbeat", description="Tells in which mode the till works.")
    parser.add_argument("--config", type=Path, required=True, help="till.toml")
    config: Path = parser.parse_args().config

    async def start(stop: Stop) -> None:
        await watch(load(config, TillSettings), stop)

    return run(start, name=NAME)


if __name__ == "__main__":
    sys.exit(main())
