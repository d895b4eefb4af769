"""What the device may do to a receipt that is due: rejections, paper, shifts, other hosts."""

import pytest

from contracts.events import (
    FnWarned,
    ForeignDocument,
    HoldReason,
    PaperChanged,
    ReceiptHeld,
    ShiftClosed,
    ShiftOpened,
)
from printer_actor.machine import MAX_STUBBORN, Phase
from printer_actor.printer import Paper, PaperOut
from printer_actor.printer import ShiftClosed as ShiftIsClosed
from printer_actor.testing import NOON


async def test_a_receipt_rejected_for_good_is_set_aside_and_the_queue_goes_on(shop, sell):
    async with shop() as here:
        here.device.rejections["close_receipt"] = [0x33]
        assert await here.settle(sell("bad"), sell("good")) == {"bad", "good"}
        assert (await here.phase("bad"), await here.phase("good")) == (Phase.REJECTED, Phase.REGISTERED)
        (event,) = [event for event in await here.events() if isinstance(event, ReceiptHeld)]
        assert (event.receipt_id, event.reason, event.facts["error"]) == ("bad", HoldReason.REJECTED, "33h")
        assert here.parts.board.read().set_aside == ("bad",)
        assert here.device.receipt is None


async def test_a_rejection_that_may_pass_is_tried_again_from_the_journal(shop, sell):
    async with shop() as here:
        here.device.rejections["open_receipt"] = [0x67, 0x50]
        assert await here.settle(sell("r0")) == {"r0"}
        assert len(here.device.receipts()) == 1


async def test_a_state_that_never_passes_is_given_up_after_some_attempts(shop, sell):
    async with shop() as here:
        here.device.rejections["close_receipt"] = [0x46] * MAX_STUBBORN  # not enough cash for a refund
        assert await here.settle(sell("r0")) == {"r0"}
        assert await here.phase("r0") is Phase.REJECTED
        assert here.printer.calls.count("close_receipt") == MAX_STUBBORN


async def test_attempts_are_counted_over_deaths(shop, sell):
    async with shop() as here:
        here.device.rejections["close_receipt"] = [0x46] * MAX_STUBBORN
        for _ in range(MAX_STUBBORN - 1):
            with pytest.raises(AssertionError, match="not done"):
                await here.settle(sell("r0"), lives=1)
            here.born()
        assert await here.settle(sell("r0"), lives=1) == {"r0"}
        assert await here.phase("r0") is Phase.REJECTED


async def test_a_clock_error_sets_the_clock_before_the_next_attempt(shop, sell):
    async with shop() as here:
        here.device.rejections["close_receipt"] = [0x17]
        await here.settle(sell("r0"))
        calls = here.printer.calls
        assert calls.index("set_clock") > calls.index("cancel")
        assert len(here.device.receipts()) == 1


async def test_without_paper_nothing_is_begun_and_it_is_told_once(shop, sell):
    async with shop() as here:
        await here.settle(sell("r0"))
        here.device.paper = Paper.OUT
        with pytest.raises(AssertionError):
            await here.settle(sell("r1"), lives=3)
        assert await here.phase("r1") is Phase.NONE
        assert not here.parts.board.read().can_print
        here.device.paper = Paper.WAITING
        assert await here.settle(sell("r1")) == {"r1"}
        await here.work.look()
        changes = [event.can_print for event in await here.events() if isinstance(event, PaperChanged)]
        assert changes == [False, True]
        assert here.parts.board.read().can_print


async def test_a_cancel_that_fails_leaves_the_row_open_and_nothing_else_is_begun(shop, sell):
    async with shop() as here:
        await here.settle(sell("r0"))
        here.device.rejections = {"operation": [0x6B], "cancel": [0x6B]}
        with pytest.raises(PaperOut):
            await here.work.receipt(sell("r1"))
        assert await here.phase("r1") is Phase.CLOSING
        assert not here.work.recovered
        assert await here.settle(sell("r1"), sell("r2")) == {"r1", "r2"}
        assert len(here.device.receipts()) == 3


async def test_a_shift_over_24_hours_is_closed_and_opened_for_a_receipt_that_is_due(shop, sell):
    async with shop() as here:
        await here.settle(sell("r0"))
        here.device.expired = True
        assert await here.settle(sell("r1")) == {"r1"}
        shifts = [event for event in await here.events() if isinstance(event, ShiftOpened | ShiftClosed)]
        assert [type(event) for event in shifts] == [ShiftOpened, ShiftClosed, ShiftOpened]
        assert [event.task_id for event in shifts] == [None] * 3
        assert [each.found.form for each in here.device.documents] == [2, 3, 5, 2, 3]


async def test_4eh_renews_the_shift_even_if_the_mode_does_not_say_so(shop, sell):
    async with shop() as here:
        await here.settle(sell("r0"))
        here.device.rejections["open_receipt"] = [0x4E]
        assert await here.settle(sell("r1")) == {"r1"}
        assert [each.found.form for each in here.device.documents] == [2, 3, 5, 2, 3]


async def test_with_auto_open_off_a_closed_shift_waits_for_a_person(shop, sell):
    async with shop() as here:
        here.auto_open_shift = False
        here.born()
        await here.work.recover()
        with pytest.raises(ShiftIsClosed):
            await here.work.receipt(sell("r0"))
        assert here.device.documents == []


async def test_a_document_that_somebody_left_open_is_cancelled(shop, sell):
    async with shop() as here:
        await here.settle(sell("r0"))
        here.device.receipt = sell("whose").receipt
        assert await here.settle(sell("r1")) == {"r1"}
        assert len(here.device.receipts()) == 2


async def test_a_receipt_of_another_host_is_an_alarm_once(shop, sell):
    async with shop() as here:
        await here.settle(sell("r0"))
        here.device.foreign_receipt(777)
        await here.settle(sell("r1"))
        await here.work.look()
        here.born()
        await here.work.recover()
        foreign = [event for event in await here.events() if isinstance(event, ForeignDocument)]
        assert [(event.fd, event.total) for event in foreign] == [(3, 777)]


async def test_a_foreign_receipt_between_prepared_and_death_is_an_alarm_and_ours_is_printed(shop, sell):
    async with shop() as here:
        await here.settle(sell("r0"))
        await here.die_in(here.work.receipt(sell("r1")))
        here.device.receipt = None
        here.device.foreign_receipt(777)
        assert await here.settle(sell("r1")) == {"r1"}
        foreign = [event for event in await here.events() if isinstance(event, ForeignDocument)]
        assert [event.total for event in foreign] == [777]
        assert [each.total for each in here.device.receipts()] == [1000, 777, 1000]


async def test_warning_flags_of_the_fn_are_told_when_they_change(shop):
    async with shop() as here:
        await here.work.recover()
        here.device.warnings = 4
        await here.work.look()
        await here.work.look()
        here.born()
        await here.work.recover()
        assert [event.warnings for event in await here.events() if isinstance(event, FnWarned)] == [4]


async def test_the_state_follows_a_receipt_without_another_reading(shop, sell):
    async with shop() as here:
        await here.settle(sell("r0"))
        seen = here.parts.board.read()
        assert seen.fn is not None
        assert (seen.fn.last_fd, seen.settled) == (2, True)
        assert seen.shift is not None
        assert (seen.shift.open, seen.shift.number, seen.shift.receipts) == (True, 1, 1)
        assert seen.shift.opened_at == NOON.isoformat(timespec="minutes")
        await here.work.look()
        again = here.parts.board.read()
        assert (again.fn, again.shift) == (seen.fn, seen.shift)
