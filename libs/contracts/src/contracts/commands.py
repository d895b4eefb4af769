"""Requests and their replies. Imperative, one handler each; a reply is a value of its own or a Refusal."""

import enum

import msgspec

from contracts.events import AnyEvent, HoldReason, ShiftTotals
from contracts.states import BreakerState, OfdState, PrinterState, ShiftState
from fiscal.money import Kopecks
from fiscal.receipt import Cashier, FiscalDocument, Receipt

# --- buffer: receipts ---------------------------------------------------------------------------------


class AcceptReceipt(msgspec.Struct, frozen=True, kw_only=True, tag="buffer.accept"):
    """Register a receipt. `key` (UUID) is the caller's idempotency key; `patience_ms` how long to wait for paper."""

    key: str
    till: str
    receipt: Receipt
    cashier: Cashier
    original_receipt_id: str | None = None
    patience_ms: int = 5000


class ReceiptStatus(enum.StrEnum):
    """What a caller may rely on."""

    ACCEPTED = "accepted"  # durable, not yet in the FN
    PRINTED = "printed"  # in the FN, and the OFD is reachable or has it
    BUFFERED = "buffered"  # in the FN, the OFD is away
    HELD = "held"
    ANNULLED = "annulled"


class QueueInfo(msgspec.Struct, frozen=True, kw_only=True):
    """Where the receipt stands among those the OFD has not confirmed."""

    queue_position: int
    total_queued: int
    estimated_sync_time_s: int | None = None


class ReceiptAnswer(msgspec.Struct, frozen=True, kw_only=True, tag="receipt"):
    """A verdict built from a stored row."""

    status: ReceiptStatus
    receipt_id: str
    key: str
    total: Kopecks
    queue: QueueInfo
    document: FiscalDocument | None = None
    delivered: bool = False
    repeated: bool = False  # the key was known: nothing new was done
    reason: HoldReason | None = None
    facts: dict[str, str] = {}
    attempts: int = 0
    created_at_ms: int = 0
    receipt: Receipt | None = None  # what was sold; only in answers to FindReceipt, for refunds and copies
    final: bool = True


class FindReceipt(msgspec.Struct, frozen=True, kw_only=True, tag="buffer.receipt"):
    """State of a receipt by its id or its idempotency key."""

    receipt_id: str


class Decision(enum.StrEnum):
    """What a person decides about a held receipt."""

    IS_DOCUMENT = "document"
    PRINT = "print"
    ANNUL = "annul"


class ResolveReceipt(msgspec.Struct, frozen=True, kw_only=True, tag="buffer.resolve"):
    """A manager decides a held receipt. `fd` with IS_DOCUMENT. Repeating the same decision is harmless."""

    receipt_id: str
    decision: Decision
    by: str
    fd: int | None = None
    comment: str = ""


class Resolved(msgspec.Struct, frozen=True, kw_only=True, tag="resolved"):
    """The decision is stored."""

    receipt_id: str
    decision: Decision


# --- buffer: tasks -------------------------------------------------------------------------------------


class TaskKind(enum.StrEnum):
    """Work of the KKT that is no receipt."""

    OPEN_SHIFT = "open_shift"
    CLOSE_SHIFT = "close_shift"
    X_REPORT = "x_report"
    CASH_IN = "cash_in"
    CASH_OUT = "cash_out"


class RunTask(msgspec.Struct, frozen=True, kw_only=True, tag="buffer.task"):
    """Run a task once per key. `amount` in kopecks, only with cash tasks."""

    key: str
    till: str
    kind: TaskKind
    cashier: Cashier
    amount: Kopecks = Kopecks(0)
    patience_ms: int = 5000


class TaskDone(msgspec.Struct, frozen=True, kw_only=True, tag="task"):
    """The outcome, equal for each repeat of the key."""

    task_id: str
    key: str
    kind: TaskKind
    document: FiscalDocument | None = None  # shift documents only
    totals: ShiftTotals | None = None
    cash_in_drawer: Kopecks | None = None
    repeated: bool = False
    final: bool = True


# --- buffer: status --------------------------------------------------------------------------------------


class ReadBufferStatus(msgspec.Struct, frozen=True, kw_only=True, tag="buffer.status"):
    """How full the buffer is and what stands in the way."""


class OldestReceipt(msgspec.Struct, frozen=True, kw_only=True):
    """The receipt that waits longest for the OFD's ticket."""

    receipt_id: str
    created_at_ms: int


class Alert(msgspec.Struct, frozen=True, kw_only=True):
    """Something a person should know; `level` info, warning or critical; `message` in Russian."""

    level: str
    code: str
    message: str


class BufferStatus(msgspec.Struct, frozen=True, kw_only=True, tag="buffer"):
    """Answer to ReadBufferStatus."""

    till: str
    capacity: int
    queued: int
    unprinted: int
    held: tuple[str, ...]
    maintenance: bool
    boot_passed: bool
    stopped: str  # text of a contradiction, empty when there is none
    cash_in_drawer: Kopecks
    oldest: OldestReceipt | None = None
    printer: PrinterState | None = None
    ofd: OfdState | None = None
    shift: ShiftState | None = None
    alerts: tuple[Alert, ...] = ()
    hub_floor: int | msgspec.UnsetType = (
        msgspec.UNSET
    )  # events up to it are at head office; absent: not known
    hub_lag: int | msgspec.UnsetType = msgspec.UNSET  # events that head office lacks


class SetMaintenance(msgspec.Struct, frozen=True, kw_only=True, tag="buffer.maintenance"):
    """Stop or resume sales."""

    on: bool
    by: str
    reason: str = ""


class ReadJournal(msgspec.Struct, frozen=True, kw_only=True, tag="buffer.journal"):
    """Event rows after sequence `after`, oldest first, at most `limit` (≤ 500)."""

    after: int = 0
    limit: int = 100


class JournalRow(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the ledger: message `seq` of EVENTS."""

    seq: int
    hlc: str
    event: AnyEvent


class JournalPage(msgspec.Struct, frozen=True, kw_only=True, tag="journal"):
    """A page and the newest sequence there is."""

    rows: tuple[JournalRow, ...]
    last_seq: int


# --- ledger ----------------------------------------------------------------------------------------------


class RecordEvent(msgspec.Struct, frozen=True, kw_only=True, tag="ledger.record"):
    """Another service hands an event over; it repeats it until it is answered. `hlc` is the stamp of the fact."""

    event: AnyEvent
    hlc: str


class Recorded(msgspec.Struct, frozen=True, kw_only=True, tag="recorded"):
    """The event has its row (now or since an earlier copy)."""

    event_id: str
    seq: int


# --- printer ---------------------------------------------------------------------------------------------


class PerformTask(msgspec.Struct, frozen=True, kw_only=True, tag="printer.task"):
    """buffer-actor asks for a task; a repeat of the id gives the first outcome. Not begun after the deadline."""

    task_id: str
    key: str
    kind: TaskKind
    cashier: Cashier
    deadline_ms: int
    amount: Kopecks = Kopecks(0)


class ReadPrinterState(msgspec.Struct, frozen=True, kw_only=True, tag="printer.state"):
    """Ask for PrinterState now."""


class OfdTake(msgspec.Struct, frozen=True, kw_only=True, tag="printer.ofd_take"):
    """Give me the FN's first undelivered message."""


class OfdMessage(msgspec.Struct, frozen=True, kw_only=True, tag="ofd_message"):
    """Bytes of one session message as the FN made them (base64 in JSON)."""

    fn: str
    fd: int
    data: bytes


class NothingToSend(msgspec.Struct, frozen=True, kw_only=True, tag="nothing_to_send"):
    """The FN has no undelivered document."""


class OfdGive(msgspec.Struct, frozen=True, kw_only=True, tag="printer.ofd_give"):
    """The OFD's answer for (fn, fd), unchanged."""

    fn: str
    fd: int
    data: bytes


class OfdGiven(msgspec.Struct, frozen=True, kw_only=True, tag="ofd_given"):
    """Whether the FN took the ticket; `error` is the device's code (0x20: not for its head or damaged)."""

    taken: bool
    error: int = 0


class ResolveHeld(msgspec.Struct, frozen=True, kw_only=True, tag="printer.resolve"):
    """buffer-actor passes a decision on. `stale`: there may be no row yet; ANNUL then makes an ANNULLED row."""

    receipt_id: str
    key: str
    decision: Decision
    by: str
    fd: int | None = None
    comment: str = ""
    stale: bool = False


# --- ofd -------------------------------------------------------------------------------------------------


class Sync(msgspec.Struct, frozen=True, kw_only=True, tag="ofd.sync"):
    """Deliver now; `force` ignores the backoff and the breaker."""

    by: str
    force: bool = False


class SyncStarted(msgspec.Struct, frozen=True, kw_only=True, tag="sync_started"):
    """A delivery run has begun."""

    run_id: str


class ReadOfdState(msgspec.Struct, frozen=True, kw_only=True, tag="ofd.state"):
    """Ask for OfdState now."""


class ResetBreaker(msgspec.Struct, frozen=True, kw_only=True, tag="ofd.reset_breaker"):
    """An administrator closes the breaker."""

    by: str


class BreakerReset(msgspec.Struct, frozen=True, kw_only=True, tag="breaker_reset"):
    """State before and after."""

    before: BreakerState
    after: BreakerState


# --- catalog ---------------------------------------------------------------------------------------------


class SearchCatalog(msgspec.Struct, frozen=True, kw_only=True, tag="catalog.search"):
    """Find products by SKU, EAN or words of the name."""

    text: str
    limit: int = 20


class Product(msgspec.Struct, frozen=True, kw_only=True):
    """A product as the till sells it; `vat` is tag 1199, `subject` tag 1212."""

    sku: str
    ean: str
    name: str
    price: Kopecks
    vat: int
    subject: int = 1
    category: str = ""
    stock: int | None = None


class FoundProducts(msgspec.Struct, frozen=True, kw_only=True, tag="products"):
    """Best match first; `source` says which layer answered; `total` products are known."""

    products: tuple[Product, ...]
    source: str
    total: int
