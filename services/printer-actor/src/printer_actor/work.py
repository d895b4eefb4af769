"""The pieces of work on a connected device, each whole: afterwards the journal says what is left to do."""

import time
from collections.abc import Callable

import msgspec

from actor import log
from contracts.commands import (
    NothingToSend,
    OfdGive,
    OfdGiven,
    OfdMessage,
    OfdTake,
    PerformTask,
    Resolved,
    ResolveHeld,
    TaskKind,
)
from contracts.events import ReceiptAccepted
from contracts.refusals import Code, Refusal
from fiscal.kkt.errors import ErrorClass
from fiscal.receipt import Cashier
from printer_actor.board import CAUSES, Board
from printer_actor.decisions import Decisions
from printer_actor.delivery import Delivery, Pause
from printer_actor.inspection import Inspection
from printer_actor.intent import Intent, Kind, Sale, Task
from printer_actor.journal import Journal
from printer_actor.machine import OPEN, SETTLED, Phase
from printer_actor.printer import (
    CoverOpen,
    DeviceStatus,
    FiscalPrinter,
    FnFault,
    FnStatus,
    Mode,
    OfdOverdue,
    Paper,
    PaperOut,
    Rejected,
    ShiftClosed,
    ShiftExpired,
)
from printer_actor.reports import Reports, answer_of, refused
from printer_actor.store import Store
from printer_actor.tasks import Tasks

LIFE_EVERY_S = 600.0
AUTO_DEADLINE_MS = 120_000
FN_FULL = frozenset({0x05, 0x06, 0x12})
MOST_SET_ASIDE = 2  # receipts in a row; then it is the device and not the receipt
EARNED = 2  # steps of the exchange that one printed document earns: a take and a give


class Work:
    """What can be done; the owner decides when."""

    def __init__(
        self,
        printer: FiscalPrinter,
        store: Store,
        inspection: Inspection,
        journal: Journal,
        tasks: Tasks,
        decisions: Decisions,
        delivery: Delivery,
        board: Board,
        reports: Reports,
        *,
        auto_open_shift: bool,
        now_ms: Callable[[], int],
        new_id: Callable[[], str],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._printer = printer
        self._store = store
        self._inspection = inspection
        self._journal = journal
        self._tasks = tasks
        self._decisions = decisions
        self.delivery = delivery
        self._board = board
        self._reports = reports
        self._auto_open_shift = auto_open_shift
        self._now_ms = now_ms
        self._new_id = new_id
        self._monotonic = monotonic
        self._life_at = float("-inf")
        self._paper_ok = True
        self._renew_shift = False
        self._busy = False
        self._set_aside = 0  # in a row
        self.waiting: list[Intent] = []
        self.recovered = False
        self.earned = 0
        self.printed: Callable[[Intent, float], None] = lambda _intent, _seconds: None

    # --- what waits ---------------------------------------------------------------------------------------

    async def reload(self) -> None:
        """Read what the journal has waiting, and show it."""
        self.waiting = await self._store.waiting()
        self._board.put(
            held=tuple(intent.id for intent in self.waiting if intent.phase is Phase.HELD),
            set_aside=tuple(intent.id for intent in self.waiting if intent.phase is Phase.REJECTED),
        )

    def of_phase(self, *phases: Phase) -> list[Intent]:
        """Rows that wait, in these phases."""
        return [intent for intent in self.waiting if intent.phase in phases]

    @property
    def held(self) -> bool:
        """Whether the device's queue stands for a person."""
        return bool(self.of_phase(Phase.HELD))

    @property
    def open(self) -> bool:
        """Whether a row may have reached the device and its outcome is not established."""
        return self._busy or not self.recovered or bool(self.of_phase(*OPEN))

    # --- pieces -------------------------------------------------------------------------------------------

    async def recover(self) -> None:
        """Establish the outcome of every open row before anything else is begun, then look at the device."""
        await self.reload()
        for intent in self.of_phase(*OPEN):
            if intent.kind is Kind.RECEIPT:
                await self._journal.settle(intent)
            else:
                await self._tasks.settle(intent)
        await self.reload()
        await self.look()
        self.recovered = True

    async def run_due(self) -> None:
        """Run the oldest row that has to run again."""
        intent = self.of_phase(Phase.DUE)[0]
        try:
            await (self._print(intent) if intent.kind is Kind.RECEIPT else self._run_task(intent))
        finally:
            await self.reload()

    async def receipt(self, slot: ReceiptAccepted) -> bool:
        """Print the receipt of a message; True when the message may be acknowledged."""
        intent = await self._store.get(slot.receipt_id)
        if intent is None:
            sale = Sale(
                receipt=slot.receipt, cashier=slot.cashier, original_receipt_id=slot.original_receipt_id
            )
            intent = Intent(
                id=slot.receipt_id,
                kind=Kind.RECEIPT,
                key=slot.key,
                payload=sale,
                created_ms=self._now_ms(),
            )
            intent = await self._print(intent)
        if intent.phase in OPEN:
            self.recovered = False
        # P1: a message that comes again changes nothing. P7: it is acknowledged only when the row has ended.
        return intent.phase in SETTLED

    async def task(self, request: PerformTask) -> Intent:
        """Carry out a task, or find it carried out."""
        intent = await self._store.get(request.task_id)
        if intent is None:
            intent = self._new_task(request)
        if intent.phase in (Phase.NONE, Phase.DUE):
            intent = await self._run_task(intent)
            await self.reload()
        return intent

    async def expire(self, request: PerformTask) -> Intent | None:
        """The outcome of a task that needs no device: it has ended, or it is too late to begin it."""
        intent = await self._store.get(request.task_id) or self._new_task(request)
        if intent.phase in (Phase.NONE, Phase.DUE) and self._tasks.expired(intent):
            return await self._tasks.refuse(intent, refused(Code.TASK_EXPIRED))
        return intent if intent.phase in (Phase.REGISTERED, Phase.REFUSED) else None

    async def decide(self, request: ResolveHeld) -> Resolved | Refusal:
        """Apply a person's decision."""
        answer = await self._decisions.resolve(request)
        if isinstance(answer, Resolved):
            self._set_aside = 0
        log.canonical(
            "decision",
            receipt_id=request.receipt_id,
            decision=request.decision,
            by=request.by,
            answer=answer.code if isinstance(answer, Refusal) else "done",
        )
        await self.reload()
        return answer

    async def decidable(self, request: ResolveHeld) -> bool:
        """Whether a decision needs no device."""
        return not await self._decisions.needs_device(request)

    async def exchange(
        self, request: OfdTake | OfdGive, pause: Pause
    ) -> OfdMessage | NothingToSend | OfdGiven:
        """One step of the exchange with the operator."""
        if isinstance(request, OfdTake):
            return await self.delivery.take(pause)
        given = await self.delivery.give(request.fn, request.fd, request.data, pause)
        self._board.show_queue(self.delivery.queue, self.delivery.delivered_through)
        return given

    async def look(self) -> None:
        """Read the device: paper, FN, shift, what the operator has."""
        status = await self._printer.status()
        if status.paper is Paper.WAITING:
            await self._printer.continue_print()
        await self._note_paper(status)
        fn = await self._inspection.fn_status()
        if not self.held:
            await self._journal.look_around(fn)
        if self._monotonic() - self._life_at > LIFE_EVERY_S:
            self._board.keep_life(await self._printer.fn_life())
            self._life_at = self._monotonic()
        counters = await self._journal.shift_counters(fn)
        await self.delivery.refresh(fn)
        await self._note_warnings(fn)
        self._board.show_fn(fn, counters, status.mode, self.delivery.queue, self.delivery.delivered_through)
        self._board.put(settled=True)

    # --- parts --------------------------------------------------------------------------------------------

    async def _print(self, intent: Intent) -> Intent:
        began = self._monotonic()
        self._busy = True
        try:
            await self._ensure_shift(intent.sale.cashier)
            intent = await self._journal.print_receipt(intent)
        except Rejected:
            await self._doubt()
            raise
        finally:
            self._busy = False
        if intent.phase is not Phase.REGISTERED:
            await self.reload()
        seconds = self._monotonic() - began
        self.printed(intent, seconds)
        document = intent.outcome.document
        if intent.phase is Phase.REJECTED:
            self._set_aside += 1
        if document is not None:
            self._set_aside = 0
            self.earned = EARNED
            self._board.show_registered(document)
            await self._report_paper("")
        elif self._journal.rejection is not None and intent.phase is Phase.DUE:
            raise self._journal.rejection
        log.canonical(
            "receipt_printed" if document else "receipt_not_printed",
            receipt_id=intent.id,
            phase=intent.phase,
            fd=document.fd if document else None,
            total=intent.wanted().total,
            seconds=round(seconds, 4),
        )
        return intent

    async def _ensure_shift(self, cashier: Cashier) -> None:
        status = await self._inspection.ready()
        if status.mode is Mode.DOCUMENT_OPEN:
            # No row of ours is open, so somebody else left it; nothing of it is registered.
            await self._printer.cancel_document()
            status = await self._inspection.ready()
        if status.mode is Mode.OTHER:
            raise Rejected("short_status", 0x73, ErrorClass.STATE, status.detail)
        if status.mode is Mode.SHIFT_EXPIRED or (self._renew_shift and status.mode is Mode.SHIFT_OPEN):
            # The receipt is accepted, so it is due: a Z report is the only way on.
            await self._auto(TaskKind.CLOSE_SHIFT, cashier)
            await self._auto(TaskKind.OPEN_SHIFT, cashier)
        elif status.mode is Mode.SHIFT_CLOSED:
            if not self._auto_open_shift:
                raise ShiftClosed("short_status", 0x3D, ErrorClass.SHIFT, "the shift is closed")
            await self._auto(TaskKind.OPEN_SHIFT, cashier)
        self._renew_shift = False

    async def _auto(self, kind: TaskKind, cashier: Cashier) -> None:
        task = Task(task=kind, cashier=cashier, deadline_ms=self._now_ms() + AUTO_DEADLINE_MS)
        intent_id = self._new_id()
        intent = Intent(
            id=intent_id, kind=Kind(kind.value), key=intent_id, payload=task, created_ms=self._now_ms()
        )
        intent = await self._tasks.run(intent)
        self._show_shift(intent)
        if intent.phase is not Phase.REGISTERED:
            raise ShiftClosed(kind.value, 0x3D, ErrorClass.SHIFT, intent.outcome.message)

    async def _run_task(self, intent: Intent) -> Intent:
        if self.held:
            return await self._tasks.refuse(intent, refused(Code.DEVICE_HELD))
        try:
            self._busy = True
            intent = await self._tasks.run(intent)
        except Rejected as error:
            await self._doubt()
            if not self.recovered or not isinstance(error, PaperOut):
                raise
            # Nothing was begun: whoever stands before the printer should hear it at once.
            return await self._tasks.refuse(intent, refused(Code.DEVICE_REJECTED, f"{cause_of(error)}."))
        finally:
            self._busy = False
        self._show_shift(intent)
        return intent

    async def _doubt(self) -> None:
        """A rejection in the middle of a recovery leaves its row open: it is recovered before anything else."""
        await self.reload()
        self.recovered = not self.of_phase(*OPEN)

    def _show_shift(self, intent: Intent) -> None:
        document = intent.outcome.document
        if intent.kind is Kind.OPEN_SHIFT and document is not None:
            self._board.keep_opening(document.at)
            self._board.show_opened(document)

    def _new_task(self, request: PerformTask) -> Intent:
        task = Task(
            task=request.kind,
            cashier=request.cashier,
            deadline_ms=request.deadline_ms,
            amount=request.amount,
            task_id=request.task_id,
        )
        return Intent(
            id=request.task_id,
            kind=Kind(request.kind.value),
            key=request.key,
            payload=task,
            created_ms=self._now_ms(),
        )

    # --- obstacles ----------------------------------------------------------------------------------------

    async def obstacle(self, error: Rejected) -> None:
        """Remember and show why the device does not print now."""
        self._renew_shift = self._renew_shift or isinstance(error, ShiftExpired)
        cause = cause_of(error)
        self._board.show_blocked(cause)
        if isinstance(error, OfdOverdue):
            self._board.put(ofd_blocked=True)
        if error.code in FN_FULL:
            self._board.put(fn_full=True)
        if isinstance(error, PaperOut):
            await self._report_paper(cause)
        log.get().warning("device_does_not_print", cause=cause, error=str(error))

    def forget_obstacle(self) -> None:
        """The device answers and nothing waits for it, so nothing will show that the way is free: say so now, or sales
        would be refused for ever. Not where one receipt after the other is set aside: each is a buyer who has paid."""
        if not self.of_phase(Phase.DUE) and self._set_aside < MOST_SET_ASIDE:
            self._board.show_free()

    async def _note_paper(self, status: DeviceStatus) -> None:
        self._board.show_device(status)
        await self._report_paper(CAUSES.get(status.paper, ""))

    async def _report_paper(self, cause: str) -> None:
        if self._paper_ok is bool(cause):
            self._paper_ok = not cause
            await self._store.report(self._reports.paper(can_print=not cause, cause=cause))

    async def _note_warnings(self, fn: FnStatus) -> None:
        drive = await self._store.drive(fn.fn)
        if drive is not None and drive.warnings != fn.warnings:
            drive = msgspec.structs.replace(drive, warnings=fn.warnings)
            await self._store.save_drive(drive, [self._reports.warned(fn.fn, fn.warnings)])


def cause_of(error: Rejected) -> str:
    """Why the device does not print, for the cashier."""
    match error:
        case CoverOpen():
            return CAUSES[Paper.COVER_OPEN]
        case PaperOut():
            return CAUSES[Paper.OUT]
        case OfdOverdue():
            return "ФН не принимает чеки, пока ОФД не получит старые"
        case ShiftExpired():
            return "Смена открыта больше 24 часов"
        case ShiftClosed():
            return "Смена закрыта"
        case FnFault() if error.code in FN_FULL:
            return "Фискальный накопитель исчерпан: вызовите администратора"
        case FnFault():
            return f"Неисправность ФН или принтера ({error.code:02X}h)"
        case Rejected(kind=ErrorClass.CLOCK):
            return f"Часы принтера не сходятся с часами ФН ({error.code:02X}h): вызовите администратора"
    return f"Принтер чеков не готов ({error.code:02X}h)"


def answer(intent: Intent) -> msgspec.Struct | None:
    """The answer to a task, None while it has not ended."""
    return answer_of(intent) if intent.phase in (Phase.REGISTERED, Phase.REFUSED) else None
