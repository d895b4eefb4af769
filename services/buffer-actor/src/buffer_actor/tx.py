"""What may be written within one transaction of the ledger. Runs in the ledger's thread, from BEGIN to COMMIT."""

import sqlite3
from typing import Any, TypeVar

import msgspec

from buffer_actor.machine import State
from buffer_actor.rows import (
    RECEIPTS,
    TASKS,
    ReceiptRow,
    TaskResult,
    TaskRow,
    blob,
    read_receipt,
    read_task,
)
from contracts.codec import decode, encode
from contracts.commands import Decision
from contracts.dead import DeadLetter
from contracts.events import Event, HoldReason, ShiftClosed, ShiftOpened, event_name
from contracts.refusals import Refusal
from fiscal.receipt import FiscalDocument

M = TypeVar("M", bound=msgspec.Struct)


class Tx:
    """An open transaction; it lasts as long as the function that `Ledger.write` was given."""

    def __init__(self, conn: sqlite3.Connection) -> None:
        self._conn = conn

    # --- events -------------------------------------------------------------------------------------------

    def append(self, event: Event, hlc: str) -> int:
        """Give the event the next sequence of EVENTS. The only place where an event row is made."""
        rows = self._rows(
            "INSERT INTO events (seq, event_id, name, body, hlc) "
            "SELECT coalesce(max(seq), 0) + 1, ?, ?, ?, ? FROM events RETURNING seq",
            event.event_id, event_name(event), encode(event), hlc,
        )  # fmt: skip
        return int(rows[0][0])

    def event_seq(self, event_id: str) -> int | None:
        """The sequence of an event that has its row already."""
        rows = self._rows("SELECT seq FROM events WHERE event_id = ?", event_id)
        return int(rows[0][0]) if rows else None

    # --- receipts -----------------------------------------------------------------------------------------

    def receipt(self, key: str) -> ReceiptRow | None:
        rows = self._rows(RECEIPTS + " WHERE key = ?", key)
        return read_receipt(rows[0]) if rows else None

    def receipt_by_id(self, receipt_id: str) -> ReceiptRow | None:
        rows = self._rows(RECEIPTS + " WHERE receipt_id = ?", receipt_id)
        return read_receipt(rows[0]) if rows else None

    def receipt_by_document(self, fn: str, fd: int) -> ReceiptRow | None:
        rows = self._rows(RECEIPTS + " WHERE fn = ? AND fd = ?", fn, fd)
        return read_receipt(rows[0]) if rows else None

    def insert_receipt(self, row: ReceiptRow) -> None:
        """A new key; its number is the next one."""
        self._conn.execute(
            "INSERT INTO receipts (key, receipt_id, body_hash, payload, state, total, created_at_ms, hlc, "
            "original_id, refusal) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (row.key, row.receipt_id, row.body_hash, encode(row.accepted), row.state, row.total,
             row.created_at_ms, row.hlc, row.accepted.original_receipt_id, blob(row.refusal)),
        )  # fmt: skip

    def move(self, row: ReceiptRow, state: State) -> None:
        """Change the state; `machine.advance` said so."""
        self._conn.execute("UPDATE receipts SET state = ? WHERE key = ?", (state, row.key))

    def announce(self, row: ReceiptRow) -> None:
        """Give `receipt.accepted` its row, once, however the ledger learned that the stream has the receipt."""
        if row.announced:
            return
        self.append(row.accepted, row.hlc)
        self._conn.execute("UPDATE receipts SET announced = 1 WHERE key = ?", (row.key,))

    def set_document(self, row: ReceiptRow, document: FiscalDocument) -> None:
        self._conn.execute(
            "UPDATE receipts SET fn = ?, fd = ?, document = ? WHERE key = ?",
            (document.fn, document.fd, encode(document), row.key),
        )

    def set_refusal(self, row: ReceiptRow, refusal: Refusal) -> None:
        self._conn.execute("UPDATE receipts SET refusal = ? WHERE key = ?", (encode(refusal), row.key))

    def set_hold(self, row: ReceiptRow, reason: HoldReason, facts: dict[str, str]) -> None:
        """Why it is held now; an earlier decision is spent."""
        self._conn.execute(
            "UPDATE receipts SET reason = ?, facts = ?, decision = NULL, decided_by = NULL WHERE key = ?",
            (reason, msgspec.json.encode(facts), row.key),
        )

    def set_decision(self, row: ReceiptRow, decision: Decision, by: str) -> None:
        self._conn.execute(
            "UPDATE receipts SET decision = ?, decided_by = ? WHERE key = ?", (decision, by, row.key)
        )

    # --- tickets ------------------------------------------------------------------------------------------

    def park(self, fn: str, fd: int, ticket: str, ticket_at: str) -> None:
        """Keep the ticket of a document that no receipt claims (yet)."""
        self._conn.execute(
            "INSERT OR REPLACE INTO tickets (fn, fd, ticket, ticket_at) VALUES (?, ?, ?, ?)",
            (fn, fd, ticket, ticket_at),
        )

    def claim_ticket(self, fn: str, fd: int) -> bool:
        """Take a parked ticket out; False when there is none."""
        return bool(self._rows("DELETE FROM tickets WHERE fn = ? AND fd = ? RETURNING fd", fn, fd))

    # --- tasks --------------------------------------------------------------------------------------------

    def task(self, key: str) -> TaskRow | None:
        rows = self._rows(TASKS + " WHERE key = ?", key)
        return read_task(rows[0]) if rows else None

    def task_by_id(self, task_id: str) -> TaskRow | None:
        rows = self._rows(TASKS + " WHERE task_id = ?", task_id)
        return read_task(rows[0]) if rows else None

    def insert_task(self, row: TaskRow) -> None:
        self._conn.execute(
            "INSERT INTO tasks (key, task_id, body_hash, command, created_at_ms, outcome) VALUES (?, ?, ?, ?, ?, ?)",
            (row.key, row.task_id, row.body_hash, encode(row.command), row.created_at_ms, blob(row.outcome)),
        )  # fmt: skip

    def settle_task(self, task_id: str, outcome: TaskResult) -> bool:
        """Store the first outcome; False when there is one already."""
        return bool(
            self._rows(
                "UPDATE tasks SET outcome = ? WHERE task_id = ? AND outcome IS NULL RETURNING n",
                encode(outcome), task_id,
            )
        )  # fmt: skip

    # --- shifts, meta, contradictions -----------------------------------------------------------------------

    def open_shift(self, event: ShiftOpened) -> None:
        document = event.document
        self._conn.execute(
            "INSERT INTO shifts (fn, number, opened) VALUES (?, ?, ?) "
            "ON CONFLICT (fn, number) DO UPDATE SET opened = excluded.opened",
            (document.fn, document.shift, encode(document)),
        )

    def close_shift(self, event: ShiftClosed) -> None:
        document = event.document
        self._conn.execute(
            "INSERT INTO shifts (fn, number, closed, totals) VALUES (?, ?, ?, ?) "
            "ON CONFLICT (fn, number) DO UPDATE SET closed = excluded.closed, totals = excluded.totals",
            (document.fn, document.shift, encode(document), encode(event.totals)),
        )

    def count_in_shift(self, document: FiscalDocument) -> None:
        """One more receipt in the document's shift."""
        self._conn.execute(
            "INSERT INTO shifts (fn, number, receipts) VALUES (?, ?, 1) "
            "ON CONFLICT (fn, number) DO UPDATE SET receipts = receipts + 1",
            (document.fn, document.shift),
        )

    def meta(self, expected: type[M]) -> M | None:
        """The stored value of this type; there is one of each."""
        rows = self._rows("SELECT value FROM meta WHERE name = ?", meta_name(expected))
        return decode(rows[0][0], expected) if rows else None

    def set_meta(self, value: msgspec.Struct) -> None:
        self._conn.execute(
            "INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)", (meta_name(type(value)), encode(value))
        )

    def contradict(self, letter: DeadLetter) -> bool:
        """Remember what stops the till until a person has looked; False when it is remembered already."""
        return bool(
            self._rows(
                "INSERT INTO contradictions (letter_id, letter) SELECT ?1, ?2 WHERE NOT EXISTS "
                "(SELECT 1 FROM contradictions WHERE letter_id = ?1 AND cleared_by IS NULL) RETURNING n",
                letter.letter_id,
                encode(letter),
            )
        )

    def clear_contradictions(self, by: str) -> int:
        """A person has looked; how many were open."""
        rows = self._rows("UPDATE contradictions SET cleared_by = ? WHERE cleared_by IS NULL RETURNING n", by)
        return len(rows)

    def letter_told(self, number: int) -> None:
        self._conn.execute("UPDATE contradictions SET told = 1 WHERE n = ?", (number,))

    def _rows(self, statement: str, *values: Any) -> list[Any]:
        return self._conn.execute(statement, values).fetchall()


def meta_name(kind: type[msgspec.Struct]) -> str:
    """The key of a value in `meta`: its type in lower case."""
    return kind.__name__.lower()
