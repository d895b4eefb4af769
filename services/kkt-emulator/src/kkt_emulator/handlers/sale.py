"""A receipt from 8Dh to its close or cancel."""

import msgspec

from fiscal.kkt import sale
from fiscal.kkt.command import Authorised, OperatorReply, Reply
from fiscal.money import Kopecks, Quantity, line_sum
from fiscal.receipt import PaymentMethod, PaymentSubject
from fiscal.tlv import TlvError, parse_members
from kkt_emulator import documents
from kkt_emulator.faults import WrongOperator
from kkt_emulator.handlers.base import Rows
from kkt_emulator.handlers.reports import open_shift_document
from kkt_emulator.kkt import DOCUMENT, SHIFT_CLOSED, SHIFT_EXPIRED, SYSTEM, Kkt
from kkt_emulator.refusal import Refusal
from kkt_emulator.state import CANCELLED, CASH_IN_DRAWER, CORRECTION, Item, OpenReceipt
from kkt_emulator.store import Document

KINDS = (0, 1, 2, 3)
METHODS, SUBJECTS = set(map(int, PaymentMethod)), set(map(int, PaymentSubject))
RECEIPT_IN_FN, CORRECTION_IN_FN = 4, 0x14
MAX_TAGS, MAX_ITEMS, MAX_TOTAL = 250, 500, 10**10 - 1
MAX_ROUNDING = 99


def open_receipt(kkt: Kkt, request: sale.OpenReceiptRequest) -> Reply:
    """8Dh; with the shift closed it opens one implicitly, which costs a document."""
    operator = kkt.operator(request.password)
    if request.kind & ~CORRECTION not in KINDS:
        raise Refusal(0x33)
    if kkt.mode_byte & 0x0F == SHIFT_EXPIRED:
        raise Refusal(0x4E)
    kkt.require_no_document()
    kkt.require_paper()
    kkt.ask_fn()
    if kkt.mode_byte & 0x0F == SHIFT_CLOSED:
        kkt.print_document(open_shift_document(kkt, operator))
    begin(kkt, request.kind, operator)
    return OperatorReply(operator=operator)


def begin(kkt: Kkt, kind: int, operator: int) -> OpenReceipt:
    """Open a receipt in the KKT and in the FN."""
    receipt = kkt.memory.receipt = OpenReceipt(kind=kind, operator=operator)
    kkt.memory.fn_document = CORRECTION_IN_FN if kind & CORRECTION else RECEIPT_IN_FN
    return receipt


def current(kkt: Kkt) -> OpenReceipt:
    """Return the open receipt; 73h outside mode 8."""
    kkt.require_mode(DOCUMENT)
    if kkt.memory.receipt is None:
        raise Refusal(0x73)
    return kkt.memory.receipt


def operation(kkt: Kkt, request: sale.OperationRequest) -> Reply:
    """FF46h."""
    kkt.operator(request.password)
    receipt = current(kkt)
    kkt.require_paper()
    if request.operation != receipt.operation:
        raise Refusal(0x49)
    add_item(kkt, receipt, checked_item(request))
    return Reply()


def checked_item(request: sale.OperationRequest) -> Item:
    """Return the line that a request describes; refuse what the device would refuse."""
    if not 0 < request.quantity < 1 << 47:
        raise Refusal(0x62)
    if request.department > 16:
        raise Refusal(0x63)
    computed = line_sum(Kopecks(request.price), Quantity(request.quantity))
    total = computed if request.total is None else request.total
    if abs(total - computed) > 1 or request.method not in METHODS or request.subject not in SUBJECTS:
        raise Refusal(0x33)
    if total > MAX_TOTAL:
        raise Refusal(0x61)
    documents.known_rate(request.tax)
    return Item(
        name=request.name,
        quantity=request.quantity,
        price=request.price,
        total=total,
        tax=request.tax,
        method=request.method,
        subject=request.subject,
        department=request.department,
    )


def add_item(kkt: Kkt, receipt: OpenReceipt, item: Item) -> None:
    """Put a line into the receipt, with the tags that came before it."""
    if len(receipt.items) >= MAX_ITEMS:
        raise Refusal(0x94)
    if receipt.total + item.total > MAX_TOTAL:
        raise Refusal(0x48)
    receipt.items.append(msgspec.structs.replace(item, tags=receipt.next_tags))
    receipt.next_tags = b""


def _checked_tags(tlv: bytes) -> bytes:
    if len(tlv) > MAX_TAGS:
        raise Refusal(0x10)
    try:
        parse_members(tlv)
    except TlvError as error:
        raise Refusal(0x09) from error
    return tlv


def operation_tlv(kkt: Kkt, request: sale.TlvRequest) -> Reply:
    """FF4Dh: after its operation, on cash core before it."""
    kkt.operator(request.password)
    receipt, tags = current(kkt), _checked_tags(request.tlv)
    if kkt.identity.tags_before_operation:
        receipt.next_tags += tags
    elif not receipt.items:
        raise Refusal(0x73)
    else:
        last = receipt.items[-1]
        receipt.items[-1] = msgspec.structs.replace(last, tags=last.tags + tags)
    return Reply()


def document_tlv(kkt: Kkt, request: sale.TlvRequest) -> Reply:
    """FF0Ch: to the open receipt, or to the shift document that FF41h or FF42h began."""
    kkt.operator(request.password)
    tags = _checked_tags(request.tlv)
    if kkt.memory.receipt is not None:
        kkt.memory.receipt.tags += tags
    elif kkt.memory.fn_document:
        kkt.memory.shift_tags += tags
    else:
        raise Refusal(0x73)
    return Reply()


def receipt_discount(kkt: Kkt, request: sale.ReceiptDiscountRequest) -> Reply:
    """FF4Bh: in FFD 1.2 it only rounds the total down, to 99 kopecks at most."""
    kkt.operator(request.password)
    receipt = current(kkt)
    if request.surcharge or request.discount > min(MAX_ROUNDING, receipt.total):
        raise Refusal(0x40)
    receipt.discount = request.discount
    return Reply()


def subtotal(kkt: Kkt, request: Authorised) -> Reply:
    """89h."""
    operator = kkt.operator(request.password)
    return sale.SubtotalReply(operator=operator, subtotal=current(kkt).total)


def close_receipt(kkt: Kkt, request: sale.CloseReceiptRequest) -> Reply:
    """FF45h: the FN makes the document, then the paper comes."""
    operator = kkt.operator(request.password)
    receipt = current(kkt)
    if not receipt.items:
        raise Refusal(0x8E)
    if request.rounding > MAX_ROUNDING or request.rounding > receipt.total:
        raise Refusal(0x33)
    document, change = register(
        kkt, receipt, operator, request.payments, receipt.total - request.rounding, request.tax_system
    )
    reply = sale.CloseReceiptReply(change=change, fd=document.fd, fpd=document.fpd, at=document.at)
    _print(kkt, document)
    return reply


def register(
    kkt: Kkt, receipt: OpenReceipt, operator: int, payments: tuple[int, ...], total: int, tax_system: int
) -> tuple[Document, int]:
    """Check the sums, make the document, return it and the change."""
    kkt.require_paper()
    change = sum(payments) - total
    if change < 0:
        raise Refusal(0x45)
    if sum(payments[1:]) > total:
        raise Refusal(0x4D)
    cash = payments[0] - change
    if receipt.operation in (2, 3) and cash > kkt.memory.money.get(CASH_IN_DRAWER, 0):
        raise Refusal(0x46)
    due = (cash, *payments[1:])
    shift, number = kkt.fn.next_numbers(receipt.form)
    content = documents.content_of(
        receipt, kkt.cashier(operator), total, due, change, _tax_system(kkt, tax_system)
    )
    build = documents.receipt(kkt.card, content, receipt, at=kkt.minute, shift=shift, number=number)
    return kkt.commit(receipt.form, build, content=content, payments=due), change


def _tax_system(kkt: Kkt, asked: int) -> int:
    registered = kkt.card.tax_systems
    chosen = asked or registered & -registered
    if chosen & ~registered or chosen & (chosen - 1):
        raise Refusal(0x33)
    return chosen


def _print(kkt: Kkt, document: Document) -> None:
    once_off, always_off = 1, 2
    setting = kkt.tables.number(17, 1, 7)
    if setting == once_off:
        kkt.tables.write(17, 1, 7, b"\0")
    if setting not in (once_off, always_off):
        kkt.print_document(document)


def cancel(kkt: Kkt, request: Authorised) -> Reply:
    """88h: the document is dropped, no FD is spent; another operator than the opener gets 59h."""
    operator = kkt.operator(request.password)
    kkt.require_mode(DOCUMENT)
    receipt = kkt.memory.receipt
    if kkt.plan.take(WrongOperator, kkt.command):
        raise Refusal(0x59)
    if receipt is not None and operator not in (receipt.operator, SYSTEM):
        raise Refusal(0x59)
    kkt.memory.receipt, kkt.memory.non_fiscal, kkt.memory.fn_document = None, False, 0
    kkt.memory.count(CANCELLED)
    if kkt.idle:
        kkt.print_lines(["ЧЕК АННУЛИРОВАН"])
    return OperatorReply(operator=operator)


def classic_item(kkt: Kkt, request: sale.ClassicItemRequest) -> Reply:
    """80h–83h: the old form of a line; without an open receipt it opens one."""
    operator = kkt.operator(request.password)
    kind = kkt.command[0] - sale.CLASSIC_SALE.code
    receipt = kkt.memory.receipt
    if receipt is None:
        open_receipt(kkt, sale.OpenReceiptRequest(password=request.password, kind=kind))
        receipt = current(kkt)
    if receipt.kind & ~CORRECTION != kind:
        raise Refusal(0x49)
    row = next((number for number in request.taxes if number), 4)
    if row > 6:
        raise Refusal(0x33)
    modern = sale.OperationRequest(
        operation=receipt.operation,
        quantity=request.quantity * 1000,
        price=request.price,
        tax=1 << (row - 1),
        department=request.department,
        method=4,
        subject=1,
        name=request.text,
    )
    add_item(kkt, receipt, checked_item(modern))
    return OperatorReply(operator=operator)


def classic_close(kkt: Kkt, request: sale.ClassicCloseRequest) -> Reply:
    """85h: the old close, whose answer names no document."""
    operator = kkt.operator(request.password)
    receipt = current(kkt)
    if not receipt.items:
        raise Refusal(0x8E)
    payments = (*request.payments, *[0] * 12)
    document, change = register(kkt, receipt, operator, payments, receipt.total, 0)
    _print(kkt, document)
    return sale.ClassicCloseReply(operator=operator, change=change)


HANDLERS: Rows = (
    (sale.OPEN_RECEIPT, open_receipt),
    (sale.OPERATION, operation),
    (sale.OPERATION_TLV, operation_tlv),
    (sale.DOCUMENT_TLV, document_tlv),
    (sale.RECEIPT_DISCOUNT, receipt_discount),
    (sale.SUBTOTAL, subtotal),
    (sale.CLOSE_RECEIPT, close_receipt),
    (sale.CANCEL, cancel),
    (sale.CLASSIC_SALE, classic_item),
    (sale.CLASSIC_BUY, classic_item),
    (sale.CLASSIC_SALE_RETURN, classic_item),
    (sale.CLASSIC_BUY_RETURN, classic_item),
    (sale.CLASSIC_CLOSE, classic_close),
)
