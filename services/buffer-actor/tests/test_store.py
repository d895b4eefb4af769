"""The ledger as a file."""

import sqlite3
from functools import partial
from pathlib import Path

import pytest
from msgspec.structs import replace

from buffer_actor.machine import State
from buffer_actor.rows import Capacity, ReceiptRow
from buffer_actor.store import Ledger, LedgerDamaged, Slot, Waiting
from buffer_actor.tx import Tx
from contracts.commands import QueueInfo
from contracts.events import HoldReason
from fiscal.receipt import Operation

from . import samples as s


def _insert(row: ReceiptRow, tx: Tx) -> None:
    tx.insert_receipt(row)


async def put(ledger: Ledger, number: int, state: State) -> None:
    await ledger.write(lambda tx: tx.insert_receipt(s.row(number, state=state)))


async def test_what_is_told_is_on_the_disk(ledger: Ledger) -> None:
    def insert(tx: Tx) -> int:
        tx.insert_receipt(s.row(1))
        assert tx.receipt(s.key_of(1)) is not None
        with sqlite3.connect(ledger.path) as other:
            return int(other.execute("SELECT count(*) FROM receipts").fetchone()[0])

    assert await ledger.write(insert) == 0, "not committed: nobody may be told"
    found = await ledger.receipt(s.key_of(1))
    assert found is not None
    assert found.accepted == s.row(1).accepted


async def test_a_second_life_finds_everything(tmp_path: Path) -> None:
    first = await Ledger.open(tmp_path / "ledger.db")
    await first.write(lambda tx: tx.insert_receipt(s.row(1, state=State.ACCEPTED)))
    await first.write(lambda tx: tx.set_meta(Capacity(receipts=300)))
    await first.close()
    second = await Ledger.open(tmp_path / "ledger.db")
    await second.check()
    assert await second.meta(Capacity) == Capacity(receipts=300)
    by_id = await second.find_receipt(s.id_of(1))
    by_key = await second.find_receipt(s.key_of(1))
    assert by_id == by_key is not None
    assert await second.find_receipt("nobody") is None
    await second.close()


async def test_the_queue_counts_those_that_wait_for_the_operator(ledger: Ledger) -> None:
    for number, state in enumerate(State, start=1):
        await put(ledger, number, state)
    states = list(State)
    waits = [
        number
        for number, state in enumerate(states, start=1)
        if state in ("received", "accepted", "fiscalised")
    ]
    assert waits == [1, 2, 3]
    for number in (1, 2, 3):
        standing = await ledger.standing(s.key_of(number))
        assert standing.row.receipt_id == s.id_of(number)
        assert standing.queue == QueueInfo(queue_position=number, total_queued=5)
    gone = await ledger.standing(s.key_of(states.index(State.DELIVERED) + 1))
    assert gone.queue.queue_position == 0


async def test_waiting_receipts_are_summed_for_the_gates(ledger: Ledger) -> None:
    assert (await ledger.gate_facts()).waiting == Waiting()
    await put(ledger, 1, State.FISCALISED)
    await put(ledger, 2, State.ACCEPTED)
    await put(ledger, 3, State.HELD)
    await put(ledger, 4, State.STALE)
    await put(ledger, 5, State.DELIVERED)
    await ledger.write(lambda tx: tx.set_hold(s.row(3), HoldReason.REJECTED, {}))
    await ledger.write(lambda tx: tx.set_hold(s.row(4), HoldReason.STALE, {}))
    assert (await ledger.gate_facts()).waiting == Waiting(
        count=4, unprinted=1, oldest_id=s.id_of(1), oldest_ms=s.NOW_MS + 1, unprinted_id=s.id_of(2),
        unprinted_since_ms=s.NOW_MS + 2, held=(s.id_of(4),), set_aside=(s.id_of(3),),
    )  # fmt: skip


async def test_the_guard_sees_what_must_be_in_the_buffer(ledger: Ledger) -> None:
    for number, state in enumerate(State, start=1):
        await put(ledger, number, state)
    must = [slot.state for slot in await ledger.slots()]
    assert must == [State.RECEIVED, State.ACCEPTED, State.FISCALISED, State.HELD]
    known = await ledger.slots_of([s.id_of(1), s.id_of(99)])
    assert known == [Slot(key=s.key_of(1), receipt_id=s.id_of(1), state=State.RECEIVED)]
    assert [row.key for row in await ledger.received_before(s.NOW_MS + 2)] == [s.key_of(1)]
    assert await ledger.received_before(s.NOW_MS) == []


async def test_refunds_count_until_they_are_refused_or_annulled(ledger: Ledger) -> None:
    refund = s.receipt(operation=Operation.SALE_REFUND)
    for number, state in enumerate(State, start=2):
        row = s.row(number, state=state, of=refund)
        named = replace(row, accepted=replace(row.accepted, original_receipt_id=s.id_of(1)))
        await ledger.write(partial(_insert, named))
    assert len(await ledger.refunds_of(s.id_of(1))) == len(State) - 2


async def test_a_damaged_file_is_named_and_not_used(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    ledger = await Ledger.open(path)
    for number in range(200):
        await put(ledger, number, State.ACCEPTED)
    await ledger.close()
    body = bytearray(path.read_bytes())
    body[8192:-8192] = b"\x5a" * (len(body) - 16384)
    path.write_bytes(body)
    ledger = await Ledger.open(path)
    with pytest.raises(LedgerDamaged, match=r"ledger\.db"):
        await ledger.check()
    await ledger.close()
