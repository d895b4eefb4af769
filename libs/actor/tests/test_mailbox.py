"""Mailbox: one at a time, bounded, answered or failed, never silent."""

import asyncio
from dataclasses import dataclass

import pytest

from actor import ActorDied, AskTimeout, Letter, Mailbox, MailboxClosed, MailboxFull, Stop
from actor.testing import wait_until


@dataclass(frozen=True)
class Add:
    n: int


@dataclass(frozen=True)
class Total:
    n: int


async def answer_total(letter: Letter[Add]) -> None:
    letter.reply(Total(letter.message.n + 1))


async def test_a_question_gets_its_answer(stop: Stop) -> None:
    mailbox = Mailbox[Add]()
    task = asyncio.create_task(mailbox.serve(answer_total, stop))
    assert await mailbox.ask(Add(1), Total, timeout_s=5) == Total(2)
    assert await mailbox.ask(Add(2), Total | Add, timeout_s=5) == Total(3)
    stop.request("enough")
    await task


async def test_one_message_at_a_time_in_order(stop: Stop) -> None:
    mailbox = Mailbox[int]()
    inside = 0
    seen: list[int] = []

    async def handle(letter: Letter[int]) -> None:
        nonlocal inside
        inside += 1
        await asyncio.sleep(0)
        assert inside == 1
        seen.append(letter.message)
        inside -= 1

    task = asyncio.create_task(mailbox.serve(handle, stop))
    await asyncio.gather(*(mailbox.put(n) for n in range(20)))
    await wait_until(lambda: len(seen) == 20)
    assert seen == list(range(20))
    stop.request("enough")
    await task


async def test_a_deferred_answer_does_not_occupy_the_mailbox(stop: Stop) -> None:
    mailbox = Mailbox[str]()
    kept: list[Letter[str]] = []

    async def handle(letter: Letter[str]) -> None:
        if letter.message == "later":
            kept.append(letter)
        else:
            letter.reply("now")

    task = asyncio.create_task(mailbox.serve(handle, stop))
    late = asyncio.create_task(mailbox.ask("later", str, timeout_s=5))
    await wait_until(lambda: len(kept) == 1)
    assert await mailbox.ask("quick", str, timeout_s=5) == "now"
    assert kept[0].wanted
    kept[0].reply("at last")
    assert await late == "at last"
    kept[0].reply("twice")
    stop.request("enough")
    await task


async def test_put_waits_for_room_and_put_nowait_refuses(stop: Stop) -> None:
    mailbox = Mailbox[int](capacity=1)
    await mailbox.put(1)
    with pytest.raises(MailboxFull):
        mailbox.put_nowait(2)
    waiting = asyncio.create_task(mailbox.put(3))
    await asyncio.sleep(0)
    assert (len(mailbox), waiting.done()) == (1, False)
    seen: list[int] = []

    async def handle(letter: Letter[int]) -> None:
        seen.append(letter.message)

    task = asyncio.create_task(mailbox.serve(handle, stop))
    await waiting
    await wait_until(lambda: seen == [1, 3])
    stop.request("enough")
    await task


async def test_no_answer_in_time_is_an_error_and_the_answer_is_not_wanted_any_more(stop: Stop) -> None:
    mailbox = Mailbox[str]()
    kept: list[Letter[str]] = []

    async def handle(letter: Letter[str]) -> None:
        kept.append(letter)

    task = asyncio.create_task(mailbox.serve(handle, stop))
    with pytest.raises(AskTimeout, match=r"str: no answer within 0\.02 s"):
        await mailbox.ask("x", str, timeout_s=0.02)
    assert not kept[0].wanted
    kept[0].reply("too late")
    stop.request("enough")
    await task


async def test_a_wrong_type_of_answer_is_a_type_error(stop: Stop) -> None:
    mailbox = Mailbox[Add]()
    task = asyncio.create_task(mailbox.serve(answer_total, stop))
    with pytest.raises(TypeError, match="Add was answered with Total"):
        await mailbox.ask(Add(1), Add, timeout_s=5)
    stop.request("enough")
    await task


async def test_a_refusal_reaches_the_asker(stop: Stop) -> None:
    mailbox = Mailbox[int]()

    async def handle(letter: Letter[int]) -> None:
        letter.fail(LookupError("unknown"))

    task = asyncio.create_task(mailbox.serve(handle, stop))
    with pytest.raises(LookupError, match="unknown"):
        await mailbox.ask(1, int, timeout_s=5)
    stop.request("enough")
    await task


async def test_when_the_actor_dies_its_askers_hear_it_and_waiting_letters_are_served_by_the_next_life(
    stop: Stop,
) -> None:
    mailbox = Mailbox[str]()

    async def dies(letter: Letter[str]) -> None:
        if letter.message == "bad":
            raise ValueError("boom")

    async def echoes(letter: Letter[str]) -> None:
        letter.reply(letter.message)

    deferred = asyncio.create_task(mailbox.ask("deferred", str, timeout_s=5))
    bad = asyncio.create_task(mailbox.ask("bad", str, timeout_s=5))
    waiting = asyncio.create_task(mailbox.ask("waiting", str, timeout_s=5))
    await asyncio.sleep(0)
    with pytest.raises(ValueError, match="boom"):
        await mailbox.serve(dies, stop)
    for lost in (deferred, bad):
        with pytest.raises(ActorDied, match="boom"):
            await lost
    next_life = asyncio.create_task(mailbox.serve(echoes, stop))
    assert await waiting == "waiting"
    stop.request("enough")
    await next_life


async def test_the_stop_finishes_the_letter_in_hand_and_turns_the_rest_away(stop: Stop) -> None:
    mailbox = Mailbox[str]()
    entered, go_on = asyncio.Event(), asyncio.Event()

    async def handle(letter: Letter[str]) -> None:
        entered.set()
        await go_on.wait()
        letter.reply("done")

    task = asyncio.create_task(mailbox.serve(handle, stop))
    in_hand = asyncio.create_task(mailbox.ask("first", str, timeout_s=5))
    queued = asyncio.create_task(mailbox.ask("second", str, timeout_s=5))
    await entered.wait()
    await wait_until(lambda: len(mailbox) == 1)
    stop.request("enough")
    with pytest.raises(MailboxClosed):
        await queued
    go_on.set()
    assert await in_hand == "done"
    await task
    for refused in (mailbox.put("x"), mailbox.ask("x", str, timeout_s=1)):
        with pytest.raises(MailboxClosed):
            await refused


async def test_a_waiting_put_is_turned_away_by_close() -> None:
    mailbox = Mailbox[int](capacity=1)
    await mailbox.put(1)
    waiting = asyncio.create_task(mailbox.put(2))
    await asyncio.sleep(0)
    mailbox.close()
    with pytest.raises(MailboxClosed):
        await waiting


async def test_deferred_answers_fail_when_the_actor_has_stopped(stop: Stop) -> None:
    mailbox = Mailbox[str]()

    taken = asyncio.Event()

    async def forget(letter: Letter[str]) -> None:
        taken.set()

    task = asyncio.create_task(mailbox.serve(forget, stop))
    owed = asyncio.create_task(mailbox.ask("x", str, timeout_s=5))
    await taken.wait()
    stop.request("enough")
    with pytest.raises(MailboxClosed):
        await owed
    await task
