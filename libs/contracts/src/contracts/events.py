"""What happened, past tense. A row of the ledger first, then message n of EVENTS; never edited, only added to."""

import enum

import msgspec

from contracts.states import Mode, ModeCause
from fiscal.money import Kopecks
from fiscal.receipt import Cashier, FiscalDocument, Receipt


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """One immutable fact. `event_id` is unique in the till; `till` makes a copied message self-explaining."""

    event_id: str
    till: str


class ReceiptAccepted(Event, frozen=True, kw_only=True, tag="receipt.accepted"):
    """The stream and the ledger hold the receipt: it will be printed. Also the body of its message in BUFFER."""

    receipt_id: str
    key: str
    receipt: Receipt
    cashier: Cashier
    accepted_at_ms: int
    original_receipt_id: str | None = None


class ReceiptRefused(Event, frozen=True, kw_only=True, tag="receipt.refused"):
    """A gate refused the key for ever; no document exists nor will."""

    receipt_id: str
    key: str
    code: str
    total: Kopecks


class ReceiptFiscalised(Event, frozen=True, kw_only=True, tag="receipt.fiscalised"):
    """The FN holds the receipt as document `document.fd`."""

    receipt_id: str
    key: str
    receipt: Receipt
    cashier: Cashier
    document: FiscalDocument
    recovered: bool = False  # found in the FN after a lost answer
    original_receipt_id: str | None = None


class HoldReason(enum.StrEnum):
    """Why a receipt waits for a person."""

    UNKNOWN_OUTCOME = "unknown_outcome"
    REJECTED = "rejected"
    FN_CHANGED = "fn_changed"
    STALE = "stale"


class ReceiptHeld(Event, frozen=True, kw_only=True, tag="receipt.held"):
    """A person must decide: it is document n, print it, or annul it."""

    receipt_id: str
    key: str
    reason: HoldReason
    facts: dict[str, str] = {}


class ReceiptAnnulled(Event, frozen=True, kw_only=True, tag="receipt.annulled"):
    """A person closed a held receipt: no document exists, the money goes back."""

    receipt_id: str
    key: str
    by: str
    comment: str = ""


class DocumentDelivered(Event, frozen=True, kw_only=True, tag="document.delivered"):
    """The FN holds the OFD's ticket for this document. `ticket` is hex of what FF3Ch gives."""

    fn: str
    fd: int
    ticket: str
    ticket_at: str


class ForeignDocument(Event, frozen=True, kw_only=True, tag="document.foreign"):
    """The FN holds a receipt that no key of this till asked for: an alarm."""

    fn: str
    fd: int
    form: int
    total: Kopecks


class ShiftOpened(Event, frozen=True, kw_only=True, tag="shift.opened"):
    """The FN opened a shift; `task_id` is None when the first receipt opened it."""

    document: FiscalDocument
    cashier: Cashier
    task_id: str | None = None


class ShiftTotals(msgspec.Struct, frozen=True, kw_only=True):
    """Registers of the KKT at Z, kopecks and counts."""

    cash_in_drawer: Kopecks
    sales: int
    sale_refunds: int
    sales_total: Kopecks
    sale_refunds_total: Kopecks


class ShiftClosed(Event, frozen=True, kw_only=True, tag="shift.closed"):
    """The FN closed a shift (Z report)."""

    document: FiscalDocument
    cashier: Cashier
    totals: ShiftTotals
    task_id: str | None = None


class CashMoved(Event, frozen=True, kw_only=True, tag="cash.moved"):
    """Money was put into or taken out of the drawer, outside of a receipt. `amount` is negative for out."""

    task_id: str
    amount: Kopecks
    cash_in_drawer: Kopecks
    cashier: Cashier


class ReportPrinted(Event, frozen=True, kw_only=True, tag="x_report.printed"):
    """An X report was printed; not a fiscal document."""

    task_id: str
    totals: ShiftTotals


class TaskRefused(Event, frozen=True, kw_only=True, tag="task.refused"):
    """A task ended without effect, for ever; `code` as in contracts.refusals."""

    task_id: str
    code: str
    message: str


class PaperChanged(Event, frozen=True, kw_only=True, tag="paper.changed"):
    """The KKT ran out of paper, its cover was opened, or it can print again."""

    can_print: bool
    cause: str


class FnWarned(Event, frozen=True, kw_only=True, tag="fn.warned"):
    """The FN's warning flags changed (byte of FF01h)."""

    fn: str
    warnings: int


class MaintenanceChanged(Event, frozen=True, kw_only=True, tag="maintenance.changed"):
    """An administrator stopped or resumed sales."""

    on: bool
    by: str
    reason: str = ""


class BootPassed(Event, frozen=True, kw_only=True, tag="boot.passed"):
    """The boot guard compared ledger, streams and FN: sales may begin."""

    fn: str
    last_fd: int
    republished: int
    released: int
    took_ms: int


class ModeChanged(Event, frozen=True, kw_only=True, tag="mode.changed"):
    """The till's mode changed; `before` is None for the first one of its life."""

    mode: Mode
    before: Mode | None
    cause: ModeCause
    at_ms: int


AnyEvent = (
    ReceiptAccepted
    | ReceiptRefused
    | ReceiptFiscalised
    | ReceiptHeld
    | ReceiptAnnulled
    | DocumentDelivered
    | ForeignDocument
    | ShiftOpened
    | ShiftClosed
    | CashMoved
    | ReportPrinted
    | TaskRefused
    | PaperChanged
    | FnWarned
    | MaintenanceChanged
    | BootPassed
    | ModeChanged
)


def event_name(event: Event) -> str:
    """The contract name, e.g. `receipt.fiscalised`: the tag, and the end of the subject."""
    tag = event.__struct_config__.tag
    assert isinstance(tag, str)
    return tag
