"""Discounts to the kopeck: spread over lines, and turned into unit prices, because a receipt has no negative line."""

from collections.abc import Sequence

import msgspec

from fiscal.errors import FiscalError
from fiscal.money import ONE, Kopecks, Quantity, line_sum
from fiscal.receipt import Line


class BadDiscount(FiscalError, ValueError):
    """A discount is negative or exceeds what it is taken from."""


class PricedPart(msgspec.Struct, frozen=True, kw_only=True):
    """Part of a line with a price that gives its total: total = price × quantity to the kopeck."""

    quantity: Quantity
    price: Kopecks
    total: Kopecks


def spread(amount: Kopecks, weights: Sequence[Kopecks]) -> tuple[Kopecks, ...]:
    """Split an amount in proportion to weights; the parts add up to it and none exceeds its weight.

    The kopecks that rounding down leaves go to the greatest remainders, the earlier line first.
    """
    whole = sum(weights)
    if amount < 0 or amount > whole or any(weight < 0 for weight in weights):
        raise BadDiscount(f"{amount} cannot be taken from {whole}")
    if not whole:
        return tuple(Kopecks(0) for _ in weights)
    shares = [divmod(amount * weight, whole) for weight in weights]
    left = amount - sum(share for share, _ in shares)
    greatest = sorted(range(len(shares)), key=lambda index: -shares[index][1])[:left]
    return tuple(Kopecks(share + (index in greatest)) for index, (share, _) in enumerate(shares))


def price_parts(total: Kopecks, quantity: Quantity) -> tuple[PricedPart, ...]:
    """Return one part when some unit price gives the total, else two parts whose prices are a kopeck apart.

    Devices and the tax service compare tag 1079 × 1023 with 1043, so a total that no price gives is split.
    """
    if quantity <= 0 or total < 0:
        raise BadDiscount(f"{total} for a quantity of {quantity} millionths")
    price = Kopecks(total * ONE // quantity)
    for candidate in (price, Kopecks(price + 1)):
        if line_sum(candidate, quantity) == total:
            return (PricedPart(quantity=quantity, price=candidate, total=total),)
    rest = total - line_sum(price, quantity)  # whole units that cost a kopeck more
    dearer = Quantity(rest * ONE)
    cheaper = Quantity(quantity - dearer)
    dear_price = Kopecks(price + 1)
    return (
        PricedPart(quantity=cheaper, price=price, total=line_sum(price, cheaper)),
        PricedPart(quantity=dearer, price=dear_price, total=line_sum(dear_price, dearer)),
    )


def discount_line(line: Line, amount: Kopecks) -> tuple[Line, ...]:
    """Take an amount off a line: one line with a lower price, or two with prices a kopeck apart."""
    if not 0 <= amount <= line.total:
        raise BadDiscount(f"{amount} cannot be taken from a line of {line.total}")
    if not amount:
        return (line,)
    parts = price_parts(Kopecks(line.total - amount), line.quantity)
    return tuple(
        msgspec.structs.replace(line, quantity=part.quantity, price=part.price, total=part.total)
        for part in parts
    )


def discount_lines(lines: Sequence[Line], amount: Kopecks) -> tuple[Line, ...]:
    """Take an amount off a receipt, in proportion to the totals of its lines."""
    shares = spread(amount, [line.total for line in lines])
    return tuple(
        part for line, share in zip(lines, shares, strict=True) for part in discount_line(line, share)
    )
