"""Counterexamples of the protocol that are buffer-actor's to avoid: the event rows against EVENTS. Named by rule."""

from pathlib import Path

import pytest

from actor.testing import NatsServer
from buffer_actor.faults import Point
from contracts import commands as c
from contracts import services
from contracts.refusals import Code, Refusal
from contracts.streams import DEAD, EVENTS

from .rig import Till, new_key, till


async def sold(one: Till, count: int) -> list[tuple[int, str]]:
    """Sell and wait for the good end; what EVENTS holds then."""
    keys = [new_key() for _ in range(count)]
    for key in keys:
        await one.insist(key)
    await one.settled(*keys)
    return await one.in_events()


@pytest.mark.parametrize("point", [Point.EVENT_RECEIVED, Point.RECORDED], ids=lambda p: p.name)
async def test_a11_a14_a15_an_event_is_answered_after_the_commit_and_has_one_row(
    tmp_path: Path, server: NatsServer, point: Point
) -> None:
    async with till(tmp_path, server) as one:
        key = new_key()
        await one.die_at(point, one.insist(key))
        stored = [name for _, name in one.event_rows() if "fiscalised" in name]
        assert len(stored) == (0 if point is Point.EVENT_RECEIVED else 1)
        assert one.state_of(key) == ("accepted" if point is Point.EVENT_RECEIVED else "fiscalised")
        await one.restart()
        await one.settled(key)
        names = [
            name for (name,) in one.rows("SELECT name FROM events WHERE name LIKE 'receipt.%' ORDER BY seq")
        ]
        assert names == ["receipt.accepted", "receipt.fiscalised"]


async def test_a16_a_lost_tail_goes_out_again_under_its_old_numbers(
    tmp_path: Path, server: NatsServer
) -> None:
    async with till(tmp_path, server) as one:
        before = await sold(one, 3)
        await one.lose_tail(EVENTS)

        async def whole() -> bool:
            return await one.in_events() == before

        await one.until(whole)
        after = await sold(one, 1)
        assert after[: len(before)] == before


async def test_a16_an_emptied_stream_is_filled_again_from_the_first_row(
    tmp_path: Path, server: NatsServer
) -> None:
    async with till(tmp_path, server) as one:
        before = await sold(one, 2)
        await one.lose_messages(EVENTS)

        async def whole() -> bool:
            return await one.in_events() == before

        await one.until(whole)


@pytest.mark.parametrize("point", [Point.EVENT_UNPUBLISHED, Point.EVENT_PUBLISHED], ids=lambda p: p.name)
async def test_a17_after_a_kill_around_the_publish_it_goes_on_after_the_last_message(
    tmp_path: Path, server: NatsServer, point: Point
) -> None:
    async with till(tmp_path, server) as one:
        await one.events_equal()
        key = new_key()
        await one.die_at(point, one.insist(key))
        assert one.state_of(key)
        await one.restart()
        await one.settled(key)


async def test_a17_a_tail_lost_while_we_were_dead_goes_out_before_anything_new(
    tmp_path: Path, server: NatsServer
) -> None:
    async with till(tmp_path, server) as one:
        before = await sold(one, 2)
        await one.kill()
        await one.lose_tail(EVENTS)
        await one.restart()
        after = await sold(one, 1)
        assert after[: len(before)] == before


async def test_a_sale_does_not_wait_for_a_publisher_that_stands(tmp_path: Path, server: NatsServer) -> None:
    async with till(tmp_path, server) as one:
        one.trap.set(Point.EVENT_UNPUBLISHED)
        keys = [new_key() for _ in range(3)]
        for key in keys:
            answer = await one.sell(key)
            assert isinstance(answer, c.ReceiptAnswer)
            assert answer.document is not None
        one.trap.let_go(Point.EVENT_UNPUBLISHED)
        await one.settled(*keys)


async def test_a19_a_message_of_somebody_else_in_events_stops_the_till_and_is_told_to_people(
    tmp_path: Path, server: NatsServer
) -> None:
    async with till(tmp_path, server) as one:
        await sold(one, 1)
        await one.bus.jetstream.publish(
            one.subjects.event("paper.changed"), b"{}", headers={"Nats-Msg-Id": "x"}
        )
        await one.sell()

        async def stopped() -> bool:
            return bool((await one.status()).stopped)

        await one.until(stopped)
        refused = await one.sell()
        assert isinstance(refused, Refusal)
        assert (refused.code, refused.final) == (Code.STOPPED, False)
        assert "EVENTS" in (await one.status()).stopped
        assert (await one.status()).alerts[0].code == "stopped"

        async def told() -> bool:
            return (await one.bus.jetstream.stream_info(DEAD)).state.messages == 1

        await one.until(told)
        page = await one.ask(services.JOURNAL, c.ReadJournal(limit=2))
        assert [row.seq for row in page.rows] == [1, 2], "a stopped till still answers"
        await one.kill()
        one.start()

        async def still_stopped() -> bool:
            status = await one.try_ask(services.STATUS, c.ReadBufferStatus(), 1.0)
            return isinstance(status, c.BufferStatus) and bool(status.stopped)

        await one.until(still_stopped)
