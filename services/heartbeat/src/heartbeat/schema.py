"""Tables of heartbeat.db. A migration, once released, is never edited."""

from actor.outbox import SCHEMA as OUTBOX

MIGRATIONS = (
    OUTBOX
    + """
    -- The present mode: one row, none before the first one was found.
    CREATE TABLE mode (
        one INTEGER PRIMARY KEY CHECK (one = 1),
        mode TEXT NOT NULL,
        cause TEXT NOT NULL,
        since_ms INTEGER NOT NULL
    ) STRICT;
    """,
)
