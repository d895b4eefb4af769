"""Shift, X report, cash: the same journal for work that is no receipt. A task never holds the queue.

Shift documents are looked up in the FN like receipts; cash and X leave no document, so the device's counters before
and after decide. What cannot be established is refused with that text, never repeated blindly.
"""

from collections.abc import Callable

from actor import log
from contracts.events import ShiftTotals
from contracts.refusals import Code
from fiscal.money import Kopecks
from fiscal.receipt import FiscalDocument
from printer_actor.document import read_totals
from printer_actor.inspection import Inspection
from printer_actor.intent import Baseline, Intent, Kind, Outcome
from printer_actor.machine import Expected, NotRegistered, Registered, Step
from printer_actor.printer import (
    CLOSE_SHIFT_FORM,
    OPEN_SHIFT_FORM,
    Drawer,
    FiscalPrinter,
    FoundDocument,
    Mode,
    Rejected,
)
from printer_actor.reports import Reports, refused
from printer_actor.store import Store

FORMS = {Kind.OPEN_SHIFT: OPEN_SHIFT_FORM, Kind.CLOSE_SHIFT: CLOSE_SHIFT_FORM}
UNKNOWN = "Исход операции неизвестен: сверьте сумму в ящике с отчётом и повторите, если она не выполнена."


class Tasks:
    """Tasks of one device. Raises NotSent and OutcomeUnknown like the journal."""

    def __init__(
        self,
        printer: FiscalPrinter,
        store: Store,
        inspection: Inspection,
        reports: Reports,
        *,
        now_ms: Callable[[], int],
        at: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._printer = printer
        self._store = store
        self._inspection = inspection
        self._reports = reports
        self._now_ms = now_ms
        self._at = at

    async def run(self, intent: Intent) -> Intent:
        """Carry out a task that is new or due; the row it returns has ended."""
        if self.expired(intent):
            return await self.refuse(intent, refused(Code.TASK_EXPIRED))
        status = await self._inspection.ready()
        if (refusal := _impossible(intent.kind, status.mode)) is not None:
            return await self.refuse(intent, refused(refusal))
        drawer = await self._printer.drawer()
        if intent.kind is Kind.CASH_OUT and drawer.cash < intent.task.amount:
            return await self.refuse(intent, refused(Code.NOT_ENOUGH_CASH))
        intent = await self._prepare(intent, drawer)
        try:
            await self._command(intent)
        except Rejected as error:
            return await self.settle(intent, error)
        self._at("task sent")
        return await self.settle(intent)

    async def settle(self, intent: Intent, rejection: Rejected | None = None) -> Intent:
        """Find out what became of a task that may have reached the device."""
        if intent.kind in FORMS:
            intent = await self._settle_document(intent, rejection)
        else:
            intent = await self._settle_counters(intent, rejection)
        log.canonical(
            "task_settled", task_id=intent.id, kind=intent.kind, phase=intent.phase, code=intent.outcome.code
        )
        return intent

    def expired(self, intent: Intent) -> bool:
        """Whether it is too late to begin."""
        return self._now_ms() > intent.task.deadline_ms

    async def refuse(self, intent: Intent, outcome: Outcome) -> Intent:
        """End a task without effect, for ever."""
        intent = intent.step(Step.REFUSE, outcome=outcome)
        await self._store.save(intent, self._reports.task_refused(intent, outcome))
        return intent

    # --- parts --------------------------------------------------------------------------------------------

    async def _prepare(self, intent: Intent, drawer: Drawer) -> Intent:
        fn = await self._inspection.fn_status()
        expected = Expected(fn=fn.fn, fd_before=fn.last_fd, form=FORMS.get(intent.kind, 0))
        intent = intent.step(
            Step.PREPARE,
            expected=expected,
            baseline=Baseline(drawer=drawer),
        ).step(Step.CLOSE)  # one command does it all, so both steps are one row
        await self._store.save(intent)
        self._at("task prepared")
        return intent

    async def _command(self, intent: Intent) -> None:
        task = intent.task
        match intent.kind:
            case Kind.OPEN_SHIFT:
                await self._printer.open_shift(task.cashier)
            case Kind.CLOSE_SHIFT:
                await self._printer.close_shift(task.cashier)
            case Kind.X_REPORT:
                await self._printer.x_report()
            case Kind.CASH_IN:
                await self._printer.cash_in(task.amount)
            case Kind.CASH_OUT:
                await self._printer.cash_out(task.amount)
            case Kind.RECEIPT:
                raise AssertionError(f"{intent.id} is no task")

    async def _settle_document(self, intent: Intent, rejection: Rejected | None) -> Intent:
        verdict = await self._inspection.investigate(intent.id, intent.wanted())
        match verdict:
            case Registered(document=found):
                return await self._done(intent, await self._shift_outcome(intent, found))
            case NotRegistered():
                return await self._not_done(intent, rejection)
        cause = ", ".join(f"{name} {value}" for name, value in verdict.facts.items())
        return await self.refuse(intent, refused(Code.DEVICE_REJECTED, f"Исход неизвестен: {cause}"))

    async def _settle_counters(self, intent: Intent, rejection: Rejected | None) -> Intent:
        await self._inspection.rest()
        before, after = intent.baseline.drawer, await self._printer.drawer()
        assert before is not None, f"{intent.id} was prepared without its counters"
        if _count(intent.kind, after) == _count(intent.kind, before):
            return await self._not_done(intent, rejection)
        if _count(intent.kind, after) != _count(intent.kind, before) + 1:
            return await self.refuse(intent, refused(Code.DEVICE_REJECTED, UNKNOWN))
        if intent.kind is Kind.X_REPORT:
            return await self._done(intent, Outcome(totals=await self._running_totals(after)))
        return await self._done(intent, Outcome(cash_in_drawer=after.cash))

    async def _done(self, intent: Intent, outcome: Outcome) -> Intent:
        document = outcome.document
        intent = intent.step(
            Step.REGISTER,
            outcome=outcome,
            document_fn=document.fn if document else "",
            document_fd=document.fd if document else 0,
        )
        await self._store.save(intent, self._reports.task_done(intent, outcome))
        self._at("task registered")
        return intent

    async def _not_done(self, intent: Intent, rejection: Rejected | None) -> Intent:
        if rejection is not None:
            return await self.refuse(intent, refused(Code.DEVICE_REJECTED, _sentence(rejection)))
        if intent.task.task_id is None or self.expired(intent):
            return await self.refuse(intent, refused(Code.TASK_EXPIRED))
        intent = intent.step(Step.RETRY)
        await self._store.save(intent)
        return intent

    async def _shift_outcome(self, intent: Intent, found: FoundDocument) -> Outcome:
        tlv = await self._printer.read_document(found.fd)
        document = FiscalDocument(
            fn=intent.wanted().fn,
            fd=found.fd,
            fp=found.fp,
            at=found.at.isoformat(timespec="minutes"),
            form=found.form,
            shift=found.shift,
            number=0,
            total=Kopecks(0),
            qr="",
        )
        if intent.kind is Kind.OPEN_SHIFT:
            return Outcome(document=document)
        drawer = intent.baseline.drawer
        cash = drawer.cash if drawer else Kopecks(0)
        totals = read_totals(tlv, cash) or await self._own_totals(document.fn, found.shift, cash)
        return Outcome(document=document, totals=totals, cash_in_drawer=cash)

    async def _running_totals(self, drawer: Drawer) -> ShiftTotals:
        counters = await self._printer.shift()
        fn = await self._inspection.fn_status()
        return await self._own_totals(fn.fn, counters.shift, drawer.cash)

    async def _own_totals(self, fn: str, shift: int, cash: Kopecks) -> ShiftTotals:
        sums = await self._store.shift_sums(fn, shift)
        return ShiftTotals(
            cash_in_drawer=cash,
            sales=sums.sales,
            sale_refunds=sums.sale_refunds,
            sales_total=sums.sales_total,
            sale_refunds_total=sums.sale_refunds_total,
        )


def _impossible(kind: Kind, mode: Mode) -> Code | None:
    if kind is Kind.OPEN_SHIFT and mode in (Mode.SHIFT_OPEN, Mode.SHIFT_EXPIRED):
        return Code.SHIFT_ALREADY_OPEN
    if kind is Kind.CLOSE_SHIFT and mode is Mode.SHIFT_CLOSED:
        return Code.SHIFT_CLOSED
    return None


def _count(kind: Kind, drawer: Drawer) -> int:
    return {
        Kind.X_REPORT: drawer.x_reports,
        Kind.CASH_IN: drawer.cash_in_number,
        Kind.CASH_OUT: drawer.cash_out_number,
    }[kind]


def _sentence(rejection: Rejected) -> str:
    return f"Принтер чеков отклонил команду: {rejection.code:02X}h ({rejection.meaning})."
