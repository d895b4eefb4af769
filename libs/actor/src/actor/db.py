"""SQLite that survives a power cut: WAL, synchronous=FULL, numbered migrations, one transaction at a time."""

import asyncio
import os
import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import aiosqlite

from actor.errors import EXIT_CONFIG, FatalError

Statement = tuple[str, tuple[Any, ...]]
"""SQL and its values."""

_writing: WeakKeyDictionary[aiosqlite.Connection, asyncio.Lock] = WeakKeyDictionary()


class DatabaseTooNew(FatalError):
    """A newer version of the program wrote this database; start that one, or restore a backup."""

    def __init__(self, path: Path, found: int, known: int) -> None:
        super().__init__(
            EXIT_CONFIG, f"{path} has schema {found}, this program knows {known}: start the newer program"
        )


async def open_database(path: Path, migrations: Sequence[str]) -> aiosqlite.Connection:
    """Open or create the database and bring it to schema `len(migrations)`; migration n makes version n + 1.

    Statements outside `transaction` commit by themselves (one fsync each). Close it, or the process hangs.
    """
    fresh = not os.path.exists(path)  # noqa: ASYNC240 - one look at start
    conn = await aiosqlite.connect(path, isolation_level=None)
    try:
        await _configure(conn)
        await _migrate(conn, path, migrations)
    except BaseException:
        await conn.close()
        raise
    if fresh:
        _sync_folder(path.parent)
    return conn


@asynccontextmanager
async def transaction(conn: aiosqlite.Connection) -> AsyncIterator[aiosqlite.Connection]:
    """BEGIN IMMEDIATE … COMMIT, rolled back on any error; tasks that share the connection take turns.

    Cancelled during the COMMIT, its outcome is unknown to the caller, like a crash there.
    """
    async with _writing.setdefault(conn, asyncio.Lock()):
        try:
            await conn.execute("BEGIN IMMEDIATE")
            yield conn
            await conn.execute("COMMIT")
        except BaseException:
            # The worker thread takes calls in order, so this also undoes a statement that was cancelled midway.
            await asyncio.shield(conn.rollback())
            raise


async def write(conn: aiosqlite.Connection, statements: Sequence[Statement]) -> None:
    """All statements as one transaction, on the disk when this returns, by one trip to the connection's thread.

    Cancelled meanwhile, its outcome is unknown to the caller, like a crash in the COMMIT.
    """
    async with _writing.setdefault(conn, asyncio.Lock()):
        await conn._execute(_transact, conn._conn, statements)  # type: ignore[no-untyped-call]  # as it is private


def _transact(connection: sqlite3.Connection, statements: Sequence[Statement]) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        for statement, values in statements:
            connection.execute(statement, values)
        connection.execute("COMMIT")
    except BaseException:
        connection.rollback()
        raise


async def _configure(conn: aiosqlite.Connection) -> None:
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=5000"):
        await conn.execute(f"PRAGMA {pragma}")


async def _migrate(conn: aiosqlite.Connection, path: Path, migrations: Sequence[str]) -> None:
    version = await _version(conn)
    if version > len(migrations):
        raise DatabaseTooNew(path, version, len(migrations))
    for number, script in enumerate(migrations[version:], start=version + 1):
        async with transaction(conn):
            for statement in _statements(script):
                await conn.execute(statement)
            await conn.execute(f"PRAGMA user_version = {number}")


async def _version(conn: aiosqlite.Connection) -> int:
    async with conn.execute("PRAGMA user_version") as cursor:
        row = await cursor.fetchone()
    assert row is not None
    return int(row[0])


def _statements(script: str) -> list[str]:
    """The statements of a script; `executescript` would commit the transaction it runs in."""
    statements: list[str] = []
    rest = ""
    for piece in script.split(";"):
        rest += piece + ";"
        if sqlite3.complete_statement(rest):
            statements.append(rest.strip())
            rest = ""
    if rest.strip(" \n;"):
        raise ValueError(f"a migration ends inside a statement: {rest.strip()!r}")
    return [statement for statement in statements if statement != ";"]


def _sync_folder(folder: Path) -> None:
    # Without this a power cut may lose the directory entry of a file whose content is safe.
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
