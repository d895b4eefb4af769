"""printer.db: intents, outbox, drives. What a method has returned from is on the disk."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Self

import aiosqlite
import msgspec

from actor.db import Statement, open_database, write
from actor.outbox import OutboxTable, Stamp
from contracts.events import AnyEvent
from fiscal.money import Kopecks
from printer_actor.intent import Baseline, Intent, Kind, Outcome, Payload, Ruling
from printer_actor.machine import Expected, Phase
from printer_actor.schema import MIGRATIONS

COLUMNS = (
    "id, kind, phase, key, payload, expected, baseline, fn, fd, outcome, decision, stubborn, created_ms,"
    " changed_ms"
)
SELECT = f"SELECT {COLUMNS} FROM intents"  # noqa: S608 - our own column list
# No REPLACE: it would silently delete another row that claims the same document.
SAVE = f"""
    INSERT INTO intents ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (id) DO UPDATE SET phase = excluded.phase, payload = excluded.payload,
        expected = excluded.expected, baseline = excluded.baseline, fn = excluded.fn, fd = excluded.fd,
        outcome = excluded.outcome, decision = excluded.decision, stubborn = excluded.stubborn,
        changed_ms = excluded.changed_ms
"""  # noqa: S608 - our own column list
DRIVES = "SELECT fn, delivered_through, seen_through, warnings FROM drives"
KEEP = "INSERT OR REPLACE INTO drives (fn, delivered_through, seen_through, warnings) VALUES (?, ?, ?, ?)"
_encode = msgspec.json.encode
_payload = msgspec.json.Decoder(Payload)
_expected = msgspec.json.Decoder(Expected)
_baseline = msgspec.json.Decoder(Baseline)
_outcome = msgspec.json.Decoder(Outcome)
_ruling = msgspec.json.Decoder(Ruling)


class Drive(msgspec.Struct, frozen=True, kw_only=True):
    """An FN: the operator has all documents up to `delivered_through`, we have looked at all up to `seen_through`."""

    fn: str
    delivered_through: int
    seen_through: int
    warnings: int = 0


class ShiftSums(msgspec.Struct, frozen=True, kw_only=True):
    """Our own receipts of one shift."""

    sales: int = 0
    sale_refunds: int = 0
    sales_total: Kopecks = Kopecks(0)
    sale_refunds_total: Kopecks = Kopecks(0)


class Store:
    """The only user of printer.db."""

    def __init__(self, db: aiosqlite.Connection, *, stamp: Stamp, now_ms: Callable[[], int]) -> None:
        self._db = db
        self._now_ms = now_ms
        self._drives: dict[str, Drive] = {}
        self.outbox = OutboxTable(db, stamp)

    @classmethod
    async def open(cls, path: Path, *, stamp: Stamp, now_ms: Callable[[], int]) -> Self:
        """Open or create the database."""
        return cls(await open_database(path, MIGRATIONS), stamp=stamp, now_ms=now_ms)

    async def close(self) -> None:
        """Close the file, or the process hangs."""
        await self._db.close()

    # --- intents ------------------------------------------------------------------------------------------

    async def get(self, intent_id: str) -> Intent | None:
        """A row by receipt or task id."""
        rows = await self._read(SELECT + " WHERE id = ?", intent_id)
        return _intent(rows[0]) if rows else None

    async def waiting(self) -> list[Intent]:
        """Rows that are not finished: due, open, held, set aside; oldest first."""
        rows = await self._read(
            SELECT
            + " WHERE phase IN ('due', 'prepared', 'closing', 'held', 'rejected') ORDER BY created_ms, id"
        )
        return [_intent(row) for row in rows]

    async def save(
        self, intent: Intent, events: Sequence[AnyEvent] = (), *, drive: Drive | None = None
    ) -> None:
        """Store a row, what it reports, and what is known of its drive, in one transaction."""
        await self._write([(SAVE, _columns(intent, self._now_ms()))], events, drive)

    async def owner_of(self, fn: str, fd: int) -> str | None:
        """The intent whose document this is."""
        rows = await self._read("SELECT id FROM intents WHERE fn = ? AND fd = ?", fn, fd)
        return str(rows[0][0]) if rows else None

    async def shift_sums(self, fn: str, shift: int) -> ShiftSums:
        """Sums over our receipts in a shift, for a report that the FN makes no document of."""
        rows = await self._read(
            "SELECT json_extract(expected, '$.operation'), count(*), sum(json_extract(expected, '$.total'))"
            " FROM intents WHERE kind = ? AND phase = ? AND fn = ?"
            " AND json_extract(outcome, '$.document.shift') = ? GROUP BY 1",
            Kind.RECEIPT,
            Phase.REGISTERED,
            fn,
            shift,
        )
        sums = {int(row[0]): (int(row[1]), Kopecks(int(row[2]))) for row in rows}
        sales, refunds = sums.get(1, (0, Kopecks(0))), sums.get(2, (0, Kopecks(0)))
        return ShiftSums(
            sales=sales[0], sale_refunds=refunds[0], sales_total=sales[1], sale_refunds_total=refunds[1]
        )

    # --- drives -------------------------------------------------------------------------------------------

    async def drive(self, fn: str) -> Drive | None:
        """What is known of an FN."""
        if fn not in self._drives:
            rows = await self._read(DRIVES + " WHERE fn = ?", fn)
            if not rows:
                return None
            self._drives[fn] = Drive(
                fn=rows[0][0], delivered_through=rows[0][1], seen_through=rows[0][2], warnings=rows[0][3]
            )
        return self._drives[fn]

    async def save_drive(self, drive: Drive, events: Sequence[AnyEvent] = ()) -> None:
        """Store what is known of an FN with what follows from it, in one transaction."""
        await self._write([], events, drive)

    # --- outbox -------------------------------------------------------------------------------------------

    async def report(self, event: AnyEvent) -> None:
        """Put an event into the outbox that belongs to no row."""
        await self._write([], [event])

    # --- parts --------------------------------------------------------------------------------------------

    async def _write(
        self, statements: Sequence[Statement], events: Sequence[AnyEvent], drive: Drive | None = None
    ) -> None:
        work = [*statements, *self.outbox.inserts(events)]
        if drive is not None:
            work.append((KEEP, (drive.fn, drive.delivered_through, drive.seen_through, drive.warnings)))
            self._drives.pop(drive.fn, None)  # until the commit is certain the file knows better
        await write(self._db, work)
        if drive is not None:
            self._drives[drive.fn] = drive
        self.outbox.committed(events)

    async def _read(self, query: str, *values: Any) -> list[Any]:
        return list(await self._db.execute_fetchall(query, values))


def _columns(intent: Intent, now_ms: int) -> tuple[Any, ...]:
    return (
        intent.id,
        intent.kind,
        intent.phase,
        intent.key,
        _encode(intent.payload),
        _encode(intent.expected) if intent.expected else None,
        _encode(intent.baseline),
        intent.document_fn,
        intent.document_fd,
        _encode(intent.outcome),
        _encode(intent.ruling) if intent.ruling else None,
        intent.stubborn,
        intent.created_ms,
        now_ms,
    )


def _intent(row: Any) -> Intent:
    return Intent(
        id=row[0],
        kind=Kind(row[1]),
        phase=Phase(row[2]),
        key=row[3],
        payload=_payload.decode(row[4]),
        expected=_expected.decode(row[5]) if row[5] else None,
        baseline=_baseline.decode(row[6]) if row[6] else Baseline(),
        document_fn=row[7],
        document_fd=row[8],
        outcome=_outcome.decode(row[9]) if row[9] else Outcome(),
        ruling=_ruling.decode(row[10]) if row[10] else None,
        stubborn=row[11],
        created_ms=row[12],
    )
