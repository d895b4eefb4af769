"""A receipt's TLV read back to values, from our builders or from any device."""

from datetime import datetime

import msgspec

from fiscal.documents import ReceiptContent
from fiscal.errors import FiscalError
from fiscal.items import parse_item
from fiscal.money import Kopecks
from fiscal.qr import QrFacts, qr_text
from fiscal.receipt import Cashier, FiscalDocument, Operation, TaxSystem
from fiscal.settlement import Settlement
from fiscal.tags import Tag
from fiscal.tlv import Members, every, find, inner, need, parse_member


class UnreadableDocument(FiscalError):
    """TLV that is a document, but not one that we can read."""


class FiscalReceipt(msgspec.Struct, frozen=True, kw_only=True):
    """A receipt (or BSO) read from its TLV; `at` is local wall time, `fp` the number that paper shows."""

    form: int
    fn: str
    fd: int
    fp: int
    at: datetime
    shift: int
    number: int
    content: ReceiptContent

    @property
    def total(self) -> Kopecks:
        """Tag 1020."""
        return self.content.settlement.total


def parse_receipt(tlv: bytes) -> FiscalReceipt:
    """Read a signed receipt or BSO; raises TlvError, or UnreadableDocument for another form or an unknown code."""
    document, end = parse_member(tlv)
    if document.tag not in (Tag.RECEIPT, Tag.BSO) or end != len(tlv):
        raise UnreadableDocument(
            f"document {document.tag} with {len(tlv) - end} bytes after it is no receipt"
        )
    members = inner(document)
    try:
        return _read_receipt(document.tag, members)
    except ValueError as error:
        raise UnreadableDocument(
            f"receipt {find(members, Tag.FISCAL_DOCUMENT_NUMBER, int)}: {error}"
        ) from error


def fiscal_document(receipt: FiscalReceipt) -> FiscalDocument:
    """Return the fiscal data of a receipt with its QR text."""
    facts = QrFacts(
        at=receipt.at,
        total=receipt.total,
        fn=receipt.fn,
        fd=receipt.fd,
        fp=receipt.fp,
        operation=receipt.content.operation,
    )
    return FiscalDocument(
        fn=receipt.fn,
        fd=receipt.fd,
        fp=receipt.fp,
        at=receipt.at.isoformat(),
        form=receipt.form,
        shift=receipt.shift,
        number=receipt.number,
        total=receipt.total,
        qr=qr_text(facts),
    )


def _read_receipt(form: int, members: Members) -> FiscalReceipt:
    sign = need(members, Tag.FISCAL_SIGN, bytes)
    return FiscalReceipt(
        form=form,
        fn=need(members, Tag.FN_NUMBER, str),
        fd=need(members, Tag.FISCAL_DOCUMENT_NUMBER, int),
        fp=int.from_bytes(sign[2:6], "big"),
        at=need(members, Tag.DATETIME, datetime),
        shift=need(members, Tag.SHIFT_NUMBER, int),
        number=need(members, Tag.RECEIPT_NUMBER_IN_SHIFT, int),
        content=_read_content(members),
    )


def _read_content(members: Members) -> ReceiptContent:
    cashier = find(members, Tag.CASHIER, str)
    return ReceiptContent(
        operation=Operation(need(members, Tag.CALCULATION_TYPE, int)),
        lines=tuple(parse_item(inner(item)) for item in every(members, Tag.ITEM)),
        settlement=_read_settlement(members),
        tax_system=TaxSystem(find(members, Tag.APPLIED_TAXATION_TYPE, int) or TaxSystem.GENERAL),
        cashier=None if cashier is None else Cashier(name=cashier, inn=find(members, Tag.CASHIER_INN, str)),
        buyer_contact=find(members, Tag.BUYER_CONTACT, str),
    )


def _read_settlement(members: Members) -> Settlement:
    return Settlement(
        total=Kopecks(need(members, Tag.TOTAL_SUM, int)),
        cash=Kopecks(find(members, Tag.CASH_TOTAL_SUM, int) or 0),
        cashless=Kopecks(find(members, Tag.CASHLESS_TOTAL_SUM, int) or 0),
        prepaid=Kopecks(find(members, Tag.PREPAID_SUM, int) or 0),
        credit=Kopecks(find(members, Tag.CREDIT_SUM, int) or 0),
        provision=Kopecks(find(members, Tag.PROVISION_SUM, int) or 0),
        change=Kopecks(0),
    )
