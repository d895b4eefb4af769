"""A bell that one task waits for: rung while nobody listens, it is heard at the next look."""

import asyncio

from actor.stop import Stop


class Bell:
    """Many rings before a look are one."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def ring(self) -> None:
        self._rung.set()

    async def wait(self, timeout_s: float, stop: Stop) -> bool:
        """True when rung; False after the time, or at the stop."""
        rung = asyncio.ensure_future(self._rung.wait())
        asked = asyncio.ensure_future(stop.wait())
        try:
            await asyncio.wait({rung, asked}, timeout=timeout_s, return_when=asyncio.FIRST_COMPLETED)
        finally:
            rung.cancel()
            asked.cancel()
        heard = self._rung.is_set()
        self._rung.clear()
        return heard
