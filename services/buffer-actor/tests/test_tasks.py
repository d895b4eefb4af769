"""Tasks: once for each key, also at 200 of 200, also over restarts."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from actor.testing import NatsServer
from buffer_actor.faults import Point
from contracts import commands as c
from contracts import events as e
from contracts import services
from contracts.events import HoldReason
from contracts.refusals import Code, Refusal, refuse
from fiscal.money import Kopecks

from . import samples as s
from .rig import Till, new_key, till

TOTALS = e.ShiftTotals(
    cash_in_drawer=Kopecks(500),
    sales=1,
    sale_refunds=0,
    sales_total=Kopecks(1),
    sale_refunds_total=Kopecks(0),
)


def task(kind: c.TaskKind = c.TaskKind.X_REPORT, key: str = "", amount: int = 0, **more: Any) -> c.RunTask:
    return c.RunTask(
        key=key or new_key(), till=s.TILL, kind=kind, cashier=s.CASHIER, amount=Kopecks(amount), **more
    )


async def run(one: Till, command: c.RunTask) -> c.TaskDone | Refusal:
    answer: c.TaskDone | Refusal = await one.ask(services.TASK, command)
    return answer


async def test_a_task_is_performed_once_and_answers_its_repeats(tmp_path: Path, server: NatsServer) -> None:
    async with till(tmp_path, server) as one:
        command = task(c.TaskKind.CASH_IN, amount=100)
        answers = await asyncio.gather(*(run(one, command) for _ in range(5)))
        assert all(isinstance(answer, c.TaskDone) for answer in answers)
        assert len({answer.task_id for answer in answers}) == 1  # type: ignore[union-attr]
        assert sum(not answer.repeated for answer in answers) == 1  # type: ignore[union-attr]
        assert len(one.printer.tasks) == 1
        other = await run(one, task(c.TaskKind.CASH_IN, key=command.key, amount=200))
        assert isinstance(other, Refusal)
        assert other.code is Code.KEY_REUSED


async def test_keys_of_receipts_and_tasks_are_one_space(tmp_path: Path, server: NatsServer) -> None:
    async with till(tmp_path, server) as one:
        sold, done = new_key(), new_key()
        await one.sell(sold)
        await run(one, task(key=done))
        as_task, as_sale = await run(one, task(key=sold)), await one.sell(done)
        assert isinstance(as_task, Refusal)
        assert isinstance(as_sale, Refusal)
        assert as_task.code is as_sale.code is Code.KEY_REUSED


@pytest.mark.parametrize("refused", [False, True])
async def test_an_open_task_is_asked_again_after_a_restart_with_its_id(
    tmp_path: Path, server: NatsServer, refused: bool
) -> None:
    async with till(tmp_path, server) as one:
        one.printer.task_answers = False
        command = task(c.TaskKind.CLOSE_SHIFT, patience_ms=100)
        pending = await run(one, command)
        assert isinstance(pending, Refusal)
        assert (pending.code, pending.final) == (Code.PENDING, False)
        [(task_id,)] = one.rows("SELECT task_id FROM tasks")
        await one.kill()
        if refused:
            one.printer.tasks[task_id] = refuse(Code.TASK_EXPIRED)
        one.printer.task_answers = True
        await one.restart()
        answer = await run(one, command)
        assert list(one.printer.tasks) == [task_id]
        if refused:
            assert answer == refuse(Code.TASK_EXPIRED)
        else:
            assert isinstance(answer, c.TaskDone)
            assert (answer.task_id, answer.repeated) == (task_id, True)


async def test_a_task_stored_by_a_killed_life_is_carried_out_by_the_next(
    tmp_path: Path, server: NatsServer
) -> None:
    async with till(tmp_path, server) as one:
        command = task(c.TaskKind.OPEN_SHIFT)
        await one.die_at(Point.TASK_STORED, one.try_ask(services.TASK, command))
        assert one.printer.tasks == {}
        await one.restart()
        assert isinstance(await run(one, command), c.TaskDone)
        assert len(one.printer.tasks) == 1


async def test_an_event_may_bring_the_outcome_first(tmp_path: Path, server: NatsServer) -> None:
    async with till(tmp_path, server) as one:
        one.printer.task_answers = False
        waiting = asyncio.create_task(run(one, task(c.TaskKind.CLOSE_SHIFT)))

        async def stored() -> bool:
            return bool(one.rows("SELECT task_id FROM tasks"))

        await one.until(stored)
        [(task_id,)] = one.rows("SELECT task_id FROM tasks")
        document = one.printer.document(1, form=5)
        one.printer.fn.append("shift")
        one.printer.outbox.append(
            e.ShiftClosed(
                event_id="z",
                till=s.TILL,
                document=document,
                cashier=s.CASHIER,
                totals=TOTALS,
                task_id=task_id,
            )
        )
        answer = await waiting
        assert isinstance(answer, c.TaskDone)
        assert (answer.document, answer.totals, answer.cash_in_drawer) == (document, TOTALS, 500)
        one.printer.task_answers = True
        assert (await one.status()).cash_in_drawer == 500


async def test_z_is_refused_while_receipts_wait_for_the_kkt_and_names_them(
    tmp_path: Path, server: NatsServer
) -> None:
    async with till(tmp_path, server) as one:
        await one.printer.pause()
        sold = await one.sell(patience_ms=50)
        assert isinstance(sold, c.ReceiptAnswer)
        command = task(c.TaskKind.CLOSE_SHIFT)
        answer = await run(one, command)
        assert isinstance(answer, Refusal)
        assert (answer.code, answer.details) == (Code.RECEIPTS_UNPRINTED, {"receipts": [sold.receipt_id]})
        one.printer.printing = True
        await one.settled(sold.key)
        assert await run(one, command) == answer, "this key has its verdict"
        assert one.printer.tasks == {}
        assert isinstance(await run(one, task(c.TaskKind.CLOSE_SHIFT)), c.TaskDone)
        names = [name for (name,) in one.rows("SELECT name FROM events WHERE name LIKE 'task.%'")]
        assert names == ["task.refused"]


async def test_tasks_pass_when_the_buffer_is_full(tmp_path: Path, server: NatsServer) -> None:
    async with till(tmp_path, server, capacity=1) as one:
        one.printer.delivering = False
        await one.sell()
        assert isinstance(await one.sell(), Refusal)
        for kind in (c.TaskKind.X_REPORT, c.TaskKind.CLOSE_SHIFT, c.TaskKind.OPEN_SHIFT):
            assert isinstance(await run(one, task(kind)), c.TaskDone)


async def test_more_cash_than_the_kkt_has_counted_is_not_given_out(
    tmp_path: Path, server: NatsServer
) -> None:
    async with till(tmp_path, server) as one:
        assert isinstance(await run(one, task(c.TaskKind.CASH_OUT, amount=900)), c.TaskDone), (
            "nobody has counted yet"
        )
        one.printer.outbox.append(e.ReportPrinted(event_id="x", till=s.TILL, task_id="other", totals=TOTALS))

        async def counted() -> bool:
            return (await one.status()).cash_in_drawer == 500

        await one.until(counted)
        answer = await run(one, task(c.TaskKind.CASH_OUT, amount=501))
        assert isinstance(answer, Refusal)
        assert (answer.code, answer.final) == (Code.NOT_ENOUGH_CASH, True)
        assert isinstance(await run(one, task(c.TaskKind.CASH_OUT, amount=500)), c.TaskDone)


async def test_a_task_that_makes_no_sense_or_finds_no_kkt_is_refused(
    tmp_path: Path, server: NatsServer
) -> None:
    async with till(tmp_path, server) as one:
        nothing = await run(one, task(c.TaskKind.CASH_IN, amount=0))
        assert isinstance(nothing, Refusal)
        assert nothing.details["violations"][0]["field"] == "amount"
        other = await one.ask(
            services.TASK,
            c.RunTask(key=new_key(), till="till-002", kind=c.TaskKind.X_REPORT, cashier=s.CASHIER),
        )
        assert other.code is Code.WRONG_TILL
        assert one.rows("SELECT count(*) FROM tasks") == [(0,)]
        one.printer.can_print = False

        async def knows() -> bool:
            state = (await one.status()).printer
            return state is not None and not state.can_print

        await one.until(knows)
        down = await run(one, task())
        assert isinstance(down, Refusal)
        assert (down.code, down.final) == (Code.DEVICE_DOWN, True)


async def test_a_held_receipt_is_decided_once(tmp_path: Path, server: NatsServer) -> None:
    async with till(tmp_path, server) as one:
        key = new_key()
        one.printer.hold[key] = HoldReason.REJECTED
        held = await one.sell(key)
        assert isinstance(held, c.ReceiptAnswer)
        assert (held.status, held.final) == (c.ReceiptStatus.HELD, True)
        assert isinstance(await one.sell(), c.ReceiptAnswer), "a receipt set aside stops nobody"
        status = await one.status()
        assert status.held == (held.receipt_id,)
        assert [alert.code for alert in status.alerts] == ["receipt_rejected"]

        decide = c.ResolveReceipt(receipt_id=held.receipt_id, decision=c.Decision.PRINT, by="manager")
        for _ in range(3):
            assert isinstance(await one.ask(services.RESOLVE, decide), c.Resolved)
        assert len(one.printer.decisions) == 1
        await one.settled(key)
        assert isinstance(await one.ask(services.RESOLVE, decide), c.Resolved)
        annul = c.ResolveReceipt(receipt_id=held.receipt_id, decision=c.Decision.ANNUL, by="manager")
        assert (await one.ask(services.RESOLVE, annul)).code is Code.NOT_HELD
        unknown = c.ResolveReceipt(receipt_id=s.id_of(9), decision=c.Decision.ANNUL, by="manager")
        assert (await one.ask(services.RESOLVE, unknown)).code is Code.NOT_FOUND


async def test_maintenance_refuses_sales_until_it_ends_and_is_written_down(
    tmp_path: Path, server: NatsServer
) -> None:
    async with till(tmp_path, server) as one:
        for on in (True, True, False):
            status = await one.ask(
                services.MAINTENANCE, c.SetMaintenance(on=on, by="admin", reason="замена ФН")
            )
            assert status.maintenance is on
            if on:
                answer = await one.sell()
                assert isinstance(answer, Refusal)
                assert (answer.code, answer.details["reason"]) == (Code.MAINTENANCE, "замена ФН")
        assert isinstance(await one.sell(), c.ReceiptAnswer)
        changes = one.rows("SELECT count(*) FROM events WHERE name = 'maintenance.changed'")
        assert changes == [(2,)]


async def test_a_refund_waits_for_its_sale_and_takes_back_no_more_than_was_sold(
    tmp_path: Path, server: NatsServer
) -> None:
    from fiscal.receipt import Operation

    async with till(tmp_path, server) as one:
        one.printer.delivering = False
        sold = await one.sell()
        assert isinstance(sold, c.ReceiptAnswer)
        back = s.receipt(operation=Operation.SALE_REFUND)
        early = await one.sell(receipt=back, original=sold.receipt_id)
        assert isinstance(early, Refusal)
        assert (early.code, early.final, early.retry_after_s) == (Code.ORIGINAL_NOT_SYNCED, False, 30)
        one.printer.delivering = True
        await one.settled(sold.key)
        refunded = await one.sell(receipt=back, original=sold.receipt_id)
        assert isinstance(refunded, c.ReceiptAnswer)
        again = await one.sell(receipt=back, original=sold.receipt_id)
        assert isinstance(again, Refusal)
        assert again.code is Code.REFUND_EXCEEDS_SALE
        found = await one.ask(services.RECEIPT, c.FindReceipt(receipt_id=sold.key))
        assert (found.receipt_id, found.receipt) == (sold.receipt_id, s.receipt())
        assert (await one.ask(services.RECEIPT, c.FindReceipt(receipt_id=s.id_of(9)))).code is Code.NOT_FOUND
