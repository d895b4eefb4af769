"""heartbeat.db: the present mode and the outbox. What a method has returned from is on the disk."""

from pathlib import Path
from typing import Self

import aiosqlite
import msgspec

from actor.db import open_database, transaction
from actor.outbox import OutboxTable, Stamp
from contracts.events import ModeChanged
from contracts.states import Mode, ModeCause
from heartbeat.machine import Verdict
from heartbeat.schema import MIGRATIONS


class StoredMode(msgspec.Struct, frozen=True):
    """The mode as the last life left it; `since_ms` by the wall clock."""

    verdict: Verdict
    since_ms: int


class Store:
    """The only user of heartbeat.db."""

    def __init__(self, db: aiosqlite.Connection, stamp: Stamp) -> None:
        self._db = db
        self.outbox = OutboxTable(db, stamp)

    @classmethod
    async def open(cls, path: Path, *, stamp: Stamp) -> Self:
        """Open or create the database."""
        return cls(await open_database(path, MIGRATIONS), stamp)

    async def close(self) -> None:
        """Close the file, or the process hangs."""
        await self._db.close()

    async def mode(self) -> StoredMode | None:
        """The present mode; None in the first life."""
        for mode, cause, since_ms in await self._db.execute_fetchall(
            "SELECT mode, cause, since_ms FROM mode"
        ):
            return StoredMode(Verdict(Mode(mode), ModeCause(cause)), since_ms)
        return None

    async def change(self, event: ModeChanged) -> None:
        """Store the new mode and its event in one transaction."""
        async with transaction(self._db):
            await self._db.execute(
                "INSERT OR REPLACE INTO mode (one, mode, cause, since_ms) VALUES (1, ?, ?, ?)",
                (event.mode, event.cause, event.at_ms),
            )
            await self.outbox.append([event])
        self.outbox.committed([event])
