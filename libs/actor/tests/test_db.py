"""open_database and transaction on real files."""

import asyncio
import sqlite3
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import aiosqlite
import pytest

from actor.db import DatabaseTooNew, open_database, transaction, write

ONE = """
CREATE TABLE receipt (id TEXT PRIMARY KEY, total INTEGER NOT NULL) STRICT;
CREATE TABLE line (receipt_id TEXT NOT NULL REFERENCES receipt (id), name TEXT DEFAULT 'a;b') STRICT;
"""
TWO = """
ALTER TABLE receipt ADD COLUMN state TEXT NOT NULL DEFAULT 'received';
CREATE TRIGGER no_delete BEFORE DELETE ON receipt BEGIN
    SELECT RAISE(ABORT, 'receipts are kept');
END;
"""


@pytest.fixture
async def conn(tmp_path: Path) -> AsyncIterator[aiosqlite.Connection]:
    opened = await open_database(tmp_path / "ledger.db", [ONE, TWO])
    yield opened
    await opened.close()


async def value(conn: aiosqlite.Connection, sql: str) -> object:
    async with conn.execute(sql) as cursor:
        row = await cursor.fetchone()
    assert row is not None
    return row[0]


async def add(conn: aiosqlite.Connection, name: str) -> None:
    await conn.execute("INSERT INTO receipt (id, total) VALUES (?, 1)", (name,))


async def test_the_settings_are_those_that_survive_a_power_cut(conn: aiosqlite.Connection) -> None:
    found = [
        await value(conn, f"PRAGMA {name}")
        for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
    ]
    assert found == ["wal", 2, 1, 5000]


async def test_migrations_make_the_schema_once(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    first = await open_database(path, [ONE])
    await add(first, "r1")
    await first.close()
    for _ in range(2):
        later = await open_database(path, [ONE, TWO])
        assert await value(later, "PRAGMA user_version") == 2
        assert await value(later, "SELECT state FROM receipt") == "received"
        await later.close()


async def test_a_trigger_with_semicolons_is_one_statement(conn: aiosqlite.Connection) -> None:
    await add(conn, "r1")
    with pytest.raises(sqlite3.IntegrityError, match="receipts are kept"):
        await conn.execute("DELETE FROM receipt")


async def test_a_failed_migration_leaves_nothing_of_itself(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    broken = "CREATE TABLE extra (id TEXT); CREATE TABLE receipt (id TEXT);"
    with pytest.raises(sqlite3.OperationalError, match="already exists"):
        await open_database(path, [ONE, broken])
    conn = await open_database(path, [ONE])
    assert await value(conn, "PRAGMA user_version") == 1
    assert await value(conn, "SELECT count(*) FROM sqlite_master WHERE name = 'extra'") == 0
    await conn.close()


async def test_a_migration_that_ends_inside_a_statement_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="ends inside a statement"):
        await open_database(tmp_path / "ledger.db", ["CREATE TABLE a (id TEXT DEFAULT 'x"])


async def test_a_newer_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    await (await open_database(path, [ONE, TWO])).close()
    with pytest.raises(DatabaseTooNew, match="has schema 2, this program knows 1"):
        await open_database(path, [ONE])


async def test_a_transaction_is_all_or_nothing(conn: aiosqlite.Connection) -> None:
    async def half() -> None:
        async with transaction(conn):
            await add(conn, "r1")
            raise LookupError("boom")

    with pytest.raises(LookupError, match="boom"):
        await half()
    assert await value(conn, "SELECT count(*) FROM receipt") == 0
    async with transaction(conn):
        await add(conn, "r1")
        await add(conn, "r2")
    assert await value(conn, "SELECT count(*) FROM receipt") == 2


async def test_statements_written_at_once_are_all_or_nothing(conn: aiosqlite.Connection) -> None:
    insert = "INSERT INTO receipt (id, total) VALUES (?, ?)"
    with pytest.raises(sqlite3.IntegrityError):
        await write(conn, [(insert, ("r1", 1)), (insert, ("r1", 2))])
    assert await value(conn, "SELECT count(*) FROM receipt") == 0
    async with transaction(conn):
        later = asyncio.ensure_future(write(conn, [(insert, ("r2", 2)), (insert, ("r3", 3))]))
        await add(conn, "r1")
        assert not later.done()
    await later
    assert await value(conn, "SELECT count(*) FROM receipt") == 3


async def test_tasks_that_share_the_connection_take_turns(conn: aiosqlite.Connection) -> None:
    async def one(n: int) -> None:
        async with transaction(conn):
            count = await value(conn, "SELECT count(*) FROM receipt")
            await asyncio.sleep(0)
            await conn.execute("INSERT INTO receipt (id, total) VALUES (?, ?)", (f"r{n}", count))

    await asyncio.gather(*(one(n) for n in range(20)))
    async with conn.execute("SELECT total FROM receipt ORDER BY total") as cursor:
        assert [row[0] for row in await cursor.fetchall()] == list(range(20))


async def test_a_cancelled_transaction_is_rolled_back_and_the_next_one_works(
    conn: aiosqlite.Connection,
) -> None:
    inside = asyncio.Event()

    async def hangs() -> None:
        async with transaction(conn):
            await add(conn, "lost")
            inside.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(hangs())
    await inside.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with transaction(conn):
        await add(conn, "kept")
    async with conn.execute("SELECT id FROM receipt") as cursor:
        assert [row[0] for row in await cursor.fetchall()] == ["kept"]


@pytest.mark.parametrize("delay", range(8))
async def test_cancelled_at_any_step_the_connection_stays_usable(
    conn: aiosqlite.Connection, delay: int
) -> None:
    async def write() -> None:
        async with transaction(conn):
            await add(conn, "a")
            await add(conn, "b")

    task = asyncio.create_task(write())
    for _ in range(delay):
        await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait({task})
    assert not conn.in_transaction
    assert await value(conn, "SELECT count(*) FROM receipt") in (0, 2)


async def test_foreign_keys_hold(conn: aiosqlite.Connection) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
        await conn.execute("INSERT INTO line (receipt_id) VALUES ('absent')")


WRITER = """
import asyncio, os, signal, sys
from pathlib import Path
from actor.db import open_database, transaction

async def main():
    conn = await open_database(Path(sys.argv[1]), ["CREATE TABLE t (id INTEGER)"])
    async with transaction(conn):
        await conn.execute("INSERT INTO t VALUES (1)")
    await conn.execute("BEGIN IMMEDIATE")
    await conn.execute("INSERT INTO t VALUES (2)")
    os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(main())
"""


async def test_after_a_kill_what_was_committed_is_there_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    writer = await asyncio.create_subprocess_exec(sys.executable, "-c", WRITER, str(path))
    assert await writer.wait() == -9
    conn = await open_database(path, ["CREATE TABLE t (id INTEGER)"])
    async with conn.execute("SELECT id FROM t") as cursor:
        assert [row[0] for row in await cursor.fetchall()] == [1]
    await conn.close()
