"""Hybrid logical clock: total order of events on clocks that lie."""

from hlc.clock import Clock
from hlc.errors import ClockInDoubt, HlcError, MalformedTimestamp, StampTooFarAhead
from hlc.stamped import Stamped
from hlc.timestamp import MAX_COUNTER, MAX_WALL_MS, Timestamp

__all__ = [
    "MAX_COUNTER",
    "MAX_WALL_MS",
    "Clock",
    "ClockInDoubt",
    "HlcError",
    "MalformedTimestamp",
    "StampTooFarAhead",
    "Stamped",
    "Timestamp",
]
