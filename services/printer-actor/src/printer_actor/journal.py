"""The fiscal journal: every document is prepared durably, run once, and looked up in the FN when its answer is lost.

HAZARD: nothing here sends a fiscal command twice for one fd_before. A new attempt is a new PREPARED, and that is stored
only after the FN's counter has shown twice, from a device at rest, that the last attempt left nothing.
"""

import asyncio
import datetime as dt
from collections.abc import Callable, Sequence

import msgspec

from actor import log
from contracts.events import AnyEvent, HoldReason
from fiscal.kkt.errors import ErrorClass
from fiscal.qr import QrFacts, qr_text
from fiscal.receipt import FiscalDocument
from fiscal.settlement import total
from printer_actor.document import lines_hash
from printer_actor.inspection import Inspection
from printer_actor.intent import Baseline, Intent, Outcome
from printer_actor.machine import (
    STUBBORN,
    Expected,
    NotRegistered,
    Registered,
    Step,
    Unclear,
    gives_up,
)
from printer_actor.printer import (
    RECEIPT_FORM,
    RECEIPT_FORMS,
    FiscalPrinter,
    FnStatus,
    FoundDocument,
    Registration,
    Rejected,
    ShiftCounters,
)
from printer_actor.reports import Reports
from printer_actor.store import Drive, Store

Interrupt = Callable[[str], None]
"""Told the name of each point where a death matters; tests raise there."""


class Journal:
    """Receipts of one device. Raises NotSent and OutcomeUnknown when the device must be asked after a reconnect."""

    def __init__(
        self,
        printer: FiscalPrinter,
        store: Store,
        inspection: Inspection,
        reports: Reports,
        *,
        local_now: Callable[[], dt.datetime],
        at: Interrupt = lambda _: None,
    ) -> None:
        self._printer = printer
        self._store = store
        self._inspection = inspection
        self._reports = reports
        self._local_now = local_now
        self._at = at
        self._counters: tuple[int, ShiftCounters] | None = None
        self.rejection: Rejected | None = None
        """Why the last attempt failed, None after one that did not."""

    # --- one attempt --------------------------------------------------------------------------------------

    async def print_receipt(self, intent: Intent) -> Intent:
        """Run a receipt that is new or due, on a device that is ready and has an open shift."""
        sale = intent.sale
        intent = await self._prepare(intent)
        self._at("prepared")
        try:
            # CLOSING has to be durable before the close, not before the items: it is stored while they are sent.
            intent = intent.step(Step.CLOSE)
            stored = asyncio.ensure_future(self._store.save(intent))
            try:
                await self._printer.fill_receipt(sale.receipt, sale.cashier)
            finally:
                await stored
            self._at("closing")
            registration = await self._printer.close_receipt(sale.receipt)
        except Rejected as error:
            return await self.settle(intent, error)
        self._at("closed")
        self.rejection = None
        return await self._registered(intent, await self._document(intent, registration))

    async def _prepare(self, intent: Intent) -> Intent:
        fn = await self._inspection.fn_status()
        await self.look_around(fn)
        counters = await self.shift_counters(fn)
        receipt = intent.sale.receipt
        expected = Expected(
            fn=fn.fn,
            fd_before=fn.last_fd,
            form=RECEIPT_FORM,
            operation=int(receipt.operation),
            total=total(receipt),
            lines_hash=lines_hash(receipt),
        )
        baseline = Baseline(shift=counters.shift, receipt=counters.receipt)
        intent = intent.step(Step.PREPARE, expected=expected, baseline=baseline)
        await self._store.save(intent)
        return intent

    async def shift_counters(self, fn: FnStatus) -> ShiftCounters:
        """Numbers of shift and last receipt; not asked again while the FN's counter stands where we left it."""
        if self._counters is None or self._counters[0] != fn.last_fd:
            self._counters = (fn.last_fd, await self._printer.shift())
        return self._counters[1]

    async def _document(self, intent: Intent, registration: Registration) -> FiscalDocument:
        expected, before = intent.wanted(), intent.baseline
        at = registration.at
        if at is None:
            found = await self._printer.find_document(registration.fd)
            at = found.at if found else self._local_now()
        self._counters = (
            registration.fd,
            ShiftCounters(open=True, shift=before.shift, receipt=before.receipt + 1),
        )
        return receipt_document(
            intent,
            registration.fd,
            registration.fp,
            at,
            shift=before.shift,
            number=before.receipt + 1,
            fn=expected.fn,
        )

    async def _registered(
        self, intent: Intent, document: FiscalDocument, *, recovered: bool = False
    ) -> Intent:
        intent = intent.step(
            Step.REGISTER,
            outcome=Outcome(document=document),
            document_fn=document.fn,
            document_fd=document.fd,
        )
        event = self._reports.fiscalised(intent, document, recovered=recovered)
        await self._store.save(intent, [event], drive=await self._seen(document.fn, document.fd))
        self._at("registered")
        return intent

    # --- recovery -----------------------------------------------------------------------------------------

    async def settle(self, intent: Intent, rejection: Rejected | None = None) -> Intent:
        """Find out what became of an open row: REGISTERED, DUE, HELD, or REJECTED when the device refused for good."""
        self.rejection = rejection
        verdict = await self._inspection.investigate(intent.id, intent.wanted())
        self._at("judged")
        log.canonical(
            "outcome_established",
            receipt_id=intent.id,
            phase=intent.phase,
            verdict=type(verdict).__name__,
            rejection=str(rejection or ""),
        )
        match verdict:
            case Registered(document=document):
                return await self._recovered(intent, document)
            case Unclear(reason=reason, facts=facts):
                return await self._hold(intent, verdict, self._reports.held(intent, reason, facts))
        await self._report_foreign(intent.wanted().fn, verdict)
        if rejection is not None and rejection.kind is ErrorClass.CLOCK:
            await self._set_clock()
        stubborn = intent.stubborn + (rejection is not None and rejection.kind in STUBBORN)
        if rejection is not None and gives_up(rejection.kind, stubborn):
            return await self._reject(intent, rejection)
        intent = intent.step(Step.RETRY, stubborn=stubborn)
        await self._store.save(intent)
        return intent

    async def _recovered(self, intent: Intent, found: FoundDocument) -> Intent:
        document = await self.found_document(intent, found)
        self._counters = None
        return await self._registered(intent, document, recovered=True)

    async def found_document(self, intent: Intent, found: FoundDocument) -> FiscalDocument:
        """The fiscal data of a receipt that is already in the FN."""
        facts = await self._inspection.facts(found.fd)
        return receipt_document(
            intent,
            found.fd,
            found.fp,
            found.at,
            shift=facts.shift if facts else 0,
            number=facts.number if facts else 0,
            fn=intent.wanted().fn,
        )

    async def _hold(self, intent: Intent, verdict: Unclear, event: AnyEvent) -> Intent:
        outcome = Outcome(reason=verdict.reason, facts=verdict.facts)
        intent = intent.step(Step.HOLD, outcome=outcome, ruling=None)
        await self._store.save(intent, [event])
        self._at("held")
        return intent

    async def _reject(self, intent: Intent, rejection: Rejected) -> Intent:
        facts = {
            "error": f"{rejection.code:02X}h",
            "meaning": rejection.meaning,
            "command": rejection.command,
        }
        outcome = Outcome(reason=HoldReason.REJECTED, facts=facts)
        intent = intent.step(Step.REJECT, outcome=outcome, ruling=None)
        await self._store.save(intent, [self._reports.held(intent, HoldReason.REJECTED, facts)])
        self._at("rejected")
        return intent

    async def _set_clock(self) -> None:
        """07h and 17h: the KKT's clock is wrong; never earlier than the FN's last document."""
        fn = await self._inspection.fn_status()
        now = self._local_now()
        if fn.last_at is not None and now < fn.last_at:
            log.get().error("clock_behind_fn", now=now.isoformat(), fn=fn.last_at.isoformat())
            return
        await self._printer.set_clock(now)
        log.canonical("kkt_clock_set", now=now.isoformat())

    # --- documents of others ------------------------------------------------------------------------------

    async def look_around(self, fn: FnStatus) -> None:
        """Look at documents that appeared since we last looked; a receipt nobody here asked for is an alarm."""
        drive = await self._store.drive(fn.fn)
        if drive is None or fn.last_fd <= drive.seen_through:
            return
        foreign: list[FoundDocument] = []
        for fd in range(drive.seen_through + 1, fn.last_fd + 1):
            found = await self._printer.find_document(fd)
            if found and found.form in RECEIPT_FORMS and not await self._store.owner_of(fn.fn, fd):
                foreign.append(found)
        await self._store.save_drive(seen(drive, fn.last_fd), self._alarms(fn.fn, foreign))

    async def _report_foreign(self, fn: str, verdict: NotRegistered) -> None:
        drive = await self._store.drive(fn)
        if drive is None or not verdict.foreign:
            return
        new = [found for found in verdict.foreign if found.fd > drive.seen_through]
        last = max(found.fd for found in verdict.foreign)
        await self._store.save_drive(seen(drive, last), self._alarms(fn, new))

    def _alarms(self, fn: str, foreign: Sequence[FoundDocument]) -> list[AnyEvent]:
        for found in foreign:
            log.get().error("foreign_document", fn=fn, fd=found.fd, form=found.form, total=found.total)
        return [self._reports.foreign(fn, found) for found in foreign]

    async def _seen(self, fn: str, fd: int) -> Drive | None:
        drive = await self._store.drive(fn)
        return seen(drive, fd) if drive else None


def seen(drive: Drive, fd: int) -> Drive:
    """The drive with all documents up to `fd` looked at."""
    return msgspec.structs.replace(drive, seen_through=max(drive.seen_through, fd))


def receipt_document(
    intent: Intent, fd: int, fp: int, at: dt.datetime, *, shift: int, number: int, fn: str
) -> FiscalDocument:
    """What the FN made of a receipt."""
    receipt = intent.sale.receipt
    due = total(receipt)
    facts = QrFacts(at=at, total=due, fn=fn, fd=fd, fp=fp, operation=receipt.operation)
    return FiscalDocument(
        fn=fn,
        fd=fd,
        fp=fp,
        at=at.isoformat(timespec="minutes"),
        form=RECEIPT_FORM,
        shift=shift,
        number=number,
        total=due,
        qr=qr_text(facts),
    )
