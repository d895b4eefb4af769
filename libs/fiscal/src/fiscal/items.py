"""Line ⇄ tag 1059 (order ЕД-7-20/662@, FFD 1.2, table of the item)."""

import re
from decimal import Decimal

from fiscal.money import Kopecks, quantity_decimal, to_quantity
from fiscal.receipt import Line, PaymentMethod, PaymentSubject, VatRate
from fiscal.tags import Tag
from fiscal.tlv import Member, Members, find, first, inner, need
from fiscal.vat import UNTAXED, tax_inside

_GS1 = re.compile(r"01[0-9]{14}21[^\x1d]{1,20}")
_EAN13 = re.compile(r"[0-9]{13}")


def item_member(line: Line, extra: Members = ()) -> Member:
    """Build tag 1059; a member of `extra` replaces the one that the line would give."""
    members = [
        Member(Tag.PAYMENT_METHOD, int(line.method)),
        Member(Tag.PAYMENT_SUBJECT, int(line.subject)),
        Member(Tag.ITEM_NAME, line.name),
        Member(Tag.QUANTITY_MEASURE, line.measure),
    ]
    if line.mark_code is not None:
        members += [
            Member(Tag.PRODUCT_CODE, (product_code(line.mark_code),)),
            Member(Tag.MC_PROCESSING_MODE, 0),
        ]
    members += [
        Member(Tag.ITEM_PRICE, line.price),
        Member(Tag.ITEM_QUANTITY, quantity_decimal(line.quantity)),
        Member(Tag.VAT_RATE, int(line.vat)),
    ]
    if line.vat not in UNTAXED:
        members.append(Member(Tag.ITEM_VAT_SUM, tax_inside(line.total, line.vat)))
    members.append(Member(Tag.ITEM_SUM, line.total))
    replaced = {member.tag for member in extra}
    return Member(Tag.ITEM, (*(member for member in members if member.tag not in replaced), *extra))


def product_code(mark_code: str) -> Member:
    """Return the member of 1163 for a scanned code: GTIN and serial without the crypto tail, EAN-13, or as is."""
    if gs1 := _GS1.match(mark_code):
        return Member(Tag.KT_GS1M, gs1.group())
    if _EAN13.fullmatch(mark_code):
        return Member(Tag.KT_EAN13, mark_code)
    return Member(Tag.KT_UNRECOGNIZED, mark_code)


def parse_item(members: Members) -> Line:
    """Read what 1059 holds; raises MissingMember, BadAmount, or ValueError for a code out of its table."""
    codes = inner(first(members, Tag.PRODUCT_CODE))
    return Line(
        name=find(members, Tag.ITEM_NAME, str) or "",
        quantity=to_quantity(need(members, Tag.ITEM_QUANTITY, Decimal)),
        price=Kopecks(need(members, Tag.ITEM_PRICE, int)),
        total=Kopecks(need(members, Tag.ITEM_SUM, int)),
        vat=VatRate(need(members, Tag.VAT_RATE, int)),
        method=PaymentMethod(need(members, Tag.PAYMENT_METHOD, int)),
        subject=PaymentSubject(need(members, Tag.PAYMENT_SUBJECT, int)),
        measure=find(members, Tag.QUANTITY_MEASURE, int) or 0,
        mark_code=str(codes[0].value) if codes else None,
    )
