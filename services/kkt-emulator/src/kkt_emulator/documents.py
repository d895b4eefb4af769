"""What the KKT puts into a document before the FN numbers and signs it (order ЕД-7-20/662@, FFD 1.2, document tables).

What the host sent by FF0Ch and FF4Dh replaces the KKT's own member with the same tag.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from fiscal.kkt.vat import rate_of_code
from fiscal.money import Kopecks, Quantity, quantity_decimal
from fiscal.receipt import Line, VatRate
from fiscal.tags import Tag
from fiscal.tlv import Member, Members, parse_members
from fiscal.vat import TOTAL_TAGS, UNTAXED, tax_inside
from fiscal.vat import totals as vat_totals
from kkt_emulator.fn import five_sums
from kkt_emulator.refusal import Refusal
from kkt_emulator.state import Item, OpenReceipt
from kkt_emulator.store import FnState, Totals

FFD_1_2 = 4
PIECE = 0
KKT_VERSION = "003"

COUNTERS = {
    1: Tag.COUNTERS_SELL,
    2: Tag.COUNTERS_SELL_RETURN,
    3: Tag.COUNTERS_BUY,
    4: Tag.COUNTERS_BUY_RETURN,
}

HEAD = (
    Tag.FFD_VERSION, Tag.USER_NAME, Tag.USER_INN, Tag.TAXATION_TYPES, Tag.BUYER_INFO, Tag.RECEIPT_NUMBER_IN_SHIFT,
    Tag.DATETIME, Tag.SHIFT_NUMBER, Tag.CALCULATION_TYPE, Tag.APPLIED_TAXATION_TYPE, Tag.CORRECTION_TYPE,
    Tag.CORRECTION_BASE, Tag.CASHIER, Tag.CASHIER_INN, Tag.KKT_REG_NUMBER, Tag.RETAIL_PLACE_ADDRESS,
    Tag.RETAIL_PLACE, Tag.BUYER_CONTACT, Tag.ITEM, Tag.TOTAL_SUM,
)  # fmt: skip
ITEM_HEAD = (Tag.PAYMENT_METHOD, Tag.PAYMENT_SUBJECT, Tag.ITEM_NAME, Tag.QUANTITY_MEASURE, Tag.PRODUCT_CODE)


class Shop(msgspec.Struct, frozen=True, kw_only=True):
    """Registration data, from table 18."""

    inn: str
    registration_number: str
    tax_systems: int
    work_mode: int
    user: str
    address: str
    ofd_name: str
    ofd_inn: str
    fns_url: str
    place: str
    sender: str
    serial: str


def ordered(members: Iterable[Member], order: Sequence[int]) -> Members:
    """Return the members in the given order of tags, the others after them."""
    rank = {int(tag): place for place, tag in enumerate(order)}
    return tuple(sorted(members, key=lambda member: rank.get(member.tag, len(rank))))


def with_tags(own: Iterable[Member], tags: bytes) -> Members:
    """Add the host's members; they replace the KKT's own."""
    host = parse_members(tags)
    replaced = {member.tag for member in host}
    return (*(member for member in own if member.tag not in replaced), *host)


def _common(shop: Shop, at: dt.datetime, cashier: str) -> Members:
    return (
        Member(Tag.FFD_VERSION, FFD_1_2),
        Member(Tag.USER_INN, shop.inn),
        Member(Tag.DATETIME, at.replace(second=0, microsecond=0)),
        Member(Tag.KKT_REG_NUMBER, shop.registration_number),
        Member(Tag.CASHIER, cashier),
    )


def _place(shop: Shop) -> Members:
    return (
        Member(Tag.USER_NAME, shop.user),
        Member(Tag.RETAIL_PLACE_ADDRESS, shop.address),
        Member(Tag.RETAIL_PLACE, shop.place),
    )


def registration_report(shop: Shop, at: dt.datetime, days_left: int) -> Members:
    """Document 1."""
    autonomous = shop.work_mode >> 1 & 1
    ofd = (Member(Tag.OFD_INN, shop.ofd_inn), Member(Tag.OFD_NAME, shop.ofd_name))
    return ordered(
        (
            *_common(shop, at, "Системный администратор"),
            *_place(shop),
            Member(Tag.TAXATION_TYPES, shop.tax_systems),
            Member(Tag.OFFLINE_MODE_FLAG, autonomous),
            Member(Tag.ENCRYPTION_FLAG, shop.work_mode & 1),
            Member(Tag.AUTO_MODE_FLAG, 0),
            Member(Tag.KKT_USAGE_FLAGS, 0),
            Member(Tag.KKT_SERIAL, shop.serial),
            Member(Tag.FNS_URL, shop.fns_url),
            Member(Tag.SENDER_EMAIL, shop.sender),
            *(() if autonomous else ofd),
            Member(Tag.KKT_VERSION, KKT_VERSION),
            Member(Tag.FFD_VERSION_KKT, FFD_1_2),
            Member(Tag.FFD_VERSION_FN, FFD_1_2),
            Member(Tag.FN_KEYS_RESOURCE_DAYS, days_left),
        ),
        HEAD,
    )


def open_shift(shop: Shop, at: dt.datetime, cashier: str, shift: int, warnings: int, tags: bytes) -> Members:
    """Document 2."""
    own = (
        *_common(shop, at, cashier),
        Member(Tag.SHIFT_NUMBER, shift),
        *_warnings(warnings),
        Member(Tag.KKT_VERSION, KKT_VERSION),
        Member(Tag.FFD_VERSION_KKT, FFD_1_2),
    )
    return ordered(with_tags(own, tags), HEAD)


def close_shift(
    shop: Shop, at: dt.datetime, cashier: str, fn: FnState, unsent: Members, tags: bytes
) -> Members:
    """Document 5."""
    receipts = sum(totals.count for totals in fn.shift_totals.values())
    own = (
        *_common(shop, at, cashier),
        Member(Tag.SHIFT_NUMBER, fn.shift),
        Member(Tag.SHIFT_RECEIPTS_COUNT, receipts),
        Member(Tag.SHIFT_DOCUMENTS_COUNT, fn.shift_documents + 1),
        *unsent,
        Member(Tag.SHIFT_TOTALS, _counters(fn.shift_totals)),
        Member(Tag.FN_TOTALS, _counters(fn.life_totals)),
        Member(Tag.FN_KEYS_RESOURCE_DAYS, days_left(fn, at)),
    )
    return ordered(with_tags(own, tags), HEAD)


def state_report(shop: Shop, at: dt.datetime, fn: FnState, unsent: Members) -> Members:
    """Document 21."""
    own = (
        *(member for member in _common(shop, at, "") if member.tag != Tag.CASHIER),
        Member(Tag.SHIFT_NUMBER, fn.shift),
        *unsent,
        Member(Tag.FN_KEYS_RESOURCE_DAYS, days_left(fn, at)),
        Member(Tag.FN_TOTALS, _counters(fn.life_totals)),
    )
    return ordered(own, HEAD)


def unsent_members(count: int, first: int, first_at: dt.datetime | None) -> Members:
    """How many documents wait for the OFD and since when; nothing when none does."""
    if not count or first_at is None:
        return ()
    return (Member(Tag.UNSENT_DOCUMENTS_COUNT, count), Member(Tag.FIRST_UNSENT_DATE, first_at))


def receipt(
    shop: Shop,
    at: dt.datetime,
    cashier: str,
    open_receipt: OpenReceipt,
    *,
    shift: int,
    number: int,
    tax_system: int,
    total: int,
    payments: Sequence[int],
) -> Members:
    """Document 3 or 31; AAh when a correction has no basis."""
    cash, electronic, prepaid, credit, other = five_sums(payments)
    own = (
        *_common(shop, at, cashier),
        *_place(shop),
        Member(Tag.RECEIPT_NUMBER_IN_SHIFT, number),
        Member(Tag.SHIFT_NUMBER, shift),
        Member(Tag.CALCULATION_TYPE, open_receipt.operation),
        Member(Tag.APPLIED_TAXATION_TYPE, tax_system),
        *(Member(Tag.ITEM, item_members(item)) for item in open_receipt.items),
        Member(Tag.TOTAL_SUM, total),
        Member(Tag.CASH_TOTAL_SUM, cash),
        Member(Tag.CASHLESS_TOTAL_SUM, electronic),
        Member(Tag.PREPAID_SUM, prepaid),
        Member(Tag.CREDIT_SUM, credit),
        Member(Tag.PROVISION_SUM, other),
        *vat_members(open_receipt.items),
        Member(Tag.FNS_URL, shop.fns_url),
    )
    members = with_tags(own, open_receipt.tags)
    present = {member.tag for member in members}
    if open_receipt.form == 31 and not {Tag.CORRECTION_TYPE, Tag.CORRECTION_BASE} <= present:
        raise Refusal(0xAA)
    if Tag.BUYER_CONTACT in present:
        members = (*members, Member(Tag.SENDER_EMAIL, shop.sender))
    return ordered(members, HEAD)


def item_members(item: Item) -> Members:
    """Members of tag 1059."""
    rate = known_rate(item.tax)
    tax = () if rate in UNTAXED else (Member(Tag.ITEM_VAT_SUM, tax_inside(Kopecks(item.total), rate)),)
    own = (
        Member(Tag.PAYMENT_METHOD, item.method),
        Member(Tag.PAYMENT_SUBJECT, item.subject),
        Member(Tag.ITEM_NAME, item.name.removeprefix("//")),
        Member(Tag.QUANTITY_MEASURE, PIECE),
        Member(Tag.ITEM_PRICE, item.price),
        Member(Tag.ITEM_QUANTITY, quantity_decimal(Quantity(item.quantity))),
        Member(Tag.VAT_RATE, int(rate)),
        *tax,
        Member(Tag.ITEM_SUM, item.total),
    )
    return ordered(with_tags(own, item.tags), ITEM_HEAD)


def vat_members(items: Sequence[Item]) -> Members:
    """Totals of the rates that occur: flat tags for the old ones, 1115 for those since 2025."""
    totals = vat_totals(_law_line(item) for item in items)
    flat = tuple(
        Member(TOTAL_TAGS[total.rate], total.written) for total in totals if total.rate in TOTAL_TAGS
    )
    entries = tuple(
        Member(
            Tag.RECEIPT_VAT_SUM_ENTRY,
            (Member(Tag.VAT_RATE, int(total.rate)), Member(Tag.RECEIPT_VAT_SUM_VALUE, total.written)),
        )
        for total in totals
        if total.rate not in TOTAL_TAGS
    )
    return (*flat, Member(Tag.RECEIPT_VAT_SUMS, entries)) if entries else flat


def _law_line(item: Item) -> Line:
    return Line(
        name=item.name,
        quantity=Quantity(item.quantity),
        price=Kopecks(item.price),
        total=Kopecks(item.total),
        vat=known_rate(item.tax),
    )


def known_rate(tax: int) -> VatRate:
    """Return the rate of a tax byte, 33h when the device has no such rate."""
    rate = rate_of_code(tax)
    if rate is None:
        raise Refusal(0x33)
    return rate


def days_left(fn: FnState, at: dt.datetime) -> int:
    """Return the life that the FN's keys have left."""
    return max(0, (fn.expires - at.date()).days) if fn.expires else 0


def _warnings(bits: int) -> Members:
    flags = (
        Tag.FN_REPLACE_URGENT_FLAG, Tag.FN_RESOURCE_EXHAUSTED_FLAG, Tag.FN_MEMORY_FULL_FLAG, Tag.OFD_TIMEOUT_FLAG
    )  # fmt: skip
    return tuple(Member(tag, 1) for place, tag in enumerate(flags) if bits >> place & 1)


def _counters(totals: Mapping[int, Totals]) -> Members:
    """Counters of 1157 and 1194 without taxes: nothing is established for the rates since 2025."""
    parts = [Member(Tag.COUNTER_RECEIPTS_ALL, sum(one.count for one in totals.values()))]
    for operation, one in sorted(totals.items()):
        cash, electronic, prepaid, credit, other = one.payments
        members = (
            Member(Tag.COUNTER_RECEIPTS_BY_TYPE, one.count),
            Member(Tag.COUNTER_CASH_SUM, cash),
            Member(Tag.COUNTER_CASHLESS_SUM, electronic),
            Member(Tag.COUNTER_PREPAID_SUM, prepaid),
            Member(Tag.COUNTER_CREDIT_SUM, credit),
            Member(Tag.COUNTER_PROVISION_SUM, other),
            Member(Tag.COUNTER_TOTAL_SUM, one.total),
        )
        parts.append(Member(COUNTERS[operation], members))
    return tuple(parts)
