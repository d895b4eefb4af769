"""Totals of a shift (tag 1194) and of the FN's life (tag 1157): values that grow receipt by receipt.

Order ЕД-7-20/662@, FFD 1.2, tables of 1129–1133. Counters of tax exist for the six old rates only.
"""

import msgspec

from fiscal.money import Kopecks
from fiscal.receipt import Line, Operation, VatRate
from fiscal.settlement import Settlement
from fiscal.tags import Tag
from fiscal.tlv import Member, Members, find, first, inner
from fiscal.vat import totals

_TAX_TAGS = {
    VatRate.VAT_20: Tag.COUNTER_VAT_20,
    VatRate.VAT_10: Tag.COUNTER_VAT_10,
    VatRate.VAT_20_120: Tag.COUNTER_VAT_20_120,
    VatRate.VAT_10_110: Tag.COUNTER_VAT_10_110,
    VatRate.VAT_0: Tag.COUNTER_TURNOVER_VAT_0,
    VatRate.NO_VAT: Tag.COUNTER_TURNOVER_NO_VAT,
}


class OperationCounters(msgspec.Struct, frozen=True, kw_only=True):
    """Receipts of one calculation type, and their sums in kopecks; `taxes` by rate, turnover for 0 % and no VAT."""

    receipts: int = 0
    cash: int = 0
    cashless: int = 0
    prepaid: int = 0
    credit: int = 0
    provision: int = 0
    total: int = 0
    taxes: dict[VatRate, int] = {}


class Counters(msgspec.Struct, frozen=True, kw_only=True):
    """What the FN counts, one group for each calculation type."""

    sale: OperationCounters = OperationCounters()
    sale_refund: OperationCounters = OperationCounters()
    expense: OperationCounters = OperationCounters()
    expense_refund: OperationCounters = OperationCounters()
    corrections: int = 0

    @property
    def receipts(self) -> int:
        """Receipts and corrections of all calculation types, tag 1134."""
        groups = (self.sale, self.sale_refund, self.expense, self.expense_refund)
        return sum(group.receipts for group in groups) + self.corrections


_GROUPS = {
    Operation.SALE: ("sale", Tag.COUNTERS_SELL),
    Operation.SALE_REFUND: ("sale_refund", Tag.COUNTERS_SELL_RETURN),
    Operation.EXPENSE: ("expense", Tag.COUNTERS_BUY),
    Operation.EXPENSE_REFUND: ("expense_refund", Tag.COUNTERS_BUY_RETURN),
}
_SUMS = {
    "cash": Tag.COUNTER_CASH_SUM,
    "cashless": Tag.COUNTER_CASHLESS_SUM,
    "prepaid": Tag.COUNTER_PREPAID_SUM,
    "credit": Tag.COUNTER_CREDIT_SUM,
    "provision": Tag.COUNTER_PROVISION_SUM,
    "total": Tag.COUNTER_TOTAL_SUM,
}


def group_of(counters: Counters, operation: Operation) -> OperationCounters:
    """Return the counters of one calculation type."""
    group: OperationCounters = getattr(counters, _GROUPS[operation][0])
    return group


def count_receipt(
    counters: Counters, operation: Operation, lines: tuple[Line, ...], paid: Settlement
) -> Counters:
    """Return the counters with one more receipt."""
    before = group_of(counters, operation)
    taxes = dict(before.taxes)
    for part in totals(lines):
        if part.rate in _TAX_TAGS:
            taxes[part.rate] = taxes.get(part.rate, 0) + part.written
    after = OperationCounters(
        receipts=before.receipts + 1,
        cash=before.cash + paid.cash,
        cashless=before.cashless + paid.cashless,
        prepaid=before.prepaid + paid.prepaid,
        credit=before.credit + paid.credit,
        provision=before.provision + paid.provision,
        total=before.total + paid.total,
        taxes=taxes,
    )
    return msgspec.structs.replace(counters, **{_GROUPS[operation][0]: after})


def counter_members(counters: Counters) -> Members:
    """Return what 1157 and 1194 hold."""
    groups = [
        Member(tag, _group_members(group_of(counters, operation))) for operation, (_, tag) in _GROUPS.items()
    ]
    corrections = (Member(Tag.COUNTER_CORRECTIONS, counters.corrections),)
    return (
        Member(Tag.COUNTER_RECEIPTS_ALL, counters.receipts),
        *groups,
        Member(Tag.COUNTERS_CORRECTIONS, corrections),
    )


def parse_counters(members: Members) -> Counters:
    """Read what 1157 or 1194 holds; a missing counter is 0."""
    groups = {name: _parse_group(inner(first(members, tag))) for name, tag in _GROUPS.values()}
    corrections = inner(first(members, Tag.COUNTERS_CORRECTIONS))
    return Counters(corrections=find(corrections, Tag.COUNTER_CORRECTIONS, int) or 0, **groups)


def _group_members(group: OperationCounters) -> Members:
    sums = [Member(tag, Kopecks(getattr(group, name))) for name, tag in _SUMS.items()]
    taxes = [Member(tag, group.taxes.get(rate, 0)) for rate, tag in _TAX_TAGS.items()]
    return (Member(Tag.COUNTER_RECEIPTS_BY_TYPE, group.receipts), *sums, *taxes)


def _parse_group(members: Members) -> OperationCounters:
    sums = {name: find(members, tag, int) or 0 for name, tag in _SUMS.items()}
    taxes = {rate: value for rate, tag in _TAX_TAGS.items() if (value := find(members, tag, int))}
    return OperationCounters(
        receipts=find(members, Tag.COUNTER_RECEIPTS_BY_TYPE, int) or 0, taxes=taxes, **sums
    )
