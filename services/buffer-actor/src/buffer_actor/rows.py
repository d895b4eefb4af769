"""Rows of ledger.db as values."""

from collections.abc import Sequence
from typing import Any, Final

import msgspec

from buffer_actor.machine import State
from contracts.codec import decode, encode
from contracts.commands import Decision, PerformTask, TaskDone
from contracts.events import HoldReason, ReceiptAccepted
from contracts.refusals import Refusal
from fiscal.money import Kopecks
from fiscal.receipt import FiscalDocument

TaskResult = TaskDone | Refusal


class ReceiptRow(msgspec.Struct, frozen=True, kw_only=True):
    """One idempotency key and all that is durable about it."""

    n: int = 0  # given by the ledger
    key: str
    receipt_id: str
    body_hash: bytes
    accepted: ReceiptAccepted
    state: State
    created_at_ms: int
    hlc: str
    announced: bool = False
    document: FiscalDocument | None = None
    refusal: Refusal | None = None
    reason: HoldReason | None = None
    facts: dict[str, str] = {}
    decision: Decision | None = None
    decided_by: str | None = None

    @property
    def total(self) -> Kopecks:
        """What the buyer owes."""
        return Kopecks(sum(line.total for line in self.accepted.receipt.lines))


RECEIPTS: Final = (
    "SELECT n, key, receipt_id, body_hash, payload, state, created_at_ms, hlc, announced, document, refusal, "
    "reason, facts, decision, decided_by FROM receipts"
)


def read_receipt(columns: Sequence[Any]) -> ReceiptRow:
    """The row that RECEIPTS selects."""
    (n, key, receipt_id, body_hash, payload, state, created_at_ms, hlc, announced, document, refusal,
     reason, facts, decision, decided_by) = columns  # fmt: skip
    return ReceiptRow(
        n=n,
        key=key,
        receipt_id=receipt_id,
        body_hash=body_hash,
        accepted=decode(payload, ReceiptAccepted),
        state=State(state),
        created_at_ms=created_at_ms,
        hlc=hlc,
        announced=bool(announced),
        document=decode(document, FiscalDocument) if document else None,
        refusal=decode(refusal, Refusal) if refusal else None,
        reason=HoldReason(reason) if reason else None,
        facts=msgspec.json.decode(facts, type=dict[str, str]) if facts else {},
        decision=Decision(decision) if decision else None,
        decided_by=decided_by,
    )


class TaskRow(msgspec.Struct, frozen=True, kw_only=True):
    """One task; `outcome` None while it is open."""

    key: str
    body_hash: bytes
    command: PerformTask
    created_at_ms: int
    outcome: TaskResult | None = None

    @property
    def task_id(self) -> str:
        return self.command.task_id


TASKS: Final = "SELECT key, body_hash, command, created_at_ms, outcome FROM tasks"


def read_task(columns: Sequence[Any]) -> TaskRow:
    """The row that TASKS selects."""
    key, body_hash, command, created_at_ms, outcome = columns
    return TaskRow(
        key=key,
        body_hash=body_hash,
        command=decode(command, PerformTask),
        created_at_ms=created_at_ms,
        outcome=_OUTCOME.decode(outcome) if outcome else None,
    )


_OUTCOME: Final[msgspec.json.Decoder[TaskResult]] = msgspec.json.Decoder(TaskDone | Refusal)


class EventRow(msgspec.Struct, frozen=True, kw_only=True):
    """Message `seq` of EVENTS."""

    seq: int
    event_id: str
    name: str
    body: bytes
    hlc: str


EVENTS: Final = "SELECT seq, event_id, name, body, hlc FROM events"


def read_event(columns: Sequence[Any]) -> EventRow:
    """The row that EVENTS selects."""
    seq, event_id, name, body, hlc = columns
    return EventRow(seq=seq, event_id=event_id, name=name, body=body, hlc=hlc)


class ShiftRow(msgspec.Struct, frozen=True, kw_only=True):
    """A shift as events told it."""

    fn: str
    number: int
    opened: FiscalDocument | None
    closed: FiscalDocument | None
    receipts: int


class Drawer(msgspec.Struct, frozen=True):
    """Cash in the drawer; `counted` as soon as the KKT's own register has said it once."""

    cash: Kopecks = Kopecks(0)
    counted: bool = False


class Maintenance(msgspec.Struct, frozen=True):
    """Sales stopped by an administrator."""

    on: bool = False
    by: str = ""
    reason: str = ""


class Capacity(msgspec.Struct, frozen=True):
    """How many receipts may wait for the OFD."""

    receipts: int


def blob(value: msgspec.Struct | None) -> bytes | None:
    """JSON for a column that may be NULL."""
    return None if value is None else encode(value)
