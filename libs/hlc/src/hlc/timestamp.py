"""The ordered value and its one text form."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Self

from hlc.errors import MalformedTimestamp

MAX_COUNTER: Final = 9_999
"""Four digits in the text form; a clock that needs more steps one millisecond forward."""

MAX_WALL_MS: Final = 253_402_300_799_999
"""9999-12-31T23:59:59.999Z, the last moment whose text has a four-digit year."""

_EPOCH: Final = datetime(1970, 1, 1)  # noqa: DTZ001 - all arithmetic here is UTC, an offset would only be noise
_MILLISECOND: Final = timedelta(milliseconds=1)
_NODE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_TEXT: Final = re.compile(r"([0-9-]{10}T[0-9:]{8}\.[0-9]{3})Z\+([0-9]{4})@(.+)")


@dataclass(frozen=True, order=True, slots=True)
class Timestamp:
    """A moment in a total order: `wall_ms` since 1970 UTC, then `counter`, then the `node` that gave it.

    `str()` gives `2026-03-01T09:15:02.417Z+0004@till-001`: every part has a fixed width up to the node,
    so texts sort (by code point, in SQLite, in a shell) exactly as the values do.
    """

    wall_ms: int
    counter: int
    node: str

    def __post_init__(self) -> None:
        if not 0 <= self.wall_ms <= MAX_WALL_MS:
            raise MalformedTimestamp(f"wall_ms {self.wall_ms} is outside 0..{MAX_WALL_MS}")
        if not 0 <= self.counter <= MAX_COUNTER:
            raise MalformedTimestamp(f"counter {self.counter} is outside 0..{MAX_COUNTER}")
        if not _NODE.fullmatch(self.node):
            raise MalformedTimestamp(f"node {self.node!r} is not 1 to 64 of A-Z a-z 0-9 . _ -")

    def __str__(self) -> str:
        wall = (_EPOCH + self.wall_ms * _MILLISECOND).isoformat(timespec="milliseconds")
        return f"{wall}Z+{self.counter:04}@{self.node}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the text form back; anything that `str()` would not write is a `MalformedTimestamp`."""
        match = _TEXT.fullmatch(text)
        if match is None:
            raise MalformedTimestamp(f"{text!r} is not of the form 2026-03-01T09:15:02.417Z+0004@till-001")
        wall, counter, node = match.groups()
        try:
            wall_ms = (datetime.fromisoformat(wall) - _EPOCH) // _MILLISECOND
        except ValueError as error:
            raise MalformedTimestamp(f"{text!r}: {error}") from error
        stamp = cls(wall_ms, int(counter), node)
        if str(stamp) != text:  # e.g. hour 24, which newer Pythons read as the next day
            raise MalformedTimestamp(f"{text!r} is another spelling of {stamp}")
        return stamp
