"""Hands events over to the ledger: in order, one at a time, each until it is answered."""

import asyncio
from collections.abc import Awaitable, Callable

from actor import log
from actor.bus_errors import BusError
from actor.stop import Stop
from contracts.commands import Recorded, RecordEvent
from contracts.events import event_name
from contracts.refusals import Refusal
from printer_actor.store import OutboxRow, Stamp, Store

ANSWER_S = 2.0
PAUSES_S = (0.05, 0.1, 0.2, 0.5, 1.0)
FORGET_EVERY = 50

Record = Callable[[RecordEvent], Awaitable[Recorded | Refusal]]
"""Ask buffer-actor; BusError when there was no answer."""


class Outbox:
    """The rows of the store's outbox on their way out.

    An answered row is deleted later, with others: a deletion that a crash undoes is a repeat, which the ledger knows.
    """

    def __init__(self, store: Store, record: Record, stamp: Stamp) -> None:
        self._store = store
        self._record = record
        self._stamp = stamp
        self._answered = 0
        self._forgotten = 0
        self._pending = asyncio.Event()
        self._pending.set()
        self.waiting = True
        self.on_empty: Callable[[], None] = lambda: None
        store.on_commit = self._wake

    @property
    def empty(self) -> bool:
        """Whether every committed event has its answer."""
        return not self.waiting

    async def run(self, stop: Stop) -> None:
        """Hand over until the stop."""
        stop.ready()
        while not stop.requested:
            self._pending.clear()
            rows = await self._store.outbox(self._answered)
            if rows:
                await self._hand_over(rows, stop)
                continue
            await self._forget()
            if not self._pending.is_set():
                self.waiting = False
                self.on_empty()
                await self._wait(stop)

    async def _hand_over(self, rows: list[OutboxRow], stop: Stop) -> None:
        """All of them, or until the stop; the first that has no answer keeps the others waiting."""
        attempt = 0
        while rows and not stop.requested:
            row = rows[0]
            if (hlc := row.hlc or self._stamp()) and await self._ask(RecordEvent(event=row.event, hlc=hlc)):
                self._answered, rows, attempt = row.n, rows[1:], 0
                if self._answered - self._forgotten >= FORGET_EVERY:
                    await self._forget()
            else:
                await stop.sleep(PAUSES_S[min(attempt, len(PAUSES_S) - 1)])
                attempt += 1

    async def _ask(self, request: RecordEvent) -> bool:
        name = event_name(request.event)
        try:
            answer = await self._record(request)
        except BusError as error:
            log.get().debug("record_unanswered", contract=name, reason=str(error))
            return False
        if isinstance(answer, Refusal):
            log.get().warning("record_refused", contract=name, code=answer.code, message=answer.message)
            return False
        return answer.event_id == request.event.event_id

    async def _forget(self) -> None:
        if self._answered > self._forgotten:
            await self._store.forget(self._answered)
            self._forgotten = self._answered

    async def _wait(self, stop: Stop) -> None:
        stopped = asyncio.ensure_future(stop.wait())
        pending = asyncio.ensure_future(self._pending.wait())
        await asyncio.wait({stopped, pending}, return_when=asyncio.FIRST_COMPLETED)
        stopped.cancel()
        pending.cancel()

    def _wake(self) -> None:
        self.waiting = True
        self._pending.set()
