"""Wire forms of the fields of a command and the walk over a Struct that uses them.

A request or a reply is a frozen Struct whose annotations carry the wire form: `fd: U32`. Numbers are unsigned
little-endian, text is CP1251, sums are kopecks (Штрих-М protocol v2.0, "Структура сообщений").
"""

import datetime as dt
import functools
import typing
from collections.abc import Sequence
from typing import Annotated, Any, Generic, TypeVar

import msgspec

T = TypeVar("T")
S = TypeVar("S", bound=msgspec.Struct)


class FieldError(ValueError):
    """A value does not fit its field, or the bytes end inside one."""


class Wire(Generic[T]):
    """How one field looks on the wire."""

    def encode(self, value: T) -> bytes:
        """Return the bytes of `value`."""
        raise NotImplementedError

    def parse(self, data: bytes) -> tuple[T, bytes]:
        """Return the value and the bytes after it."""
        raise NotImplementedError


def take(data: bytes, size: int) -> tuple[bytes, bytes]:
    """Split off `size` bytes or fail."""
    if len(data) < size:
        raise FieldError(f"needs {size} bytes, {len(data)} left")
    return data[:size], data[size:]


class Uint(Wire[int]):
    """`size` bytes, little-endian."""

    def __init__(self, size: int) -> None:
        self.size = size

    def encode(self, value: int) -> bytes:
        try:
            return value.to_bytes(self.size, "little")
        except OverflowError as error:
            raise FieldError(f"{value} does not fit {self.size} bytes") from error

    def parse(self, data: bytes) -> tuple[int, bytes]:
        raw, rest = take(data, self.size)
        return int.from_bytes(raw, "little"), rest


class UintOrUnset(Wire[int | None]):
    """`size` bytes; None travels as FF…FF, "the device computes it"."""

    def __init__(self, size: int) -> None:
        self.inner = Uint(size)
        self.unset = b"\xff" * size

    def encode(self, value: int | None) -> bytes:
        return self.unset if value is None else self.inner.encode(value)

    def parse(self, data: bytes) -> tuple[int | None, bytes]:
        raw, rest = take(data, self.inner.size)
        return (None if raw == self.unset else int.from_bytes(raw, "little")), rest


class UintRest(Wire[int]):
    """Whatever is left, `shortest` bytes at least, is one number; written as `size` bytes, or as few as hold it."""

    def __init__(self, shortest: int, size: int, *, trim: bool) -> None:
        self.shortest, self.size, self.trim = shortest, size, trim

    def encode(self, value: int) -> bytes:
        size = max(self.shortest, (value.bit_length() + 7) // 8) if self.trim else self.size
        if size > self.size:
            raise FieldError(f"{value} does not fit {self.size} bytes")
        return Uint(size).encode(value)

    def parse(self, data: bytes) -> tuple[int, bytes]:
        take(data, self.shortest)
        return int.from_bytes(data[: self.size], "little"), data[self.size :]


class Uints(Wire[tuple[int, ...]]):
    """`count` numbers of `size` bytes each; missing ones are written as 0."""

    def __init__(self, count: int, size: int) -> None:
        self.count, self.inner = count, Uint(size)

    def encode(self, value: Sequence[int]) -> bytes:
        if len(value) > self.count:
            raise FieldError(f"{len(value)} numbers, room for {self.count}")
        padded = [*value, *[0] * (self.count - len(value))]
        return b"".join(self.inner.encode(number) for number in padded)

    def parse(self, data: bytes) -> tuple[tuple[int, ...], bytes]:
        numbers = []
        for _ in range(self.count):
            number, data = self.inner.parse(data)
            numbers.append(number)
        return tuple(numbers), data


class Text(Wire[str]):
    """CP1251 text: `width` bytes padded with zeros (some devices: spaces), or (width 0) the rest of the message,
    padded to `shortest`."""

    def __init__(self, width: int = 0, *, shortest: int = 0, longest: int = 255) -> None:
        self.width, self.shortest, self.longest = width, shortest or width, width or longest

    def encode(self, value: str) -> bytes:
        raw = value.encode("cp1251", "replace")
        if len(raw) > self.longest:
            raise FieldError(f"text of {len(raw)} bytes, room for {self.longest}")
        return raw.ljust(self.shortest, b"\0")

    def parse(self, data: bytes) -> tuple[str, bytes]:
        raw, rest = take(data, self.width) if self.width else (data, b"")
        text = raw.partition(b"\0")[0].decode("cp1251", "replace")
        return text.rstrip(" ") if self.width else text, rest


class Raw(Wire[bytes]):
    """`size` bytes as they are, or (size 0) the rest of the message."""

    def __init__(self, size: int = 0) -> None:
        self.size = size

    def encode(self, value: bytes) -> bytes:
        if self.size and len(value) != self.size:
            raise FieldError(f"{len(value)} bytes, must be {self.size}")
        return value

    def parse(self, data: bytes) -> tuple[bytes, bytes]:
        return take(data, self.size) if self.size else (data, b"")


class Date(Wire[dt.date | None]):
    """Three plain bytes in the given order, year 2000-based; zeros are None (no date)."""

    def __init__(self, order: str) -> None:
        self.order = order

    def encode(self, value: dt.date | None) -> bytes:
        if value is None:
            return bytes(3)
        if not 2000 <= value.year <= 2255:
            raise FieldError(f"year {value.year} does not fit a byte")
        parts = {"Y": value.year - 2000, "M": value.month, "D": value.day}
        return bytes(parts[letter] for letter in self.order)

    def parse(self, data: bytes) -> tuple[dt.date | None, bytes]:
        raw, rest = take(data, 3)
        parts = dict(zip(self.order, raw, strict=True))
        if not any(raw):
            return None, rest
        try:
            return dt.date(2000 + parts["Y"], parts["M"], parts["D"]), rest
        except ValueError as error:
            raise FieldError(f"{raw.hex(' ')} is no date") from error


class Time(Wire[dt.time]):
    """`hh mm ss` (or `hh mm`) as plain bytes."""

    def __init__(self, size: int = 3) -> None:
        self.size = size

    def encode(self, value: dt.time) -> bytes:
        return bytes([value.hour, value.minute, value.second][: self.size])

    def parse(self, data: bytes) -> tuple[dt.time, bytes]:
        raw, rest = take(data, self.size)
        try:
            return dt.time(*raw), rest
        except ValueError as error:
            raise FieldError(f"{raw.hex(' ')} is no time") from error


class Minutes(Wire[dt.datetime | None]):
    """`YY MM DD hh mm`, local wall time without a zone; a zero date is None (no document yet)."""

    def encode(self, value: dt.datetime | None) -> bytes:
        if value is None:
            return bytes(5)
        return Date("YMD").encode(value.date()) + Time(2).encode(value.time())

    def parse(self, data: bytes) -> tuple[dt.datetime | None, bytes]:
        date, rest = Date("YMD").parse(data)
        time, rest = Time(2).parse(rest)
        return (None if date is None else dt.datetime.combine(date, time)), rest


class Tail(Wire[T | None]):
    """A field that older firmware leaves out: None when the message ends before it."""

    def __init__(self, inner: Wire[T]) -> None:
        self.inner = inner

    def encode(self, value: T | None) -> bytes:
        return b"" if value is None else self.inner.encode(value)

    def parse(self, data: bytes) -> tuple[T | None, bytes]:
        return self.inner.parse(data) if data else (None, data)


U8 = Annotated[int, Uint(1)]
U16 = Annotated[int, Uint(2)]
U32 = Annotated[int, Uint(4)]
U40 = Annotated[int, Uint(5)]
U48 = Annotated[int, Uint(6)]
U64 = Annotated[int, Uint(8)]
SumOrUnset = Annotated[int | None, UintOrUnset(5)]
TextRest = Annotated[str, Text()]
RawRest = Annotated[bytes, Raw()]
DateDMY = Annotated[dt.date | None, Date("DMY")]
DateYMD = Annotated[dt.date | None, Date("YMD")]
Hms = Annotated[dt.time, Time()]
Dt5 = Annotated[dt.datetime | None, Minutes()]
TailDt5 = Annotated[dt.datetime | None, Tail(Minutes())]
TailU8 = Annotated[int | None, Tail(Uint(1))]
TailU16 = Annotated[int | None, Tail(Uint(2))]
TailU32 = Annotated[int | None, Tail(Uint(4))]


@functools.cache
def layout(struct: type[msgspec.Struct]) -> tuple[tuple[str, Wire[Any]], ...]:
    """Return the fields of a Struct in wire order."""
    hints = typing.get_type_hints(struct, include_extras=True)
    return tuple((name, hints[name].__metadata__[0]) for name in struct.__struct_fields__)


def encode_fields(value: msgspec.Struct) -> bytes:
    """Return the bytes of all fields in order."""
    parts = []
    for name, wire in layout(type(value)):
        try:
            parts.append(wire.encode(getattr(value, name)))
        except FieldError as error:
            raise FieldError(f"{type(value).__name__}.{name}: {error}") from error
    return b"".join(parts)


def parse_fields(struct: type[S], data: bytes) -> tuple[S, bytes]:
    """Return the Struct and the bytes that no field claims (newer firmware appends fields)."""
    values: dict[str, object] = {}
    for name, wire in layout(struct):
        try:
            values[name], data = wire.parse(data)
        except FieldError as error:
            raise FieldError(f"{struct.__name__}.{name}: {error}") from error
    return struct(**values), data
