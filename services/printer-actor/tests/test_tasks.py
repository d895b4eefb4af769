"""Shift, X and cash over the model device: done once, refused for ever, never repeated blindly."""

import asyncio

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.commands import PerformTask, TaskDone, TaskKind
from contracts.events import CashMoved, ReportPrinted, ShiftClosed, ShiftOpened, TaskRefused
from contracts.refusals import Code, Refusal
from fiscal.money import Kopecks
from fiscal.receipt import Cashier
from printer_actor.machine import Phase
from printer_actor.printer import Paper, PaperOut
from printer_actor.testing import Fault, rejected

CASHIER = Cashier(name="Иванова А. П.")


def ask(
    kind: TaskKind, task_id: str = "task", amount: int = 500, deadline_ms: int = 2_000_000
) -> PerformTask:
    return PerformTask(
        task_id=task_id, key=f"key of {task_id}", kind=kind, cashier=CASHIER, deadline_ms=deadline_ms,
        amount=Kopecks(amount),
    )  # fmt: skip


@pytest.mark.parametrize("kind", list(TaskKind))
async def test_a_repeat_of_the_id_has_the_first_outcome(shop, sell, kind: TaskKind):
    async with shop() as here:
        if kind is not TaskKind.OPEN_SHIFT:
            await here.settle(sell("r0"))
        first = await here.perform(ask(kind))
        assert isinstance(first, TaskDone)
        calls = len(here.printer.calls)
        assert await here.perform(ask(kind)) == first
        here.born()
        await here.work.recover()
        assert await here.perform(ask(kind)) == first
        assert kind.value not in here.printer.calls
        assert calls > 0


async def test_opening_and_closing_are_documents_with_their_events(shop, sell):
    async with shop() as here:
        opened = await here.perform(ask(TaskKind.OPEN_SHIFT, "open"))
        await here.settle(sell("r0", 700), sell("r1", 300))
        closed = await here.perform(ask(TaskKind.CLOSE_SHIFT, "close"))
        assert isinstance(opened, TaskDone)
        assert isinstance(closed, TaskDone)
        assert opened.document is not None
        assert (opened.document.fd, opened.document.form, opened.document.shift) == (1, 2, 1)
        assert closed.document is not None
        assert (closed.document.fd, closed.document.form) == (4, 5)
        assert closed.totals is not None
        assert (closed.totals.sales, closed.totals.sales_total, closed.totals.cash_in_drawer) == (
            2,
            1000,
            1000,
        )
        events = await here.events()
        assert [type(event) for event in events if isinstance(event, ShiftOpened | ShiftClosed)] == [
            ShiftOpened,
            ShiftClosed,
        ]
        assert [event.task_id for event in events if isinstance(event, ShiftOpened | ShiftClosed)] == [
            "open",
            "close",
        ]


async def test_cash_moves_the_drawer_and_says_so(shop):
    async with shop() as here:
        put = await here.perform(ask(TaskKind.CASH_IN, "in", 900))
        taken = await here.perform(ask(TaskKind.CASH_OUT, "out", 400))
        assert isinstance(put, TaskDone)
        assert isinstance(taken, TaskDone)
        assert (put.cash_in_drawer, taken.cash_in_drawer) == (900, 500)
        moved = [event for event in await here.events() if isinstance(event, CashMoved)]
        assert [(event.amount, event.cash_in_drawer) for event in moved] == [(900, 900), (-400, 500)]


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (TaskKind.OPEN_SHIFT, Code.SHIFT_ALREADY_OPEN),
        (TaskKind.CASH_OUT, Code.NOT_ENOUGH_CASH),
    ],
)
async def test_what_cannot_be_is_refused_before_the_device_hears_of_it(
    shop, sell, kind: TaskKind, code: Code
):
    async with shop() as here:
        await here.settle(sell("r0", 100))
        refused = await here.perform(ask(kind))
        assert isinstance(refused, Refusal)
        assert refused.code is code
        assert here.printer.calls.count(kind.value) == (1 if kind is TaskKind.OPEN_SHIFT else 0)
        (event,) = [event for event in await here.events() if isinstance(event, TaskRefused)]
        assert (event.task_id, event.code) == ("task", code)


async def test_closing_a_closed_shift_is_refused(shop):
    async with shop() as here:
        refused = await here.perform(ask(TaskKind.CLOSE_SHIFT))
        assert isinstance(refused, Refusal)
        assert refused.code is Code.SHIFT_CLOSED


async def test_a_task_past_its_deadline_is_never_begun(shop):
    async with shop() as here:
        here.now_ms = 3_000_000
        refused = await here.perform(ask(TaskKind.CASH_IN))
        assert isinstance(refused, Refusal)
        assert refused.code is Code.TASK_EXPIRED
        here.now_ms = 1_000_000
        assert await here.perform(ask(TaskKind.CASH_IN)) == refused
        assert "cash_in" not in here.printer.calls


async def test_without_the_device_only_what_is_too_late_has_an_outcome(shop):
    async with shop() as here:
        assert await here.work.expire(ask(TaskKind.CASH_IN)) is None
        here.now_ms = 3_000_000
        expired = await here.work.expire(ask(TaskKind.CASH_IN))
        assert expired is not None
        assert expired.phase is Phase.REFUSED


async def test_a_rejection_by_the_device_is_final_and_told_with_its_code(shop):
    async with shop() as here:
        here.device.rejections["cash_in"] = [0x33]
        refused = await here.perform(ask(TaskKind.CASH_IN))
        assert isinstance(refused, Refusal)
        assert refused.code is Code.DEVICE_REJECTED
        assert "33h" in refused.message
        assert await here.perform(ask(TaskKind.CASH_IN)) == refused
        assert here.device.drawer.cash == 0


async def test_without_paper_a_task_is_refused_at_once(shop):
    async with shop() as here:
        here.device.paper = Paper.OUT
        refused = await here.perform(ask(TaskKind.X_REPORT))
        assert isinstance(refused, Refusal)
        assert refused.code is Code.DEVICE_REJECTED
        assert "x_report" not in here.printer.calls


async def test_a_task_whose_recovery_is_rejected_stays_open_until_it_is_known(shop):
    async with shop() as here:
        here.device.rejections = {"drawer": [], "fn_status": []}
        await here.work.recover()
        here.device.rejections = {"cash_in": [0x2F], "status": []}
        here.faults = {}

        original = here.printer.drawer
        readings = iter([None, rejected("drawer", 0x6B)])

        async def drawer():
            if (error := next(readings, None)) is not None:
                raise error
            return await original()

        here.printer.drawer = drawer
        with pytest.raises(PaperOut):
            await here.work.task(ask(TaskKind.CASH_IN))
        assert await here.phase("task") is Phase.CLOSING
        refused = await here.perform(ask(TaskKind.CASH_IN))
        assert isinstance(refused, TaskDone)
        assert here.device.drawer.cash == 500


async def test_nothing_is_begun_while_a_receipt_is_held(shop, held):
    async with shop() as here:
        await held(here)
        refused = await here.perform(ask(TaskKind.CLOSE_SHIFT))
        assert isinstance(refused, Refusal)
        assert refused.code is Code.DEVICE_HELD
        assert here.device.shift_open


EFFECTS = {
    TaskKind.OPEN_SHIFT: lambda device: device.shift,
    TaskKind.CLOSE_SHIFT: lambda device: sum(each.found.form == 5 for each in device.documents),
    TaskKind.X_REPORT: lambda device: device.drawer.x_reports,
    TaskKind.CASH_IN: lambda device: device.drawer.cash_in_number,
    TaskKind.CASH_OUT: lambda device: device.drawer.cash_out_number,
}
EVENTS = {
    TaskKind.OPEN_SHIFT: ShiftOpened,
    TaskKind.CLOSE_SHIFT: ShiftClosed,
    TaskKind.X_REPORT: ReportPrinted,
    TaskKind.CASH_IN: CashMoved,
    TaskKind.CASH_OUT: CashMoved,
}


async def once(make, sell, kind, planned, killed):
    async with make() as here:
        if kind is not TaskKind.OPEN_SHIFT:
            await here.settle(sell("r0", 1000))
        before = EFFECTS[kind](here.device)
        start = here.calls
        here.faults = {start + call: fault for call, fault in planned.items()}
        here.deaths = {len(here.points) + point for point in killed}
        done = await here.perform(ask(kind))
        assert isinstance(done, TaskDone)
        assert EFFECTS[kind](here.device) == before + 1
        events = [event for event in await here.events() if getattr(event, "task_id", None) == "task"]
        assert [type(event) for event in events] == [EVENTS[kind]]


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    kind=st.sampled_from(TaskKind),
    planned=st.dictionaries(st.integers(1, 20), st.sampled_from(Fault), max_size=3),
    killed=st.sets(st.integers(1, 6), max_size=2),
)
def test_every_task_takes_effect_once_whatever_is_lost(shop, sell, kind, planned, killed):
    asyncio.run(once(shop, sell, kind, planned, killed))
