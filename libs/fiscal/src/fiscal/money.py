"""Whole kopecks and millionths of a unit; every rounding of the product stands in this file."""

import re
from decimal import Decimal
from typing import Final, NewType

from fiscal.errors import FiscalError

Kopecks = NewType("Kopecks", int)
"""An amount of money in kopecks. Never a float, never roubles."""

Quantity = NewType("Quantity", int)
"""A quantity in millionths of its unit: 1 piece is 1_000_000 (the unit of FF46h and six decimals of tag 1023)."""

ONE = Quantity(1_000_000)

MAX_MONEY: Final = Kopecks((1 << 40) - 2)
"""The greatest sum of a receipt: the KKT's field has five bytes, and all ones mean "compute it yourself"."""

MAX_QUANTITY: Final = Quantity((1 << 48) - 1)
"""The KKT's field has six bytes."""

_ROUBLE_DECIMALS = 2
_QUANTITY_DECIMALS = 6
_MAX_WHOLE_DIGITS = 15  # beyond every limit above, and small enough to multiply without care
_NUMBER = re.compile(r"-?[0-9]{1,24}(\.[0-9]{1,24})?([eE][+-]?[0-9]{1,2})?", re.ASCII)


class BadAmount(FiscalError, ValueError):
    """A text or number is no exact amount of money or quantity."""


def round_half_up(numerator: int, denominator: int) -> int:
    """Return numerator / denominator to the nearest whole, a half upwards; both are zero or more."""
    if numerator < 0 or denominator <= 0:
        raise BadAmount(f"{numerator}/{denominator} is not rounded: negative")
    return (2 * numerator + denominator) // (2 * denominator)


def line_sum(price: Kopecks, quantity: Quantity) -> Kopecks:
    """Return price × quantity to the kopeck, a half upwards (tag 1043 from 1079 and 1023)."""
    return Kopecks(round_half_up(price * quantity, ONE))


def parse_roubles(text: str) -> Kopecks:
    """Read roubles from a decimal string or the text of a JSON number, at most two decimals, sign allowed."""
    return to_kopecks(_number(text))


def to_kopecks(roubles: Decimal) -> Kopecks:
    """Turn roubles into kopecks; raises BadAmount for NaN, infinity, and more than two decimals."""
    return Kopecks(_scaled(roubles, _ROUBLE_DECIMALS))


def format_roubles(amount: Kopecks) -> str:
    """Write roubles with a point and two decimals: 155000 is `1550.00`."""
    sign, whole = ("-", -amount) if amount < 0 else ("", amount)
    return f"{sign}{whole // 100}.{whole % 100:02d}"


def parse_quantity(text: str) -> Quantity:
    """Read a quantity from a decimal string or the text of a JSON number, at most six decimals, sign allowed."""
    return to_quantity(_number(text))


def to_quantity(value: Decimal) -> Quantity:
    """Turn a number of units into millionths; raises BadAmount for what they cannot hold."""
    return Quantity(_scaled(value, _QUANTITY_DECIMALS))


def quantity_decimal(amount: Quantity) -> Decimal:
    """Return the number of units without trailing zeros, as tag 1023 wants it."""
    whole, part = divmod(amount, ONE)
    return Decimal(f"{whole}.{part:06d}".rstrip("0").rstrip("."))


def format_quantity(amount: Quantity) -> str:
    """Write the number of units without trailing zeros: 1_500_000 is `1.5`."""
    return f"{quantity_decimal(amount):f}"


def _number(text: str) -> Decimal:
    if not _NUMBER.fullmatch(text):
        raise BadAmount(f"{text[:40]!r} is no decimal number")
    return Decimal(text)


def _scaled(value: Decimal, decimals: int) -> int:
    exponent = value.as_tuple().exponent
    if not isinstance(exponent, int):
        raise BadAmount(f"{value} is no number")
    if exponent < -decimals:
        raise BadAmount(f"{value} has more than {decimals} decimals")
    if value.adjusted() >= _MAX_WHOLE_DIGITS:
        raise BadAmount(f"{value} is too large")
    return int(value.scaleb(decimals))
