"""Events and what they do to receipts, tasks and sums, on a real ledger."""

import pytest

from buffer_actor.machine import State
from buffer_actor.record import Applied, record
from buffer_actor.rows import Drawer, TaskRow
from buffer_actor.store import Ledger
from buffer_actor.tx import Tx
from contracts import events as e
from contracts.commands import PerformTask, TaskDone, TaskKind
from contracts.refusals import Code, Refusal
from fiscal.money import Kopecks
from fiscal.receipt import Operation, Tender

from . import samples as s

HLC = "2026-02-25T06:14:00.000Z+0000@till-001"
TOTALS = e.ShiftTotals(
    cash_in_drawer=Kopecks(77_00),
    sales=1,
    sale_refunds=0,
    sales_total=Kopecks(1),
    sale_refunds_total=Kopecks(0),
)


async def tell(ledger: Ledger, event: e.AnyEvent) -> Applied:
    return await ledger.write(lambda tx: record(tx, event, HLC, lambda: s.NOW_MS))


async def put(ledger: Ledger, number: int = 1, state: State = State.ACCEPTED) -> None:
    await ledger.write(lambda tx: tx.insert_receipt(s.row(number, state=state)))


async def state_of(ledger: Ledger, number: int = 1) -> State:
    found = await ledger.receipt(s.key_of(number))
    assert found is not None
    return found.state


async def names(ledger: Ledger) -> list[str]:
    return [row.name for row in await ledger.events_after(0, 100)]


async def test_a_sale_goes_from_received_to_delivered_and_each_step_has_its_row(ledger: Ledger) -> None:
    await put(ledger, state=State.RECEIVED)
    first = await tell(ledger, s.fiscalised(1, 8))
    assert first.change.key == s.key_of(1)
    second = await tell(ledger, s.delivered(8))
    assert second.change.freed == s.id_of(1)
    found = await ledger.receipt(s.key_of(1))
    assert found is not None
    assert (found.state, found.document) == (State.DELIVERED, s.document(8))
    assert await names(ledger) == ["receipt.accepted", "receipt.fiscalised", "document.delivered"]
    assert [row.seq for row in await ledger.events_after(0, 100)] == [1, 2, 3]


async def test_a6_fiscalised_overtakes_accepted_and_a_late_copy_sets_nothing_back(ledger: Ledger) -> None:
    await put(ledger, state=State.RECEIVED)
    await tell(ledger, s.fiscalised(1, 8))
    await tell(ledger, s.delivered(8))
    for late in (s.fiscalised(1, 8, event_id="again"), s.held(1)):
        assert (await tell(ledger, late)).change.key == ""
        assert await state_of(ledger) is State.DELIVERED
    assert await ledger.contradictions() == []


async def test_a7_a_ticket_of_an_unknown_document_is_parked_and_joined(ledger: Ledger) -> None:
    await put(ledger, state=State.HELD)
    assert (await tell(ledger, s.delivered(8))).change.freed == ""
    joined = await tell(ledger, s.fiscalised(1, 8))
    assert joined.change.freed == s.id_of(1)
    assert await state_of(ledger) is State.DELIVERED
    assert await ledger.highest_fd(s.FN) == 8


async def test_a14_a_repeated_event_gets_no_second_row_and_changes_nothing(ledger: Ledger) -> None:
    await put(ledger)
    first = await tell(ledger, s.fiscalised(1, 8))
    again = await tell(ledger, s.fiscalised(1, 8))
    assert (again.seq, again.known) == (first.seq, True)
    assert await ledger.meta(Drawer) == Drawer(Kopecks(10_000))
    assert len(await names(ledger)) == 2


async def test_a15_an_event_row_and_its_change_are_one_transaction(ledger: Ledger) -> None:
    await put(ledger)

    def lose_power(tx: Tx) -> None:
        record(tx, s.fiscalised(1, 8), HLC, lambda: s.NOW_MS)
        raise RuntimeError("power cut before the commit")

    with pytest.raises(RuntimeError, match="power"):
        await ledger.write(lose_power)
    assert await state_of(ledger) is State.ACCEPTED
    assert await names(ledger) == []
    await tell(ledger, s.fiscalised(1, 8))
    assert await state_of(ledger) is State.FISCALISED


@pytest.mark.parametrize("state", [State.REFUSED, State.ANNULLED])
async def test_a_document_of_a_closed_key_keeps_its_row_and_stops_the_till(
    ledger: Ledger, state: State
) -> None:
    await put(ledger, state=state)
    told = await tell(ledger, s.fiscalised(1, 8))
    assert s.id_of(1) in told.change.contradiction
    assert await state_of(ledger) is state
    [letter] = await ledger.contradictions()
    assert letter.text == told.change.contradiction
    assert (await names(ledger))[-1] == "receipt.fiscalised"
    assert await ledger.write(lambda tx: tx.clear_contradictions("admin")) == 1
    assert await ledger.contradictions() == []


@pytest.mark.parametrize("event", [s.fiscalised(9, 8), s.held(9), s.annulled(9)], ids=e.event_name)
async def test_an_unknown_key_is_a_contradiction(ledger: Ledger, event: e.AnyEvent) -> None:
    assert (await tell(ledger, event)).change.contradiction
    assert await names(ledger) == [e.event_name(event)]


async def test_two_documents_of_one_key_and_two_keys_of_one_document_are_contradictions(
    ledger: Ledger,
) -> None:
    await put(ledger)
    await put(ledger, 2)
    await tell(ledger, s.fiscalised(1, 8))
    assert "8" in (await tell(ledger, s.fiscalised(1, 9))).change.contradiction
    assert s.id_of(1) in (await tell(ledger, s.fiscalised(2, 8))).change.contradiction
    assert await state_of(ledger, 2) is State.ACCEPTED


async def test_a_held_receipt_is_held_again_with_new_facts_and_annulled_once(ledger: Ledger) -> None:
    await put(ledger)
    await tell(ledger, s.held(1))
    await tell(ledger, s.held(1, e.HoldReason.REJECTED, event_id="held-2"))
    found = await ledger.receipt(s.key_of(1))
    assert found is not None
    assert (found.state, found.reason) == (State.HELD, e.HoldReason.REJECTED)
    assert (await tell(ledger, s.annulled(1))).change.freed == s.id_of(1)
    assert await state_of(ledger) is State.ANNULLED
    again = e.ReceiptAnnulled(event_id="other", till=s.TILL, receipt_id=s.id_of(1), key=s.key_of(1), by="x")
    assert (await tell(ledger, again)).change.freed == ""


async def test_a_refused_or_delivered_receipt_that_is_held_or_annulled_contradicts(ledger: Ledger) -> None:
    await put(ledger, 1, State.REFUSED)
    await put(ledger, 2, State.DELIVERED)
    assert (await tell(ledger, s.held(1))).change.contradiction
    assert (await tell(ledger, s.annulled(2))).change.contradiction


async def test_cash_follows_receipts_and_the_device_has_the_last_word(ledger: Ledger) -> None:
    refund = s.receipt(s.line(price=4_000), operation=Operation.SALE_REFUND)
    card = s.receipt(tender=Tender.CARD)
    for number in (1, 2, 3):
        await put(ledger, number)
    await tell(ledger, s.fiscalised(1, 8))
    await tell(ledger, s.fiscalised(2, 9, of=refund))
    await tell(ledger, s.fiscalised(3, 10, of=card))
    assert await ledger.meta(Drawer) == Drawer(Kopecks(6_000))
    moved = e.CashMoved(
        event_id="cash",
        till=s.TILL,
        task_id="t",
        amount=Kopecks(1),
        cash_in_drawer=Kopecks(500),
        cashier=s.CASHIER,
    )
    await tell(ledger, moved)
    assert await ledger.meta(Drawer) == Drawer(Kopecks(500), counted=True)
    await tell(
        ledger,
        e.ShiftClosed(
            event_id="z", till=s.TILL, document=s.document(11, form=5), cashier=s.CASHIER, totals=TOTALS
        ),
    )
    assert await ledger.meta(Drawer) == Drawer(Kopecks(7_700), counted=True)


async def test_a_shift_counts_its_receipts_and_its_documents_count_as_known(ledger: Ledger) -> None:
    await put(ledger)
    opened = e.ShiftOpened(event_id="o", till=s.TILL, document=s.document(7, form=2), cashier=s.CASHIER)
    await tell(ledger, opened)
    assert await ledger.highest_fd(s.FN) == 7
    await tell(ledger, s.fiscalised(1, 8))
    shift = await ledger.last_shift()
    assert shift is not None
    assert (shift.number, shift.opened, shift.closed, shift.receipts) == (1, opened.document, None, 1)
    closed = e.ShiftClosed(
        event_id="c", till=s.TILL, document=s.document(9, form=5), cashier=s.CASHIER, totals=TOTALS
    )
    await tell(ledger, closed)
    assert await ledger.highest_fd(s.FN) == 9


OPENED = e.ShiftOpened(
    event_id="o", till=s.TILL, document=s.document(7, form=2), cashier=s.CASHIER, task_id="task"
)
CLOSED = e.ShiftClosed(
    event_id="c",
    till=s.TILL,
    document=s.document(9, form=5),
    cashier=s.CASHIER,
    totals=TOTALS,
    task_id="task",
)
MOVED = e.CashMoved(
    event_id="m", till=s.TILL, task_id="task", amount=Kopecks(1), cash_in_drawer=Kopecks(5), cashier=s.CASHIER
)
PRINTED = e.ReportPrinted(event_id="x", till=s.TILL, task_id="task", totals=TOTALS)
REFUSED = e.TaskRefused(event_id="r", till=s.TILL, task_id="task", code=Code.TASK_EXPIRED, message="Поздно.")


@pytest.mark.parametrize("event", [OPENED, CLOSED, MOVED, PRINTED, REFUSED], ids=e.event_name)
async def test_the_event_of_a_task_is_its_outcome_and_the_first_one_stays(
    ledger: Ledger, event: e.AnyEvent
) -> None:
    command = PerformTask(
        task_id="task", key=s.key_of(1), kind=TaskKind.X_REPORT, cashier=s.CASHIER, deadline_ms=s.NOW_MS
    )
    task = TaskRow(key=s.key_of(1), body_hash=b"h", command=command, created_at_ms=s.NOW_MS)
    await ledger.write(lambda tx: tx.insert_task(task))
    assert [task.task_id for task in await ledger.open_tasks()] == ["task"]
    assert (await tell(ledger, event)).change.key == s.key_of(1)
    stored = await ledger.task(s.key_of(1))
    assert stored is not None
    if event is REFUSED:
        assert stored.outcome == Refusal(code=Code.TASK_EXPIRED, message="Поздно.", final=True)
    else:
        assert isinstance(stored.outcome, TaskDone)
        assert stored.outcome.task_id == "task"
    late = TaskDone(task_id="task", key="", kind=TaskKind.X_REPORT)
    assert not await ledger.write(lambda tx: tx.settle_task("task", late))
    assert await ledger.open_tasks() == []


async def test_events_of_no_consequence_get_their_row_all_the_same(ledger: Ledger) -> None:
    await tell(ledger, e.PaperChanged(event_id="p", till=s.TILL, can_print=False, cause="нет бумаги"))
    await tell(ledger, e.ForeignDocument(event_id="f", till=s.TILL, fn=s.FN, fd=3, form=3, total=Kopecks(1)))
    assert await names(ledger) == ["paper.changed", "document.foreign"]
