"""The newest word of another service and of head office, with its age by our own clock."""

from collections.abc import Callable
from typing import Generic, TypeVar

from contracts.head_office import OdooStatus
from heartbeat.probes import Word

S = TypeVar("S")

Seconds = Callable[[], float]
"""A monotonic clock."""


class Hearing(Generic[S]):
    """The newest state of one service; it is silent when it says nothing for `silence_s`, from our start on."""

    def __init__(self, now_s: Seconds, silence_s: float) -> None:
        self._now_s = now_s
        self._silence_s = silence_s
        self._heard_s = now_s()
        self._state: S | None = None

    def hear(self, state: S) -> None:
        self._state, self._heard_s = state, self._now_s()

    @property
    def silent(self) -> bool:
        return self._now_s() - self._heard_s > self._silence_s

    @property
    def state(self) -> S | None:
        """The newest word while it holds."""
        return None if self.silent else self._state


class HeadOfficeWord:
    """Head office's word. The first one we see is as old as its stamp says; from then on a new one is young when it
    comes, so that a wrong clock of this machine costs one word, not all."""

    def __init__(self, now_s: Seconds, wall_ms: Callable[[], int], fresh_s: float) -> None:
        self._now_s, self._wall_ms, self._fresh_s = now_s, wall_ms, fresh_s
        self._status: OdooStatus | None = None
        self._said_s = 0.0

    def take(self, status: OdooStatus | None) -> None:
        """Note what the key holds now; None when there is no such key or no such value."""
        if status is not None and status != self._status:
            first = self._status is None
            age_s = max(0.0, (self._wall_ms() - status.at_ms) / 1000) if first else 0.0
            self._said_s = self._now_s() - age_s
        self._status = status

    @property
    def word(self) -> Word | None:
        """The word while it is fresh."""
        if self._status is None or self._now_s() - self._said_s >= self._fresh_s:
            return None
        return Word(up=self._status.up)
