"""Recording: the event's row and what the event does to receipts, tasks and sums, in one transaction.

No handler assumes order or novelty: a copy of a request may arrive after its successor.
"""

from collections.abc import Callable

import msgspec

from buffer_actor.machine import Fact, Outcome, State, advance
from buffer_actor.projections import drawer_after
from buffer_actor.rows import Drawer, ReceiptRow, TaskResult, TaskRow
from buffer_actor.tx import Tx
from contracts import events as e
from contracts.commands import TaskDone
from contracts.dead import CONTRADICTION, DeadLetter
from contracts.refusals import Code, refuse


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """What an event did beside getting its row: keys whose callers may be answered, slots to free."""

    key: str = ""
    state: str = ""  # of the receipt, when it moved
    freed: str = ""  # receipt id
    contradiction: str = ""  # in Russian, for the administrator


NOTHING = Change()


class Applied(msgspec.Struct, frozen=True, kw_only=True):
    """The event's sequence, and its effect unless it was known."""

    seq: int
    change: Change = NOTHING
    known: bool = False


def record(tx: Tx, event: e.AnyEvent, hlc: str, now_ms: Callable[[], int]) -> Applied:
    """Store an event and its effect; an event that has its row changes nothing."""
    known = tx.event_seq(event.event_id)
    if known is not None:
        return Applied(seq=known, known=True)
    change = _apply(tx, event)
    seq = tx.append(event, hlc)
    if change.contradiction:
        tx.contradict(
            DeadLetter(
                letter_id=event.event_id,
                till=event.till,
                kind=CONTRADICTION,
                text=change.contradiction,
                at_ms=now_ms(),
                facts={"event": e.event_name(event), "seq": str(seq)},
            )
        )
    return Applied(seq=seq, change=change)


def _apply(tx: Tx, event: e.AnyEvent) -> Change:
    match event:
        case e.ReceiptFiscalised():
            return _fiscalised(tx, event)
        case e.DocumentDelivered():
            return _delivered(tx, event)
        case e.ReceiptHeld():
            return _held(tx, event)
        case e.ReceiptAnnulled():
            return _annulled(tx, event)
        case e.ShiftOpened():
            tx.open_shift(event)
        case e.ShiftClosed():
            tx.close_shift(event)
        case _:
            pass
    _count_cash(tx, event)
    return _settle_task(tx, event)


# --- receipts ---------------------------------------------------------------------------------------------


def _fiscalised(tx: Tx, event: e.ReceiptFiscalised) -> Change:
    row, document = tx.receipt(event.key), event.document
    where = f"Чек {event.receipt_id} — документ {document.fd} в ФН {document.fn}"
    if row is None:
        return Change(contradiction=f"{where}, но журнал кассы такого чека не знает.")
    owner = tx.receipt_by_document(document.fn, document.fd)
    if owner is not None and owner.key != row.key:
        return Change(contradiction=f"{where}, но этот документ записан за чеком {owner.receipt_id}.")
    state, outcome = advance(row.state, Fact.FISCALISED)
    if outcome is Outcome.CONTRADICTION:
        return Change(contradiction=f"{where}, но в журнале кассы он закрыт без документа ({row.state}).")
    if outcome is Outcome.PASSED:
        if owner is None:
            return Change(contradiction=f"{where}, но за ним уже записан другой документ: {_document(row)}.")
        return NOTHING
    tx.announce(row)
    tx.move(row, state)
    tx.set_document(row, document)
    tx.count_in_shift(document)
    _count_cash(tx, event)
    if not tx.claim_ticket(document.fn, document.fd):
        return Change(key=row.key, state=state)
    final = advance(state, Fact.DELIVERED)[0]
    tx.move(row, final)
    return Change(key=row.key, state=final, freed=row.receipt_id)


def _document(row: ReceiptRow) -> str:
    return f"{row.document.fd} в ФН {row.document.fn}" if row.document else "неизвестный"


def _delivered(tx: Tx, event: e.DocumentDelivered) -> Change:
    row = tx.receipt_by_document(event.fn, event.fd)
    if row is None:
        tx.park(event.fn, event.fd, event.ticket, event.ticket_at)
        return NOTHING
    state, outcome = advance(row.state, Fact.DELIVERED)
    if outcome is Outcome.PASSED:
        return NOTHING
    tx.move(row, state)
    return Change(key=row.key, state=state, freed=row.receipt_id)


def _held(tx: Tx, event: e.ReceiptHeld) -> Change:
    row = tx.receipt(event.key)
    if row is None:
        return Change(contradiction=f"Чек {event.receipt_id} остановлен, но журнал кассы его не знает.")
    state, outcome = advance(row.state, Fact.HELD)
    if outcome is Outcome.CONTRADICTION:
        return Change(
            contradiction=f"Чек {event.receipt_id} остановлен принтером, но кассиру отказано в нём."
        )
    if state is not State.HELD:
        return NOTHING
    tx.announce(row)
    tx.move(row, state)
    tx.set_hold(row, event.reason, event.facts)
    return Change(key=row.key, state=state)


def _annulled(tx: Tx, event: e.ReceiptAnnulled) -> Change:
    row = tx.receipt(event.key)
    if row is None:
        return Change(contradiction=f"Чек {event.receipt_id} аннулирован, но журнал кассы его не знает.")
    state, outcome = advance(row.state, Fact.ANNULLED)
    if outcome is Outcome.CONTRADICTION:
        return Change(contradiction=f"Чек {event.receipt_id} аннулирован, но в журнале кассы он {row.state}.")
    if outcome is Outcome.PASSED:
        return NOTHING
    tx.move(row, state)
    return Change(key=row.key, state=state, freed=row.receipt_id)


# --- tasks and sums -----------------------------------------------------------------------------------------


def _count_cash(tx: Tx, event: e.Event) -> None:
    before = tx.meta(Drawer) or Drawer()
    after = drawer_after(before, event)
    if after != before:
        tx.set_meta(after)


def _settle_task(tx: Tx, event: e.Event) -> Change:
    task_id: str | None = getattr(event, "task_id", None)
    task = tx.task_by_id(task_id) if task_id else None
    outcome = task_outcome(event, task) if task else None
    if task is None or outcome is None or not tx.settle_task(task.task_id, outcome):
        return NOTHING
    return Change(key=task.key)


def task_outcome(event: e.Event, task: TaskRow) -> TaskResult | None:
    """What an event says about the task that it names."""
    done = TaskDone(task_id=task.task_id, key=task.key, kind=task.command.kind)
    match event:
        case e.ShiftOpened(document=document):
            return msgspec.structs.replace(done, document=document)
        case e.ShiftClosed(document=document, totals=totals):
            return msgspec.structs.replace(
                done, document=document, totals=totals, cash_in_drawer=totals.cash_in_drawer
            )
        case e.CashMoved(cash_in_drawer=cash):
            return msgspec.structs.replace(done, cash_in_drawer=cash)
        case e.ReportPrinted(totals=totals):
            return msgspec.structs.replace(done, totals=totals, cash_in_drawer=totals.cash_in_drawer)
        case e.TaskRefused(code=code, message=message):
            return refuse(Code(code), message)
        case _:
            return None
