"""Tasks over the wire: outcome in the reply and as an event, and once whatever is lost."""

import asyncio
import uuid

from contracts.commands import TaskDone, TaskKind
from contracts.events import CashMoved, ReportPrinted, ShiftClosed, ShiftOpened, TaskRefused
from contracts.refusals import Code, Refusal

EVENTS = {
    TaskKind.OPEN_SHIFT: ShiftOpened,
    TaskKind.CLOSE_SHIFT: ShiftClosed,
    TaskKind.X_REPORT: ReportPrinted,
    TaskKind.CASH_IN: CashMoved,
    TaskKind.CASH_OUT: CashMoved,
}
COMMANDS = {
    TaskKind.OPEN_SHIFT: "open_shift",
    TaskKind.CLOSE_SHIFT: "z_report",
    TaskKind.X_REPORT: "x_report",
    TaskKind.CASH_IN: "cash_in",
    TaskKind.CASH_OUT: "cash_out",
}


async def test_a_day_at_the_till(till, receipt) -> None:
    await till.start()
    opened = await till.task(TaskKind.OPEN_SHIFT)
    assert isinstance(opened, TaskDone)
    assert (opened.document.form, opened.document.shift) == (2, 1)
    assert (await till.task(TaskKind.CASH_IN, 100_000)).cash_in_drawer == 100_000
    await till.fiscalised(await till.accept(receipt(50_000)))
    report = await till.task(TaskKind.X_REPORT)
    assert (report.totals.sales, report.totals.sales_total, report.totals.cash_in_drawer) == (
        1,
        50_000,
        100_000,
    )
    assert (await till.task(TaskKind.CASH_OUT, 60_000)).cash_in_drawer == 40_000
    refused = await till.task(TaskKind.CASH_OUT, 60_000)
    assert isinstance(refused, Refusal)
    assert refused.code is Code.NOT_ENOUGH_CASH
    closed = await till.task(TaskKind.CLOSE_SHIFT)
    assert (closed.totals.sales, closed.totals.sales_total) == (1, 50_000)
    documents = await till.kkt.documents(form=None)
    assert [each["form"] for each in documents] == [1, 2, 3, 5]
    assert (closed.document.fd, closed.document.fp) == (documents[-1]["fd"], documents[-1]["fpd"])
    await till.until(lambda: not till.state.shift.open)
    assert [type(event) for event in till.ledger.events if type(event) in {*EVENTS.values(), TaskRefused}] == [
        ShiftOpened, CashMoved, ReportPrinted, CashMoved, TaskRefused, ShiftClosed,
    ]  # fmt: skip


A_DAY = (TaskKind.OPEN_SHIFT, TaskKind.CASH_IN, TaskKind.CASH_OUT, TaskKind.X_REPORT, TaskKind.CLOSE_SHIFT)
DRAWER = {TaskKind.CASH_IN: 300, TaskKind.CASH_OUT: 0}


async def test_a_task_whose_answer_is_lost_takes_effect_once(till) -> None:
    till.write_config(command_timeout_s=0.4, byte_timeout_s=0.2)
    await till.start()
    for kind in A_DAY:
        await till.kkt.fault("drop_ack", cmd=COMMANDS[kind], keep_pending=False)
        task_id = str(uuid.uuid4())
        done = await till.task(kind, 300, task_id=task_id)
        assert isinstance(done, TaskDone), done
        assert await till.task(kind, 300, task_id=task_id) == done
        assert kind not in DRAWER or done.cash_in_drawer == DRAWER[kind]
    events = [event for event in till.ledger.events if type(event) in EVENTS.values()]
    assert [type(event) for event in events] == [EVENTS[kind] for kind in A_DAY]


async def test_killed_in_the_middle_of_a_task_the_next_life_knows_its_outcome(till) -> None:
    await till.start()
    for kind in A_DAY:
        await kill_in(till, kind)


async def kill_in(till, kind: TaskKind) -> None:
    await till.kkt.fault("slow", cmd=COMMANDS[kind], seconds=0.5, when="after")
    task_id = str(uuid.uuid4())
    asking = asyncio.ensure_future(till.task(kind, 300, task_id=task_id))
    await till.kkt.hit()
    await till.actor.kill()
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)
    await till.restart()
    await till.until(lambda: till.state is not None and till.state.settled)
    done = await till.task(kind, 300, task_id=task_id)
    assert isinstance(done, TaskDone), done
    assert len([event for event in till.ledger.of(EVENTS[kind]) if event.task_id == task_id]) == 1
    assert kind not in DRAWER or done.cash_in_drawer == DRAWER[kind]


async def test_a_task_that_came_too_late_is_refused_with_the_device_or_without(till) -> None:
    await till.start()
    late = await till.task(TaskKind.X_REPORT, wait_ms=-1)
    assert isinstance(late, Refusal)
    assert late.code is Code.TASK_EXPIRED
    await till.kkt.kill()
    late = await till.task(TaskKind.X_REPORT, wait_ms=300)
    assert isinstance(late, Refusal)
    assert late.code is Code.TASK_EXPIRED


async def test_the_same_task_asked_twice_at_once_is_done_once(till) -> None:
    await till.start()
    task_id = str(uuid.uuid4())
    answers = await asyncio.gather(*[till.task(TaskKind.CASH_IN, 500, task_id=task_id) for _ in range(5)])
    assert {answer.cash_in_drawer for answer in answers} == {500}
    await till.until(lambda: len(till.ledger.of(CashMoved)) == 1)
