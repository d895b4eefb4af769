"""now, merge; injected time source, drift limit, persisted bound."""

from collections.abc import Callable
from threading import Lock

from hlc.errors import ClockInDoubt, StampTooFarAhead
from hlc.timestamp import MAX_COUNTER, Timestamp

HOUR_MS = 3_600_000


class Clock:
    """Give stamps that only go up, whatever `now_ms` (the machine's clock, ms since 1970 UTC) does.

    `bound_ms` is what `persist_bound` stored last in an earlier life, `None` in the first one. No stamp
    above the bound is ever issued, so starting past it never goes back. Safe to share between threads.
    """

    def __init__(
        self,
        node: str,
        now_ms: Callable[[], int],
        *,
        max_drift_ms: int,
        bound_ms: int | None = None,
        persist_bound: Callable[[int], None] | None = None,
        reserve_ms: int = 5_000,
        max_jump_ms: int = 72 * HOUR_MS,
    ) -> None:
        self._node = node
        self._now_ms = now_ms
        self._max_drift_ms = max_drift_ms
        self._persist_bound = persist_bound
        self._reserve_ms = reserve_ms
        self._lock = Lock()
        # The highest stamp an earlier life may have issued.
        self._last = Timestamp(bound_ms or 0, 0 if bound_ms is None else MAX_COUNTER, node)
        self._bound_ms = self._last.wall_ms
        self._doubt = self._judge_start(bound_ms, max_jump_ms)

    def now(self) -> Timestamp:
        """Return a stamp above every earlier one; `ClockInDoubt` until a second source agreed."""
        with self._lock:
            return self._issue(self._believed_ms(), self._last)

    def merge(self, remote: Timestamp) -> Timestamp:
        """Return a stamp above `remote` and every earlier one; `StampTooFarAhead` changes nothing."""
        with self._lock:
            wall_ms = self._believed_ms()
            if remote.wall_ms - wall_ms > self._max_drift_ms:
                raise StampTooFarAhead(remote, wall_ms, self._max_drift_ms)
            return self._issue(wall_ms, max(self._last, remote))

    @property
    def doubt(self) -> ClockInDoubt | None:
        """Why this clock refuses to stamp, or `None`."""
        return self._doubt

    def confirm(self, witness_ms: int) -> bool:
        """Clear the doubt if a second source (FN, KKT, hub) agrees within the drift limit; say whether it is clear.

        When it disagrees this machine's clock is wrong: set it, then confirm again.
        """
        with self._lock:
            if self._doubt and abs(self._now_ms() - witness_ms) <= self._max_drift_ms:
                self._doubt = None
            return self._doubt is None

    @property
    def drift_ms(self) -> int:
        """How far the last stamp lies ahead of the machine's clock, ms; 0 when it does not."""
        return max(0, self._last.wall_ms - self._now_ms())

    def _judge_start(self, bound_ms: int | None, max_jump_ms: int) -> ClockInDoubt | None:
        wall_ms = self._now_ms()
        if bound_ms is None or wall_ms - bound_ms <= max_jump_ms:
            return None
        return ClockInDoubt(bound_ms, wall_ms, max_jump_ms)

    def _believed_ms(self) -> int:
        if self._doubt:
            raise self._doubt.with_traceback(None)  # one error raised many times would grow its trace
        return self._now_ms()

    def _issue(self, wall_ms: int, floor: Timestamp) -> Timestamp:
        stamp = self._above(wall_ms, floor)
        if stamp.wall_ms > self._bound_ms:
            self._raise_bound(max(stamp.wall_ms, wall_ms + self._reserve_ms))
        self._last = stamp
        return stamp

    def _above(self, wall_ms: int, floor: Timestamp) -> Timestamp:
        if wall_ms > floor.wall_ms:
            return Timestamp(wall_ms, 0, self._node)
        if floor.counter < MAX_COUNTER:
            return Timestamp(floor.wall_ms, floor.counter + 1, self._node)
        return Timestamp(floor.wall_ms + 1, 0, self._node)

    def _raise_bound(self, bound_ms: int) -> None:
        # The reserve counts from the machine's clock, not from the last stamp: a crash loop would
        # otherwise walk into the future by one reserve a restart.
        if self._persist_bound is not None:
            self._persist_bound(bound_ms)
        self._bound_ms = bound_ms
