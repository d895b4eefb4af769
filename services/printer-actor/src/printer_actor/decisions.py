"""What a person decides about a receipt that waits: stored before it acts, and checked against the FN first."""

from collections.abc import Callable

from contracts.commands import Decision, Resolved, ResolveHeld
from contracts.refusals import Code, Refusal, refuse
from fiscal.receipt import FiscalDocument
from printer_actor.inspection import MAX_WALK, Inspection
from printer_actor.intent import Intent, Kind, Outcome, Ruling, Unseen
from printer_actor.journal import Journal
from printer_actor.machine import Expected, Phase, Step, resembles
from printer_actor.printer import FiscalPrinter, FoundDocument
from printer_actor.reports import Reports
from printer_actor.store import Store


class Decisions:
    """Carries a decision out. The device must be at rest; NotSent and OutcomeUnknown pass through."""

    def __init__(
        self,
        printer: FiscalPrinter,
        store: Store,
        inspection: Inspection,
        journal: Journal,
        reports: Reports,
        now_ms: Callable[[], int],
    ) -> None:
        self._printer = printer
        self._store = store
        self._inspection = inspection
        self._journal = journal
        self._reports = reports
        self._now_ms = now_ms

    async def needs_device(self, request: ResolveHeld) -> bool:
        """Only a held receipt's truth is in the FN; a rejected or a stale one has left nothing there."""
        intent = await self._store.get(request.receipt_id)
        return intent is not None and intent.phase is Phase.HELD

    async def resolve(self, request: ResolveHeld) -> Resolved | Refusal:
        """Apply a decision; repeating the one that is stored changes nothing."""
        intent = await self._store.get(request.receipt_id)
        if intent is None:
            return await self._annul_unseen(request)
        if intent.phase is Phase.HELD:
            return await self._resolve_held(intent, request)
        if intent.phase is Phase.REJECTED:
            return await self._resolve_rejected(intent, request)
        return _repeat(intent, request) or refuse(Code.NOT_HELD, phase=intent.phase)

    async def _annul_unseen(self, request: ResolveHeld) -> Resolved | Refusal:
        if not (request.stale and request.decision is Decision.ANNUL):
            return refuse(Code.NOT_HELD)
        intent = Intent(
            id=request.receipt_id,
            kind=Kind.RECEIPT,
            key=request.key,
            payload=Unseen(),
            created_ms=self._now_ms(),
        )
        return await self._annul(intent, request)

    async def _resolve_held(self, intent: Intent, request: ResolveHeld) -> Resolved | Refusal:
        await self._inspection.rest()
        if request.decision is Decision.IS_DOCUMENT:
            return await self._link(intent, request)
        if alike := await self._alike(intent):
            return refuse(
                Code.DOCUMENT_EXISTS, documents=[found.fd for found in alike], fn=intent.wanted().fn
            )
        if request.decision is Decision.ANNUL:
            return await self._annul(intent, request)
        return await self._print(intent, request)

    async def _resolve_rejected(self, intent: Intent, request: ResolveHeld) -> Resolved | Refusal:
        match request.decision:
            case Decision.ANNUL:
                return await self._annul(intent, request)
            case Decision.PRINT:
                return await self._print(intent, request)
        return refuse(Code.INVALID, "Документа нет: устройство отклонило этот чек.", field="decision")

    async def _link(self, intent: Intent, request: ResolveHeld) -> Resolved | Refusal:
        expected, fd = intent.wanted(), request.fd or 0
        fn = await self._inspection.fn_status()
        if fn.fn != expected.fn:
            return refuse(Code.INVALID, f"ФН {expected.fn} не установлен в кассу.", field="fd")
        found = await self._printer.find_document(fd) if expected.fd_before < fd <= fn.last_fd else None
        if found is None or not resembles(expected, found):
            return refuse(Code.INVALID, f"Документ {fd} не подходит к этому чеку.", field="fd")
        if await self._store.owner_of(expected.fn, fd):
            return refuse(Code.INVALID, f"Документ {fd} принадлежит другому чеку.", field="fd")
        document = await self._journal.found_document(intent, found)
        return await self._registered(intent, request, document)

    async def _registered(self, intent: Intent, request: ResolveHeld, document: FiscalDocument) -> Resolved:
        intent = intent.step(
            Step.IS_DOCUMENT,
            outcome=Outcome(document=document),
            ruling=_ruling(request),
            document_fn=document.fn,
            document_fd=document.fd,
        )
        await self._store.save(intent, [self._reports.fiscalised(intent, document, recovered=True)])
        return _resolved(request)

    async def _alike(self, intent: Intent) -> list[FoundDocument]:
        """Documents of the FN that may be this receipt and are nobody's; none can be in another FN than its own."""
        expected = intent.wanted()
        fn = await self._inspection.fn_status()
        if fn.fn != expected.fn:
            return []
        last = min(fn.last_fd, expected.fd_before + MAX_WALK)
        found = [await self._free(expected, fd) for fd in range(expected.fd_before + 1, last + 1)]
        return [document for document in found if document is not None]

    async def _free(self, expected: Expected, fd: int) -> FoundDocument | None:
        found = await self._printer.find_document(fd)
        if found is None or not resembles(expected, found):
            return None
        return None if await self._store.owner_of(expected.fn, fd) else found

    async def _print(self, intent: Intent, request: ResolveHeld) -> Resolved:
        await self._store.save(intent.step(Step.PRINT, ruling=_ruling(request), stubborn=0))
        return _resolved(request)

    async def _annul(self, intent: Intent, request: ResolveHeld) -> Resolved:
        intent = intent.step(Step.ANNUL, ruling=_ruling(request))
        await self._store.save(intent, [self._reports.annulled(intent, request.by, request.comment)])
        return _resolved(request)


def _repeat(intent: Intent, request: ResolveHeld) -> Resolved | None:
    """The same decision again: it is stored, so the answer is the same."""
    if intent.ruling is None or intent.ruling.decision is not request.decision:
        return None
    if request.decision is Decision.IS_DOCUMENT and intent.ruling.fd != request.fd:
        return None
    return _resolved(request)


def _ruling(request: ResolveHeld) -> Ruling:
    return Ruling(decision=request.decision, by=request.by, comment=request.comment, fd=request.fd)


def _resolved(request: ResolveHeld) -> Resolved:
    return Resolved(receipt_id=request.receipt_id, decision=request.decision)
