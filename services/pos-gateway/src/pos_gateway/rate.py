"""A bucket of tokens for each client: a burst up to the rate, then the rate, then 429."""

import math
from collections.abc import Callable

import msgspec

FORGET_ABOVE = 1024


class _Bucket(msgspec.Struct):
    left: float
    at_s: float


class RateLimit:
    """`per_second` requests for each client on the monotonic clock `now_s`."""

    def __init__(self, per_second: int, now_s: Callable[[], float]) -> None:
        self._rate = per_second
        self._now_s = now_s
        self._buckets: dict[str, _Bucket] = {}

    def take(self, client: str) -> int | None:
        """Take one request; None if it may pass, else whole seconds to wait (at least 1)."""
        now_s = self._now_s()
        bucket = self._buckets.get(client)
        if bucket is None:
            self._forget(now_s)
            bucket = self._buckets[client] = _Bucket(self._rate, now_s)
        bucket.left = min(self._rate, bucket.left + (now_s - bucket.at_s) * self._rate)
        bucket.at_s = now_s
        if bucket.left < 1:
            return max(1, math.ceil((1 - bucket.left) / self._rate))
        bucket.left -= 1
        return None

    def _forget(self, now_s: float) -> None:
        # A bucket idle for a second is full again: as good as unknown.
        if len(self._buckets) >= FORGET_ABOVE:
            self._buckets = {name: b for name, b in self._buckets.items() if now_s - b.at_s < 1}
