"""The one signal that says "end now", and the way a child says "I am ready"."""

import asyncio
import contextlib
from collections.abc import Coroutine
from typing import Any, TypeVar

from actor.errors import FatalError, StopRequested

T = TypeVar("T")


class Stop:
    """Asked once, kept for ever: take no more messages, finish the one in hand, flush, return."""

    def __init__(self) -> None:
        self._asked = asyncio.Event()
        self._ready = asyncio.Event()
        self._reason = ""
        self._failure: FatalError | None = None

    @property
    def requested(self) -> bool:
        return self._asked.is_set()

    @property
    def reason(self) -> str:
        """Why, in the words of the first request; empty before it."""
        return self._reason

    @property
    def failure(self) -> FatalError | None:
        """What forced the stop, if it was not asked for."""
        return self._failure

    def request(self, reason: str) -> None:
        """Ask to end; only the first reason is kept."""
        if not self.requested:
            self._reason = reason
            self._asked.set()

    def fail(self, error: FatalError) -> None:
        """End the process in order, but with the error's exit code; for callbacks that have no caller to raise to."""
        self._failure = self._failure or error
        self.request(error.text)

    async def wait(self) -> None:
        """Return when the stop is requested."""
        await self._asked.wait()

    async def sleep(self, seconds: float) -> bool:
        """Wait that long, or less: True at once when the stop is requested."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._asked.wait()
        return self.requested

    async def race(self, work: Coroutine[Any, Any, T]) -> T:
        """Await `work`, but cancel it and raise StopRequested when the stop comes first."""
        task = asyncio.ensure_future(work)
        asked = asyncio.ensure_future(self._asked.wait())
        try:
            await asyncio.wait({task, asked}, return_when=asyncio.FIRST_COMPLETED)
            if not task.done():
                raise StopRequested(self._reason)
            return task.result()
        finally:
            await _end(task, asked)

    def ready(self) -> None:
        """Say that this part serves; its supervisor may start the next one. Nothing happens outside a supervisor."""
        self._ready.set()

    async def wait_ready(self) -> None:
        """Return when the part that holds this signal has said that it serves."""
        await self._ready.wait()


async def _end(*tasks: asyncio.Future[Any]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)
