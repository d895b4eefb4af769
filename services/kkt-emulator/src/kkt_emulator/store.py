"""Two files, as in the real device: `fn.db` is fsynced at every commit, `kkt.db` may lag behind it."""

import datetime as dt
import fcntl
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import msgspec

from fiscal.counters import Counters
from kkt_emulator.state import Memory, Registered

FN_SCHEMA = """
CREATE TABLE IF NOT EXISTS fn (id INTEGER PRIMARY KEY CHECK (id = 0), state BLOB NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS documents (
    fd INTEGER PRIMARY KEY, form INTEGER NOT NULL, at TEXT NOT NULL, fpd INTEGER NOT NULL,
    shift INTEGER NOT NULL, number INTEGER NOT NULL, operation INTEGER NOT NULL, total INTEGER NOT NULL,
    payments BLOB NOT NULL, tlv BLOB NOT NULL, message BLOB NOT NULL, ticket BLOB, ticket_at TEXT
) STRICT;
CREATE INDEX IF NOT EXISTS unsent ON documents (fd) WHERE ticket IS NULL;
"""
KKT_SCHEMA = (
    "CREATE TABLE IF NOT EXISTS memory (id INTEGER PRIMARY KEY CHECK (id = 0), state BLOB NOT NULL) STRICT"
)
COLUMNS = "fd, form, at, fpd, shift, number, operation, total, payments, tlv, message, ticket, ticket_at"


class FolderInUse(Exception):
    """Another emulator works in this data folder."""


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """A fiscal document as the FN keeps it: `tlv` whole with its outer member, `message` ready for the OFD."""

    fd: int
    form: int
    at: dt.datetime
    fpd: int
    shift: int
    number: int
    operation: int = 0
    total: int = 0
    payments: tuple[int, ...] = ()
    tlv: bytes
    message: bytes
    ticket: bytes | None = None
    ticket_at: dt.datetime | None = None

    @property
    def registered(self) -> Registered:
        """The part that the KKT's registers need."""
        return Registered(
            fd=self.fd, form=self.form, operation=self.operation, total=self.total, payments=self.payments
        )


class FnState(msgspec.Struct, kw_only=True):
    """The FN beside its documents."""

    generation: int
    number: str
    key: bytes
    phase: int = 1
    autonomous: bool = False
    expires: dt.date | None = None
    shift: int = 0
    shift_open: bool = False
    shift_opened_at: dt.datetime | None = None
    receipt: int = 0  # number of the last receipt in the shift
    shift_documents: int = 0
    last_fd: int = 0
    last_at: dt.datetime | None = None
    timer_offset_s: float = (
        0.0  # the FN's own clock against the host's, adopted from the KKT at shift opening
    )
    capacity: int = 240_000
    extra_documents: int = 0  # pretended by the hook fn_fill
    queue_age_days: float = 0.0  # pretended by the hook ofd_age
    shift_counters: Counters = Counters()
    life_counters: Counters = Counters()


def _open(path: Path, synchronous: str, schema: str) -> sqlite3.Connection:
    db = sqlite3.connect(path, isolation_level=None)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute(f"PRAGMA synchronous = {synchronous}")
    db.executescript(schema)
    return db


def lock_folder(folder: Path) -> IO[str]:
    """Hold the folder until the returned file is closed; FolderInUse when somebody else does."""
    folder.mkdir(parents=True, exist_ok=True)
    lock = (folder / "lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        lock.close()
        raise FolderInUse(f"another emulator works in {folder}") from error
    return lock


class KktStore:
    """The KKT's memory in one row; survives the death of the process, not necessarily of the machine."""

    def __init__(self, folder: Path) -> None:
        self._db = _open(folder / "kkt.db", "NORMAL", KKT_SCHEMA)
        self._saved = b""

    def load(self) -> Memory:
        """Return the memory as last saved."""
        row = self._db.execute("SELECT state FROM memory").fetchone()
        self._saved = row[0] if row else b""
        return msgspec.json.decode(self._saved, type=Memory) if row else Memory()

    def save(self, memory: Memory) -> None:
        """Write the memory when it differs from what is there."""
        state = msgspec.json.encode(memory)
        if state != self._saved:
            self._db.execute("INSERT OR REPLACE INTO memory VALUES (0, ?)", (state,))
            self._saved = state

    def close(self) -> None:
        """Close the file."""
        self._db.close()


class FnStore:
    """State and documents of the FN; what a method has returned from is on the disk."""

    def __init__(self, folder: Path) -> None:
        self._db = _open(folder / "fn.db", "FULL", FN_SCHEMA)

    def load(self) -> FnState | None:
        """Return the FN's state, None when there is no FN yet."""
        row = self._db.execute("SELECT state FROM fn").fetchone()
        return msgspec.json.decode(row[0], type=FnState) if row else None

    def save(self, state: FnState) -> None:
        """Store the state alone."""
        self._db.execute("INSERT OR REPLACE INTO fn VALUES (0, ?)", (msgspec.json.encode(state),))

    def commit(self, document: Document, state: FnState) -> None:
        """Store a new document and the state after it in one transaction."""
        row = (
            document.fd,
            document.form,
            document.at.isoformat(),
            document.fpd,
            document.shift,
            document.number,
            document.operation,
            document.total,
            msgspec.json.encode(document.payments),
            document.tlv,
            document.message,
            document.ticket,
            None,
        )
        with self._db:
            self._db.execute("BEGIN")
            self._db.execute(
                f"INSERT INTO documents ({COLUMNS}) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)",  # noqa: S608 our own column list
                row,
            )
            self.save(state)

    def set_ticket(self, fd: int, ticket: bytes, at: dt.datetime) -> None:
        """Store the OFD's answer for a document."""
        sql = "UPDATE documents SET ticket = ?, ticket_at = ? WHERE fd = ?"
        self._db.execute(sql, (ticket, at.isoformat(), fd))

    def document(self, fd: int) -> Document | None:
        """Return one document."""
        sql = f"SELECT {COLUMNS} FROM documents WHERE fd = ?"  # noqa: S608 our own column list
        row = self._db.execute(sql, (fd,)).fetchone()
        return _document(row) if row else None

    def documents(self, after: int = 0) -> Iterator[Document]:
        """Yield the documents with a greater FD, in order."""
        sql = f"SELECT {COLUMNS} FROM documents WHERE fd > ? ORDER BY fd"  # noqa: S608 our own column list
        for row in self._db.execute(sql, (after,)):
            yield _document(row)

    def unsent(self) -> tuple[int, int]:
        """Return how many documents have no ticket, and the first of them (0 = none)."""
        sql = "SELECT count(*), coalesce(min(fd), 0) FROM documents WHERE ticket IS NULL"
        count, first = self._db.execute(sql).fetchone()
        return int(count), int(first)

    def replace(self, state: FnState) -> None:
        """Forget all documents: another FN is in."""
        with self._db:
            self._db.execute("BEGIN")
            self._db.execute("DELETE FROM documents")
            self.save(state)

    def close(self) -> None:
        """Close the file."""
        self._db.close()


def _document(row: tuple[object, ...]) -> Document:
    values = dict(zip(COLUMNS.split(", "), row, strict=True))
    values["payments"] = msgspec.json.decode(str(values["payments"], "utf8"))  # type: ignore[call-overload]
    return msgspec.convert(values, Document)
