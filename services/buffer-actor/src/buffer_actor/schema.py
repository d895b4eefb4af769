"""Schema of ledger.db; migration n makes version n + 1 and is never edited once released."""

from typing import Final

_FIRST: Final = """
CREATE TABLE receipts (
    n INTEGER PRIMARY KEY,            -- order of issue
    key TEXT NOT NULL UNIQUE,
    receipt_id TEXT NOT NULL UNIQUE,
    body_hash BLOB NOT NULL,
    payload BLOB NOT NULL,            -- receipt.accepted: the body in BUFFER and, once accepted, in EVENTS
    state TEXT NOT NULL,
    total INTEGER NOT NULL,           -- kopecks
    created_at_ms INTEGER NOT NULL,
    hlc TEXT NOT NULL,                -- order of issue for other nodes
    original_id TEXT,
    announced INTEGER NOT NULL DEFAULT 0,  -- receipt.accepted has its event row
    fn TEXT,
    fd INTEGER,
    document BLOB,
    refusal BLOB,
    reason TEXT,                      -- why it is held
    facts BLOB,
    decision TEXT,
    decided_by TEXT
);
CREATE INDEX receipts_open ON receipts (state) WHERE state NOT IN ('delivered', 'refused', 'annulled');
CREATE VIEW open_receipts AS             -- those that count against the cap
    SELECT * FROM receipts WHERE state NOT IN ('delivered', 'refused', 'annulled');
CREATE INDEX receipts_by_document ON receipts (fn, fd) WHERE fd IS NOT NULL;
CREATE INDEX receipts_by_original ON receipts (original_id) WHERE original_id IS NOT NULL;

CREATE TABLE tasks (
    n INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    task_id TEXT NOT NULL UNIQUE,
    body_hash BLOB NOT NULL,
    command BLOB NOT NULL,            -- printer.task: what printer-actor is asked, again and again with this id
    created_at_ms INTEGER NOT NULL,
    outcome BLOB                      -- task or refusal; NULL while open
);
CREATE INDEX tasks_open ON tasks (n) WHERE outcome IS NULL;

CREATE TABLE events (
    seq INTEGER PRIMARY KEY,          -- sequence of the message in EVENTS
    event_id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    body BLOB NOT NULL,
    hlc TEXT NOT NULL
);

CREATE TABLE tickets (                -- delivered documents that no receipt claims yet
    fn TEXT NOT NULL,
    fd INTEGER NOT NULL,
    ticket TEXT NOT NULL,
    ticket_at TEXT NOT NULL,
    PRIMARY KEY (fn, fd)
) WITHOUT ROWID;

CREATE TABLE shifts (
    fn TEXT NOT NULL,
    number INTEGER NOT NULL,
    opened BLOB,
    closed BLOB,
    totals BLOB,
    receipts INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (fn, number)
) WITHOUT ROWID;

CREATE TABLE contradictions (
    n INTEGER PRIMARY KEY,
    letter_id TEXT NOT NULL,          -- what contradicts: remembered once until it is cleared
    letter BLOB NOT NULL,             -- dead.letter
    told INTEGER NOT NULL DEFAULT 0,  -- DEAD has it
    cleared_by TEXT                   -- who has looked; until then sales stand
);

CREATE TABLE meta (
    name TEXT PRIMARY KEY,            -- capacity, maintenance, cash
    value BLOB NOT NULL
) WITHOUT ROWID;
"""

MIGRATIONS: Final = (_FIRST,)
