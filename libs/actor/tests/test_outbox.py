"""Events leave in order, one at a time, each until it is answered."""

import asyncio
import contextlib
from pathlib import Path

import pytest

from actor.bus_errors import NoAnswer
from actor.db import open_database, transaction
from actor.outbox import FORGET_EVERY, SCHEMA, Outbox, OutboxTable
from actor.stop import Stop
from actor.testing import wait_until
from contracts.commands import Recorded, RecordEvent
from contracts.events import PaperChanged
from contracts.refusals import Code, Refusal, refuse


def event(number: int) -> PaperChanged:
    return PaperChanged(event_id=f"e{number}", till="till-001", can_print=True, cause="")


class Ledger:
    """Answers what it is told to answer, then good ones."""

    def __init__(self, *first: object) -> None:
        self.heard: list[tuple[str, str]] = []
        self._first = list(first)

    async def record(self, request: RecordEvent) -> Recorded | Refusal:
        self.heard.append((request.event.event_id, request.hlc))
        answer = self._first.pop(0) if self._first else None
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, Refusal | Recorded):
            return answer
        return Recorded(event_id=request.event.event_id, seq=len(self.heard))


class Store:
    """A service's database that holds nothing but an outbox."""

    def __init__(self, db, stamp):
        self._db = db
        self.outbox = OutboxTable(db, stamp)

    async def report(self, fact):
        async with transaction(self._db):
            await self.outbox.append([fact])
        self.outbox.committed([fact])


@contextlib.asynccontextmanager
async def opened(path: Path, stamp=lambda: "stamp"):
    db = await open_database(path, [SCHEMA])
    try:
        yield Store(db, stamp)
    finally:
        await db.close()


@pytest.fixture
async def store(tmp_path: Path):
    async with opened(tmp_path / "any.db") as store:
        yield store


async def run_until_empty(outbox: Outbox) -> None:
    stop = Stop()
    running = asyncio.ensure_future(outbox.run(stop))
    await wait_until(lambda: outbox.empty)
    stop.request("done")
    await running


async def test_each_event_is_repeated_until_it_is_answered_before_the_next(store):
    ledger = Ledger(NoAnswer("lost"), refuse(Code.STARTING), Recorded(event_id="another", seq=1))
    outbox = Outbox(store.outbox, ledger.record, lambda: "late stamp")
    for number in range(3):
        await store.report(event(number))
    await run_until_empty(outbox)
    assert [heard for heard, _ in ledger.heard] == ["e0", "e0", "e0", "e0", "e1", "e2"]
    assert await store.outbox.rows(0) == []


async def test_what_comes_later_goes_out_too(store):
    ledger = Ledger()
    outbox = Outbox(store.outbox, ledger.record, lambda: "late stamp")
    stop = Stop()
    running = asyncio.ensure_future(outbox.run(stop))
    await wait_until(lambda: outbox.empty)
    for number in range(FORGET_EVERY + 5):
        await store.report(event(number))
    assert not outbox.empty
    await wait_until(lambda: outbox.empty)
    stop.request("done")
    await running
    assert len(ledger.heard) == FORGET_EVERY + 5


async def test_a_death_before_the_deletion_repeats_and_loses_nothing(store):
    ledger = Ledger()
    await store.report(event(0))
    stop = Stop()
    running = asyncio.ensure_future(Outbox(store.outbox, ledger.record, str).run(stop))
    await wait_until(lambda: bool(ledger.heard))
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await run_until_empty(Outbox(store.outbox, ledger.record, str))
    assert {heard for heard, _ in ledger.heard} == {"e0"}


async def test_a_fact_of_a_doubtful_clock_is_stamped_when_it_is_handed_over(tmp_path):
    async with opened(tmp_path / "doubtful.db", stamp=lambda: "") as doubtful:
        ledger, stamps = Ledger(), iter(["", "", "confirmed"])
        await doubtful.report(event(0))
        await run_until_empty(Outbox(doubtful.outbox, ledger.record, lambda: next(stamps)))
    assert ledger.heard == [("e0", "confirmed")]
