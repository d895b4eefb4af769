"""TLV bytes ⇄ tagged values: `tag u16 LE | length u16 LE | value` (order ЕД-7-20/662@, FFD 1.2, appendix on formats).

Encodes the shortest form, accepts what devices really send. A value that would not be written as it was read
keeps its bytes in `Member.raw`, so that encoding what was parsed gives the same bytes, always.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TypeVar

import msgspec

from fiscal.errors import FiscalError
from fiscal.tags import Form, Kind, Tag, known
from fiscal.text import encode_text, parse_text

HEADER = 4
MAX_LENGTH = 0xFFFF
MAX_DEPTH = 8  # a close-shift report is 4 deep; the limit keeps hostile bytes off the interpreter's stack
MAX_INTEGER = 8  # bytes

_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - local wall time, a zone would be a lie
_WIDTHS = {Kind.BYTE: 1, Kind.BITMASK8: 1, Kind.U16: 2, Kind.U32: 4, Kind.BITMASK32: 4}
_INNS = {
    Tag.TRANSFER_OPERATOR_INN,
    Tag.OFD_INN,
    Tag.USER_INN,
    Tag.CASHIER_INN,
    Tag.SUPPLIER_INN,
    Tag.BUYER_INN,
}

Value = int | str | bytes | Decimal | datetime | tuple["Member", ...]
"""int: byte, u16, u32, bit masks, vln. Decimal: fvln. datetime without zone: unixtime. tuple: stlv."""

_T = TypeVar("_T", int, str, bytes, Decimal, datetime)


class TlvError(FiscalError):
    """Bytes are not TLV, or a value is none of its tag."""


class TruncatedTlv(TlvError):
    """A member is longer than what holds it; `offset` is where the member begins."""

    def __init__(self, offset: int, wanted: int, present: int) -> None:
        super().__init__(f"member at offset {offset} needs {wanted} bytes, {present} are there")
        self.offset = offset


class BadTlvValue(TlvError):
    """The bytes of a known tag cannot be its type; `offset` is where the member begins."""

    def __init__(self, offset: int, tag: int, reason: str) -> None:
        super().__init__(f"tag {tag} at offset {offset}: {reason}")
        self.offset = offset
        self.tag = tag


class UnencodableValue(TlvError):
    """A value does not fit its tag."""

    def __init__(self, tag: int, reason: str) -> None:
        super().__init__(f"tag {tag}: {reason}")
        self.tag = tag


class MissingMember(TlvError):
    """A member that must be there is not, or holds another type."""

    def __init__(self, tag: int) -> None:
        super().__init__(f"tag {int(tag)} is missing")
        self.tag = tag


class Member(msgspec.Struct, frozen=True):
    """One tagged value. An unknown tag holds bytes.

    `raw` is set when the value was read from bytes that differ from what encoding it would write; it wins when
    encoding, so a changed value is a new Member.
    """

    tag: int
    value: Value
    raw: bytes | None = None


Members = tuple[Member, ...]


def encode_members(members: Iterable[Member]) -> bytes:
    """Encode members one after another."""
    return b"".join(encode_member(member) for member in members)


def encode_member(member: Member) -> bytes:
    """Encode one member; raises UnencodableValue."""
    body = encode_value(member.tag, member.value) if member.raw is None else member.raw
    if len(body) > MAX_LENGTH:
        raise UnencodableValue(member.tag, f"{len(body)} bytes, a length field holds {MAX_LENGTH} at most")
    return member.tag.to_bytes(2, "little") + len(body).to_bytes(2, "little") + body


def encode_value(number: int, value: Value) -> bytes:
    """Encode a value in the type of its tag; raises UnencodableValue for a wrong type, range or length."""
    tag = known(number)
    if tag is None or tag.kind is Kind.BYTES:
        return _encode_bytes(number, tag, value)
    if tag.kind is Kind.STLV:
        if not isinstance(value, tuple):
            raise UnencodableValue(number, "needs members")
        return encode_members(value)
    if tag.kind is Kind.STRING:
        return _encode_string(tag, value)
    if tag.kind is Kind.UNIXTIME:
        return _encode_moment(tag, value)
    if tag.kind is Kind.FVLN:
        return _encode_decimal(tag, value)
    if not isinstance(value, int):
        raise UnencodableValue(number, f"needs an integer, not {type(value).__name__}")
    return _encode_integer(tag, value, _WIDTHS.get(tag.kind))


def parse_members(data: bytes) -> Members:
    """Parse members up to the last byte; raises TruncatedTlv or BadTlvValue, never gives a part."""
    return _parse_members(data, 0, len(data), 0)


def parse_member(data: bytes, offset: int = 0) -> tuple[Member, int]:
    """Parse the one member that begins at `offset`; return it and where it ends."""
    return _parse_member(data, offset, len(data), 0)


def _encode_bytes(number: int, tag: Tag | None, value: Value) -> bytes:
    if not isinstance(value, bytes):
        raise UnencodableValue(number, f"needs bytes, not {type(value).__name__}")
    # 1078: FFD tables say 16, operators write 18; what the FN must take is not ours to cut.
    if tag is not None and tag is not Tag.OPERATOR_FISCAL_SIGN:
        _check_length(tag, value)
    return value


def _encode_string(tag: Tag, value: Value) -> bytes:
    if not isinstance(value, str):
        raise UnencodableValue(tag, f"needs text, not {type(value).__name__}")
    raw = encode_text(value)
    if Form.PADDED in tag.form:
        raw = raw.ljust(tag.max_len)
    _check_length(tag, raw)
    return raw


def _encode_moment(tag: Tag, value: Value) -> bytes:
    if not isinstance(value, datetime) or value.tzinfo is not None:
        raise UnencodableValue(tag, "needs a local date and time without zone")
    return _encode_integer(tag, (value - _EPOCH) // timedelta(seconds=1), 4)


def _encode_decimal(tag: Tag, value: Value) -> bytes:
    if not isinstance(value, Decimal) or not value.is_finite() or value.is_signed():
        raise UnencodableValue(tag, f"needs a decimal of zero or more, not {value!r}")
    _, digits, exponent = value.as_tuple()
    if not isinstance(exponent, int) or not -255 <= exponent <= 15:
        raise UnencodableValue(tag, f"{value} is out of range")
    units = int("".join(map(str, digits))) * 10 ** max(0, exponent)
    return bytes([max(0, -exponent)]) + _shortest(tag, units, tag.max_len - 1)


def _encode_integer(tag: Tag, value: int, width: int | None) -> bytes:
    if width is None:
        return _shortest(tag, value, tag.max_len)
    if not 0 <= value < 1 << (8 * width):
        raise UnencodableValue(tag, f"{value} does not fit {width} bytes")
    return value.to_bytes(width, "little")


def _shortest(tag: Tag, value: int, limit: int) -> bytes:
    if value < 0 or value.bit_length() > 8 * limit:
        raise UnencodableValue(tag, f"{value} does not fit {limit} bytes")
    return value.to_bytes(max(1, (value.bit_length() + 7) // 8), "little")


def _check_length(tag: Tag, raw: bytes) -> None:
    if Form.FIXED in tag.form and len(raw) != tag.max_len:
        raise UnencodableValue(tag, f"{len(raw)} bytes, must be {tag.max_len}")
    if 0 < tag.max_len < len(raw):
        raise UnencodableValue(tag, f"{len(raw)} bytes, at most {tag.max_len}")


def _parse_members(data: bytes, start: int, end: int, depth: int) -> Members:
    members = []
    while start < end:
        member, start = _parse_member(data, start, end, depth)
        members.append(member)
    return tuple(members)


def _parse_member(data: bytes, start: int, end: int, depth: int) -> tuple[Member, int]:
    body = start + HEADER
    if body > end:
        raise TruncatedTlv(start, HEADER, end - start)
    tag = int.from_bytes(data[start : start + 2], "little")
    stop = body + int.from_bytes(data[start + 2 : body], "little")
    if stop > end:
        raise TruncatedTlv(start, stop - start, end - start)
    row = known(tag)
    if row is not None and row.kind is Kind.STLV:
        if depth == MAX_DEPTH:
            raise BadTlvValue(start, tag, f"more than {MAX_DEPTH} containers inside one another")
        return Member(tag, _parse_members(data, body, stop, depth + 1)), stop
    return _parse_scalar(tag, row, data[body:stop], start), stop


def _parse_scalar(number: int, tag: Tag | None, raw: bytes, offset: int) -> Member:
    if tag is None:
        return Member(number, raw)
    try:
        value = _parse_value(tag, raw)
    except ValueError as error:
        raise BadTlvValue(offset, number, str(error)) from None
    try:
        same = encode_value(number, value) == raw
    except UnencodableValue:
        same = False
    return Member(number, value, None if same else raw)


def _parse_value(tag: Tag, raw: bytes) -> Value:
    if tag.kind is Kind.BYTES:
        return raw
    if tag.kind is Kind.STRING:
        return _parse_string(tag, raw)
    if tag.kind is Kind.FVLN:
        units = tuple(int(digit) for digit in str(_parse_integer(raw[1:])))
        return Decimal((0, units, -raw[0] if raw else 0))
    units_or_seconds = _parse_integer(raw)
    if tag.kind is not Kind.UNIXTIME:
        return units_or_seconds
    if units_or_seconds >= 1 << 32:
        raise ValueError(f"{units_or_seconds} seconds do not fit 4 bytes")
    return _EPOCH + timedelta(seconds=units_or_seconds)


def _parse_string(tag: Tag, raw: bytes) -> str:
    text = parse_text(raw)
    if Form.FIXED in tag.form:
        text = text.rstrip(" ")
    # A company's INN has 10 digits; some devices fill it up on the left.
    if tag in _INNS and len(text) == 12 and text.startswith("00"):
        return text[2:]
    return text


def _parse_integer(raw: bytes) -> int:
    significant = raw.rstrip(b"\0")
    if len(significant) > MAX_INTEGER:
        raise ValueError(f"an integer of {len(significant)} bytes")
    return int.from_bytes(significant, "little")


def first(members: Sequence[Member], tag: int) -> Member | None:
    """Return the first member with this tag."""
    return next((member for member in members if member.tag == tag), None)


def every(members: Sequence[Member], tag: int) -> Members:
    """Return the members with this tag, in their order."""
    return tuple(member for member in members if member.tag == tag)


def find(members: Sequence[Member], tag: int, kind: type[_T]) -> _T | None:
    """Return the value of the first member with this tag, None when there is none of this type."""
    member = first(members, tag)
    return member.value if member is not None and isinstance(member.value, kind) else None


def need(members: Sequence[Member], tag: int, kind: type[_T]) -> _T:
    """Return the value of the first member with this tag; raises MissingMember."""
    value = find(members, tag, kind)
    if value is None:
        raise MissingMember(tag)
    return value


def inner(member: Member | None) -> Members:
    """Return what a container holds; nothing for None and for a value that is no container."""
    return member.value if member is not None and isinstance(member.value, tuple) else ()
