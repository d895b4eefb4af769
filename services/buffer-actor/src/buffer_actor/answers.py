"""Answers about a receipt or a task, from its stored row alone. Pure."""

import msgspec

from buffer_actor.machine import State
from buffer_actor.rows import ReceiptRow, TaskRow
from contracts.commands import QueueInfo, ReceiptAnswer, ReceiptStatus, TaskDone
from contracts.refusals import Code, Refusal, refuse

DELIVERIES_PER_S = 20
"""What the OFD line does at an ordinary round trip; for the estimate only."""

_TASK_PENDING = "Команда передана принтеру, ответа ещё нет. Не повторяйте её: касса сама уточнит исход."


def receipt_answer(
    row: ReceiptRow, queue: QueueInfo, *, ofd_reachable: bool, repeated: bool = False, whole: bool = False
) -> ReceiptAnswer | Refusal:
    """What a caller may rely on now. `whole`: with what was sold."""
    if row.state is State.REFUSED:
        assert row.refusal is not None, f"{row.receipt_id} is refused without a reason"
        return row.refusal
    if row.state is State.RECEIVED:
        return refuse(Code.PENDING, receipt_id=row.receipt_id)
    return ReceiptAnswer(
        status=_status(row, ofd_reachable),
        receipt_id=row.receipt_id,
        key=row.key,
        total=row.total,
        queue=_estimated(queue, ofd_reachable),
        document=row.document,
        delivered=row.state is State.DELIVERED,
        repeated=repeated,
        reason=row.reason if row.state in (State.HELD, State.STALE) else None,
        facts=row.facts if row.state in (State.HELD, State.STALE) else {},
        created_at_ms=row.created_at_ms,
        receipt=row.accepted.receipt if whole else None,
    )


def task_answer(row: TaskRow, *, repeated: bool) -> TaskDone | Refusal:
    """The stored outcome, or that there is none yet."""
    if row.outcome is None:
        return refuse(Code.PENDING, _TASK_PENDING, task_id=row.task_id)
    if isinstance(row.outcome, Refusal):
        return row.outcome
    return msgspec.structs.replace(row.outcome, repeated=repeated)


def _status(row: ReceiptRow, ofd_reachable: bool) -> ReceiptStatus:
    match row.state:
        case State.ACCEPTED:
            return ReceiptStatus.ACCEPTED
        case State.DELIVERED:
            return ReceiptStatus.PRINTED
        case State.FISCALISED:
            return ReceiptStatus.PRINTED if ofd_reachable else ReceiptStatus.BUFFERED
        case State.ANNULLED:
            return ReceiptStatus.ANNULLED
        case _:
            return ReceiptStatus.HELD


def _estimated(queue: QueueInfo, ofd_reachable: bool) -> QueueInfo:
    if not ofd_reachable or not queue.queue_position:
        return queue
    seconds = -(-queue.queue_position // DELIVERIES_PER_S)
    return msgspec.structs.replace(queue, estimated_sync_time_s=seconds)
