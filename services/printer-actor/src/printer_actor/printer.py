"""The KKT as the journal sees it, whoever made it: values, the interface, and errors split by what to do next.

`fill_receipt` and `close_receipt` are one attempt each and never retry: retry and memory live above, in the journal.
"""

import datetime as dt
import enum
from typing import Protocol

import msgspec

from fiscal.kkt.errors import ErrorClass
from fiscal.money import Kopecks
from fiscal.receipt import Cashier, Receipt

RECEIPT_FORM = 3
OPEN_SHIFT_FORM = 2
CLOSE_SHIFT_FORM = 5
RECEIPT_FORMS = (3, 4, 31, 41)
"""Forms that move a buyer's money: receipt, BSO and their corrections (FFD 1.2, document codes)."""


class PrinterError(Exception):
    """Root of the interface's errors."""


class NotSent(PrinterError):
    """The device got nothing: repeating is free, but the line is down."""


class OutcomeUnknown(PrinterError):
    """The command left and no good answer came: ask the device what it did, never send it again."""


class Rejected(PrinterError):
    """The device answered with an error; `kind` says what the caller should do."""

    def __init__(self, command: str, code: int, kind: ErrorClass, meaning: str) -> None:
        super().__init__(f"{command}: {code:02X}h {meaning}")
        self.command = command
        self.code = code
        self.kind = kind
        self.meaning = meaning


class PaperOut(Rejected):
    """No paper, or it ran out: tell the cashier, poll, begin no new document."""


class CoverOpen(PaperOut):
    """The cover is open; otherwise as without paper."""


class ShiftExpired(Rejected):
    """The shift is over 24 h: close it, open one, begin the receipt anew."""


class ShiftClosed(Rejected):
    """No shift is open: open one, begin the receipt anew."""


class FnFault(Rejected):
    """The FN or the device is out of order: service."""


class OfdOverdue(Rejected):
    """The FN takes no document until the operator has the old ones."""


class WrongDevice(PrinterError):
    """This device cannot do what the shop needs, e.g. a VAT rate is missing; the text is for the log."""


class Mode(enum.Enum):
    """What the device allows now."""

    SHIFT_OPEN = "shift open"
    SHIFT_EXPIRED = "shift over 24 h"
    SHIFT_CLOSED = "shift closed"
    DOCUMENT_OPEN = "document open"
    OTHER = "other"  # a report is printed, or the device wants service


class Paper(enum.Enum):
    """Whether the device can print."""

    READY = "ready"
    PRINTING = "printing"
    WAITING = "waiting"  # paper is back, `continue_print` is expected
    OUT = "out"
    COVER_OPEN = "cover open"


class DeviceIdentity(msgspec.Struct, frozen=True, kw_only=True):
    """What answers at the port; `clock` is its local wall time at this moment."""

    name: str
    serial: str
    firmware: str
    clock: dt.datetime | None = None


class DeviceStatus(msgspec.Struct, frozen=True, kw_only=True):
    """One reading of mode and paper."""

    mode: Mode
    paper: Paper
    detail: str = ""  # the device's own numbers, for the log

    @property
    def at_rest(self) -> bool:
        """True when no printing goes on, whether or not there is paper."""
        return self.paper in (Paper.READY, Paper.OUT, Paper.COVER_OPEN)


class FnStatus(msgspec.Struct, frozen=True, kw_only=True):
    """The FN: `last_fd` is the only truth about what is registered."""

    fn: str
    last_fd: int
    phase: int
    warnings: int = 0
    document_open: bool = False
    shift_open: bool = False
    last_at: dt.datetime | None = None


class FnLife(msgspec.Struct, frozen=True, kw_only=True):
    """What is left of the FN."""

    documents_left: int | None = None
    valid_until: dt.date | None = None


class ShiftCounters(msgspec.Struct, frozen=True, kw_only=True):
    """Number of the open (or last closed) shift and of the last receipt in it, 0 when there is none."""

    open: bool
    shift: int
    receipt: int


class Registration(msgspec.Struct, frozen=True, kw_only=True):
    """What a good answer to a close says; `at` only where the device sends it."""

    fd: int
    fp: int
    at: dt.datetime | None = None


class FoundDocument(msgspec.Struct, frozen=True, kw_only=True):
    """A document in the FN's archive. `operation` and `total` with receipts, `shift` with shift documents."""

    fd: int
    form: int
    fp: int
    at: dt.datetime
    delivered: bool
    operation: int = 0
    total: Kopecks = Kopecks(0)
    shift: int = 0


class Drawer(msgspec.Struct, frozen=True, kw_only=True):
    """Registers that a cash movement or an X report changes; kopecks and counts."""

    cash: Kopecks
    cash_in: Kopecks
    cash_out: Kopecks
    cash_in_number: int
    cash_out_number: int
    x_reports: int


class OfdQueue(msgspec.Struct, frozen=True, kw_only=True):
    """Documents in the FN without the operator's ticket; `first_fd` is meaningless when `count` is 0."""

    count: int
    first_fd: int
    first_at: dt.datetime | None = None


class OfdHead(msgspec.Struct, frozen=True, kw_only=True):
    """Size of the message the FN offers and how many bytes one block may have; size 0 = nothing."""

    size: int
    block: int


class OfdTicket(msgspec.Struct, frozen=True, kw_only=True):
    """What the FN keeps of the operator's answer; `raw` is hex, as it is reported upward."""

    fd: int
    raw: str
    at: dt.datetime


class FiscalPrinter(Protocol):
    """One device. Every method may raise NotSent, OutcomeUnknown or Rejected."""

    async def connect(self) -> DeviceIdentity:
        """Open the port, see who answers, check that it can do what a shop needs (WrongDevice)."""

    async def close(self) -> None:
        """Close the port; safe to repeat."""

    async def status(self) -> DeviceStatus:
        """Mode and paper, once."""

    async def fn_status(self) -> FnStatus:
        """The FN's counter and flags."""

    async def fn_life(self) -> FnLife:
        """What is left of the FN."""

    async def shift(self) -> ShiftCounters:
        """The FN's shift."""

    async def drawer(self) -> Drawer:
        """Cash registers and counters."""

    async def open_shift(self, cashier: Cashier) -> None:
        """Make the document "shift open"; what it became is read from the FN."""

    async def close_shift(self, cashier: Cashier) -> None:
        """Make the Z report."""

    async def x_report(self) -> None:
        """Print the X report."""

    async def cash_in(self, amount: Kopecks) -> None:
        """Put money into the drawer."""

    async def cash_out(self, amount: Kopecks) -> None:
        """Take money out of the drawer."""

    async def fill_receipt(self, receipt: Receipt, cashier: Cashier) -> None:
        """Open a receipt and send everything but its close: nothing is registered by it."""

    async def close_receipt(self, receipt: Receipt) -> Registration:
        """Send the close: the FN makes the document."""

    async def cancel_document(self) -> None:
        """Drop the open document, in the KKT and in the FN; nothing to drop is fine."""

    async def continue_print(self) -> None:
        """Go on printing after paper was loaded."""

    async def set_clock(self, now: dt.datetime) -> None:
        """Set date and time; only with no document open."""

    async def find_document(self, fd: int) -> FoundDocument | None:
        """A document of the archive, None when there is none of this number."""

    async def read_document(self, fd: int) -> bytes:
        """Its TLV members."""

    async def ofd_queue(self) -> OfdQueue:
        """What waits for the operator."""

    async def ofd_head(self) -> OfdHead:
        """Begin to read the first message that waits."""

    async def ofd_block(self, offset: int, size: int) -> bytes:
        """A part of it."""

    async def ofd_answer(self, size: int) -> int:
        """Begin to hand over the operator's answer; return how many bytes one block may have."""

    async def ofd_answer_block(self, offset: int, block: bytes) -> None:
        """A part of it; with the last one the FN judges the answer (Rejected)."""

    async def ofd_ticket(self, fd: int) -> OfdTicket | None:
        """The ticket of a document, None when the FN has none."""
