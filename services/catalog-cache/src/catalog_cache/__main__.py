"""`python -m catalog_cache --config till.toml`: settings → store → search."""

import argparse
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

from actor import log
from actor.bus import Bus, Incoming
from actor.config import load
from actor.health import Health
from actor.lock import DataFolder
from actor.metrics import serve_metrics
from actor.run import run
from actor.service import Endpoint, serve
from actor.stop import Stop
from actor.supervisor import Child, supervise
from catalog_cache import metrics
from catalog_cache.load import load_base
from catalog_cache.store import Store
from contracts import services
from contracts.commands import FoundProducts, SearchCatalog
from contracts.settings import TillSettings
from contracts.subjects import Subjects

NAME: Final = "catalog-cache"
SOURCE: Final = "cache"
MAX_LIMIT: Final = 100


async def main(settings: TillSettings, stop: Stop) -> None:
    """Load the base layer, then answer until the stop."""
    log.bind_till(settings.till.id)
    seed = Path(settings.nats.keys) / f"{NAME}.nk"
    health = Health()
    with DataFolder(Path(settings.till.data) / NAME) as folder:
        store = await Store.open(folder.path / "catalog.db")
        try:
            await load_base(store, settings.catalog.base, health)
            async with await Bus.connect(settings.nats.url, name=NAME, seed_path=seed, stop=stop) as bus:
                await supervise(children(store, bus, settings, health), stop)
        finally:
            await store.close()


def children(store: Store, bus: Bus, settings: TillSettings, health: Health) -> list[Child]:
    """The parts of the process, in their order of start."""
    till, port = settings.till.id, settings.metrics.catalog_cache
    endpoint = Endpoint(
        name=services.SEARCH.verb,
        subject=Subjects(till).command(services.SEARCH.service, services.SEARCH.verb),
        request_type=SearchCatalog,
        reply_type=services.SEARCH.reply,
        handler=searcher(store),
    )

    async def commands(stop: Stop) -> None:
        await serve(bus, stop, name=NAME, version="0.1.0", endpoints=[endpoint])

    async def figures(stop: Stop) -> None:
        await serve_metrics(port, health, stop, pos_id=till)

    parts = [Child(name="commands", start=commands, signals_ready=True)]
    return [*parts, Child(name="metrics", start=figures)] if port else parts


def searcher(store: Store) -> Callable[[SearchCatalog, Incoming], Awaitable[FoundProducts]]:
    """The handler of `catalog.search`."""

    async def search(request: SearchCatalog, _: Incoming) -> FoundProducts:
        started = time.perf_counter()
        products = await store.search(request.text, max(1, min(request.limit, MAX_LIMIT)))
        found = FoundProducts(products=tuple(products), source=SOURCE, total=await store.count())
        metrics.SEARCH_SECONDS.observe(time.perf_counter() - started)
        return found

    return search


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog=NAME, description=__doc__)
    parser.add_argument("--config", type=Path, required=True, help="till.toml")
    config: Path = parser.parse_args().config
    sys.exit(run(lambda stop: main(load(config, TillSettings), stop), name=NAME))
