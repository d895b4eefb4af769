"""Bring the base layer into the store when its content has changed; a broken file leaves the old catalog alone."""

import hashlib
from pathlib import Path
from typing import Final

from actor import log
from actor.health import Health
from catalog_cache import metrics
from catalog_cache.price_list import NotAPriceList, PriceList, read_price_list
from catalog_cache.store import Store

PART: Final = "base_layer"
SHOWN_PROBLEMS: Final = 50


async def load_base(store: Store, base: str, health: Health) -> None:
    """Load the CSV at `base` (empty: none); problems are logged by line and shown in health."""
    if base:
        await _load(store, Path(base), health)
    metrics.PRODUCTS.set(await store.count())


async def _load(store: Store, path: Path, health: Health) -> None:
    try:
        raw = path.read_bytes()  # noqa: ASYNC240  # once at start, before anything is served
        content_hash = hashlib.sha256(raw).hexdigest()
        if content_hash == await store.loaded_hash():
            health.ok(PART)
            return
        found = read_price_list(raw)
    except (OSError, NotAPriceList) as error:
        log.get().error("catalog_base_unreadable", path=str(path), reason=str(error))
        health.degraded(PART, f"{path}: {error}")
        return
    if not found.products:
        log.get().error("catalog_base_empty", path=str(path), problems=len(found.problems))
        health.degraded(PART, f"{path}: no good row")
        return
    await store.replace(found.products, content_hash)
    _report(path, found, health)


def _report(path: Path, found: PriceList, health: Health) -> None:
    metrics.BAD_ROWS.set(len(found.problems))
    for problem in found.problems[:SHOWN_PROBLEMS]:
        log.get().warning(
            "catalog_row_refused",
            path=str(path),
            line=problem.line,
            field=problem.field,
            reason=problem.reason,
        )
    log.canonical(
        "catalog_base_loaded", path=str(path), products=len(found.products), problems=len(found.problems)
    )
    if found.problems:
        health.degraded(
            PART, f"{path}: {len(found.problems)} bad rows, the first in line {found.problems[0].line}"
        )
    else:
        health.ok(PART)
