"""How full the buffer is and what stands in the way. Pure, but for the reading."""

from collections.abc import Iterator

from msgspec import UNSET

from buffer_actor.condition import Stage
from buffer_actor.context import Context
from buffer_actor.rows import Drawer, ShiftRow
from buffer_actor.store import Waiting
from contracts.commands import Alert, BufferStatus, OldestReceipt
from contracts.states import PrinterState, ShiftState


async def read_status(context: Context) -> BufferStatus:
    """The whole status; works in every condition."""
    ledger, world, condition = context.ledger, context.world, context.condition
    facts = await ledger.gate_facts()
    waiting = facts.waiting
    floor, lag = context.hub.floor, context.hub.lag(await ledger.last_seq())
    full = waiting.count / facts.capacity if facts.capacity else 0.0
    return BufferStatus(
        till=context.till,
        capacity=facts.capacity,
        queued=waiting.count,
        unprinted=waiting.unprinted,
        held=(*waiting.held, *waiting.set_aside),
        maintenance=facts.maintenance.on,
        boot_passed=condition.stage is Stage.PASSED,
        stopped=condition.stopped,
        cash_in_drawer=(await ledger.meta(Drawer) or Drawer()).cash,
        oldest=OldestReceipt(receipt_id=waiting.oldest_id, created_at_ms=waiting.oldest_ms)
        if waiting.count
        else None,
        printer=world.printer,
        ofd=world.ofd,
        shift=shift_state(world.printer, await ledger.last_shift()),
        hub_floor=UNSET if floor is None else floor,
        hub_lag=UNSET if lag is None else lag,
        alerts=tuple(
            alerts(waiting, full=full, printer=world.printer, stopped=condition.stopped,
                   events_refused=context.events.refused)
        ),
    )  # fmt: skip


def shift_state(printer: PrinterState | None, last: ShiftRow | None) -> ShiftState | None:
    """The shift as the KKT sees it; while it is silent, as the last event told it."""
    if printer is not None and printer.shift is not None:
        return printer.shift
    if last is None:
        return None
    opened_at = last.opened.at if last.opened else None
    return ShiftState(
        open=last.closed is None, number=last.number, opened_at=opened_at, receipts=last.receipts
    )


def alerts(
    waiting: Waiting, *, full: float, printer: PrinterState | None, stopped: str, events_refused: str
) -> Iterator[Alert]:
    """What a person should know, worst first."""
    if stopped:
        yield Alert(level="critical", code="stopped", message=f"Касса остановлена. {stopped}")
    if waiting.held:
        yield Alert(level="critical", code="receipt_held", message="По чеку нужно решение старшего.")
    if waiting.set_aside:
        yield Alert(
            level="warning", code="receipt_rejected", message="Принтер отклонил чек: нужно решение старшего."
        )
    yield from _buffer_alert(full)
    yield from _device_alerts(printer)
    if events_refused:
        yield Alert(
            level="critical", code="events_refused", message=f"Журнал событий не пишется: {events_refused}."
        )


def _buffer_alert(full: float) -> Iterator[Alert]:
    if full >= 1:
        yield Alert(level="critical", code="buffer_100", message="Буфер чеков заполнен: продажи остановлены.")
    elif full >= 0.9:
        yield Alert(level="critical", code="buffer_90", message="Буфер чеков заполнен на 90 %.")
    elif full >= 0.8:
        yield Alert(level="warning", code="buffer_80", message="Буфер чеков заполнен на 80 %.")


def _device_alerts(printer: PrinterState | None) -> Iterator[Alert]:
    if printer is None:
        yield Alert(level="critical", code="device_silent", message="Служба принтера чеков не отвечает.")
        return
    if printer.fn_full:
        yield Alert(level="critical", code="fn_full", message="Фискальный накопитель исчерпан.")
    elif printer.fn is not None and printer.fn.warnings:
        yield Alert(
            level="critical", code="fn_warning", message="Фискальный накопитель скоро нужно заменить."
        )
    if printer.ofd_blocked:
        yield Alert(level="critical", code="ofd_overdue", message="Чеки не передавались в ОФД 30 дней.")
    if not printer.can_print:
        yield Alert(
            level="warning", code="cannot_print", message=printer.cause or "Принтер чеков не печатает."
        )
