"""A receipt as commands of the Штрих-М protocol (v2.0 with the FFD 1.2 supplement). Pure."""

from typing import Any

import msgspec

from fiscal.kkt import sale
from fiscal.kkt.command import Command, Request
from fiscal.kkt.vat import Family, tax_code
from fiscal.receipt import Cashier, Line, Operation, Receipt, Tender
from fiscal.tags import Tag
from fiscal.text import printable
from fiscal.tlv import Member, encode_member, encode_members
from printer_actor.document import device_name

MAX_TLV = 250  # bytes in one FF0Ch or FF4Dh

KIND: dict[Operation, int] = {
    Operation.SALE: 0,
    Operation.EXPENSE: 1,
    Operation.SALE_REFUND: 2,
    Operation.EXPENSE_REFUND: 3,
}
"""Type of 8Dh. Its order is not that of FF46h, whose operation is tag 1054 itself."""

SLOT: dict[Tender, int] = {
    Tender.CASH: 0,
    Tender.CARD: 1,
    Tender.ACQUIRING: 2,
    Tender.PREPAYMENT: 13,
    Tender.CREDIT: 14,
}
"""Place among the 16 payments of FF45h: 1 cash, 2–13 electronic (tag 1081), 14 prepaid, 15 credit."""


class Call(msgspec.Struct, frozen=True):
    """One command with its fields."""

    command: Command[Any, Any]
    request: Request


class UnsupportedLine(Exception):
    """A line needs what this driver does not do; the text names it."""


def fill_calls(receipt: Receipt, cashier: Cashier, family: Family, password: int) -> list[Call]:
    """Everything before the close; UnsupportedLine for a marked item."""
    opening = sale.OpenReceiptRequest(password=password, kind=KIND[receipt.operation])
    calls = [Call(sale.OPEN_RECEIPT, opening)]
    calls += document_tags(cashier, receipt.buyer_contact, password)
    for line in receipt.lines:
        calls += _line_calls(receipt.operation, line, family, password)
    return calls


def document_tags(cashier: Cashier, buyer_contact: str | None, password: int) -> list[Call]:
    """Cashier (1021, 1203) and buyer (1008) of the open document, in as few commands as fit."""
    members = [Member(Tag.CASHIER, printable(cashier.name)[:64])]
    if cashier.inn:
        members.append(Member(Tag.CASHIER_INN, cashier.inn))
    if buyer_contact:
        members.append(Member(Tag.BUYER_CONTACT, buyer_contact))
    blocks = [encode_members(members)]
    if len(blocks[0]) > MAX_TLV:
        blocks = [encode_member(member) for member in members]
    return [Call(sale.DOCUMENT_TLV, sale.TlvRequest(password=password, tlv=block)) for block in blocks]


def close_call(receipt: Receipt, password: int) -> Call:
    """The command that makes the document. Taxes are zero: the device counts them (table 1, tax mode 0)."""
    payments = [0] * sale.PAYMENTS
    for payment in receipt.payments:
        payments[SLOT[payment.tender]] += payment.amount
    request = sale.CloseReceiptRequest(
        password=password, payments=tuple(payments), tax_system=int(receipt.tax_system)
    )
    return Call(sale.CLOSE_RECEIPT, request)


def _line_calls(operation: Operation, line: Line, family: Family, password: int) -> list[Call]:
    if line.mark_code is not None:
        raise UnsupportedLine(f"{line.name}: the item is marked")
    request = sale.OperationRequest(
        password=password,
        operation=int(operation),
        quantity=line.quantity,
        price=line.price,
        total=line.total,
        tax=tax_code(line.vat, family),
        method=int(line.method),
        subject=int(line.subject),
        name=device_name(line.name),
    )
    calls = [Call(sale.OPERATION, request)]
    if line.measure:  # without it the device takes 0, pieces
        tag = encode_member(Member(Tag.QUANTITY_MEASURE, line.measure))
        measure = Call(sale.OPERATION_TLV, sale.TlvRequest(password=password, tlv=tag))
        calls.insert(0 if family.tags_before_operation else 1, measure)
    return calls
