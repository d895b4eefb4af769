"""The clock's stamps on what goes out, and what came in merged into the clock."""

from typing import Protocol

from actor import log
from hlc import ClockInDoubt, MalformedTimestamp, StampTooFarAhead, Timestamp


class StampClock(Protocol):
    """What the bus needs of `hlc.Clock`."""

    def now(self) -> Timestamp: ...
    def merge(self, remote: Timestamp) -> Timestamp: ...


class Stamps:
    """The `Hlc` headers of one connection; without a clock none are sent, and those that come are only read."""

    def __init__(self, clock: StampClock | None) -> None:
        self._clock = clock

    def outgoing(self) -> str | None:
        """A stamp for a message that is sent now; None without a clock or while it is in doubt."""
        if self._clock is None:
            return None
        try:
            return str(self._clock.now())
        except ClockInDoubt:
            return None  # no stamp is better than a wrong one; the boot guard waits for a second source

    def incoming(self, text: str | None) -> Timestamp | None:
        """Merge a message's stamp and return it; from too far ahead: alarmed, returned, not merged."""
        if text is None:
            return None
        try:
            stamp = Timestamp.parse(text)
        except MalformedTimestamp as error:
            log.get().warning("hlc_malformed", reason=str(error))
            return None
        if self._clock is not None:
            self._merge(self._clock, stamp)
        return stamp

    def _merge(self, clock: StampClock, stamp: Timestamp) -> None:
        try:
            clock.merge(stamp)
        except StampTooFarAhead as error:
            log.get().error("hlc_too_far_ahead", stamp=str(stamp), ahead_ms=error.ahead_ms)
        except ClockInDoubt:
            pass  # told by the guard once, not by each message
