"""Figures that are read, not counted: once a second from the ledger."""

import math
from typing import Final

from actor.health import Health
from actor.stop import Stop
from buffer_actor import metrics
from buffer_actor.condition import Stage
from buffer_actor.context import Context
from buffer_actor.rows import Drawer

EVERY_S: Final = 1.0
KOPECKS_IN_ROUBLE: Final = 100


async def keep_gauges(context: Context, health: Health, stop: Stop) -> None:
    """Refresh until the stop."""
    stop.ready()
    while not await stop.sleep(EVERY_S):
        await read_gauges(context)
        report_health(context, health)


async def read_gauges(context: Context) -> None:
    """One look at ledger, clock and condition."""
    ledger = context.ledger
    facts = await ledger.gate_facts()
    drawer, last_seq = await ledger.meta(Drawer) or Drawer(), await ledger.last_seq()
    metrics.BUFFER_SIZE.set(facts.waiting.count)
    metrics.BUFFER_CAPACITY.set(facts.capacity)
    metrics.BUFFER_PERCENT.set(100 * facts.waiting.count / facts.capacity if facts.capacity else 0)
    metrics.HLC_DRIFT.set(context.clock.drift_ms / 1000)
    metrics.UNSYNCED.set(last_seq - (context.events.through or 0))
    metrics.HUB_LAG.set(lag if (lag := context.hub.lag(last_seq)) is not None else math.nan)
    metrics.CASH.set(drawer.cash / KOPECKS_IN_ROUBLE)
    metrics.STOPPED.set(bool(context.condition.stopped))
    metrics.BOOT_PASSED.set(context.condition.stage is Stage.PASSED)


def report_health(context: Context, health: Health) -> None:
    """Down: no sale is possible and a person is needed; degraded: it will come right by itself, or nearly."""
    condition = context.condition
    if condition.stopped:
        health.down("ledger", condition.stopped)
    elif condition.stage is not Stage.PASSED:
        health.degraded("ledger", f"starting, waits for {condition.waits_for}")
    elif condition.guarded:
        health.degraded("ledger", "BUFFER is being compared with the ledger")
    else:
        health.ok("ledger")
    if context.events.refused:
        health.degraded("events", context.events.refused)
    else:
        health.ok("events")
