"""Shift, X and Z, cash in and out, state report, copy."""

from fiscal.documents import ShiftClose
from fiscal.kkt import sale
from fiscal.kkt.command import Authorised, OperatorReply, Reply
from kkt_emulator import documents
from kkt_emulator.handlers.base import Rows
from kkt_emulator.kkt import SHIFT_CLOSED, SHIFT_EXPIRED, SHIFT_OPEN, Kkt
from kkt_emulator.refusal import Refusal
from kkt_emulator.slips import money, two
from kkt_emulator.state import (
    CASH_IN,
    CASH_IN_COUNT,
    CASH_IN_DRAWER,
    CASH_IN_NUMBER,
    CASH_OUT,
    CASH_OUT_COUNT,
    CASH_OUT_NUMBER,
    DOCUMENT_NUMBER,
    FIRST_SALE_REGISTER,
    LAST_SALE_REGISTER,
    RECEIPTS,
    X_REPORTS,
)
from kkt_emulator.store import Document

OPEN_SHIFT_IN_FN, CLOSE_SHIFT_IN_FN, STATE_REPORT_IN_FN = 2, 8, 0x17
KINDS = ("ПРОДАЖА", "ПОКУПКА", "ВОЗВРАТ ПРОДАЖИ", "ВОЗВРАТ ПОКУПКИ")


def open_shift_document(kkt: Kkt, operator: int) -> Document:
    """Make document 2."""
    shift, _ = kkt.fn.next_numbers(2)
    tags, kkt.memory.shift_tags = kkt.memory.shift_tags, b""
    warnings = documents.warnings(kkt.fn.warnings(kkt.now))
    return kkt.commit(
        2, documents.open_shift(kkt.card, kkt.minute, kkt.cashier(operator), shift, warnings, tags)
    )


def close_shift_document(kkt: Kkt, operator: int) -> Document:
    """Make document 5."""
    tags, kkt.memory.shift_tags = kkt.memory.shift_tags, b""
    state, cashier = kkt.fn.state, kkt.cashier(operator)
    return kkt.commit(5, documents.close_shift(kkt.card, kkt.minute, cashier, state, counted(kkt), tags))


def counted(kkt: Kkt) -> ShiftClose:
    """What the shift and the queue amount to now."""
    count, first = kkt.fn.queue()
    first_at = kkt.fn.find(first).at if count else None
    return documents.shift_close(kkt.fn.state, kkt.now, count, first_at)


def _opening(kkt: Kkt, password: int) -> Document:
    operator = kkt.operator(password)
    kkt.require_no_document()
    if kkt.fn.state.shift_open:
        raise Refusal(0x3C)
    kkt.require_paper()
    return open_shift_document(kkt, operator)


def _closing(kkt: Kkt, password: int) -> Document:
    operator = kkt.administrator(password)
    kkt.require_no_document()
    if not kkt.fn.state.shift_open:
        raise Refusal(0x3D)
    kkt.require_paper()
    lines = _register_lines(kkt)
    document = close_shift_document(kkt, operator)
    kkt.print_lines(["ОТЧЕТ С ГАШЕНИЕМ", *lines], cut=False)
    return document


def open_shift(kkt: Kkt, request: Authorised) -> Reply:
    """E0h."""
    document = _opening(kkt, request.password)
    kkt.print_document(document)
    return OperatorReply(operator=kkt.operator(request.password))


def open_shift_in_fn(kkt: Kkt, request: Authorised) -> Reply:
    """FF0Bh."""
    document = _opening(kkt, request.password)
    kkt.print_document(document)
    return sale.ShiftDocumentReply(shift=document.shift, fd=document.fd, fpd=document.fpd, at=document.at)


def z_report(kkt: Kkt, request: Authorised) -> Reply:
    """41h."""
    document = _closing(kkt, request.password)
    kkt.print_document(document)
    return OperatorReply(operator=kkt.operator(request.password))


def close_shift_in_fn(kkt: Kkt, request: Authorised) -> Reply:
    """FF43h."""
    document = _closing(kkt, request.password)
    kkt.print_document(document)
    return sale.ShiftDocumentReply(shift=document.shift, fd=document.fd, fpd=document.fpd, at=document.at)


def begin_open_shift(kkt: Kkt, request: Authorised) -> Reply:
    """FF41h."""
    kkt.operator(request.password)
    kkt.require_mode(SHIFT_CLOSED)
    kkt.memory.fn_document, kkt.memory.shift_tags = OPEN_SHIFT_IN_FN, b""
    return Reply()


def begin_close_shift(kkt: Kkt, request: Authorised) -> Reply:
    """FF42h."""
    kkt.operator(request.password)
    kkt.require_mode(SHIFT_OPEN, SHIFT_EXPIRED)
    kkt.memory.fn_document, kkt.memory.shift_tags = CLOSE_SHIFT_IN_FN, b""
    return Reply()


def x_report(kkt: Kkt, request: Authorised) -> Reply:
    """40h: paper only."""
    operator = kkt.administrator(request.password)
    kkt.require_no_document()
    kkt.require_paper()
    kkt.memory.count(X_REPORTS)
    kkt.memory.count(DOCUMENT_NUMBER)
    kkt.print_lines(["ОТЧЕТ БЕЗ ГАШЕНИЯ", *_register_lines(kkt)])
    return OperatorReply(operator=operator)


def _register_lines(kkt: Kkt) -> list[str]:
    memory = kkt.memory
    lines = [two("СМЕНА", str(kkt.fn.state.shift))]
    for kind, name in enumerate(KINDS):
        registers = range(FIRST_SALE_REGISTER + kind, LAST_SALE_REGISTER + 1, 4)
        total = sum(memory.money.get(register, 0) for register in registers)
        lines.append(two(f"{name} {memory.counters.get(RECEIPTS + kind, 0)}", f"={money(total)}"))
    for name, register in (("ВНЕСЕНО", CASH_IN), ("ВЫПЛАЧЕНО", CASH_OUT), ("НАЛ. В КАССЕ", CASH_IN_DRAWER)):
        lines.append(two(name, f"={money(memory.money.get(register, 0))}"))
    return lines


def cash_in(kkt: Kkt, request: sale.CashRequest) -> Reply:
    """50h."""
    return _cash(kkt, request, request.amount, "ВНЕСЕНИЕ", (CASH_IN, CASH_IN_COUNT, CASH_IN_NUMBER))


def cash_out(kkt: Kkt, request: sale.CashRequest) -> Reply:
    """51h; 46h when the drawer holds less."""
    if request.amount > kkt.memory.money.get(CASH_IN_DRAWER, 0):
        raise Refusal(0x46)
    return _cash(kkt, request, -request.amount, "ВЫПЛАТА", (CASH_OUT, CASH_OUT_COUNT, CASH_OUT_NUMBER))


def _cash(
    kkt: Kkt, request: sale.CashRequest, change: int, title: str, registers: tuple[int, int, int]
) -> Reply:
    operator = kkt.operator(request.password)
    kkt.require_no_document()
    kkt.require_paper()
    if not request.amount:
        raise Refusal(0x33)
    total, count, number = registers
    kkt.memory.add(total, request.amount)
    kkt.memory.add(CASH_IN_DRAWER, change)
    kkt.memory.count(count)
    kkt.memory.count(number)
    running = kkt.memory.count(DOCUMENT_NUMBER)
    kkt.save()
    kkt.print_lines([title, two(f"N{running:08d}", f"={money(request.amount)}")])
    return sale.CashReply(operator=operator, document_number=running & 0xFFFF)


def begin_state_report(kkt: Kkt, request: Authorised) -> Reply:
    """FF37h."""
    kkt.operator(request.password)
    kkt.require_no_document()
    kkt.memory.fn_document = STATE_REPORT_IN_FN
    return Reply()


def state_report(kkt: Kkt, request: Authorised) -> Reply:
    """FF38h."""
    kkt.operator(request.password)
    kkt.require_no_document()
    kkt.require_paper()
    close = counted(kkt)
    document = kkt.commit(21, documents.state_report(kkt.card, kkt.minute, kkt.fn.state, close))
    kkt.print_document(document)
    return sale.StateReportReply(
        fd=document.fd,
        fpd=document.fpd,
        unconfirmed=close.unsent,
        first_unconfirmed=close.first_unsent.date() if close.first_unsent else None,
        at=document.at,
    )


def repeat_document(kkt: Kkt, request: Authorised) -> Reply:
    """8Ch: a copy on paper, no document."""
    operator = kkt.operator(request.password)
    kkt.require_no_document()
    kkt.require_paper()
    if not kkt.memory.last_slip:
        raise Refusal(0x56)
    original = kkt.memory.last_slip
    kkt.print_lines(["ПОВТОР ДОКУМЕНТА", *original])
    kkt.memory.last_slip = original
    return OperatorReply(operator=operator)


HANDLERS: Rows = (
    (sale.OPEN_SHIFT, open_shift),
    (sale.OPEN_SHIFT_IN_FN, open_shift_in_fn),
    (sale.BEGIN_OPEN_SHIFT, begin_open_shift),
    (sale.Z_REPORT, z_report),
    (sale.CLOSE_SHIFT_IN_FN, close_shift_in_fn),
    (sale.BEGIN_CLOSE_SHIFT, begin_close_shift),
    (sale.X_REPORT, x_report),
    (sale.CASH_IN, cash_in),
    (sale.CASH_OUT, cash_out),
    (sale.BEGIN_STATE_REPORT, begin_state_report),
    (sale.STATE_REPORT, state_report),
    (sale.REPEAT_DOCUMENT, repeat_document),
)
