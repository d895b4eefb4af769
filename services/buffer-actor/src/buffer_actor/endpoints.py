"""What callers may ask: the verbs of `buffer` and of `ledger`. Waiting happens here, outside of the mailbox."""

from collections.abc import Awaitable, Callable
from typing import Any, Final, TypeVar

import msgspec

from actor.bus import Bus, Incoming
from actor.bus_errors import BusError
from actor.mailbox import AskTimeout, Mailbox
from actor.service import Endpoint
from actor.stop import Stop
from buffer_actor.accept import canonical_key
from buffer_actor.actor import DecisionTaken, Done, Message
from buffer_actor.answers import receipt_answer, task_answer
from buffer_actor.context import Context
from buffer_actor.decisions import Forward
from buffer_actor.machine import UNDECIDED
from buffer_actor.notices import ReceiptAnswered
from buffer_actor.reception import Joined
from buffer_actor.rows import TaskRow
from buffer_actor.status import read_status
from buffer_actor.store import Standing
from contracts import commands as c
from contracts import services
from contracts.codec import decode
from contracts.events import AnyEvent
from contracts.refusals import Code, Refusal, refuse
from contracts.services import Verb
from contracts.subjects import Subjects

Q = TypeVar("Q", bound=msgspec.Struct)

MOST_PATIENCE_S: Final = 60.0
LEAST_PATIENCE_S: Final = 0.5
"""For the mailbox: even a caller without patience wants its key taken."""
MAILBOX_S: Final = 10.0
"""For a place in the mailbox and the work there: two server time-outs before us, and ours."""
RESOLVE_S: Final = 10.0
JOURNAL_PAGE: Final = 500
CALLERS: Final = 256
"""Callers that wait for paper cost nothing."""


class Endpoints:
    """Handlers of one life of the service; `stop` ends every wait with the answer that there is by then."""

    def __init__(
        self,
        context: Context,
        mailbox: Mailbox[Message],
        bus: Bus,
        subjects: Subjects,
        *,
        task_stored: Callable[[], None],
        monotonic: Callable[[], float],
        stop: Stop,
    ) -> None:
        self._context = context
        self._mailbox = mailbox
        self._bus = bus
        self._subjects = subjects
        self._task_stored = task_stored
        self._monotonic = monotonic
        self._stop = stop

    def all(self) -> list[Endpoint[Any]]:
        """Every verb that this service answers."""
        return [
            self._endpoint(services.ACCEPT, self._accept),
            self._endpoint(services.RECEIPT, self._receipt),
            self._endpoint(services.RESOLVE, self._resolve),
            self._endpoint(services.TASK, self._task),
            self._endpoint(services.STATUS, self._status),
            self._endpoint(services.MAINTENANCE, self._maintain),
            self._endpoint(services.JOURNAL, self._journal),
            self._endpoint(services.RECORD, self._record),
        ]

    def _endpoint(self, verb: Verb, handle: Callable[[Q], Awaitable[msgspec.Struct]]) -> Endpoint[Any]:
        async def handler(body: Q, _: Incoming) -> msgspec.Struct:
            return await handle(body)

        return Endpoint(
            name=f"{verb.service}_{verb.verb}",
            subject=self._subjects.command(verb.service, verb.verb),
            request_type=verb.request,
            reply_type=verb.reply,
            handler=handler,
            concurrency=CALLERS,
        )

    async def _join(self, command: c.AcceptReceipt | c.RunTask, patience_ms: int) -> Joined | Refusal:
        """The mailbox's word on a key. It may be busy for as long as a dead server takes to time out."""
        try:
            return await self._mailbox.ask(
                command, Joined | Refusal, timeout_s=max(_patience_s(patience_ms), LEAST_PATIENCE_S)
            )
        except AskTimeout:
            return refuse(Code.PENDING)

    # --- receipts -------------------------------------------------------------------------------------------

    async def _accept(self, command: c.AcceptReceipt) -> c.ReceiptAnswer | Refusal:
        started_s = self._monotonic()
        command = msgspec.structs.replace(command, key=canonical_key(command.key))
        joined = await self._join(command, command.patience_ms)
        if isinstance(joined, Refusal):
            self._answered(joined, started_s)
            return joined
        patience_s = _patience_s(command.patience_ms) - (self._monotonic() - started_s)
        standing = await self._context.waiters.until(
            joined.key,
            lambda: self._context.ledger.standing(joined.key),
            lambda found: found.row.state not in UNDECIDED,
            patience_s=patience_s,
            stop=self._stop,
        )
        answer = self._answer(standing, repeated=joined.repeated)
        self._answered(answer, started_s)
        return answer

    async def _receipt(self, command: c.FindReceipt) -> c.ReceiptAnswer | Refusal:
        row = await self._context.ledger.find_receipt(canonical_key(command.receipt_id))
        if row is None:
            return refuse(Code.NOT_FOUND, receipt_id=command.receipt_id)
        return self._answer(await self._context.ledger.standing(row.key), whole=True)

    async def _resolve(self, command: c.ResolveReceipt) -> c.Resolved | Refusal:
        judged = await self._mailbox.ask(command, c.Resolved | Refusal | Forward, timeout_s=MAILBOX_S)
        if not isinstance(judged, Forward):
            return judged
        verb = services.RESOLVE_HELD
        subject = self._subjects.command(verb.service, verb.verb)
        try:
            answer = await self._bus.request(subject, judged.question, c.Resolved | Refusal, RESOLVE_S)
        except BusError as error:
            return refuse(Code.UNAVAILABLE, reason=str(error))
        if isinstance(answer, c.Resolved):
            await self._mailbox.ask(DecisionTaken(judged.question), Done, timeout_s=MAILBOX_S)
        return answer

    def _answer(
        self, standing: Standing, *, repeated: bool = False, whole: bool = False
    ) -> c.ReceiptAnswer | Refusal:
        return receipt_answer(
            standing.row,
            standing.queue,
            ofd_reachable=self._context.world.ofd_reachable,
            repeated=repeated,
            whole=whole,
        )

    def _answered(self, answer: c.ReceiptAnswer | Refusal, started_s: float) -> None:
        outcome = answer.code.value if isinstance(answer, Refusal) else answer.status.value
        repeated = isinstance(answer, c.ReceiptAnswer) and answer.repeated
        seconds = self._monotonic() - started_s
        self._context.notify(ReceiptAnswered(outcome=outcome, seconds=seconds, repeated=repeated))

    # --- tasks ----------------------------------------------------------------------------------------------

    async def _task(self, command: c.RunTask) -> c.TaskDone | Refusal:
        started_s = self._monotonic()
        command = msgspec.structs.replace(command, key=canonical_key(command.key))
        joined = await self._join(command, command.patience_ms)
        if isinstance(joined, Refusal):
            return joined
        self._task_stored()
        row = await self._context.waiters.until(
            joined.key,
            lambda: self._task_row(joined.key),
            lambda row: row.outcome is not None,
            patience_s=_patience_s(command.patience_ms) - (self._monotonic() - started_s),
            stop=self._stop,
        )
        return task_answer(row, repeated=joined.repeated)

    async def _task_row(self, key: str) -> TaskRow:
        row = await self._context.ledger.task(key)
        assert row is not None, f"{key} was joined without a row"
        return row

    # --- the rest -------------------------------------------------------------------------------------------

    async def _status(self, _: c.ReadBufferStatus) -> c.BufferStatus:
        return await read_status(self._context)

    async def _maintain(self, command: c.SetMaintenance) -> c.BufferStatus:
        await self._mailbox.ask(command, Done, timeout_s=MAILBOX_S)
        return await read_status(self._context)

    async def _journal(self, command: c.ReadJournal) -> c.JournalPage:
        rows = await self._context.ledger.events_after(
            command.after, max(1, min(command.limit, JOURNAL_PAGE))
        )
        return c.JournalPage(
            rows=tuple(
                c.JournalRow(seq=row.seq, hlc=row.hlc, event=decode(row.body, _ANY_EVENT)) for row in rows
            ),
            last_seq=await self._context.ledger.last_seq(),
        )

    async def _record(self, command: c.RecordEvent) -> c.Recorded:
        return await self._mailbox.ask(command, c.Recorded, timeout_s=MAILBOX_S)


_ANY_EVENT: Any = AnyEvent


def _patience_s(patience_ms: int) -> float:
    return min(max(patience_ms, 0) / 1000, MOST_PATIENCE_S)
