"""What the journal tells the ledger: the events of each outcome. Pure, but for the ids that are passed in."""

from collections.abc import Callable
from typing import TypedDict

from contracts import events as e
from contracts.commands import TaskDone, TaskKind
from contracts.refusals import RULES, Code, Refusal, refuse
from fiscal.money import Kopecks
from fiscal.receipt import FiscalDocument
from printer_actor.intent import Intent, Kind, Outcome
from printer_actor.printer import FoundDocument, OfdTicket


class Stamped(TypedDict):
    """The fields every event begins with."""

    event_id: str
    till: str


class Reports:
    """Events of one till."""

    def __init__(self, till: str, new_id: Callable[[], str]) -> None:
        self._till = till
        self._new_id = new_id

    def _stamp(self) -> Stamped:
        return {"event_id": self._new_id(), "till": self._till}

    def fiscalised(self, intent: Intent, document: FiscalDocument, *, recovered: bool) -> e.ReceiptFiscalised:
        sale = intent.sale
        return e.ReceiptFiscalised(
            **self._stamp(),
            receipt_id=intent.id,
            key=intent.key,
            receipt=sale.receipt,
            cashier=sale.cashier,
            document=document,
            recovered=recovered,
            original_receipt_id=sale.original_receipt_id,
        )

    def held(self, intent: Intent, reason: e.HoldReason, facts: dict[str, str]) -> e.ReceiptHeld:
        return e.ReceiptHeld(
            **self._stamp(), receipt_id=intent.id, key=intent.key, reason=reason, facts=facts
        )

    def annulled(self, intent: Intent, by: str, comment: str) -> e.ReceiptAnnulled:
        return e.ReceiptAnnulled(
            **self._stamp(), receipt_id=intent.id, key=intent.key, by=by, comment=comment
        )

    def foreign(self, fn: str, document: FoundDocument) -> e.ForeignDocument:
        return e.ForeignDocument(
            **self._stamp(), fn=fn, fd=document.fd, form=document.form, total=document.total
        )

    def delivered(self, fn: str, fd: int, ticket: OfdTicket | None) -> e.DocumentDelivered:
        return e.DocumentDelivered(
            **self._stamp(),
            fn=fn,
            fd=fd,
            ticket=ticket.raw if ticket else "",
            ticket_at=ticket.at.isoformat(timespec="minutes") if ticket else "",
        )

    def paper(self, *, can_print: bool, cause: str) -> e.PaperChanged:
        return e.PaperChanged(**self._stamp(), can_print=can_print, cause=cause)

    def warned(self, fn: str, warnings: int) -> e.FnWarned:
        return e.FnWarned(**self._stamp(), fn=fn, warnings=warnings)

    def task_done(self, intent: Intent, outcome: Outcome) -> list[e.AnyEvent]:
        """The event of a task that took effect; a shift reports itself even when nobody asked for it."""
        task = intent.task
        match intent.kind:
            case Kind.OPEN_SHIFT if outcome.document:
                return [
                    e.ShiftOpened(
                        **self._stamp(), document=outcome.document, cashier=task.cashier, task_id=task.task_id
                    )
                ]
            case Kind.CLOSE_SHIFT if outcome.document and outcome.totals:
                return [
                    e.ShiftClosed(
                        **self._stamp(),
                        document=outcome.document,
                        cashier=task.cashier,
                        totals=outcome.totals,
                        task_id=task.task_id,
                    )
                ]
            case Kind.X_REPORT if outcome.totals and task.task_id:
                return [e.ReportPrinted(**self._stamp(), task_id=task.task_id, totals=outcome.totals)]
            case Kind.CASH_IN | Kind.CASH_OUT if outcome.cash_in_drawer is not None and task.task_id:
                return [
                    e.CashMoved(
                        **self._stamp(),
                        task_id=task.task_id,
                        amount=Kopecks(task.amount if intent.kind is Kind.CASH_IN else -task.amount),
                        cash_in_drawer=outcome.cash_in_drawer,
                        cashier=task.cashier,
                    )
                ]
        raise AssertionError(f"{intent.kind} of {intent.id} ended without what it reports: {outcome}")

    def task_refused(self, intent: Intent, outcome: Outcome) -> list[e.AnyEvent]:
        """The event of a task that had no effect; nobody waits for a task of our own."""
        task_id = intent.task.task_id
        if task_id is None or outcome.code is None:
            return []
        return [e.TaskRefused(**self._stamp(), task_id=task_id, code=outcome.code, message=outcome.message)]


def answer_of(intent: Intent) -> TaskDone | Refusal:
    """The answer to a task that has ended, equal for each repeat."""
    outcome = intent.outcome
    if outcome.code is not None:
        return refuse(outcome.code, outcome.message)
    return TaskDone(
        task_id=intent.id,
        key=intent.key,
        kind=TaskKind(intent.kind.value),
        document=outcome.document,
        totals=outcome.totals,
        cash_in_drawer=outcome.cash_in_drawer,
    )


def refused(code: Code, message: str = "") -> Outcome:
    """A refusal with the table's sentence, or a better one."""
    return Outcome(code=code, message=message or RULES[code].message)
