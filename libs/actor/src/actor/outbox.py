"""Events of a service on their way to the ledger: a table in the service's own SQLite, and its one reader, which hands
them over in order, one at a time, each until it is answered."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

import aiosqlite
import msgspec

from actor import log
from actor.bus import Bus
from actor.bus_errors import BusError
from actor.db import Statement, transaction
from actor.stop import Stop
from contracts import services
from contracts.commands import Recorded, RecordEvent
from contracts.events import AnyEvent, event_name
from contracts.refusals import Refusal
from contracts.subjects import Subjects

SCHEMA: Final = """
    CREATE TABLE outbox (
        n INTEGER PRIMARY KEY AUTOINCREMENT,
        event BLOB NOT NULL,
        hlc TEXT NOT NULL
    ) STRICT;
"""
"""Part of a migration of the service's database."""

ANSWER_S: Final = 2.0
PAUSES_S: Final = (0.05, 0.1, 0.2, 0.5, 1.0)
FORGET_EVERY: Final = 50

Stamp = Callable[[], str]
"""The HLC stamp of a fact, empty while the clock is in doubt: then it is stamped when it is handed over."""

Record = Callable[[RecordEvent], Awaitable[Recorded | Refusal]]
"""Ask buffer-actor; BusError when there was no answer."""

_encode = msgspec.json.Encoder().encode
_event = msgspec.json.Decoder(AnyEvent)


class OutboxRow(msgspec.Struct, frozen=True):
    """An event that buffer-actor has not answered for yet."""

    n: int
    event: AnyEvent
    hlc: str


class OutboxTable:
    """The table `outbox` of a database made with SCHEMA."""

    def __init__(self, db: aiosqlite.Connection, stamp: Stamp) -> None:
        self._db = db
        self._stamp = stamp
        self.on_commit: Callable[[], None] = lambda: None

    def inserts(self, events: Sequence[AnyEvent]) -> list[Statement]:
        """Statements that add events, for the caller's `actor.db.write`; after it call `committed`."""
        return [
            ("INSERT INTO outbox (event, hlc) VALUES (?, ?)", (_encode(event), self._stamp()))
            for event in events
        ]

    async def append(self, events: Sequence[AnyEvent]) -> None:
        """Add events inside the caller's transaction; after its commit call `committed`."""
        for statement, values in self.inserts(events):
            await self._db.execute(statement, values)

    def committed(self, events: Sequence[AnyEvent]) -> None:
        """Wake the reader, if there is something for it."""
        if events:
            self.on_commit()

    async def rows(self, after: int, limit: int = 50) -> list[OutboxRow]:
        """Rows after number `after`, in order."""
        rows = await self._db.execute_fetchall(
            "SELECT n, event, hlc FROM outbox WHERE n > ? ORDER BY n LIMIT ?", (after, limit)
        )
        return [OutboxRow(row[0], _event.decode(row[1]), row[2]) for row in rows]

    async def forget(self, through: int) -> None:
        """Delete rows that buffer-actor has answered for."""
        async with transaction(self._db):
            await self._db.execute("DELETE FROM outbox WHERE n <= ?", (through,))


def recorder(bus: Bus, subjects: Subjects) -> Record:
    """`ledger.record` of this till."""
    subject = subjects.command(services.RECORD.service, services.RECORD.verb)

    async def record(request: RecordEvent) -> Recorded | Refusal:
        return await bus.request(subject, request, Recorded | Refusal, ANSWER_S)

    return record


class Outbox:
    """The table's rows on their way out.

    An answered row is deleted later, with others: a deletion that a crash undoes is a repeat, which the ledger knows.
    """

    def __init__(self, table: OutboxTable, record: Record, stamp: Stamp) -> None:
        self._table = table
        self._record = record
        self._stamp = stamp
        self._answered = 0
        self._forgotten = 0
        self._pending = asyncio.Event()
        self._pending.set()
        self.waiting = True
        self.on_empty: Callable[[], None] = lambda: None
        table.on_commit = self._wake

    @property
    def empty(self) -> bool:
        """Whether every committed event has its answer."""
        return not self.waiting

    async def run(self, stop: Stop) -> None:
        """Hand over until the stop."""
        stop.ready()
        while not stop.requested:
            self._pending.clear()
            rows = await self._table.rows(self._answered)
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
            await self._table.forget(self._answered)
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
