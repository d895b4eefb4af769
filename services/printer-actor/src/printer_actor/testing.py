"""For tests: a FiscalPrinter in memory, with the faults of a real device at any call.

`Device` is what survives: FN, open receipt, drawer. `ModelPrinter` is one host's connection to it.
"""

import datetime as dt
import enum
from collections.abc import Callable
from typing import TypeVar

import msgspec

from fiscal.kkt.errors import device_error
from fiscal.money import Kopecks, quantity_decimal
from fiscal.ofd.documents import encode_document_message, message_sign
from fiscal.receipt import Cashier, Receipt, Tender
from fiscal.settlement import total
from fiscal.tags import Tag
from fiscal.tlv import Member, encode_member
from printer_actor.document import device_name
from printer_actor.printer import (
    CLOSE_SHIFT_FORM,
    OPEN_SHIFT_FORM,
    RECEIPT_FORM,
    DeviceIdentity,
    DeviceStatus,
    Drawer,
    FiscalPrinter,
    FnLife,
    FnStatus,
    FoundDocument,
    Mode,
    NotSent,
    OfdHead,
    OfdQueue,
    OfdTicket,
    OutcomeUnknown,
    Paper,
    PaperOut,
    Registration,
    Rejected,
    ShiftClosed,
    ShiftCounters,
    ShiftExpired,
)

T = TypeVar("T")

NOON = dt.datetime(2026, 11, 21, 12, 0)  # noqa: DTZ001 - a KKT has local wall time


class Fault(enum.Enum):
    """What goes wrong at one call."""

    NOT_SENT = "the line is down before the command"
    LOST_REQUEST = "the command is lost, nobody knows"
    LOST_ANSWER = "executed, the answer is lost"
    LATE = "no answer; the device is still at work and executes it later"
    POWER_CUT = "the device loses its power before the command"


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """A document of the FN."""

    found: FoundDocument
    tlv: bytes


class Device:
    """KKT and FN. `documents` is the truth that tests assert on."""

    def __init__(self, fn: str = "9999078900000961") -> None:
        self.fn = fn
        self.documents: list[Document] = []
        self.receipt: Receipt | None = None
        self.fn_document_open = False
        self.shift = 0
        self.shift_open = False
        self.expired = False
        self.number = 0
        self.delivered_through = 0
        self.paper = Paper.READY
        self.warnings = 0
        self.late: Callable[[], object] | None = None
        self.drawer = Drawer(
            cash=Kopecks(0),
            cash_in=Kopecks(0),
            cash_out=Kopecks(0),
            cash_in_number=0,
            cash_out_number=0,
            x_reports=0,
        )
        self.rejections: dict[str, list[int]] = {}

    @property
    def last_fd(self) -> int:
        return len(self.documents)

    def receipts(self) -> list[FoundDocument]:
        """The receipts in the FN."""
        return [each.found for each in self.documents if each.found.form == RECEIPT_FORM]

    def foreign_receipt(self, amount: int) -> None:
        """Another host registers a receipt."""
        self.register(RECEIPT_FORM, b"", operation=1, amount=amount)

    def register(self, form: int, tlv: bytes, *, operation: int = 0, amount: int = 0) -> FoundDocument:
        """The FN makes a document."""
        found = FoundDocument(
            fd=self.last_fd + 1,
            form=form,
            fp=1000 + self.last_fd,
            at=NOON,
            delivered=False,
            operation=operation,
            total=Kopecks(amount),
            shift=self.shift,
        )
        self.documents.append(Document(found=found, tlv=tlv))
        return found

    def lose_power(self) -> None:
        """RAM is gone: what was at work never happens, the KKT forgets its receipt, the FN does not."""
        self.late = None
        self.fn_document_open = self.fn_document_open or self.receipt is not None
        self.receipt = None

    def work_on(self) -> None:
        """Finish what was at work when the host gave up."""
        late, self.late = self.late, None
        if late is not None:
            late()


class ModelPrinter(FiscalPrinter):
    """A host's view of a device. `fault(call)` is asked before every command and answers what goes wrong with it."""

    def __init__(self, device: Device, fault: Callable[[str], Fault | None] = lambda _: None) -> None:
        self._device = device
        self._fault = fault
        self.calls: list[str] = []
        self._answer = b""

    async def connect(self) -> DeviceIdentity:
        return DeviceIdentity(name="model", serial="1", firmware="1")

    async def close(self) -> None:
        return None

    # --- readings -----------------------------------------------------------------------------------------

    async def status(self) -> DeviceStatus:
        if self._device.late is not None:
            self._device.work_on()
            return DeviceStatus(mode=Mode.OTHER, paper=Paper.PRINTING)
        return self._call("status", self._status)

    async def fn_status(self) -> FnStatus:
        device = self._device
        return self._call(
            "fn_status",
            lambda: FnStatus(
                fn=device.fn,
                last_fd=device.last_fd,
                phase=3,
                warnings=device.warnings,
                document_open=device.fn_document_open or device.receipt is not None,
                shift_open=device.shift_open,
                last_at=NOON,
            ),
        )

    async def fn_life(self) -> FnLife:
        return self._call("fn_life", lambda: FnLife(documents_left=1000, valid_until=dt.date(2029, 1, 1)))

    async def shift(self) -> ShiftCounters:
        device = self._device
        return self._call(
            "shift",
            lambda: ShiftCounters(open=device.shift_open, shift=device.shift, receipt=device.number),
        )

    async def drawer(self) -> Drawer:
        return self._call("drawer", lambda: self._device.drawer)

    async def find_document(self, fd: int) -> FoundDocument | None:
        def find() -> FoundDocument | None:
            return self._device.documents[fd - 1].found if 0 < fd <= self._device.last_fd else None

        return self._call("find_document", find)

    async def read_document(self, fd: int) -> bytes:
        return self._call("read_document", lambda: self._device.documents[fd - 1].tlv)

    # --- documents ----------------------------------------------------------------------------------------

    async def open_shift(self, cashier: Cashier) -> None:
        self._call("open_shift", self._open_shift)

    async def close_shift(self, cashier: Cashier) -> None:
        self._call("close_shift", self._close_shift)

    async def x_report(self) -> None:
        self._call("x_report", lambda: self._count(x_reports=self._device.drawer.x_reports + 1))

    async def cash_in(self, amount: Kopecks) -> None:
        drawer = self._device.drawer
        self._call(
            "cash_in",
            lambda: self._count(
                cash=drawer.cash + amount,
                cash_in=drawer.cash_in + amount,
                cash_in_number=drawer.cash_in_number + 1,
            ),
        )

    async def cash_out(self, amount: Kopecks) -> None:
        drawer = self._device.drawer
        self._call(
            "cash_out",
            lambda: self._count(
                cash=drawer.cash - amount,
                cash_out=drawer.cash_out + amount,
                cash_out_number=drawer.cash_out_number + 1,
            ),
        )

    async def fill_receipt(self, receipt: Receipt, cashier: Cashier) -> None:
        self._call("open_receipt", lambda: self._open_receipt(receipt))
        for _ in receipt.lines:
            self._call("operation", self._operation)

    async def close_receipt(self, receipt: Receipt) -> Registration:
        return self._call("close_receipt", lambda: self._close_receipt(receipt))

    async def cancel_document(self) -> None:
        self._call("cancel", self._cancel)

    async def continue_print(self) -> None:
        self._call("continue_print", lambda: setattr(self._device, "paper", Paper.READY))

    async def set_clock(self, now: dt.datetime) -> None:
        self._call("set_clock", lambda: None)

    # --- exchange -----------------------------------------------------------------------------------------

    async def ofd_queue(self) -> OfdQueue:
        device = self._device
        return self._call(
            "ofd_queue",
            lambda: OfdQueue(
                count=device.last_fd - device.delivered_through, first_fd=device.delivered_through + 1
            ),
        )

    async def ofd_head(self) -> OfdHead:
        return self._call("ofd_head", lambda: OfdHead(size=len(self._message()), block=20))

    async def ofd_block(self, offset: int, size: int) -> bytes:
        return self._call("ofd_block", lambda: self._message()[offset : offset + size])

    async def ofd_answer(self, size: int) -> int:
        self._answer = b""
        return self._call("ofd_answer", lambda: 20)

    async def ofd_answer_block(self, offset: int, block: bytes) -> None:
        self._call("ofd_answer_block", lambda: self._take_answer(block))

    async def ofd_ticket(self, fd: int) -> OfdTicket | None:
        return self._call("ofd_ticket", lambda: OfdTicket(fd=fd, raw=f"{fd:046x}", at=NOON))

    # --- what the device does -----------------------------------------------------------------------------

    def _call(self, name: str, action: Callable[[], T]) -> T:
        device, fault = self._device, self._fault(name)
        self.calls.append(name)
        if fault is Fault.NOT_SENT:
            raise NotSent(name)
        if name != "fn_status":
            # A command waits for the one at work; the FN's counter can be read beside it.
            device.work_on()
        if fault is Fault.POWER_CUT:
            device.lose_power()
        if fault is Fault.LATE:
            device.late = action
        if fault in (Fault.POWER_CUT, Fault.LATE, Fault.LOST_REQUEST):
            raise OutcomeUnknown(f"{name}: {fault.value}")
        if codes := device.rejections.get(name):
            raise rejected(name, codes.pop(0))
        result = action()
        if fault is Fault.LOST_ANSWER:
            raise OutcomeUnknown(f"{name}: {fault.value}")
        return result

    def _status(self) -> DeviceStatus:
        device = self._device
        mode = Mode.SHIFT_OPEN if device.shift_open else Mode.SHIFT_CLOSED
        if device.expired:
            mode = Mode.SHIFT_EXPIRED
        if device.receipt is not None:
            mode = Mode.DOCUMENT_OPEN
        return DeviceStatus(mode=mode, paper=device.paper)

    def _open_shift(self) -> None:
        device = self._device
        if device.shift_open:
            raise rejected("open_shift", 0x3C)
        device.shift_open, device.shift, device.number = True, device.shift + 1, 0
        device.register(OPEN_SHIFT_FORM, b"")

    def _close_shift(self) -> None:
        device = self._device
        if not device.shift_open:
            raise rejected("close_shift", 0x3D)
        device.shift_open = device.expired = False
        device.register(CLOSE_SHIFT_FORM, b"")

    def _open_receipt(self, receipt: Receipt) -> None:
        device = self._device
        if not device.shift_open:
            raise rejected("open_receipt", 0x3D)
        if device.expired:
            raise rejected("open_receipt", 0x4E)
        if device.receipt is not None or device.fn_document_open:
            raise rejected("open_receipt", 0x4A)
        device.receipt = receipt

    def _operation(self) -> None:
        if self._device.receipt is None:
            raise rejected("operation", 0x73)

    def _close_receipt(self, receipt: Receipt) -> Registration:
        device = self._device
        if device.receipt is None:
            raise rejected("close_receipt", 0x73)
        device.receipt = None
        device.number += 1
        cash = sum(each.amount for each in receipt.payments if each.tender is Tender.CASH)
        self._count(cash=device.drawer.cash + cash)
        found = device.register(
            RECEIPT_FORM,
            receipt_tlv(receipt, device.shift, device.number),
            operation=int(receipt.operation),
            amount=total(receipt),
        )
        return Registration(fd=found.fd, fp=found.fp, at=NOON)

    def _cancel(self) -> None:
        self._device.receipt = None
        self._device.fn_document_open = False

    def _count(self, **fields: int) -> None:
        self._device.drawer = msgspec.structs.replace(self._device.drawer, **fields)

    def _message(self) -> bytes:
        device = self._device
        if device.delivered_through >= device.last_fd:
            return b""
        document = device.documents[device.delivered_through]
        tlv = document.tlv or encode_member(Member(document.found.form, ()))
        return encode_document_message(
            tlv, fn=device.fn, fd=document.found.fd, trailer=message_sign(b"model")
        )

    def _take_answer(self, block: bytes) -> None:
        """The model's operator answers with the FD as text; only the head's ticket is taken."""
        self._answer += block
        if self._answer.endswith(b"."):
            if int(self._answer[:-1]) != self._device.delivered_through + 1:
                raise rejected("ofd_answer_block", 0x20)
            self._device.delivered_through += 1


def rejected(command: str, code: int) -> Rejected:
    """The device's error as the interface has it."""
    error = device_error(code)
    kinds = {0x3D: ShiftClosed, 0x4E: ShiftExpired, 0x6B: PaperOut}
    return kinds.get(code, Rejected)(command, code, error.kind, error.meaning)


def receipt_tlv(receipt: Receipt, shift: int, number: int) -> bytes:
    """The part of a receipt's document that recovery reads."""
    items = [
        Member(
            Tag.ITEM,
            (
                Member(Tag.PAYMENT_METHOD, int(line.method)),
                Member(Tag.PAYMENT_SUBJECT, int(line.subject)),
                Member(Tag.ITEM_NAME, device_name(line.name)),
                Member(Tag.QUANTITY_MEASURE, line.measure),
                Member(Tag.ITEM_PRICE, line.price),
                Member(Tag.ITEM_QUANTITY, quantity_decimal(line.quantity)),
                Member(Tag.VAT_RATE, int(line.vat)),
                Member(Tag.ITEM_SUM, line.total),
            ),
        )
        for line in receipt.lines
    ]
    head = [Member(Tag.SHIFT_NUMBER, shift), Member(Tag.RECEIPT_NUMBER_IN_SHIFT, number)]
    return encode_member(Member(Tag.RECEIPT, (*head, *items)))
