"""Exchange with the operator: the host is a pipe between the FN and ofd-forwarder, and reads from the FN what arrived.

HAZARD: the result of a give is no proof of delivery and its loss no proof of the contrary. The watermark is read from
the FN's queue after each give, at start, after each unknown outcome and by timer; the same code serves a KKT that
sends by itself.
"""

from collections.abc import Awaitable, Callable

import msgspec

from actor import log
from contracts.commands import NothingToSend, OfdGiven, OfdMessage
from contracts.events import AnyEvent
from fiscal.errors import FiscalError
from fiscal.ofd.frame import parse_container, parse_session_message
from printer_actor.inspection import Inspection
from printer_actor.printer import FiscalPrinter, FnStatus, OfdQueue, OutcomeUnknown, Rejected
from printer_actor.reports import Reports
from printer_actor.store import Drive, Store

RESTARTS = 8
BATCH = 20  # tickets in one transaction, and the longest a receipt waits for them

Pause = Callable[[], Awaitable[bool]]
"""Called between two blocks: lets a waiting receipt through and tells whether a document was made."""


class Delivery:
    """What the operator has and what it gets next."""

    def __init__(
        self, printer: FiscalPrinter, store: Store, inspection: Inspection, reports: Reports
    ) -> None:
        self._printer = printer
        self._store = store
        self._inspection = inspection
        self._reports = reports
        self.queue: OfdQueue | None = None
        self.delivered_through = 0
        self.behind = False

    async def take(self, pause: Pause) -> OfdMessage | NothingToSend:
        """The FN's first message, whole and of one document; begins anew when a document came in between."""
        for _ in range(RESTARTS):
            queue = await self._printer.ofd_queue()
            head = await self._printer.ofd_head()
            if head.size == 0:
                return NothingToSend()
            content = await self._read(head.size, head.block, pause)
            if content is None:
                continue
            if (message := _checked(content, queue)) is not None:
                return message
        raise OutcomeUnknown("the FN's first message cannot be read in one piece")

    async def give(self, fn: str, fd: int, answer: bytes, pause: Pause) -> OfdGiven:
        """Hand the operator's answer to the FN, then read from the FN what it made of it."""
        try:
            while not await self._write(answer, pause):
                pass
            given = OfdGiven(taken=True)
        except Rejected as error:
            log.get().warning("ofd_answer_refused", fn=fn, fd=fd, error=str(error))
            given = OfdGiven(taken=False, error=error.code)
        await self.refresh()
        return given

    async def refresh(self, fn: FnStatus | None = None) -> None:
        """Move the watermark towards what the FN says, a ticket event for each document; `behind` asks for more."""
        fn = fn or await self._inspection.fn_status()
        self.queue = queue = await self._printer.ofd_queue()
        through = queue.first_fd - 1 if queue.count else fn.last_fd
        drive = await self._store.drive(fn.fn)
        if drive is None:
            # First sight of this FN: its past belongs to nobody here.
            drive = Drive(fn=fn.fn, delivered_through=through, seen_through=fn.last_fd)
            await self._store.save_drive(drive)
        if drive.delivered_through < through:
            drive = await self._pass(drive, min(through, drive.delivered_through + BATCH))
        self.delivered_through = drive.delivered_through
        self.behind = drive.delivered_through < through

    async def _pass(self, drive: Drive, through: int) -> Drive:
        events: list[AnyEvent] = []
        for fd in range(drive.delivered_through + 1, through + 1):
            ticket = await self._printer.ofd_ticket(fd)
            events.append(self._reports.delivered(drive.fn, fd, ticket))
        drive = msgspec.structs.replace(drive, delivered_through=through)
        await self._store.save_drive(drive, events)
        return drive

    async def _read(self, size: int, block: int, pause: Pause) -> bytes | None:
        content = b""
        while len(content) < size:
            part = await self._printer.ofd_block(len(content), min(block, size - len(content)))
            if not part:
                return None
            content += part
            if len(content) < size and await pause():
                return None
        return content

    async def _write(self, answer: bytes, pause: Pause) -> bool:
        """False when a document came in between: the FN may have dropped what it had."""
        block = await self._printer.ofd_answer(len(answer))
        for offset in range(0, len(answer), block):
            await self._printer.ofd_answer_block(offset, answer[offset : offset + block])
            if offset + block < len(answer) and await pause():
                return False
        return True


def _checked(content: bytes, queue: OfdQueue) -> OfdMessage | None:
    """The message of the queue's head, None when the blocks do not fit together; the checksum is the FN's own."""
    try:
        message = parse_session_message(content)
        container = parse_container(message.body)
    except FiscalError as error:
        log.get().warning("ofd_message_damaged", reason=str(error), size=len(content))
        return None
    if queue.count and container.fd != queue.first_fd:
        log.get().warning("ofd_message_of_another_document", fd=container.fd, first_fd=queue.first_fd)
        return None
    return OfdMessage(fn=message.fn, fd=container.fd, data=content)
