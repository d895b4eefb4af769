"""Any order of facts, repeats and crashes: the ledger keeps its promises. A model beside a real SQLite file."""

import asyncio
import tempfile
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, TypeVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from buffer_actor.machine import Fact, Outcome, State, advance
from buffer_actor.record import Applied, record
from buffer_actor.rows import Drawer
from buffer_actor.store import Ledger
from buffer_actor.tx import Tx
from contracts import events as e

from . import samples as s

T = TypeVar("T")
RECEIPTS = st.integers(min_value=1, max_value=4)
FDS = st.integers(min_value=1, max_value=5)


class LedgerLife(RuleBasedStateMachine):
    """Each receipt gets facts from all sides; the printer gives each FD to one receipt only."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.folder = tempfile.TemporaryDirectory()
        self.ledger = self.run(Ledger.open(Path(self.folder.name) / "ledger.db"))
        self.known: dict[int, State] = {}
        self.documents: dict[int, int] = {}  # FD → receipt
        self.delivered: set[int] = set()
        self.told: dict[str, int] = {}

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(work)

    async def tell(self, event: e.AnyEvent, *, crash: bool = False) -> Applied | None:
        def work(tx: Tx) -> Applied:
            applied = record(tx, event, "2026-02-25T06:14:00.000Z+0000@till-001", lambda: s.NOW_MS)
            if crash:
                raise InterruptedError
            return applied

        try:
            applied = await self.ledger.write(work)
        except InterruptedError:
            return None
        assert self.told.setdefault(event.event_id, applied.seq) == applied.seq
        return applied

    @rule(number=RECEIPTS)
    def receive(self, number: int) -> None:
        if number in self.known:
            return
        self.run(self.ledger.write(lambda tx: tx.insert_receipt(s.row(number))))
        self.known[number] = State.RECEIVED

    @rule(number=RECEIPTS, fact=st.sampled_from([Fact.STORED, Fact.AGED]))
    def learn(self, number: int, fact: Fact) -> None:
        if number not in self.known or (fact is Fact.AGED and self.known[number] is not State.RECEIVED):
            return
        state, outcome = advance(self.known[number], fact)

        def store(tx: Tx) -> None:
            row = tx.receipt(s.key_of(number))
            assert row is not None
            if outcome is Outcome.MOVED:
                tx.move(row, state)
            if state is State.ACCEPTED:
                tx.announce(row)

        self.run(self.ledger.write(store))
        self.known[number] = state

    @rule(number=RECEIPTS, fd=FDS, crash=st.booleans())
    def fiscalise(self, number: int, fd: int, crash: bool) -> None:
        mine = [known for known, owner in self.documents.items() if owner == number]
        if number not in self.known or self.known[number] is State.ANNULLED:
            return
        if (mine and fd not in mine) or self.documents.get(fd, number) != number:
            return
        if self.run(self.tell(s.fiscalised(number, fd), crash=crash)) is None:
            return
        self.documents[fd] = number
        state = advance(self.known[number], Fact.FISCALISED)[0]
        self.known[number] = State.DELIVERED if fd in self.delivered else state

    @rule(fd=FDS, crash=st.booleans())
    def deliver(self, fd: int, crash: bool) -> None:
        if self.run(self.tell(s.delivered(fd), crash=crash)) is None:
            return
        self.delivered.add(fd)
        if fd in self.documents:
            self.known[self.documents[fd]] = State.DELIVERED

    @rule(number=RECEIPTS)
    def hold(self, number: int) -> None:
        if number in self.known:
            self.run(self.tell(s.held(number, event_id=f"held-{number}-{len(self.told)}")))
            self.known[number] = advance(self.known[number], Fact.HELD)[0]

    @precondition(lambda self: self.known)
    @rule(number=RECEIPTS)
    def annul(self, number: int) -> None:
        if number in self.known and number not in self.documents.values():
            self.run(self.tell(s.annulled(number)))
            self.known[number] = State.ANNULLED

    @rule()
    def restart(self) -> None:
        self.run(self.ledger.close())
        self.ledger = self.run(Ledger.open(Path(self.folder.name) / "ledger.db"))

    @invariant()
    def the_ledger_says_what_the_model_says(self) -> None:
        for number, state in self.known.items():
            row = self.run(self.ledger.receipt(s.key_of(number)))
            assert row is not None
            assert row.state is state
            assert (row.document is not None) == (number in self.documents.values())
        sold = len(set(self.documents.values()))
        drawer = self.run(self.ledger.meta(Drawer)) or Drawer()
        assert drawer.cash == sold * 10_000, "each sale is counted once"
        assert self.run(self.ledger.contradictions()) == []

    @invariant()
    def rows_are_numbered_without_a_hole_and_each_event_has_one(self) -> None:
        rows = self.run(self.ledger.events_after(0, 500))
        assert [row.seq for row in rows] == list(range(1, len(rows) + 1))
        assert len({row.event_id for row in rows}) == len(rows)
        by_id = {row.event_id: row.seq for row in rows}
        assert all(by_id[event_id] == seq for event_id, seq in self.told.items())
        announced = {row.event_id for row in rows if row.name == "receipt.accepted"}
        printed = {s.row(number).accepted.event_id for number in self.documents.values()}
        assert printed <= announced, "no document without an accepted receipt"

    def teardown(self) -> None:
        self.run(self.ledger.close())
        self.runner.close()
        self.folder.cleanup()


LedgerLife.TestCase.settings = settings(max_examples=25, stateful_step_count=25, deadline=None)
TestLedgerLife = LedgerLife.TestCase
