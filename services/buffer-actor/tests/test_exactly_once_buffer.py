"""Counterexamples of the protocol that are buffer-actor's to avoid: ledger against BUFFER. Named by their rule."""

import asyncio
from pathlib import Path

import pytest

from actor.testing import NatsServer
from buffer_actor.buffer_stream import BufferStream, Published
from buffer_actor.faults import Point
from contracts import commands as c
from contracts import services
from contracts.codec import encode
from contracts.events import HoldReason
from contracts.refusals import Code, Refusal
from contracts.streams import BUFFER
from contracts.subjects import Subjects

from . import samples as s
from .rig import Till, new_key, till

TEN_MINUTES_MS = 11 * 60 * 1000


def final_refusal(answer: object) -> bool:
    return isinstance(answer, Refusal) and answer.final


async def test_a1_no_yes_before_stream_and_ledger_hold_the_receipt(
    tmp_path: Path, server: NatsServer
) -> None:
    async with till(tmp_path, server) as one:
        key = new_key()
        for point in (Point.RECEIVED, Point.PUBLISHED):
            one.trap.set(point)
        first = asyncio.create_task(one.sell(key, patience_ms=600))
        for point in (Point.RECEIVED, Point.PUBLISHED):
            await one.trap.sprung(point)
            assert one.state_of(key) == "received"
            if point is Point.RECEIVED:
                answer = await first
                assert isinstance(answer, Refusal)
                assert (answer.code, answer.final) == (Code.PENDING, False)
            one.trap.let_go(point)
        answer = await one.insist(key)
        assert isinstance(answer, c.ReceiptAnswer)
        await one.settled(key)


async def test_a2_a_lost_puback_is_no_verdict(tmp_path: Path, server: NatsServer) -> None:
    async with till(tmp_path, server) as one:
        key = new_key()
        one.trap.set(Point.RECEIVED)
        first = asyncio.create_task(one.try_ask(services.ACCEPT, one.command(key)))
        await one.trap.sprung(Point.RECEIVED)
        one.trap.set(Point.PUBLISHED)
        async with one.frozen_server():
            one.trap.let_go(
                Point.RECEIVED
            )  # the publish goes into the socket of a server that does not answer
            await one.trap.sprung(Point.PUBLISHED)
            assert one.state_of(key) == "received"
        one.trap.let_go(Point.PUBLISHED)
        assert not final_refusal(await first)
        answer = await one.insist(key)
        assert isinstance(answer, c.ReceiptAnswer)
        await one.settled(key)
        assert len(one.printer.fn) == 1


@pytest.mark.parametrize("point", [Point.RECEIVED, Point.PUBLISHED, Point.ACCEPTED], ids=lambda p: p.name)
async def test_a3_a_killed_accept_is_carried_on_by_the_next_life(
    tmp_path: Path, server: NatsServer, point: Point
) -> None:
    async with till(tmp_path, server) as one:
        key = new_key()
        await one.die_at(point, one.try_ask(services.ACCEPT, one.command(key)))
        await one.restart()
        answer = await one.insist(key)
        assert isinstance(answer, c.ReceiptAnswer)
        assert answer.repeated
        await one.settled(key)
        assert len(one.printer.fn) == 1


async def test_a4_a_full_stream_on_a_later_publish_is_no_refusal(tmp_path: Path, server: NatsServer) -> None:
    async with till(tmp_path, server, capacity=1) as one:
        r0, r1 = new_key(), new_key()
        one.trap.set(Point.FREED)
        await one.sell(r0)
        await one.trap.sprung(Point.FREED)  # delivered in the ledger, its message still fills the stream
        one.trap.set(Point.RECEIVED)
        heard = [asyncio.create_task(one.try_ask(services.ACCEPT, one.command(r1)))]
        await one.trap.sprung(Point.RECEIVED)
        one.trap.set(Point.PUBLISHED)
        async with one.frozen_server():
            one.trap.let_go(Point.RECEIVED)
            await one.trap.sprung(Point.PUBLISHED)
            one.trap.let_go(Point.PUBLISHED)
        heard.append(asyncio.create_task(one.try_ask(services.ACCEPT, one.command(r1, patience_ms=1000))))
        await asyncio.wait(heard[1:])
        assert one.state_of(r1) == "received", (
            "the stream is full, and that says nothing about the first publish"
        )
        one.trap.let_go(Point.FREED)
        answer = await one.insist(r1)
        assert isinstance(answer, c.ReceiptAnswer)
        assert not any(map(final_refusal, await asyncio.gather(*heard)))
        await one.settled(r0, r1)
        assert len(one.printer.fn) == 2


@pytest.mark.parametrize("killed", [False, True])
async def test_a5_a_refusal_is_stored_before_it_is_said_and_final_for_its_key(
    tmp_path: Path, server: NatsServer, killed: bool
) -> None:
    async with till(tmp_path, server, capacity=1) as one:
        r0, r1 = new_key(), new_key()
        one.printer.delivering = False
        await one.sell(r0)
        if killed:
            await one.die_at(Point.REFUSED, one.try_ask(services.ACCEPT, one.command(r1)))
            await one.restart()
        refused = await one.insist(r1)
        assert isinstance(refused, Refusal)
        assert (refused.code, refused.final) == (Code.BUFFER_FULL, True)
        one.printer.delivering = True
        await one.settled(r0, r1)
        assert await one.sell(r1) == refused, "there is room now, but this key has its verdict"
        assert len(one.printer.fn) == 1
        assert isinstance(await one.sell(), c.ReceiptAnswer)


async def test_a5_the_servers_own_word_on_the_first_publish_is_stored_too(
    tmp_path: Path, server: NatsServer
) -> None:
    async with till(tmp_path, server, capacity=1) as one:
        r0, r1 = new_key(), new_key()
        one.trap.set(Point.FREED)
        await one.sell(r0)
        await one.trap.sprung(Point.FREED)
        refused = await one.sell(r1)
        assert isinstance(refused, Refusal)
        assert (refused.code, refused.final) == (Code.BUFFER_FULL, True)
        assert one.state_of(r1) == "refused"
        one.trap.let_go(Point.FREED)
        await one.settled(r0, r1)
        assert await one.sell(r1) == refused


async def test_a6_fiscalised_may_come_to_a_life_that_has_not_stored_accepted(
    tmp_path: Path, server: NatsServer
) -> None:
    async with till(tmp_path, server) as one:
        key = new_key()
        await one.die_at(Point.PUBLISHED, one.try_ask(services.ACCEPT, one.command(key)))

        async def printed() -> bool:
            return len(one.printer.fn) == 1

        await one.until(printed)
        await one.restart()
        await one.settled(key)
        names = [
            name for (name,) in one.rows("SELECT name FROM events WHERE name LIKE 'receipt.%' ORDER BY seq")
        ]
        assert names == ["receipt.accepted", "receipt.fiscalised"]


async def test_a7_a_ticket_that_comes_before_the_person_links_the_document_is_kept(
    tmp_path: Path, server: NatsServer
) -> None:
    async with till(tmp_path, server) as one:
        key = new_key()
        one.printer.hold[key] = HoldReason.UNKNOWN_OUTCOME
        answer = await one.sell(key)
        assert isinstance(answer, c.ReceiptAnswer)
        assert (answer.status, answer.reason) == (c.ReceiptStatus.HELD, HoldReason.UNKNOWN_OUTCOME)
        one.printer.fn.append(answer.receipt_id)  # it was in the FN after all, and the OFD has it already

        async def parked() -> bool:
            return one.rows("SELECT fd FROM tickets") == [(1,)]

        await one.until(parked)
        one.printer.fn.pop()
        one.printer.delivered_through = 1
        resolved = await one.ask(
            services.RESOLVE,
            c.ResolveReceipt(
                receipt_id=answer.receipt_id, decision=c.Decision.IS_DOCUMENT, by="manager", fd=1
            ),
        )
        assert isinstance(resolved, c.Resolved)
        await one.settled(key)
        assert one.rows("SELECT fd FROM tickets") == []


async def test_a8_a_slot_is_freed_by_the_next_life_if_this_one_dies_before(
    tmp_path: Path, server: NatsServer
) -> None:
    async with till(tmp_path, server) as one:
        key = new_key()
        await one.die_at(Point.FREED, one.insist(key))
        assert one.state_of(key) == "delivered"
        assert len(await one.in_buffer()) == 1
        await one.restart()
        await one.settled(key)


async def test_a8_a_late_publish_of_a_released_receipt_is_purged_again(
    tmp_path: Path, server: NatsServer
) -> None:
    async with till(tmp_path, server) as one:
        key = new_key()
        answer = await one.insist(key)
        assert isinstance(answer, c.ReceiptAnswer)
        await one.settled(key)
        slot = one.printer.seen[answer.receipt_id]
        await one.bus.jetstream.publish(
            one.subjects.buffer(answer.receipt_id), encode(slot), headers={"Nats-Msg-Id": "late"}
        )
        assert await one.in_buffer() == {answer.receipt_id}
        await one.server.restart()
        await one.settled(key)


async def test_a9_a_message_lost_by_the_server_is_published_again_while_we_live(
    tmp_path: Path, server: NatsServer
) -> None:
    async with till(tmp_path, server) as one:
        key = new_key()
        await one.printer.pause()
        answer = await one.sell(key, patience_ms=100)
        assert isinstance(answer, c.ReceiptAnswer)
        assert answer.status is c.ReceiptStatus.ACCEPTED
        await one.lose_messages(BUFFER)
        one.printer.printing = True
        await one.settled(key)
        assert len(one.printer.fn) == 1


async def test_a10_the_ledger_keeps_the_cap_when_the_stream_has_lost_messages(
    tmp_path: Path, server: NatsServer
) -> None:
    async with till(tmp_path, server, capacity=1) as one:
        r0, r1 = new_key(), new_key()
        await one.printer.pause()
        await one.sell(r0, patience_ms=100)
        await one.kill()
        await one.lose_messages(BUFFER)
        assert await one.in_buffer() == set()
        one.start()
        refused = await one.insist(r1)
        assert isinstance(refused, Refusal)
        assert refused.code is Code.BUFFER_FULL
        one.printer.printing = True
        await one.settled(r0, r1)
        assert len(one.printer.fn) == 1


async def test_a12_a_slot_is_freed_by_its_subject_when_numbers_are_used_again(
    tmp_path: Path, server: NatsServer
) -> None:
    async with till(tmp_path, server, printer=False) as one:
        buffer = BufferStream(one.bus, Subjects(s.TILL), new_key)
        r0, r1 = s.row(1), s.row(2)
        assert await buffer.publish(r0.accepted, r0.hlc, first=True) is Published.STORED
        await one.kill()
        await one.lose_messages(BUFFER)

        async def again() -> bool:
            return await buffer.publish(r1.accepted, r1.hlc, first=True) is Published.STORED

        await one.until(again)
        info = await one.bus.jetstream.stream_info(BUFFER)
        assert info.state.last_seq == 1, "the number of r0's message is r1's now"
        await buffer.release(r0.receipt_id)
        assert await buffer.present() == {r1.receipt_id}
        await buffer.release(r1.receipt_id)
        assert await buffer.present() == set()


async def test_a13_a_remembered_id_is_no_proof_that_the_message_is_there(
    tmp_path: Path, server: NatsServer
) -> None:
    async with till(tmp_path, server, printer=False) as one:
        buffer = BufferStream(one.bus, Subjects(s.TILL), new_key)
        row = s.row(1)
        assert await buffer.publish(row.accepted, row.hlc, first=True) is Published.STORED
        assert await buffer.publish(row.accepted, row.hlc, first=True) is Published.STORED, (
            "10071: it is there"
        )
        await buffer.release(row.receipt_id)
        assert await buffer.publish(row.accepted, row.hlc, first=True) is Published.STORED
        assert await buffer.present() == {row.receipt_id}


async def stale(one: Till, key: str, point: Point) -> str:
    """Die in the middle of accepting, come back after more than ten minutes."""
    await one.printer.pause()
    await one.die_at(point, one.try_ask(services.ACCEPT, one.command(key)))
    one.offset_ms += TEN_MINUTES_MS
    await one.restart()
    answer = await one.insist(key)
    assert isinstance(answer, c.ReceiptAnswer)
    assert (answer.status, answer.reason) == (c.ReceiptStatus.HELD, HoldReason.STALE)
    refused = await one.sell()
    assert isinstance(refused, Refusal)
    assert refused.code is Code.DEVICE_HELD
    return answer.receipt_id


async def test_a18_a_stale_receipt_is_annulled_in_the_printers_journal(
    tmp_path: Path, server: NatsServer
) -> None:
    async with till(tmp_path, server) as one:
        key = new_key()
        receipt_id = await stale(one, key, Point.PUBLISHED)
        assert await one.in_buffer() == {receipt_id}, "its message is there all the time"
        command = c.ResolveReceipt(receipt_id=receipt_id, decision=c.Decision.ANNUL, by="manager")
        for _ in range(2):
            assert isinstance(await one.ask(services.RESOLVE, command), c.Resolved)
        assert [(each.decision, each.stale) for each in one.printer.decisions] == [(c.Decision.ANNUL, True)]
        one.printer.printing = True
        await one.settled(key)
        assert one.state_of(key) == "annulled"
        assert one.printer.fn == []
        assert isinstance(await one.sell(), c.ReceiptAnswer), "the till sells again"


@pytest.mark.parametrize("point", [Point.RECEIVED, Point.PUBLISHED], ids=lambda p: p.name)
async def test_a18_a_stale_receipt_that_shall_be_printed_is_published_by_the_guard(
    tmp_path: Path, server: NatsServer, point: Point
) -> None:
    async with till(tmp_path, server) as one:
        key = new_key()
        receipt_id = await stale(one, key, point)
        command = c.ResolveReceipt(receipt_id=receipt_id, decision=c.Decision.PRINT, by="manager")
        one.printer.printing = True
        for _ in range(2):
            assert isinstance(await one.ask(services.RESOLVE, command), c.Resolved)
        await one.settled(key)
        assert one.printer.decisions == []
        assert one.printer.documents(receipt_id) == 1


async def test_a_stale_receipt_whose_message_turns_up_is_printed_and_needs_nobody(
    tmp_path: Path, server: NatsServer
) -> None:
    async with till(tmp_path, server) as one:
        key = new_key()
        await stale(one, key, Point.PUBLISHED)
        one.printer.printing = True
        await one.settled(key)
        assert one.state_of(key) == "delivered"


async def test_every_row_of_a_till_whose_stream_was_emptied_goes_back_in_its_order(
    tmp_path: Path, server: NatsServer
) -> None:
    async with till(tmp_path, server) as one:
        one.printer.delivering = False
        keys = [new_key() for _ in range(5)]
        for key in keys:
            await one.sell(key)
        await one.printer.pause()
        waiting = new_key()
        await one.sell(waiting, patience_ms=100)
        before = await one.in_buffer()
        assert len(before) == 6
        await one.lose_messages(BUFFER)

        async def all_back() -> bool:
            return await one.in_buffer() == before

        await one.until(all_back)
        one.printer.printing = one.printer.delivering = True
        await one.settled(*keys, waiting)
        assert len(one.printer.fn) == 6
