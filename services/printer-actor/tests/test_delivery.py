"""Take, give, and the watermark that is read from the FN alone."""

import pytest

from contracts.commands import NothingToSend, OfdGive, OfdGiven, OfdMessage, OfdTake
from contracts.events import DocumentDelivered
from printer_actor.printer import OutcomeUnknown
from printer_actor.testing import Fault

FN = "9999078900000961"


async def go_on() -> bool:
    return False


async def delivered(here) -> list[int]:
    return [event.fd for event in await here.events() if isinstance(event, DocumentDelivered)]


def ticket(fd: int) -> OfdGive:
    return OfdGive(fn=FN, fd=fd, data=f"{fd}.".rjust(50, "0").encode())


async def test_documents_go_out_in_fd_order_each_with_its_ticket(shop, sell):
    async with shop() as here:
        await here.settle(sell("r0"), sell("r1"))
        for fd in (1, 2, 3):
            message = await here.work.exchange(OfdTake(), go_on)
            assert isinstance(message, OfdMessage)
            assert (message.fn, message.fd) == (FN, fd)
            assert await here.work.exchange(ticket(fd), go_on) == OfdGiven(taken=True)
        assert await here.work.exchange(OfdTake(), go_on) == NothingToSend()
        assert await delivered(here) == [1, 2, 3]
        unsent = here.parts.board.read().unsent
        assert unsent is not None
        assert unsent.count == 0


async def test_a_ticket_for_another_document_is_refused_by_the_fn(shop, sell):
    async with shop() as here:
        await here.settle(sell("r0"))
        assert await here.work.exchange(ticket(2), go_on) == OfdGiven(taken=False, error=0x20)
        assert await delivered(here) == []


async def test_a_receipt_between_two_blocks_lets_the_take_begin_anew(shop, sell):
    async with shop() as here:
        await here.settle(sell("r0"))
        waiting = [sell("r1"), sell("r2")]

        async def print_one() -> bool:
            if not waiting:
                return False
            return await here.work.receipt(waiting.pop())

        message = await here.work.exchange(OfdTake(), print_one)
        assert isinstance(message, OfdMessage)
        assert message.fd == 1
        assert len(here.device.receipts()) == 3


async def test_a_receipt_between_two_blocks_of_an_answer_does_not_damage_it(shop, sell):
    async with shop() as here:
        await here.settle(sell("r0"))
        waiting = [sell("r1")]

        async def print_one() -> bool:
            return bool(waiting) and await here.work.receipt(waiting.pop())

        assert await here.work.exchange(ticket(1), print_one) == OfdGiven(taken=True)
        assert await delivered(here) == [1]


@pytest.mark.parametrize("fault", [Fault.LOST_ANSWER, Fault.LOST_REQUEST])
async def test_a_lost_give_is_decided_by_the_queue(shop, sell, fault: Fault):
    async with shop() as here:
        await here.settle(sell("r0"))
        here.faults = {here.calls + 4: fault}  # the last block of the answer
        with pytest.raises(OutcomeUnknown):
            await here.work.exchange(ticket(1), go_on)
        here.work.recovered = False
        await here.work.recover()
        assert await delivered(here) == ([1] if fault is Fault.LOST_ANSWER else [])


async def test_a_kkt_that_sends_by_itself_is_followed_by_the_same_code(shop, sell):
    async with shop() as here:
        await here.settle(*[sell(f"r{number}") for number in range(50)])
        here.device.delivered_through = 51
        looks = 0
        while not looks or here.work.delivery.behind:
            await here.work.look()
            looks += 1
        assert await delivered(here) == list(range(1, 52))
        assert looks == 3  # a receipt never waits for fifty tickets


async def test_the_watermark_survives_a_restart_and_nothing_is_told_twice(shop, sell):
    async with shop() as here:
        await here.settle(sell("r0"))
        await here.work.exchange(ticket(1), go_on)
        here.born()
        await here.work.recover()
        assert await delivered(here) == [1]
        assert here.parts.board.read().delivered_through == 1


async def test_the_past_of_an_fn_that_is_new_to_us_is_nobodys_news(shop):
    async with shop() as here:
        for _ in range(5):
            here.device.foreign_receipt(100)
        here.device.delivered_through = 3
        await here.work.recover()
        assert await here.events() == []
        assert here.parts.board.read().delivered_through == 3


async def test_delivery_goes_on_while_a_receipt_is_held(shop, held):
    async with shop() as here:
        await held(here)
        assert isinstance(await here.work.exchange(OfdTake(), go_on), OfdMessage)
        assert await here.work.exchange(ticket(1), go_on) == OfdGiven(taken=True)
        assert await delivered(here) == [1]
