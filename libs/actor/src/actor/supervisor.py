"""Children start in order, stop in reverse, come back when they die; too many deaths are told to the level above.

After Erlang/OTP, "Supervision Principles": one_for_one, restart intensity, permanent / transient / temporary.
"""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from actor import log
from actor.errors import EXIT_GAVE_UP, FatalError, fatal_in, is_stop
from actor.stop import Stop

Restart = Literal["permanent", "transient", "temporary"]


class GaveUp(FatalError):
    """Children died more often than allowed; only a new process may help."""

    def __init__(self, child: str, deaths: int, within_s: float) -> None:
        super().__init__(
            EXIT_GAVE_UP,
            f"{child} died again: {deaths} deaths within {within_s:g} s, see child_died in the log",
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Child:
    """One part of a process.

    permanent comes back always, transient after an error, temporary never. With `signals_ready` the next
    child starts only after this one called `stop.ready()`.
    """

    name: str
    start: Callable[[Stop], Awaitable[None]]
    restart: Restart = "permanent"
    stop_timeout_s: float = 2.0
    signals_ready: bool = False


class RestartWindow:
    """Deaths of all children of one supervisor within the last seconds."""

    def __init__(self, max_restarts: int, within_s: float, monotonic: Callable[[], float]) -> None:
        self._max_restarts = max_restarts
        self._within_s = within_s
        self._monotonic = monotonic
        self._deaths: deque[float] = deque()

    def note(self, child: str) -> None:
        """Count one death; GaveUp when it is one too many."""
        now = self._monotonic()
        self._deaths.append(now)
        while now - self._deaths[0] > self._within_s:
            self._deaths.popleft()
        if len(self._deaths) > self._max_restarts:
            raise GaveUp(child, len(self._deaths), self._within_s)


async def supervise(
    children: Sequence[Child],
    stop: Stop,
    *,
    max_restarts: int = 5,
    within_s: float = 30.0,
    monotonic: Callable[[], float] = time.monotonic,
) -> None:
    """Run the children until the stop, or until all have ended; FatalError of a child ends them all."""
    window = RestartWindow(max_restarts, within_s, monotonic)
    lives: list[_Life] = []
    asked = asyncio.ensure_future(stop.wait())
    try:
        await _start_in_order(children, window, lives, asked)
        if not asked.done():
            stop.ready()
        await _watch(lives, asked)
    except asyncio.CancelledError:
        for life in reversed(lives):
            life.task.cancel()
        raise
    finally:
        asked.cancel()
        for life in reversed(lives):
            await life.end(stop.reason)
    for life in lives:
        life.raise_fatal()


class _Life:
    """A child, its task and its own Stop."""

    def __init__(self, child: Child, window: RestartWindow) -> None:
        self.child = child
        self.stop = Stop()
        self._window = window
        self.task = asyncio.ensure_future(self._live())
        self.task.set_name(child.name)

    async def _live(self) -> None:
        while True:
            died = await self._once()
            if self.stop.requested or self.child.restart == "temporary":
                return
            if self.child.restart == "transient" and not died:
                return
            self._window.note(self.child.name)

    async def _once(self) -> bool:
        try:
            await self._start()
        except Exception as error:
            if fatal_in(error):
                raise
            if is_stop(error):
                return False
            log.get().error("child_died", child=self.child.name, exc_info=error)
            return True
        return False

    async def _start(self) -> None:
        try:
            await self.child.start(self.stop)
        except asyncio.CancelledError as error:
            if self.task.cancelling():
                raise
            # Something it awaited was cancelled, not the child: a death like any other, not a quiet end.
            raise RuntimeError("cancelled from within") from error

    async def started(self, asked: asyncio.Future[None]) -> None:
        """Wait for readiness, the child's end, or the stop."""
        if not self.child.signals_ready:
            return
        ready = asyncio.ensure_future(self.stop.wait_ready())
        try:
            await asyncio.wait({ready, self.task, asked}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            ready.cancel()

    async def end(self, reason: str) -> None:
        """Ask, wait, cancel."""
        self.stop.request(reason or "the supervisor ends")
        if self.task.done():
            return
        await asyncio.wait({self.task}, timeout=self.child.stop_timeout_s)
        if not self.task.done():
            log.get().warning(
                "child_stop_overdue", child=self.child.name, stop_timeout_s=self.child.stop_timeout_s
            )
            self.task.cancel()
            await asyncio.wait({self.task})

    @property
    def failed(self) -> bool:
        return self.task.done() and not self.task.cancelled() and self.task.exception() is not None

    def raise_fatal(self) -> None:
        """Raise what ended the child for good."""
        if self.failed:
            self.task.result()


async def _start_in_order(
    children: Sequence[Child], window: RestartWindow, lives: list[_Life], asked: asyncio.Future[None]
) -> None:
    for child in children:
        life = _Life(child, window)
        lives.append(life)
        await life.started(asked)
        if asked.done() or life.failed:
            return


async def _watch(lives: Sequence[_Life], asked: asyncio.Future[None]) -> None:
    while not asked.done() and not any(life.failed for life in lives):
        running = {life.task for life in lives if not life.task.done()}
        if not running:
            return
        await asyncio.wait({asked, *running}, return_when=asyncio.FIRST_COMPLETED)
