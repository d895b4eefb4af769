"""`python -m printer_actor --config till.toml`: settings → parts → run."""

import argparse
import datetime as dt
import sys
import time
import uuid
from collections.abc import Callable
from pathlib import Path

from actor import log
from actor.bus import Bus
from actor.config import load
from actor.errors import EXIT_CONFIG, FatalError
from actor.lock import DataFolder
from actor.run import run
from actor.stop import Stop
from actor.supervisor import supervise
from contracts.settings import TillSettings
from contracts.subjects import Subjects
from hlc import Clock, ClockInDoubt
from printer_actor.assembly import NAME, Assembly, Sources, shtrih_printer
from printer_actor.hlc_bound import BoundFile
from printer_actor.link import BadAddress
from printer_actor.shtrih import ShtrihPrinter
from printer_actor.store import Store

MAX_DRIFT_MS = 60_000


def wall_ms() -> int:
    """The machine's clock, milliseconds since 1970 UTC."""
    return time.time_ns() // 1_000_000


def local_now() -> dt.datetime:
    """The machine's wall clock without a zone, as a KKT has it."""
    return dt.datetime.now(tz=dt.UTC).astimezone().replace(tzinfo=None)


def stamper(clock: Clock) -> Callable[[], str]:
    """Stamps of facts; empty while the clock is in doubt, so that no fact waits for a second source of time."""

    def stamp() -> str:
        try:
            return str(clock.now())
        except ClockInDoubt:
            return ""

    return stamp


def confirm(clock: Clock, kkt_time: dt.datetime) -> None:
    """Let the KKT's clock, a second source, settle whether a jump at our start was real."""
    if clock.doubt and not clock.confirm(int(kkt_time.timestamp() * 1000)):
        log.get().error("clock_in_doubt", kkt=kkt_time.isoformat(), reason=str(clock.doubt))


async def serve(settings: TillSettings, stop: Stop) -> None:
    """Wire the parts and run them until the stop."""
    till = settings.till.id
    log.bind_till(till)
    printer = _printer(settings)
    with DataFolder(Path(settings.till.data) / NAME) as folder:
        bound = BoundFile(folder.path / "hlc.bound")
        clock = Clock(
            f"{till}.{NAME}",
            wall_ms,
            max_drift_ms=MAX_DRIFT_MS,
            bound_ms=bound.load(),
            persist_bound=bound.save,
        )
        sources = Sources(
            now_ms=wall_ms,
            local_now=local_now,
            new_id=lambda: str(uuid.uuid4()),
            stamp=stamper(clock),
            confirm_clock=lambda local: confirm(clock, local),
        )
        store = await Store.open(folder.path / "printer.db", stamp=sources.stamp, now_ms=wall_ms)
        try:
            seed = Path(settings.nats.keys) / f"{NAME}.nk"
            connecting = Bus.connect(settings.nats.url, name=NAME, seed_path=seed, stop=stop, clock=clock)
            async with await connecting as bus:
                parts = Assembly(printer, store, settings.kkt, Subjects(till), sources)
                await supervise(parts.children(bus, settings.metrics.printer_actor), stop)
        finally:
            await store.close()


def _printer(settings: TillSettings) -> ShtrihPrinter:
    try:
        return shtrih_printer(settings.kkt)
    except BadAddress as error:
        raise FatalError(EXIT_CONFIG, f"kkt.uri: {error}") from error


def main() -> int:
    """Read the settings, run until a signal, return the exit code."""
    parser = argparse.ArgumentParser(
        prog="printer_actor", description="Drives the KKT; fiscalises exactly once."
    )
    parser.add_argument("--config", type=Path, required=True, help="till.toml")
    config: Path = parser.parse_args().config

    async def start(stop: Stop) -> None:
        await serve(load(config, TillSettings), stop)

    return run(start, name=NAME)


if __name__ == "__main__":
    sys.exit(main())
