"""What the FN's own bytes say of a document, and the fingerprint that tells one receipt from another of equal sum."""

import datetime as dt
import hashlib
from collections.abc import Iterable
from decimal import Decimal

import msgspec

from contracts.events import ShiftTotals
from fiscal.errors import FiscalError
from fiscal.money import Kopecks
from fiscal.receipt import Line, Receipt
from fiscal.tags import Tag
from fiscal.text import printable
from fiscal.tlv import Members, every, find, first, inner, parse_members

MILLION = 1_000_000
DOCUMENT_TAGS = frozenset({2, 3, 4, 5, 31, 41})


class ItemPrint(msgspec.Struct, frozen=True, array_like=True):
    """The members of one item (1059) that the host decides."""

    name: str
    quantity: int  # millionths
    price: int
    total: int
    vat: int
    method: int
    subject: int
    measure: int


class DocumentFacts(msgspec.Struct, frozen=True, kw_only=True):
    """A document of the FN's archive as its TLV tells it."""

    shift: int
    number: int
    at: dt.datetime | None
    lines_hash: str


def device_name(name: str) -> str:
    """A line's name as it reaches the document: in CP866 (tag 1030) and CP1251 (FF46h) alike, 128 bytes at most."""
    both = printable(name).encode("cp1251", "replace").decode("cp1251")
    return both[:128]


def lines_hash(receipt: Receipt) -> str:
    """Fingerprint of a receipt's lines."""
    return _digest(_of_line(line) for line in receipt.lines)


def read_facts(tlv: bytes) -> DocumentFacts | None:
    """Facts of a document, None when its bytes cannot be read: then nothing is proven."""
    try:
        members = _members(tlv)
        return DocumentFacts(
            shift=find(members, Tag.SHIFT_NUMBER, int) or 0,
            number=find(members, Tag.RECEIPT_NUMBER_IN_SHIFT, int) or 0,
            at=find(members, Tag.DATETIME, dt.datetime),
            lines_hash=_digest(_of_item(inner(item)) for item in every(members, Tag.ITEM)),
        )
    except FiscalError:
        return None


def read_totals(tlv: bytes, cash_in_drawer: Kopecks) -> ShiftTotals | None:
    """Totals of a shift from its closing document (tag 1194), None when they are not there."""
    try:
        counters = inner(first(_members(tlv), Tag.SHIFT_TOTALS))
    except FiscalError:
        return None
    if not counters:
        return None
    sold = inner(first(counters, Tag.COUNTERS_SELL))
    returned = inner(first(counters, Tag.COUNTERS_SELL_RETURN))
    return ShiftTotals(
        cash_in_drawer=cash_in_drawer,
        sales=find(sold, Tag.COUNTER_RECEIPTS_BY_TYPE, int) or 0,
        sale_refunds=find(returned, Tag.COUNTER_RECEIPTS_BY_TYPE, int) or 0,
        sales_total=Kopecks(find(sold, Tag.COUNTER_TOTAL_SUM, int) or 0),
        sale_refunds_total=Kopecks(find(returned, Tag.COUNTER_TOTAL_SUM, int) or 0),
    )


def _members(tlv: bytes) -> Members:
    """Members of a document, whether or not the device wraps them into the member of the document itself."""
    members = parse_members(tlv)
    if len(members) == 1 and members[0].tag in DOCUMENT_TAGS:
        return inner(members[0])
    return members


def _of_line(line: Line) -> ItemPrint:
    return ItemPrint(
        name=_squeeze(device_name(line.name)),
        quantity=line.quantity,
        price=line.price,
        total=line.total,
        vat=line.vat,
        method=line.method,
        subject=line.subject,
        measure=line.measure,
    )


def _of_item(item: Members) -> ItemPrint:
    quantity = find(item, Tag.ITEM_QUANTITY, Decimal) or Decimal(0)
    return ItemPrint(
        name=_squeeze(find(item, Tag.ITEM_NAME, str) or ""),
        quantity=int(quantity * MILLION),
        price=find(item, Tag.ITEM_PRICE, int) or 0,
        total=find(item, Tag.ITEM_SUM, int) or 0,
        vat=find(item, Tag.VAT_RATE, int) or 0,
        method=find(item, Tag.PAYMENT_METHOD, int) or 0,
        subject=find(item, Tag.PAYMENT_SUBJECT, int) or 0,
        measure=find(item, Tag.QUANTITY_MEASURE, int) or 0,
    )


def _squeeze(name: str) -> str:
    # Firmware trims and pads names; what differs by blanks only is the same name.
    return " ".join(name.split())


def _digest(items: Iterable[ItemPrint]) -> str:
    return hashlib.sha256(msgspec.json.encode(list(items))).hexdigest()[:32]
