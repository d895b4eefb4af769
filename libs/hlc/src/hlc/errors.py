"""What can go wrong with time, split by what the caller should do."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hlc.timestamp import Timestamp


class HlcError(Exception):
    """Root of the package's errors."""


class MalformedTimestamp(HlcError, ValueError):
    """Not a timestamp: wrong text, or a field out of its range. Refuse the message that carries it."""


class StampTooFarAhead(HlcError):
    """Another node's stamp is further ahead of this machine's clock than drift allows.

    Store the event with its own stamp, raise an alarm, do not merge: one broken clock must not drag
    every other one into the future.
    """

    def __init__(self, remote: "Timestamp", wall_ms: int, max_drift_ms: int) -> None:
        self.remote = remote
        self.wall_ms = wall_ms
        self.max_drift_ms = max_drift_ms
        super().__init__(
            f"stamp {remote} is {self.ahead_ms} ms ahead of this clock, at most {max_drift_ms} ms is merged"
        )

    @property
    def ahead_ms(self) -> int:
        """How far the remote stamp lies ahead of this machine's clock, ms."""
        return self.remote.wall_ms - self.wall_ms


class ClockInDoubt(HlcError):
    """At start the machine's clock is so far past the persisted bound that a second source must agree first.

    Ask the FN, the KKT or the hub for the time and hand it to `Clock.confirm`.
    """

    def __init__(self, bound_ms: int, wall_ms: int, max_jump_ms: int) -> None:
        self.bound_ms = bound_ms
        self.wall_ms = wall_ms
        self.max_jump_ms = max_jump_ms
        super().__init__(
            f"clock stands {wall_ms - bound_ms} ms past the last known time, at most {max_jump_ms} ms "
            "is believed without a second source"
        )
