"""Tables of printer.db. A migration, once released, is never edited."""

MIGRATIONS = (
    """
    -- One row for each receipt and task, kept as long as the ledger keeps its own.
    CREATE TABLE intents (
        id TEXT PRIMARY KEY,
        kind TEXT NOT NULL,
        phase TEXT NOT NULL,
        key TEXT NOT NULL,
        payload BLOB NOT NULL,
        expected BLOB,
        baseline BLOB,
        fn TEXT NOT NULL DEFAULT '',
        fd INTEGER NOT NULL DEFAULT 0,
        outcome BLOB,
        decision BLOB,
        attempts INTEGER NOT NULL DEFAULT 0,
        created_ms INTEGER NOT NULL,
        changed_ms INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX intents_waiting ON intents (phase)
        WHERE phase IN ('due', 'prepared', 'closing', 'held', 'rejected');
    CREATE UNIQUE INDEX intents_document ON intents (fn, fd) WHERE fd > 0;
    CREATE TABLE outbox (
        n INTEGER PRIMARY KEY AUTOINCREMENT,
        event BLOB NOT NULL,
        hlc TEXT NOT NULL
    ) STRICT;
    -- What is known of each FN that was ever seen.
    CREATE TABLE drives (
        fn TEXT PRIMARY KEY,
        delivered_through INTEGER NOT NULL,
        seen_through INTEGER NOT NULL,
        warnings INTEGER NOT NULL DEFAULT 0
    ) STRICT;
    CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
    """,
    """
    -- Only rejections that should have passed count; waiting for paper is no attempt.
    ALTER TABLE intents RENAME COLUMN attempts TO stubborn;
    DROP TABLE settings;
    """,
)
