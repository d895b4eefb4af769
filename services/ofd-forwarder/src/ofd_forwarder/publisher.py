"""The forwarder's state on its subject: once a second, and at once when it changes."""

import asyncio
import contextlib
from typing import Final

from actor.bus import Bus
from actor.stop import Stop
from ofd_forwarder.actor import Forwarder

PERIOD_S: Final = 1.0


async def publish_state(forwarder: Forwarder, bus: Bus, subject: str, stop: Stop) -> None:
    """Publish until the stop; a publish without a connection is skipped, the next one comes soon."""
    while not stop.requested:
        forwarder.changed.clear()
        await bus.publish(subject, forwarder.state())
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(PERIOD_S):
                await stop.race(forwarder.changed.wait())
