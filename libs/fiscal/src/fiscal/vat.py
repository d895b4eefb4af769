"""VAT as dated data: rates, labels of the API, tax inside an amount, totals of a receipt.

Order ЕД-7-20/662@ with ЕД-7-20/1050@ of 08.12.2025 (22 % from 2026), tables of tag 1199 and of the receipt.
A new law is a new row in RATES.
"""

import datetime
from collections.abc import Iterable, Mapping

import msgspec

from fiscal.errors import FiscalError
from fiscal.money import Kopecks, round_half_up
from fiscal.receipt import Line, Operation, VatRate
from fiscal.tags import Tag


class UnknownVatLabel(FiscalError, ValueError):
    """A text names no VAT rate."""


class RateLaw(msgspec.Struct, frozen=True, kw_only=True):
    """One rate. `percent` is inside an amount as percent / (100 + percent) for both kinds of rate.

    A sale may use it from `since` until `until`, both included. A refund and a correction use the rate of the
    original sale, so for them only `since` binds.
    """

    rate: VatRate
    label: str
    percent: int
    calculated: bool = False  # r/(100+r): the rate of money taken in advance
    since: datetime.date = datetime.date(2019, 1, 1)
    until: datetime.date = datetime.date.max


_YEAR_2025 = datetime.date(2025, 1, 1)
_END_OF_20 = datetime.date(2025, 12, 31)
_YEAR_2026 = datetime.date(2026, 1, 1)

RATES: Mapping[VatRate, RateLaw] = {
    law.rate: law
    for law in (
        RateLaw(rate=VatRate.VAT_20, label="20%", percent=20, until=_END_OF_20),
        RateLaw(rate=VatRate.VAT_10, label="10%", percent=10),
        RateLaw(rate=VatRate.VAT_20_120, label="20/120", percent=20, calculated=True, until=_END_OF_20),
        RateLaw(rate=VatRate.VAT_10_110, label="10/110", percent=10, calculated=True),
        RateLaw(rate=VatRate.VAT_0, label="0%", percent=0),
        RateLaw(rate=VatRate.NO_VAT, label="no_vat", percent=0),
        RateLaw(rate=VatRate.VAT_5, label="5%", percent=5, since=_YEAR_2025),
        RateLaw(rate=VatRate.VAT_7, label="7%", percent=7, since=_YEAR_2025),
        RateLaw(rate=VatRate.VAT_5_105, label="5/105", percent=5, calculated=True, since=_YEAR_2025),
        RateLaw(rate=VatRate.VAT_7_107, label="7/107", percent=7, calculated=True, since=_YEAR_2025),
        RateLaw(rate=VatRate.VAT_22, label="22%", percent=22, since=_YEAR_2026),
        RateLaw(rate=VatRate.VAT_22_122, label="22/122", percent=22, calculated=True, since=_YEAR_2026),
    )
}

_BY_LABEL = {law.label: law.rate for law in RATES.values()}

TOTAL_TAGS: Mapping[VatRate, Tag] = {
    VatRate.VAT_20: Tag.VAT_SUM_20,
    VatRate.VAT_10: Tag.VAT_SUM_10,
    VatRate.VAT_20_120: Tag.VAT_SUM_20_120,
    VatRate.VAT_10_110: Tag.VAT_SUM_10_110,
    VatRate.VAT_0: Tag.TURNOVER_VAT_0,
    VatRate.NO_VAT: Tag.TURNOVER_NO_VAT,
}
"""Rates whose total is a member of the receipt itself; the others stand in 1115, one 1119 for each."""

UNTAXED = frozenset({VatRate.VAT_0, VatRate.NO_VAT})
"""Their total is the turnover, not a tax, and their lines have no tag 1200."""


class VatTotal(msgspec.Struct, frozen=True, kw_only=True):
    """What one rate makes up in a receipt."""

    rate: VatRate
    turnover: Kopecks
    tax: Kopecks

    @property
    def written(self) -> Kopecks:
        """What the receipt's total of this rate says."""
        return self.turnover if self.rate in UNTAXED else self.tax


def parse_label(label: str) -> VatRate:
    """Return the rate of an API label such as `22%`, `22/122` or `no_vat`; raises UnknownVatLabel."""
    try:
        return _BY_LABEL[label]
    except KeyError:
        raise UnknownVatLabel(f"{label[:20]!r} is no VAT rate; there are {', '.join(_BY_LABEL)}") from None


def label(rate: VatRate) -> str:
    """Return the API label of a rate."""
    return RATES[rate].label


def in_force(rate: VatRate, operation: Operation, on: datetime.date) -> bool:
    """True when a settlement of this kind on this local date may use the rate."""
    law = RATES[rate]
    is_refund = operation in (Operation.SALE_REFUND, Operation.EXPENSE_REFUND)
    return law.since <= on and (is_refund or on <= law.until)


def tax_inside(amount: Kopecks, rate: VatRate) -> Kopecks:
    """Return the VAT that an amount contains, a half kopeck upwards; 0 for 0 % and for no VAT."""
    percent = RATES[rate].percent
    return Kopecks(round_half_up(amount * percent, 100 + percent))


def totals(lines: Iterable[Line]) -> tuple[VatTotal, ...]:
    """Sum lines by rate, in the order of the rate codes; the tax is computed from each rate's turnover.

    It may differ by kopecks from the sum of the lines' own VAT; the tax service accepts both.
    """
    turnover: dict[VatRate, int] = {}
    for line in lines:
        turnover[line.vat] = turnover.get(line.vat, 0) + line.total
    return tuple(
        VatTotal(rate=rate, turnover=Kopecks(turnover[rate]), tax=tax_inside(Kopecks(turnover[rate]), rate))
        for rate in sorted(turnover)
    )
