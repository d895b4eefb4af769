"""The driver of Штрих-М devices: intents of the FiscalPrinter interface as commands of protocol v2.0."""

import asyncio
import datetime as dt

from fiscal.kkt import printing, sale, service, storage
from fiscal.kkt.command import A, Authorised, Command, OperatorReply, Reply
from fiscal.kkt.errors import ErrorClass
from fiscal.kkt.fields import encode_fields
from fiscal.kkt.vat import Family
from fiscal.money import Kopecks
from fiscal.receipt import Cashier, Receipt
from fiscal.settlement import total
from printer_actor.printer import (
    DeviceIdentity,
    DeviceStatus,
    Drawer,
    FiscalPrinter,
    FnLife,
    FnStatus,
    FoundDocument,
    Mode,
    OfdHead,
    OfdQueue,
    OfdTicket,
    OutcomeUnknown,
    Registration,
    Rejected,
    ShiftCounters,
)
from printer_actor.shtrih_errors import DOCUMENT_OF_ANOTHER_OPERATOR, NO_SUCH_DOCUMENT, bad_request
from printer_actor.shtrih_identity import read_identity
from printer_actor.shtrih_line import BUSY_LIMIT_S, ShtrihLine, read_status
from printer_actor.shtrih_receipt import Call, UnsupportedLine, close_call, document_tags, fill_calls

CASH, CASH_IN, CASH_OUT = 241, 242, 243  # money registers
CASH_IN_NUMBER, CASH_OUT_NUMBER, X_REPORTS = 155, 156, 158  # operation registers
SYSTEM_PASSWORD = 30
WRONG_SUBTOTAL = 0xCB
DATA_OUTPUT, DATE_UNCONFIRMED = 1, 6  # modes of 10h
TICKET_BYTES = 5 + 18  # time and sign of the operator, without the FD that follows

NO_DATE = dt.datetime(2000, 1, 1)  # noqa: DTZ001 - local wall time; where the device sends zeros for a date


class ShtrihPrinter(FiscalPrinter):
    """One device of the family; `connect` again after NotSent and OutcomeUnknown."""

    def __init__(self, line: ShtrihLine) -> None:
        self._line = line
        self._family = Family.DESKTOP

    async def connect(self) -> DeviceIdentity:
        await self._line.open()
        await self._leave_odd_mode()
        identity = await read_identity(self._line)
        self._family = identity.family
        return identity.device

    async def close(self) -> None:
        await self._line.close()

    # --- readings -----------------------------------------------------------------------------------------

    async def status(self) -> DeviceStatus:
        return read_status(await self._line.ask(service.SHORT_STATUS, self._line.authorised))

    async def fn_status(self) -> FnStatus:
        reply = await self._line.ask(storage.FN_STATUS, self._line.authorised)
        return FnStatus(
            fn=reply.fn,
            last_fd=reply.last_fd,
            phase=reply.phase,
            warnings=reply.warnings,
            document_open=reply.current_document != 0,
            shift_open=bool(reply.shift_open),
            last_at=reply.last_at,
        )

    async def fn_life(self) -> FnLife:
        memory = await self._optional(storage.MEMORY_LEFT)
        expiry = await self._optional(storage.FN_EXPIRY)
        return FnLife(
            documents_left=memory.documents_left if memory else None,
            valid_until=expiry.expires if expiry else None,
        )

    async def shift(self) -> ShiftCounters:
        reply = await self._line.ask(storage.SHIFT_STATE, self._line.authorised)
        return ShiftCounters(open=bool(reply.open), shift=reply.shift, receipt=reply.receipt)

    async def drawer(self) -> Drawer:
        return Drawer(
            cash=await self._money(CASH),
            cash_in=await self._money(CASH_IN),
            cash_out=await self._money(CASH_OUT),
            cash_in_number=await self._counter(CASH_IN_NUMBER),
            cash_out_number=await self._counter(CASH_OUT_NUMBER),
            x_reports=await self._counter(X_REPORTS),
        )

    async def find_document(self, fd: int) -> FoundDocument | None:
        request = storage.FdRequest(password=self._line.password, fd=fd)
        try:
            reply = await self._line.ask(storage.FIND_DOCUMENT, request)
        except Rejected as error:
            if error.code == NO_SUCH_DOCUMENT:
                return None
            raise
        receipt = reply.receipt
        return FoundDocument(
            fd=reply.fd,
            form=reply.form,
            fp=reply.fpd,
            at=reply.at or NO_DATE,
            delivered=bool(reply.ticket),
            operation=receipt.operation if receipt else 0,
            total=Kopecks(receipt.total if receipt else 0),
            shift=reply.shift or 0,
        )

    async def read_document(self, fd: int) -> bytes:
        """Read to the end always: on desktop models nothing else works while a document is half read."""
        await self._line.ask(storage.OPEN_DOCUMENT, storage.FdRequest(password=self._line.password, fd=fd))
        parts: list[bytes] = []
        while part := await self._document_part():
            parts.append(part)
        return b"".join(parts)

    # --- documents ----------------------------------------------------------------------------------------

    async def open_shift(self, cashier: Cashier) -> None:
        await self._shift_document(sale.BEGIN_OPEN_SHIFT, sale.OPEN_SHIFT, cashier)

    async def close_shift(self, cashier: Cashier) -> None:
        await self._shift_document(sale.BEGIN_CLOSE_SHIFT, sale.Z_REPORT, cashier)

    async def x_report(self) -> None:
        await self._line.ask(sale.X_REPORT, self._line.authorised)

    async def cash_in(self, amount: Kopecks) -> None:
        await self._line.ask(sale.CASH_IN, sale.CashRequest(password=self._line.password, amount=amount))

    async def cash_out(self, amount: Kopecks) -> None:
        await self._line.ask(sale.CASH_OUT, sale.CashRequest(password=self._line.password, amount=amount))

    async def fill_receipt(self, receipt: Receipt, cashier: Cashier) -> None:
        try:
            calls = fill_calls(receipt, cashier, self._family, self._line.password)
        except UnsupportedLine as error:
            raise bad_request("operation", error) from error
        await self._send(calls)
        await self._check_sum(receipt)

    async def close_receipt(self, receipt: Receipt) -> Registration:
        call = close_call(receipt, self._line.password)
        for _ in range(3):
            try:
                reply = await self._line.once(call.command, call.request)
            except Rejected as error:
                if error.kind not in (ErrorClass.BUSY, ErrorClass.CONTINUE):
                    raise
                await self._see_receipt_still_open(error)
            else:
                return Registration(fd=reply.fd, fp=reply.fpd, at=reply.at)
        raise OutcomeUnknown("close_receipt: the device stays busy")

    async def cancel_document(self) -> None:
        status = await self.status()
        if status.mode is Mode.DOCUMENT_OPEN:
            await self._cancel()
            await self._line.rest(asyncio.get_running_loop().time() + BUSY_LIMIT_S)
        elif (await self.fn_status()).document_open:
            # A power cut may leave the document open in the FN alone.
            await self._line.ask(sale.CANCEL_FN_DOCUMENT, Authorised(password=SYSTEM_PASSWORD))

    async def continue_print(self) -> None:
        await self._line.once(printing.CONTINUE_PRINT, self._line.authorised)

    async def set_clock(self, now: dt.datetime) -> None:
        password = self._line.password
        await self._line.ask(service.SET_TIME, service.SetTimeRequest(password=password, time=now.time()))
        date = service.DateRequest(password=password, date=now.date())
        await self._line.ask(service.SET_DATE, date)
        await self._line.ask(service.CONFIRM_DATE, date)

    # --- exchange with the operator -----------------------------------------------------------------------

    async def ofd_queue(self) -> OfdQueue:
        reply = await self._line.ask(storage.EXCHANGE_STATUS, self._line.authorised)
        return OfdQueue(count=reply.queue, first_fd=reply.first_fd, first_at=reply.first_at)

    async def ofd_head(self) -> OfdHead:
        reply = await self._line.ask(storage.READ_MESSAGE, self._line.authorised)
        return OfdHead(size=reply.size, block=reply.block)

    async def ofd_block(self, offset: int, size: int) -> bytes:
        request = storage.ReadBlockRequest(password=self._line.password, offset=offset, size=size)
        return (await self._line.ask(storage.READ_MESSAGE_BLOCK, request)).content

    async def ofd_answer(self, size: int) -> int:
        request = storage.BeginAnswerRequest(password=self._line.password, size=size)
        return (await self._line.ask(storage.BEGIN_ANSWER, request)).block

    async def ofd_answer_block(self, offset: int, block: bytes) -> None:
        request = storage.WriteBlockRequest(
            password=self._line.password, offset=offset, size=len(block), content=block
        )
        await self._line.ask(storage.WRITE_ANSWER_BLOCK, request)

    async def ofd_ticket(self, fd: int) -> OfdTicket | None:
        request = storage.FdRequest(password=self._line.password, fd=fd)
        try:
            reply = await self._line.ask(storage.TICKET, request)
        except Rejected as error:
            if error.code == NO_SUCH_DOCUMENT:
                return None
            raise
        return OfdTicket(fd=reply.fd, raw=encode_fields(reply)[:TICKET_BYTES].hex(), at=reply.at or NO_DATE)

    # --- parts --------------------------------------------------------------------------------------------

    async def _leave_odd_mode(self) -> None:
        """End what a host that died has left half done: a document half read, a date set and not confirmed.

        The first command on a fresh port asks ENQ once: a silent port must be noticed in one byte time-out, not ten.
        """
        mode = (await self._line.once(service.SHORT_STATUS, self._line.authorised, enquiries=1)).mode
        if mode == DATA_OUTPUT:
            while await self._document_part():
                pass
        elif mode == DATE_UNCONFIRMED:
            clock = await self._line.ask(service.LONG_STATUS, self._line.authorised)
            date = service.DateRequest(password=self._line.password, date=clock.date)
            await self._line.ask(service.CONFIRM_DATE, date)

    async def _send(self, calls: list[Call]) -> None:
        for call in calls:
            await self._line.ask(call.command, call.request)

    async def _shift_document(
        self, begin: Command[Authorised, Reply], finish: Command[Authorised, OperatorReply], cashier: Cashier
    ) -> None:
        await self._line.ask(begin, self._line.authorised)
        await self._send(document_tags(cashier, None, self._line.password))
        await self._line.ask(finish, self._line.authorised)

    async def _check_sum(self, receipt: Receipt) -> None:
        """A line too many or too few would become a document with a wrong sum, and change from cash would hide it."""
        counted = (await self._line.ask(sale.SUBTOTAL, self._line.authorised)).subtotal
        if counted != total(receipt):
            wrong = f"the device counts {counted} kopecks, the receipt has {total(receipt)}"
            raise Rejected("subtotal", WRONG_SUBTOTAL, ErrorClass.STATE, wrong)

    async def _see_receipt_still_open(self, busy: Rejected) -> None:
        """50h says "not executed"; the open receipt proves it before the close is sent again."""
        await self._line.rest(asyncio.get_running_loop().time() + BUSY_LIMIT_S)
        if (await self.status()).mode is not Mode.DOCUMENT_OPEN:
            raise OutcomeUnknown(f"close_receipt: busy, and then no receipt is open ({busy})")

    async def _cancel(self) -> None:
        try:
            await self._line.ask(sale.CANCEL, self._line.authorised)
        except Rejected as error:
            if error.code != DOCUMENT_OF_ANOTHER_OPERATOR:
                raise
            await self._line.ask(sale.CANCEL, Authorised(password=SYSTEM_PASSWORD))

    async def _document_part(self) -> bytes:
        try:
            return (await self._line.ask(storage.READ_DOCUMENT, self._line.authorised)).tlv
        except Rejected as error:
            if error.code == NO_SUCH_DOCUMENT:
                return b""
            raise

    async def _money(self, number: int) -> Kopecks:
        request = service.RegisterRequest(password=self._line.password, number=number)
        return Kopecks((await self._line.ask(service.MONEY_REGISTER, request)).value)

    async def _counter(self, number: int) -> int:
        request = service.RegisterRequest(password=self._line.password, number=number)
        return (await self._line.ask(service.OPERATION_REGISTER, request)).value

    async def _optional(self, command: Command[Authorised, A]) -> A | None:
        """None when this firmware has no such command."""
        try:
            return await self._line.ask(command, self._line.authorised)
        except Rejected as error:
            if error.kind in (ErrorClass.CAPABILITY, ErrorClass.BUG):
                return None
            raise
