"""One row of the journal: what has to be done once, how far it is, what came of it."""

import enum
from typing import Self

import msgspec

from contracts.commands import Decision, TaskKind
from contracts.events import HoldReason, ShiftTotals
from contracts.refusals import Code
from fiscal.money import Kopecks
from fiscal.receipt import Cashier, FiscalDocument, Receipt
from printer_actor.machine import Expected, Phase, Step, advance
from printer_actor.printer import Drawer


class Kind(enum.StrEnum):
    """What the intent does to the device."""

    RECEIPT = "receipt"
    OPEN_SHIFT = "open_shift"
    CLOSE_SHIFT = "close_shift"
    X_REPORT = "x_report"
    CASH_IN = "cash_in"
    CASH_OUT = "cash_out"


class Sale(msgspec.Struct, frozen=True, kw_only=True, tag="sale"):
    """A receipt of any operation, copied from its message so that it can go on when that is settled."""

    receipt: Receipt
    cashier: Cashier
    original_receipt_id: str | None = None


class Task(msgspec.Struct, frozen=True, kw_only=True, tag="task"):
    """Work that is no receipt. `task_id` None: the journal began it by itself, for a receipt."""

    task: TaskKind
    cashier: Cashier
    deadline_ms: int
    amount: Kopecks = Kopecks(0)
    task_id: str | None = None


class Unseen(msgspec.Struct, frozen=True, kw_only=True, tag="unseen"):
    """A stale receipt that was annulled before its message ever came."""


Payload = Sale | Task | Unseen


class Baseline(msgspec.Struct, frozen=True, kw_only=True):
    """Readings before the first command: shift and last receipt in it, registers for cash and reports."""

    shift: int = 0
    receipt: int = 0
    drawer: Drawer | None = None


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What came of it: a document, totals, a refusal or the facts for a person."""

    document: FiscalDocument | None = None
    totals: ShiftTotals | None = None
    cash_in_drawer: Kopecks | None = None
    code: Code | None = None
    message: str = ""
    reason: HoldReason | None = None
    facts: dict[str, str] = {}


class Ruling(msgspec.Struct, frozen=True, kw_only=True):
    """A person's decision as it was stored."""

    decision: Decision
    by: str
    comment: str = ""
    fd: int | None = None


class Intent(msgspec.Struct, frozen=True, kw_only=True):
    """A receipt by its id, or a task by its own."""

    id: str
    kind: Kind
    key: str
    payload: Payload
    created_ms: int
    phase: Phase = Phase.NONE
    expected: Expected | None = None
    baseline: Baseline = Baseline()
    document_fn: str = ""
    document_fd: int = 0
    outcome: Outcome = Outcome()
    ruling: Ruling | None = None
    stubborn: int = 0  # rejections that should have passed and did not

    def step(self, step: Step, **changes: object) -> Self:
        """The row after a step of the machine; Forbidden when the table does not list it."""
        return msgspec.structs.replace(self, phase=advance(self.phase, step), **changes)

    @property
    def sale(self) -> Sale:
        """The payload of a receipt."""
        assert isinstance(self.payload, Sale), f"{self.id} is no receipt"
        return self.payload

    @property
    def task(self) -> Task:
        """The payload of a task."""
        assert isinstance(self.payload, Task), f"{self.id} is no task"
        return self.payload

    def wanted(self) -> Expected:
        """What is compared with the FN; every row that is open has it."""
        assert self.expected is not None, f"{self.id} was never prepared"
        return self.expected
