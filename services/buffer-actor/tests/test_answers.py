"""Answers from stored rows."""

import pytest
from msgspec.structs import replace

from buffer_actor.answers import receipt_answer, task_answer
from buffer_actor.machine import State
from buffer_actor.rows import ReceiptRow, TaskRow
from contracts.commands import PerformTask, QueueInfo, ReceiptAnswer, ReceiptStatus, TaskDone, TaskKind
from contracts.events import HoldReason
from contracts.refusals import Code, Refusal, refuse

from . import samples as s

QUEUE = QueueInfo(queue_position=21, total_queued=40)


def answered(row: ReceiptRow, *, away: bool = False) -> ReceiptAnswer:
    answer = receipt_answer(row, QUEUE, ofd_reachable=not away)
    assert isinstance(answer, ReceiptAnswer)
    assert answer.final
    return answer


@pytest.mark.parametrize(
    ("state", "near", "away"),
    [
        (State.ACCEPTED, ReceiptStatus.ACCEPTED, ReceiptStatus.ACCEPTED),
        (State.FISCALISED, ReceiptStatus.PRINTED, ReceiptStatus.BUFFERED),
        (State.DELIVERED, ReceiptStatus.PRINTED, ReceiptStatus.PRINTED),
        (State.HELD, ReceiptStatus.HELD, ReceiptStatus.HELD),
        (State.STALE, ReceiptStatus.HELD, ReceiptStatus.HELD),
        (State.ANNULLED, ReceiptStatus.ANNULLED, ReceiptStatus.ANNULLED),
    ],
)
def test_each_state_with_a_verdict_has_its_status(
    state: State, near: ReceiptStatus, away: ReceiptStatus
) -> None:
    row = s.row(1, state=state)
    assert answered(row).status is near
    assert answered(row, away=True).status is away
    assert answered(row).delivered == (state is State.DELIVERED)


def test_received_is_no_verdict_and_refused_is_the_stored_one() -> None:
    pending = receipt_answer(s.row(1), QUEUE, ofd_reachable=True)
    assert isinstance(pending, Refusal)
    assert (pending.code, pending.final) == (Code.PENDING, False)
    stored = refuse(Code.FN_FULL)
    assert (
        receipt_answer(replace(s.row(1, state=State.REFUSED), refusal=stored), QUEUE, ofd_reachable=True)
        is stored
    )


def test_why_it_is_held_is_told_while_it_is_held() -> None:
    held = replace(s.row(1, state=State.HELD), reason=HoldReason.REJECTED, facts={"error": "4Eh"})
    assert (answered(held).reason, answered(held).facts) == (HoldReason.REJECTED, {"error": "4Eh"})
    later = replace(held, state=State.FISCALISED)
    assert (answered(later).reason, answered(later).facts) == (None, {})


def test_the_estimate_is_given_only_while_the_operator_can_be_reached() -> None:
    row = s.row(1, state=State.FISCALISED)
    assert answered(row).queue.estimated_sync_time_s == 2
    assert answered(row, away=True).queue.estimated_sync_time_s is None


def test_what_was_sold_is_told_when_it_is_asked_for() -> None:
    row = s.row(1, state=State.DELIVERED)
    whole = receipt_answer(row, QUEUE, ofd_reachable=True, whole=True)
    assert isinstance(whole, ReceiptAnswer)
    assert whole.receipt == row.accepted.receipt
    assert answered(row).receipt is None


def test_a_task_is_answered_by_its_first_outcome() -> None:
    command = PerformTask(task_id="t", key="k", kind=TaskKind.X_REPORT, cashier=s.CASHIER, deadline_ms=0)
    row = TaskRow(key="k", body_hash=b"", command=command, created_at_ms=0)
    pending = task_answer(row, repeated=False)
    assert isinstance(pending, Refusal)
    assert not pending.final
    done = TaskDone(task_id="t", key="k", kind=TaskKind.X_REPORT)
    assert task_answer(replace(row, outcome=done), repeated=True) == replace(done, repeated=True)
    refused = refuse(Code.SHIFT_CLOSED)
    assert task_answer(replace(row, outcome=refused), repeated=True) is refused
