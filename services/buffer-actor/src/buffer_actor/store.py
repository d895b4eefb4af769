"""ledger.db: one connection writes, one reads. What the second one sees is on the disk, so it may be told."""

import sqlite3
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Self, TypeVar

import aiosqlite
import msgspec

from actor.db import open_database
from actor.errors import EXIT_UNAVAILABLE, FatalError
from buffer_actor.machine import IN_BUFFER, State
from buffer_actor.rows import (
    EVENTS,
    RECEIPTS,
    TASKS,
    Capacity,
    EventRow,
    Maintenance,
    ReceiptRow,
    ShiftRow,
    TaskRow,
    read_event,
    read_receipt,
    read_task,
)
from buffer_actor.schema import MIGRATIONS
from buffer_actor.tx import Tx, meta_name
from contracts.codec import decode
from contracts.commands import QueueInfo
from contracts.dead import DeadLetter
from contracts.events import HoldReason
from fiscal.receipt import FiscalDocument, Receipt

M = TypeVar("M", bound=msgspec.Struct)
R = TypeVar("R")


class LedgerDamaged(FatalError):
    """SQLite finds ledger.db damaged: stop, keep the file, restore a backup with an administrator."""

    def __init__(self, path: Path, finding: str) -> None:
        super().__init__(
            EXIT_UNAVAILABLE, f"{path} is damaged: {finding}; keep the file and restore a backup"
        )


class Slot(msgspec.Struct, frozen=True, kw_only=True):
    """A receipt as the guard compares it with BUFFER."""

    key: str
    receipt_id: str
    state: State


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """Receipts the OFD has not confirmed, as gates and status see them."""

    count: int = 0
    unprinted: int = 0
    oldest_id: str = ""
    oldest_ms: int = 0
    unprinted_id: str = ""
    unprinted_since_ms: int = 0
    held: tuple[str, ...] = ()  # a person must decide, and the device waits for it
    set_aside: tuple[str, ...] = ()  # rejected for good: a person must decide, the device goes on


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """A receipt and its place among those that wait for the OFD; 0 when it does not."""

    row: ReceiptRow
    queue: QueueInfo


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """What an idempotency key stands for; at most one of them."""

    receipt: ReceiptRow | None = None
    task: TaskRow | None = None


class GateFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What the ledger itself contributes to the gates."""

    waiting: Waiting
    capacity: int
    maintenance: Maintenance


class Ledger:
    """The till's memory. `write` for what changes, the methods for what may be told."""

    def __init__(self, path: Path, writer: aiosqlite.Connection, reader: aiosqlite.Connection) -> None:
        self.path = path
        self._writer = writer
        self._reader = reader

    @classmethod
    async def open(cls, path: Path) -> Self:
        """Open or create the file at its newest schema."""
        writer = await open_database(path, MIGRATIONS)
        try:
            reader = await open_database(path, MIGRATIONS)
            await reader.execute("PRAGMA query_only = ON")
        except BaseException:
            await writer.close()
            raise
        return cls(path, writer, reader)

    async def close(self) -> None:
        await self._reader.close()
        await self._writer.close()

    async def check(self) -> None:
        """SQLite's own look at the file; LedgerDamaged."""
        rows = await self._rows("PRAGMA quick_check(1)")
        if rows != [("ok",)]:
            raise LedgerDamaged(self.path, str(rows[0][0]))

    async def write(self, work: Callable[[Tx], R]) -> R:
        """Do `work` as one transaction: all or nothing, on the disk when this returns.

        One trip to the ledger's thread for all its statements. Cancelled meanwhile, its outcome is unknown.
        """
        return await _in_thread(self._writer, partial(_transact, work))

    # --- receipts -----------------------------------------------------------------------------------------

    async def receipt(self, key: str) -> ReceiptRow | None:
        rows = await self._rows(RECEIPTS + " WHERE key = ?", key)
        return read_receipt(rows[0]) if rows else None

    async def find_receipt(self, name: str) -> ReceiptRow | None:
        """By receipt id or idempotency key."""
        rows = await self._rows(RECEIPTS + " WHERE receipt_id = ?1 OR key = ?1", name)
        return read_receipt(rows[0]) if rows else None

    async def last_hlc(self) -> str:
        """The greatest stamp that we gave a receipt, empty when there is none; others' stamps may be wrong."""
        rows = await self._rows("SELECT coalesce(max(hlc), '') FROM receipts")
        return str(rows[0][0])

    async def refunds_of(self, receipt_id: str) -> tuple[Receipt, ...]:
        """Refunds of a receipt that were not refused or annulled, decided or not."""
        rows = await self._rows(
            RECEIPTS + " WHERE original_id = ? AND state NOT IN (?, ?)",
            receipt_id, State.REFUSED, State.ANNULLED,
        )  # fmt: skip
        return tuple(read_receipt(row).accepted.receipt for row in rows)

    async def standing(self, key: str) -> Standing:
        """A known key's row and its place among those that wait, by one look."""
        return await _in_thread(self._reader, partial(_standing, key))

    async def known(self, key: str) -> Known:
        """What stands under an idempotency key, by one look."""
        return await _in_thread(self._reader, partial(_known, key))

    async def gate_facts(self) -> GateFacts:
        """What gates and status need, by one look."""
        return await _in_thread(self._reader, _gate_facts)

    async def unprinted(self) -> tuple[str, ...]:
        """Ids of receipts that wait for the KKT, in order of issue."""
        rows = await self._rows(
            "SELECT receipt_id FROM receipts WHERE state IN ('received', 'accepted') ORDER BY n"
        )
        return tuple(row[0] for row in rows)

    async def slots(self) -> list[Slot]:
        """Receipts that must be in BUFFER, in order of issue."""
        rows = await self._rows(
            "SELECT key, receipt_id, state FROM receipts WHERE state IN (?, ?, ?, ?) ORDER BY n", *IN_BUFFER
        )
        return [_slot(row) for row in rows]

    async def slots_of(self, receipt_ids: Sequence[str]) -> list[Slot]:
        """The receipts among these ids that the ledger knows."""
        found: list[Slot] = []
        for receipt_id in receipt_ids:
            rows = await self._rows(
                "SELECT key, receipt_id, state FROM receipts WHERE receipt_id = ?", receipt_id
            )
            found += [_slot(row) for row in rows]
        return found

    async def received_before(self, created_ms: int) -> list[ReceiptRow]:
        """Rows `received` and older than this moment."""
        rows = await self._rows(RECEIPTS + " WHERE state = 'received' AND created_at_ms < ?", created_ms)
        return [read_receipt(row) for row in rows]

    async def highest_fd(self, fn: str) -> int:
        """The greatest FD that the ledger knows of this FN, shift documents and parked tickets included."""
        rows = await self._rows(
            "SELECT max(fd) FROM (SELECT fd FROM receipts WHERE fn = ?1 UNION ALL SELECT fd FROM tickets WHERE fn = ?1"
            " UNION ALL SELECT json_extract(opened, '$.fd') FROM shifts WHERE fn = ?1"
            " UNION ALL SELECT json_extract(closed, '$.fd') FROM shifts WHERE fn = ?1)",
            fn,
        )
        return int(rows[0][0] or 0)

    async def fns(self) -> list[str]:
        """Numbers of the FNs that the ledger knows documents of."""
        rows = await self._rows(
            "SELECT fn FROM receipts WHERE fd IS NOT NULL UNION SELECT fn FROM tickets UNION SELECT fn FROM shifts"
        )
        return [row[0] for row in rows]

    # --- tasks --------------------------------------------------------------------------------------------

    async def task(self, key: str) -> TaskRow | None:
        rows = await self._rows(TASKS + " WHERE key = ?", key)
        return read_task(rows[0]) if rows else None

    async def open_tasks(self) -> list[TaskRow]:
        """Tasks without an outcome, oldest first."""
        rows = await self._rows(TASKS + " WHERE outcome IS NULL ORDER BY n")
        return [read_task(row) for row in rows]

    # --- events -------------------------------------------------------------------------------------------

    async def last_seq(self) -> int:
        rows = await self._rows("SELECT coalesce(max(seq), 0) FROM events")
        return int(rows[0][0])

    async def events_after(self, seq: int, limit: int) -> list[EventRow]:
        rows = await self._rows(EVENTS + " WHERE seq > ? ORDER BY seq LIMIT ?", seq, limit)
        return [read_event(row) for row in rows]

    async def event(self, seq: int) -> EventRow | None:
        rows = await self._rows(EVENTS + " WHERE seq = ?", seq)
        return read_event(rows[0]) if rows else None

    async def first_event_since(self, hlc: str, *, first: int, last: int) -> int | None:
        """The first row of these sequences with this stamp or a later one."""
        rows = await self._rows(
            "SELECT seq FROM events WHERE seq BETWEEN ? AND ? AND hlc >= ? ORDER BY seq LIMIT 1",
            first,
            last,
            hlc,
        )
        return int(rows[0][0]) if rows else None

    # --- the rest -----------------------------------------------------------------------------------------

    async def last_shift(self) -> ShiftRow | None:
        """The newest shift that an event told of."""
        rows = await self._rows(
            "SELECT fn, number, opened, closed, receipts FROM shifts ORDER BY number DESC LIMIT 1"
        )
        if not rows:
            return None
        fn, number, opened, closed, receipts = rows[0]
        return ShiftRow(
            fn=fn,
            number=number,
            opened=decode(opened, FiscalDocument) if opened else None,
            closed=decode(closed, FiscalDocument) if closed else None,
            receipts=receipts,
        )

    async def meta(self, expected: type[M]) -> M | None:
        """The stored value of this type; there is one of each."""
        rows = await self._rows("SELECT value FROM meta WHERE name = ?", meta_name(expected))
        return decode(rows[0][0], expected) if rows else None

    async def contradictions(self) -> list[DeadLetter]:
        """Those that no person has cleared."""
        rows = await self._rows("SELECT letter FROM contradictions WHERE cleared_by IS NULL ORDER BY n")
        return [decode(row[0], DeadLetter) for row in rows]

    async def untold_letters(self) -> list[tuple[int, DeadLetter]]:
        """Those that DEAD may not have yet."""
        rows = await self._rows("SELECT n, letter FROM contradictions WHERE told = 0 ORDER BY n")
        return [(row[0], decode(row[1], DeadLetter)) for row in rows]

    async def _rows(self, statement: str, *values: Any) -> list[Any]:
        return list(await self._reader.execute_fetchall(statement, values))


def _standing(key: str, conn: sqlite3.Connection) -> Standing:
    row = read_receipt(conn.execute(RECEIPTS + " WHERE key = ?", (key,)).fetchone())
    total, before, waits = conn.execute(
        "SELECT count(*), coalesce(sum(n <= ?1), 0), coalesce(max(n = ?1), 0) FROM open_receipts", (row.n,)
    ).fetchone()
    return Standing(row=row, queue=QueueInfo(queue_position=before if waits else 0, total_queued=total))


def _known(key: str, conn: sqlite3.Connection) -> Known:
    receipt = conn.execute(RECEIPTS + " WHERE key = ?", (key,)).fetchone()
    task = conn.execute(TASKS + " WHERE key = ?", (key,)).fetchone()
    return Known(receipt=read_receipt(receipt) if receipt else None, task=read_task(task) if task else None)


def _gate_facts(conn: sqlite3.Connection) -> GateFacts:
    rows = conn.execute(
        "SELECT receipt_id, state, created_at_ms, reason FROM open_receipts ORDER BY n"
    ).fetchall()
    meta = dict(conn.execute("SELECT name, value FROM meta").fetchall())
    capacity, maintenance = meta.get(meta_name(Capacity)), meta.get(meta_name(Maintenance))
    return GateFacts(
        waiting=summarise(rows),
        capacity=decode(capacity, Capacity).receipts if capacity else 0,
        maintenance=decode(maintenance, Maintenance) if maintenance else Maintenance(),
    )


async def _in_thread(conn: aiosqlite.Connection, work: Callable[[sqlite3.Connection], R]) -> R:
    # aiosqlite's own way to its thread; its public calls make that trip once for each statement.
    result: R = await conn._execute(work, conn._conn)  # type: ignore[no-untyped-call]  # untyped, as it is private
    return result


def _transact(work: Callable[[Tx], R], conn: sqlite3.Connection) -> R:
    conn.execute("BEGIN IMMEDIATE")
    try:
        result = work(Tx(conn))
        conn.execute("COMMIT")
    except BaseException:
        conn.rollback()
        raise
    return result


def _slot(columns: Sequence[Any]) -> Slot:
    key, receipt_id, state = columns
    return Slot(key=key, receipt_id=receipt_id, state=State(state))


def summarise(rows: Sequence[tuple[str, str, int, str | None]]) -> Waiting:
    """Rows (receipt id, state, created, hold reason) in order of issue as one value; pure."""
    unprinted = [row for row in rows if row[1] in (State.RECEIVED, State.ACCEPTED)]
    held = [row for row in rows if row[1] in (State.HELD, State.STALE)]
    return Waiting(
        count=len(rows),
        unprinted=len(unprinted),
        oldest_id=rows[0][0] if rows else "",
        oldest_ms=rows[0][2] if rows else 0,
        unprinted_id=unprinted[0][0] if unprinted else "",
        unprinted_since_ms=unprinted[0][2] if unprinted else 0,
        held=tuple(row[0] for row in held if row[3] != HoldReason.REJECTED),
        set_aside=tuple(row[0] for row in held if row[3] == HoldReason.REJECTED),
    )
