"""Answers of the services as the API shows them; pure."""

from collections.abc import Iterable
from typing import Final

import msgspec

from contracts import commands as c
from contracts import events as e
from contracts import states as s
from fiscal.money import format_quantity, format_roubles
from fiscal.receipt import FiscalDocument, Line, Operation, Receipt, VatRate
from fiscal.vat import label
from pos_gateway import answers as a
from pos_gateway import modes
from pos_gateway.instants import instant, maybe_instant

TYPE_OF: Final = {
    Operation.SALE: "sale",
    Operation.SALE_REFUND: "refund",
    Operation.EXPENSE: "expense",
    Operation.EXPENSE_REFUND: "expense_refund",
}

LEVELS: Final[dict[type[e.Event], str]] = {
    e.ReceiptRefused: "warning",
    e.TaskRefused: "warning",
    e.ReceiptAnnulled: "warning",
    e.MaintenanceChanged: "warning",
    e.FnWarned: "warning",
    e.ReceiptHeld: "critical",
    e.ForeignDocument: "critical",
}
"""Of the journal; everything else is info."""

_REASONS: Final = {
    e.HoldReason.UNKNOWN_OUTCOME: "Неизвестно, оформлен ли чек: нужно решение старшего.",
    e.HoldReason.REJECTED: "Принтер отклонил чек: нужно решение старшего.",
    e.HoldReason.FN_CHANGED: "Фискальный накопитель заменён во время печати: нужно решение старшего.",
    e.HoldReason.STALE: "Чек пролежал дольше 10 минут: нужно решение старшего.",
}


def fiscal_doc(document: FiscalDocument | None) -> a.FiscalDoc | None:
    if document is None:
        return None
    return a.FiscalDoc(
        fn=document.fn, fd=document.fd, fp=document.fp, at=document.at, shift=document.shift,
        number=document.number, qr=document.qr,
    )  # fmt: skip


def buffer_info(queue: c.QueueInfo) -> a.BufferInfo:
    return a.BufferInfo(
        queue_position=queue.queue_position,
        total_queued=queue.total_queued,
        estimated_sync_time=queue.estimated_sync_time_s,
    )


def receipt_done(answer: c.ReceiptAnswer) -> a.ReceiptDone:
    return a.ReceiptDone(
        status=answer.status,
        receipt_id=answer.receipt_id,
        total=format_roubles(answer.total),
        buffer_info=buffer_info(answer.queue),
        final=answer.final,
        fiscal_doc=fiscal_doc(answer.document),
    )


def receipt_state(answer: c.ReceiptAnswer) -> a.ReceiptState:
    sold = answer.receipt
    return a.ReceiptState(
        status=answer.status,
        receipt_id=answer.receipt_id,
        idempotency_key=answer.key,
        total=format_roubles(answer.total),
        created_at=instant(answer.created_at_ms),
        delivered=answer.delivered,
        attempts=answer.attempts,
        last_error=None if answer.reason is None else _REASONS[answer.reason],
        fiscal_doc=fiscal_doc(answer.document),
        buffer_info=buffer_info(answer.queue),
        final=answer.final,
        facts=answer.facts,
        type=None if sold is None else TYPE_OF[sold.operation],
        items=() if sold is None else tuple(_sold(line) for line in sold.lines),
        payments=() if sold is None else tuple(_paid(sold)),
    )


def _sold(line: Line) -> a.SoldItem:
    return a.SoldItem(
        sku=line.sku, name=line.name, qty=format_quantity(line.quantity), price=format_roubles(line.price),
        sum=format_roubles(line.total), vat=label(line.vat), payment_method=line.method,
        payment_subject=line.subject, mark_code=line.mark_code,
    )  # fmt: skip


def _paid(receipt: Receipt) -> Iterable[a.Paid]:
    return (a.Paid(method=p.tender, amount=format_roubles(p.amount)) for p in receipt.payments)


def totals(found: e.ShiftTotals | None) -> a.Totals | None:
    if found is None:
        return None
    return a.Totals(
        cash_in_drawer=format_roubles(found.cash_in_drawer),
        sales=found.sales,
        sale_refunds=found.sale_refunds,
        sales_total=format_roubles(found.sales_total),
        sale_refunds_total=format_roubles(found.sale_refunds_total),
    )


def task(done: c.TaskDone) -> a.TaskAnswer:
    cash = done.cash_in_drawer
    return a.TaskAnswer(
        status="done", task_id=done.task_id, kind=done.kind, final=done.final,
        fiscal_doc=fiscal_doc(done.document), totals=totals(done.totals),
        cash_in_drawer=None if cash is None else format_roubles(cash),
    )  # fmt: skip


def product(found: c.Product) -> a.FoundProduct:
    return a.FoundProduct(
        sku=found.sku, ean=found.ean, name=found.name, price=format_roubles(found.price),
        vat=label(VatRate(found.vat)), payment_subject=found.subject, category=found.category,
        stock=found.stock,
    )  # fmt: skip


def journal_line(row: c.JournalRow) -> a.JournalLine:
    return a.JournalLine(
        seq=row.seq,
        time=row.hlc.partition("+")[0],
        level=LEVELS.get(type(row.event), "info"),
        event=e.event_name(row.event),
        hlc=row.hlc,
        data=msgspec.to_builtins(row.event),
    )


def buffer_status(
    status: c.BufferStatus,
    printer: s.PrinterState | None,
    ofd: s.OfdState | None,
    mode: s.ModeState | None,
    now_ms: int,
) -> a.BufferAnswer:
    """The buffer's own word, with the words of KKT, OFD line and heartbeat that are fresh (None: silent)."""
    oldest = status.oldest
    return a.BufferAnswer(
        total_capacity=status.capacity,
        current_queued=status.queued,
        percent_full=percent(status),
        oldest_receipt=None if oldest is None else _oldest(oldest, now_ms),
        network_status=modes.network(mode, ofd),
        mode=modes.mode_line(mode, now_ms),
        last_sync=_last_sync(ofd),
        alerts=(
            *(a.AlertLine(level=x.level, message=x.message, code=x.code) for x in status.alerts),
            *modes.alerts(mode),
        ),
        pos_id=status.till,
        unprinted=status.unprinted,
        held=status.held,
        maintenance=status.maintenance,
        ready=status.boot_passed,
        stopped=status.stopped,
        cash_in_drawer=format_roubles(status.cash_in_drawer),
        kkt=_device(printer),
        ofd=_ofd(ofd),
        shift=_shift(status.shift),
    )


def percent(status: c.BufferStatus) -> float:
    """How full, with one decimal."""
    return round(100 * status.queued / status.capacity, 1) if status.capacity else 100.0


def kkt_word(printer: s.PrinterState | None) -> str:
    """The KKT in one word; `unknown` while its service is silent."""
    if printer is None:
        return "unknown"
    if printer.link is not s.Link.UP:
        return printer.link.value
    if printer.fn_full:
        return "fn_full"
    if printer.held:
        return "held"
    return "up" if printer.can_print else "cannot_print"


def ofd_word(ofd: s.OfdState | None) -> str:
    """The line to the OFD in one word."""
    if ofd is None:
        return "unknown"
    if not ofd.reachable:
        return "down"
    return "slow" if ofd.slow else "up"


def _oldest(oldest: c.OldestReceipt, now_ms: int) -> a.Oldest:
    age_ms = max(0, now_ms - oldest.created_at_ms)
    return a.Oldest(
        id=oldest.receipt_id, created_at=instant(oldest.created_at_ms), age_hours=round(age_ms / 3_600_000, 2)
    )


def _last_sync(ofd: s.OfdState | None) -> a.LastSync:
    if ofd is None:
        return a.LastSync(timestamp=None, synced_count=0, failed_count=0, duration_seconds=0.0)
    return a.LastSync(
        timestamp=maybe_instant(ofd.last_success_ms),
        synced_count=ofd.run_delivered,
        failed_count=ofd.run_failed,
        duration_seconds=ofd.run_duration_ms / 1000,
    )


def _device(printer: s.PrinterState | None) -> a.DeviceLine:
    fn = printer.fn if printer else None
    return a.DeviceLine(
        status=kkt_word(printer),
        name=printer.device if printer else "",
        cause=printer.cause if printer else "",
        fn=fn.number if fn else None,
        documents_left=fn.documents_left if fn else None,
    )


def _ofd(ofd: s.OfdState | None) -> a.OfdLine:
    return a.OfdLine(
        status=ofd_word(ofd),
        breaker=ofd.breaker if ofd else None,
        last_error=ofd.last_error if ofd else "",
        retry_at=maybe_instant(ofd.retry_at_ms) if ofd else None,
    )


def _shift(shift: s.ShiftState | None) -> a.ShiftLine | None:
    if shift is None:
        return None
    return a.ShiftLine(
        open=shift.open, number=shift.number, over_24h=shift.over_24h, opened_at=shift.opened_at,
        receipts=shift.receipts,
    )  # fmt: skip
