"""What the KKT puts into a document before the FN numbers and signs it.

Builders of the forms come from `fiscal.documents`; here are the device's own facts and the two forms that only
a device makes (order ЕД-7-20/662@, FFD 1.2, documents 21 and 31).
"""

import datetime as dt
from collections.abc import Callable, Sequence

import msgspec

from fiscal.counters import counter_members
from fiscal.documents import (
    FFD_1_2,
    FnWarnings,
    ReceiptContent,
    RegistrationCard,
    ShiftClose,
    build_close_shift,
    build_open_shift,
    build_receipt,
    build_registration,
)
from fiscal.items import item_member
from fiscal.kkt.vat import rate_of_code
from fiscal.money import Kopecks, Quantity
from fiscal.receipt import Cashier, Line, Operation, PaymentMethod, PaymentSubject, TaxSystem, VatRate
from fiscal.settlement import Settlement
from fiscal.tags import Tag
from fiscal.tlv import Member, find, first, inner, parse_members
from kkt_emulator.refusal import Refusal
from kkt_emulator.state import Item, OpenReceipt
from kkt_emulator.store import FnState

Build = Callable[[int], Member]
"""FD number → document without its sign."""

KKT_VERSION = "003"
CORRECTION = 31


def registration(card: RegistrationCard, at: dt.datetime, days_left: int, *, autonomous: bool) -> Build:
    """Document 1; an autonomous KKT has no OFD."""
    cashier = Cashier(name="Системный администратор")

    def build(fd: int) -> Member:
        document = build_registration(card, fd=fd, at=at, cashier=cashier, keys_resource_days=days_left)
        return _without_ofd(document) if autonomous else document

    return build


def _without_ofd(report: Member) -> Member:
    kept = (member for member in inner(report) if member.tag not in (Tag.OFD_INN, Tag.OFD_NAME))
    offline = Member(Tag.OFFLINE_MODE_FLAG, 1)
    return Member(report.tag, tuple(offline if m.tag == offline.tag else m for m in kept))


def open_shift(
    card: RegistrationCard, at: dt.datetime, cashier: str, shift: int, warnings: FnWarnings, tags: bytes
) -> Build:
    """Document 2."""
    return lambda fd: build_open_shift(
        card,
        fd=fd,
        at=at,
        shift=shift,
        cashier=Cashier(name=cashier),
        warnings=warnings,
        extra=parse_members(tags),
    )


def close_shift(
    card: RegistrationCard, at: dt.datetime, cashier: str, fn: FnState, close: ShiftClose, tags: bytes
) -> Build:
    """Document 5."""
    return lambda fd: build_close_shift(
        card,
        close,
        fd=fd,
        at=at,
        shift=fn.shift,
        cashier=Cashier(name=cashier),
        extra=parse_members(tags),
    )


def shift_close(fn: FnState, at: dt.datetime, unsent: int, first_unsent_at: dt.datetime | None) -> ShiftClose:
    """Count the shift that is being closed."""
    midnight = first_unsent_at.replace(hour=0, minute=0) if first_unsent_at else None
    return ShiftClose(
        receipts=fn.receipt,
        documents=fn.shift_documents + 1,
        shift_totals=fn.shift_counters,
        fn_totals=fn.life_counters,
        unsent=unsent,
        first_unsent=midnight,
        keys_resource_days=days_left(fn, at),
    )


def state_report(card: RegistrationCard, at: dt.datetime, fn: FnState, close: ShiftClose) -> Build:
    """Document 21."""
    unsent = [Member(Tag.UNSENT_DOCUMENTS_COUNT, close.unsent)] if close.unsent else []
    if close.first_unsent is not None:
        unsent.append(Member(Tag.FIRST_UNSENT_DATE, close.first_unsent))
    body = (
        Member(Tag.FFD_VERSION, FFD_1_2),
        Member(Tag.USER_INN, card.user_inn),
        Member(Tag.DATETIME, at),
        Member(Tag.SHIFT_NUMBER, fn.shift),
        *unsent,
        Member(Tag.FN_KEYS_RESOURCE_DAYS, close.keys_resource_days),
        Member(Tag.KKT_REG_NUMBER, card.reg_number),
        Member(Tag.FN_TOTALS, counter_members(fn.life_counters)),
        Member(Tag.FN_NUMBER, card.fn),
    )
    return lambda fd: Member(
        Tag.CURRENT_STATE_REPORT, (*body[:-1], Member(Tag.FISCAL_DOCUMENT_NUMBER, fd), body[-1])
    )


def receipt(
    card: RegistrationCard,
    content: ReceiptContent,
    open_receipt: OpenReceipt,
    *,
    at: dt.datetime,
    shift: int,
    number: int,
) -> Build:
    """Document 3 or 31; AAh when a correction has no basis."""
    extra = parse_members(open_receipt.tags)
    if open_receipt.form == CORRECTION and not all(
        first(extra, tag) for tag in (Tag.CORRECTION_TYPE, Tag.CORRECTION_BASE)
    ):
        raise Refusal(0xAA)
    if find(extra, Tag.BUYER_CONTACT, str) is None:
        card = msgspec.structs.replace(card, sender_email="")
    items = tuple(item_member(line_of(item), parse_members(item.tags)) for item in open_receipt.items)

    def build(fd: int) -> Member:
        document = build_receipt(
            card, content, fd=fd, at=at, shift=shift, number=number, items=items, extra=extra
        )
        return Member(open_receipt.form, inner(document))

    return build


def content_of(
    open_receipt: OpenReceipt, cashier: str, total: int, payments: Sequence[int], change: int, tax_system: int
) -> ReceiptContent:
    """Return the settlement of a receipt; `payments` are the sixteen of FF45h without the change."""
    cash, electronic, prepaid, credit, other = five_sums(payments)
    return ReceiptContent(
        operation=Operation(open_receipt.operation),
        lines=tuple(line_of(item) for item in open_receipt.items),
        settlement=Settlement(
            total=Kopecks(total),
            cash=Kopecks(cash),
            cashless=Kopecks(electronic),
            prepaid=Kopecks(prepaid),
            credit=Kopecks(credit),
            provision=Kopecks(other),
            change=Kopecks(change),
        ),
        tax_system=TaxSystem(tax_system),
        cashier=Cashier(name=cashier),
    )


def line_of(item: Item) -> Line:
    """Return a line as the law sees it."""
    return Line(
        name=item.name.removeprefix("//"),
        quantity=Quantity(item.quantity),
        price=Kopecks(item.price),
        total=Kopecks(item.total),
        vat=known_rate(item.tax),
        method=PaymentMethod(item.method),
        subject=PaymentSubject(item.subject),
    )


def five_sums(payments: Sequence[int]) -> tuple[int, int, int, int, int]:
    """Fold the sixteen payments of FF45h: cash, electronic, prepaid, credit, other."""
    full = (*payments, *[0] * (16 - len(payments)))
    return full[0], sum(full[1:13]), full[13], full[14], full[15]


def known_rate(tax: int) -> VatRate:
    """Return the rate of a tax byte, 33h when the device has no such rate."""
    rate = rate_of_code(tax)
    if rate is None:
        raise Refusal(0x33)
    return rate


def days_left(fn: FnState, at: dt.datetime) -> int:
    """Return the life that the FN's keys have left."""
    return max(0, (fn.expires - at.date()).days) if fn.expires else 0


def warnings(bits: int) -> FnWarnings:
    """Return the flags of FF01h as shift documents write them."""
    return FnWarnings(
        replace_urgently=bool(bits & 1),
        resource_exhausted=bool(bits >> 1 & 1),
        memory_full=bool(bits >> 2 & 1),
        ofd_timeout=bool(bits >> 3 & 1),
    )
