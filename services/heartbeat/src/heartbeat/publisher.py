"""The mode on its subject: once a second, and at once when there is news."""

import asyncio
import contextlib
from typing import Final

from actor.bus import Bus
from actor.stop import Stop
from heartbeat.actor import Heart

PERIOD_S: Final = 1.0


async def publish_state(heart: Heart, bus: Bus, subject: str, stop: Stop) -> None:
    """Publish until the stop; a publish without a connection is skipped, the next one comes soon."""
    while not stop.requested:
        heart.changed.clear()
        await bus.publish(subject, heart.state())
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(PERIOD_S):
                await stop.race(heart.changed.wait())
