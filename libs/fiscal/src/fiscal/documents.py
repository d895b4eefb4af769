"""Fiscal documents of FFD 1.2 as TLV (order ЕД-7-20/662@, tables of documents 1, 2, 3, 5).

A builder gives the document without its fiscal sign; the FN signs those bytes: `sign_document` adds tag 1077.
`extra` are members that a host gave by TLV; one of them replaces the builder's member of the same tag.
"""

from datetime import datetime

import msgspec

from fiscal.counters import Counters, counter_members
from fiscal.items import item_member
from fiscal.receipt import Cashier, Line, Operation, Receipt, TaxSystem
from fiscal.settlement import Settlement, settle
from fiscal.tags import Tag
from fiscal.tlv import Member, Members, inner
from fiscal.vat import TOTAL_TAGS, totals

FFD_1_2 = 4
_SIGN_PREFIX = bytes.fromhex("2104")


class RegistrationCard(msgspec.Struct, frozen=True, kw_only=True):
    """What a KKT was registered with; the facts that its documents repeat."""

    fn: str  # 16 digits
    user_inn: str
    user_name: str
    reg_number: str  # tag 1037
    kkt_serial: str
    address: str  # tag 1009
    place: str  # tag 1187
    ofd_inn: str
    ofd_name: str
    tax_systems: int = 1  # bits of tag 1062
    usage_flags: int = 0  # bits of tag 1290
    kkt_version: str = "1.0"
    fns_url: str = "www.nalog.gov.ru"
    sender_email: str = ""


class FnWarnings(msgspec.Struct, frozen=True, kw_only=True):
    """What shift documents warn of; a flag is written only when it is raised."""

    resource_exhausted: bool = False  # 1050, 30 days left
    replace_urgently: bool = False  # 1051, 3 days left
    memory_full: bool = False  # 1052
    ofd_timeout: bool = False  # 1053
    operator_message: int | None = None  # bits of 1206


NO_WARNINGS = FnWarnings()


class ReceiptContent(msgspec.Struct, frozen=True, kw_only=True):
    """What a receipt says of the settlement. Read back it has no SKUs and no change: the document holds neither."""

    operation: Operation
    lines: tuple[Line, ...]
    settlement: Settlement
    tax_system: TaxSystem = TaxSystem.GENERAL
    cashier: Cashier | None = None
    buyer_contact: str | None = None


class ShiftClose(msgspec.Struct, frozen=True, kw_only=True):
    """What the report on closing a shift counts."""

    receipts: int  # 1118, receipts of the shift
    documents: int  # 1111, all documents of the shift, its open and close reports included
    shift_totals: Counters
    fn_totals: Counters
    unsent: int = 0  # 1097
    first_unsent: datetime | None = None  # 1098, midnight of the day of the first unsent document
    keys_resource_days: int = 0  # 1213


def content_of(receipt: Receipt, cashier: Cashier | None = None) -> ReceiptContent:
    """Return what the document of a receipt will say; the receipt must have passed the rules."""
    return ReceiptContent(
        operation=receipt.operation,
        lines=receipt.lines,
        settlement=settle(receipt),
        tax_system=receipt.tax_system,
        cashier=cashier,
        buyer_contact=receipt.buyer_contact,
    )


def build_registration(
    card: RegistrationCard,
    *,
    fd: int,
    at: datetime,
    cashier: Cashier,
    keys_resource_days: int,
    extra: Members = (),
) -> Member:
    """Build document 1, the report on registration."""
    body = (
        Member(Tag.FFD_VERSION, FFD_1_2),
        Member(Tag.USER_NAME, card.user_name),
        Member(Tag.USER_INN, card.user_inn),
        Member(Tag.TAXATION_TYPES, card.tax_systems),
        Member(Tag.DATETIME, at),
        Member(Tag.KKT_REG_NUMBER, card.reg_number),
        Member(Tag.OFFLINE_MODE_FLAG, 0),
        Member(Tag.ENCRYPTION_FLAG, 0),
        Member(Tag.AUTO_MODE_FLAG, 0),
        Member(Tag.KKT_USAGE_FLAGS, card.usage_flags),
        Member(Tag.KKT_SERIAL, card.kkt_serial),
        *_cashier(cashier),
        Member(Tag.RETAIL_PLACE_ADDRESS, card.address),
        Member(Tag.RETAIL_PLACE, card.place),
        *_text(Tag.FNS_URL, card.fns_url),
        *_text(Tag.SENDER_EMAIL, card.sender_email),
        Member(Tag.OFD_INN, card.ofd_inn),
        Member(Tag.OFD_NAME, card.ofd_name),
        Member(Tag.KKT_VERSION, card.kkt_version),
        Member(Tag.FFD_VERSION_KKT, FFD_1_2),
        Member(Tag.FFD_VERSION_FN, FFD_1_2),
        Member(Tag.FN_KEYS_RESOURCE_DAYS, keys_resource_days),
    )
    return _document(Tag.REGISTRATION_REPORT, body, extra, card, fd)


def build_open_shift(
    card: RegistrationCard,
    *,
    fd: int,
    at: datetime,
    shift: int,
    cashier: Cashier | None,
    warnings: FnWarnings = NO_WARNINGS,
    extra: Members = (),
) -> Member:
    """Build document 2, the report on opening a shift."""
    body = (
        *_shift_head(card, at, shift, cashier),
        *_warnings(warnings),
        Member(Tag.KKT_VERSION, card.kkt_version),
        Member(Tag.FFD_VERSION_KKT, FFD_1_2),
    )
    return _document(Tag.OPEN_SHIFT_REPORT, body, extra, card, fd)


def build_close_shift(
    card: RegistrationCard,
    close: ShiftClose,
    *,
    fd: int,
    at: datetime,
    shift: int,
    cashier: Cashier | None,
    warnings: FnWarnings = NO_WARNINGS,
    extra: Members = (),
) -> Member:
    """Build document 5, the report on closing a shift (Z)."""
    unsent = [Member(Tag.UNSENT_DOCUMENTS_COUNT, close.unsent)] if close.unsent else []
    if close.first_unsent is not None:
        unsent.append(Member(Tag.FIRST_UNSENT_DATE, close.first_unsent))
    body = (
        *_shift_head(card, at, shift, cashier),
        Member(Tag.SHIFT_RECEIPTS_COUNT, close.receipts),
        Member(Tag.SHIFT_DOCUMENTS_COUNT, close.documents),
        *unsent,
        *_warnings(warnings),
        Member(Tag.SHIFT_TOTALS, counter_members(close.shift_totals)),
        Member(Tag.FN_TOTALS, counter_members(close.fn_totals)),
        Member(Tag.FN_KEYS_RESOURCE_DAYS, close.keys_resource_days),
    )
    return _document(Tag.CLOSE_SHIFT_REPORT, body, extra, card, fd)


def build_receipt(
    card: RegistrationCard,
    content: ReceiptContent,
    *,
    fd: int,
    at: datetime,
    shift: int,
    number: int,
    items: Members | None = None,
    extra: Members = (),
) -> Member:
    """Build document 3; `number` counts receipts within the shift, `items` replace the members of the lines."""
    paid = content.settlement
    body = (
        Member(Tag.FFD_VERSION, FFD_1_2),
        Member(Tag.USER_NAME, card.user_name),
        Member(Tag.USER_INN, card.user_inn),
        Member(Tag.RECEIPT_NUMBER_IN_SHIFT, number),
        Member(Tag.DATETIME, at),
        Member(Tag.SHIFT_NUMBER, shift),
        Member(Tag.CALCULATION_TYPE, int(content.operation)),
        Member(Tag.APPLIED_TAXATION_TYPE, int(content.tax_system)),
        *_cashier(content.cashier),
        Member(Tag.KKT_REG_NUMBER, card.reg_number),
        Member(Tag.RETAIL_PLACE_ADDRESS, card.address),
        Member(Tag.RETAIL_PLACE, card.place),
        *_text(Tag.BUYER_CONTACT, content.buyer_contact),
        *(tuple(item_member(line) for line in content.lines) if items is None else items),
        Member(Tag.TOTAL_SUM, paid.total),
        Member(Tag.CASH_TOTAL_SUM, paid.cash),
        Member(Tag.CASHLESS_TOTAL_SUM, paid.cashless),
        Member(Tag.PREPAID_SUM, paid.prepaid),
        Member(Tag.CREDIT_SUM, paid.credit),
        Member(Tag.PROVISION_SUM, paid.provision),
        *vat_members(content.lines),
        *_text(Tag.SENDER_EMAIL, card.sender_email),
        *_text(Tag.FNS_URL, card.fns_url),
    )
    return _document(Tag.RECEIPT, body, extra, card, fd)


def vat_members(lines: tuple[Line, ...]) -> Members:
    """Return the totals of the rates that occur: 1102–1107 for the old ones, then 1115 with one 1119 for each new."""
    found = totals(lines)
    old = [Member(TOTAL_TAGS[part.rate], part.written) for part in found if part.rate in TOTAL_TAGS]
    new = tuple(
        Member(
            Tag.RECEIPT_VAT_SUM_ENTRY,
            (Member(Tag.VAT_RATE, int(part.rate)), Member(Tag.RECEIPT_VAT_SUM_VALUE, part.tax)),
        )
        for part in found
        if part.rate not in TOTAL_TAGS
    )
    return (
        *sorted(old, key=lambda member: member.tag),
        *((Member(Tag.RECEIPT_VAT_SUMS, new),) if new else ()),
    )


def encode_sign(fp: int) -> bytes:
    """Return the value of tag 1077 for a fiscal sign: two bytes of prefix, the number with its high byte first."""
    return _SIGN_PREFIX + fp.to_bytes(4, "big")


def sign_document(document: Member, sign: bytes) -> Member:
    """Return the document with its fiscal sign, the value of tag 1077, as the last member."""
    return Member(document.tag, (*inner(document), Member(Tag.FISCAL_SIGN, sign)))


def _shift_head(card: RegistrationCard, at: datetime, shift: int, cashier: Cashier | None) -> Members:
    return (
        Member(Tag.FFD_VERSION, FFD_1_2),
        Member(Tag.USER_INN, card.user_inn),
        *_cashier(cashier),
        Member(Tag.DATETIME, at),
        Member(Tag.SHIFT_NUMBER, shift),
        Member(Tag.KKT_REG_NUMBER, card.reg_number),
    )


def _cashier(cashier: Cashier | None) -> Members:
    if cashier is None:
        return ()
    return (Member(Tag.CASHIER, cashier.name), *_text(Tag.CASHIER_INN, cashier.inn))


def _text(tag: Tag, text: str | None) -> Members:
    return (Member(tag, text),) if text else ()


def _warnings(warnings: FnWarnings) -> Members:
    flags = (
        (Tag.OFD_TIMEOUT_FLAG, warnings.ofd_timeout),
        (Tag.FN_REPLACE_URGENT_FLAG, warnings.replace_urgently),
        (Tag.FN_MEMORY_FULL_FLAG, warnings.memory_full),
        (Tag.FN_RESOURCE_EXHAUSTED_FLAG, warnings.resource_exhausted),
    )
    raised = tuple(Member(tag, 1) for tag, is_raised in flags if is_raised)
    if warnings.operator_message is None:
        return raised
    return (*raised, Member(Tag.OPERATOR_MESSAGE_FLAGS, warnings.operator_message))


def _document(form: Tag, body: Members, extra: Members, card: RegistrationCard, fd: int) -> Member:
    replaced = {member.tag for member in extra}
    kept = (member for member in body if member.tag not in replaced)
    numbers = (Member(Tag.FISCAL_DOCUMENT_NUMBER, fd), Member(Tag.FN_NUMBER, card.fn))
    return Member(form, (*kept, *extra, *numbers))
