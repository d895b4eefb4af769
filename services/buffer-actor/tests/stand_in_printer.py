"""A printer-actor of few words that speaks the real subjects: journal by receipt id, outbox in order, FN in memory.

It does what exactly-once §4 asks of the neighbour, so that what these tests see is buffer-actor's own doing.
"""

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import msgspec
import nats.errors

from actor.bus import Bus, Incoming
from actor.bus_errors import BusError
from actor.service import Endpoint, serve
from actor.stop import Stop
from contracts import commands as c
from contracts import events as e
from contracts import services
from contracts.codec import decode
from contracts.refusals import Code, Refusal, refuse
from contracts.services import Verb
from contracts.states import BreakerState, FnState, Link, OfdState, PrinterState, ShiftState
from contracts.streams import BUFFER, PRINTER_CONSUMER
from contracts.subjects import Subjects
from fiscal.money import Kopecks
from fiscal.receipt import FiscalDocument

from . import samples as s

STATE_EVERY_S = 0.1


class StandInPrinter:
    """Its attributes are its world: set them to make it behave badly, read them to see what was printed."""

    def __init__(self) -> None:
        self.printing = True
        self.delivering = True
        self.handing_over = True
        self.speaking = True
        self.link = Link.UP
        self.can_print = True
        self.ofd_reachable = True
        self.fn_number = s.FN
        self.shift = ShiftState(open=True, number=1)
        self.fn_full = False
        self.ofd_blocked = False
        self.hold: dict[str, e.HoldReason] = {}  # key → what happens to it instead of printing
        self.fn: list[str] = []  # receipt id of document n + 1
        self.journal: dict[str, str] = {}  # receipt id → phase
        self.tasks: dict[str, c.TaskDone | Refusal] = {}
        self.task_answers = True
        self.decisions: list[c.ResolveHeld] = []
        self.outbox: list[e.AnyEvent] = []
        self.delivered_through = 0
        self.seen: dict[str, e.ReceiptAccepted] = {}
        self._ids = itertools.count(1)
        self._hlc = itertools.count(1)
        self._paused = asyncio.Event()
        self._ending = False  # a cancelled `wait_for` of Python 3.11 may return as if nothing had been asked

    async def pause(self) -> None:
        """Print nothing from now on; nothing is in flight when this returns. `printing = True` ends it."""
        self.printing = False
        self._paused.clear()
        await self._paused.wait()

    # --- what it knows --------------------------------------------------------------------------------------

    def documents(self, receipt_id: str) -> int:
        return self.fn.count(receipt_id)

    def state(self) -> PrinterState:
        return PrinterState(
            till=s.TILL,
            at_ms=0,
            link=self.link,
            settled=self.link is Link.UP and (not self.outbox or not self.handing_over),
            can_print=self.can_print,
            cause="" if self.can_print else "Нет чековой ленты",
            fn=FnState(number=self.fn_number, last_fd=len(self.fn), phase=3, warnings=0),
            shift=self.shift,
            fn_full=self.fn_full,
            ofd_blocked=self.ofd_blocked,
            delivered_through=self.delivered_through,
        )

    # --- printing and delivering ----------------------------------------------------------------------------

    def print(self, slot: e.ReceiptAccepted) -> None:
        """Once for each receipt id, whatever comes how often."""
        self.seen[slot.receipt_id] = slot
        if slot.receipt_id in self.journal:
            return
        if (reason := self.hold.get(slot.key)) is not None:
            self.journal[slot.receipt_id] = "held"
            self.outbox.append(
                e.ReceiptHeld(
                    event_id=self.event_id(),
                    till=s.TILL,
                    receipt_id=slot.receipt_id,
                    key=slot.key,
                    reason=reason,
                )
            )
            return
        self.register(slot)

    def register(self, slot: e.ReceiptAccepted) -> None:
        """The FN takes it."""
        self.fn.append(slot.receipt_id)
        self.journal[slot.receipt_id] = "registered"
        self.outbox.append(
            e.ReceiptFiscalised(
                event_id=self.event_id(),
                till=s.TILL,
                receipt_id=slot.receipt_id,
                key=slot.key,
                receipt=slot.receipt,
                cashier=slot.cashier,
                document=self.document(len(self.fn), sum(line.total for line in slot.receipt.lines)),
            )
        )

    def deliver(self) -> None:
        """The OFD has taken everything the FN holds."""
        while self.delivered_through < len(self.fn):
            self.delivered_through += 1
            self.outbox.append(
                e.DocumentDelivered(
                    event_id=self.event_id(),
                    till=s.TILL,
                    fn=self.fn_number,
                    fd=self.delivered_through,
                    ticket="ab",
                    ticket_at="2026-02-25T09:14",
                )
            )

    def document(self, fd: int, total: int = 0, *, form: int = 3) -> FiscalDocument:
        return FiscalDocument(
            fn=self.fn_number, fd=fd, fp=fd, at="2026-02-25T09:13", form=form, shift=1, number=fd,
            total=Kopecks(total), qr="",
        )  # fmt: skip

    def event_id(self) -> str:
        return f"event-{next(self._ids)}"

    # --- its process ----------------------------------------------------------------------------------------

    @asynccontextmanager
    async def running(self, url: str) -> AsyncIterator["StandInPrinter"]:
        """Alive until the end of the block."""
        stop = Stop()
        async with await Bus.connect(url, name="printer-actor", seed_path=None, stop=stop) as bus:
            self.bus, self.subjects = bus, Subjects(s.TILL)
            tasks = [
                asyncio.create_task(work)
                for work in (self._speak(), self._fetch(), self._hand_over(), self._serve(stop))
            ]
            try:
                yield self
            finally:
                self._ending = True
                stop.request("the test ends")
                for task in tasks[:3]:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)

    async def _speak(self) -> None:
        while not self._ending:
            if self.speaking:
                await self.bus.publish(self.subjects.state("printer"), self.state())
            ofd = OfdState(till=s.TILL, at_ms=0, reachable=self.ofd_reachable, breaker=BreakerState.CLOSED)
            await self.bus.publish(self.subjects.state("ofd"), ofd)
            await asyncio.sleep(STATE_EVERY_S)

    async def _fetch(self) -> None:
        while not self._ending:
            try:
                pull = await self.bus.pull(BUFFER, PRINTER_CONSUMER)
                await self._fetch_from(pull)
            except (nats.errors.Error, OSError):
                await asyncio.sleep(0.05)

    async def _fetch_from(self, pull) -> None:  # type: ignore[no-untyped-def]  # the client's class is private
        while not self._ending:
            if not self.printing:
                self._paused.set()
                await asyncio.sleep(0.01)
                continue
            self._paused.clear()
            try:
                [message] = await pull.fetch(1, timeout=0.3)
            except TimeoutError:
                continue
            slot = decode(message.data, e.ReceiptAccepted)
            assert self.subjects.receipt_id(message.subject) == slot.receipt_id
            self.print(slot)
            await message.ack()

    async def _hand_over(self) -> None:
        verb = services.RECORD
        while not self._ending:
            if self.delivering:
                self.deliver()
            if not self.outbox or not self.handing_over:
                await asyncio.sleep(0.005)
                continue
            event = self.outbox[0]
            hlc = f"2026-02-25T06:13:20.000Z+{next(self._hlc) % 9999:04}@till-001"
            try:
                answer = await self.bus.request(
                    self.subjects.command(verb.service, verb.verb),
                    c.RecordEvent(event=event, hlc=hlc),
                    c.Recorded | Refusal,
                    1.0,
                )
            except BusError:
                await asyncio.sleep(0.02)
                continue
            assert isinstance(answer, c.Recorded)
            self.outbox.pop(0)

    async def _serve(self, stop: Stop) -> None:
        def endpoint(verb: Verb, handle) -> Endpoint:  # type: ignore[no-untyped-def, type-arg]  # three kinds of it
            async def handler(body: msgspec.Struct, _: Incoming) -> msgspec.Struct:
                return await handle(body)  # type: ignore[no-any-return]

            return Endpoint(
                name=verb.verb,
                subject=self.subjects.command(verb.service, verb.verb),
                request_type=verb.request,
                reply_type=verb.reply,
                handler=handler,
            )

        async def state(_: c.ReadPrinterState) -> PrinterState:
            return self.state()

        await serve(
            self.bus,
            stop,
            name="printer-actor",
            version="0.0.0",
            endpoints=[
                endpoint(services.PERFORM, self._perform),
                endpoint(services.RESOLVE_HELD, self._resolve),
                endpoint(services.PRINTER_STATE, state),
            ],
        )

    async def _perform(self, command: c.PerformTask) -> c.TaskDone | Refusal:
        if not self.task_answers:
            return refuse(Code.DEVICE_BUSY)
        if command.task_id not in self.tasks:
            self.tasks[command.task_id] = c.TaskDone(
                task_id=command.task_id,
                key=command.key,
                kind=command.kind,
                cash_in_drawer=Kopecks(command.amount),
            )
        return self.tasks[command.task_id]

    async def _resolve(self, command: c.ResolveHeld) -> c.Resolved | Refusal:
        self.decisions.append(command)
        slot = self.seen.get(command.receipt_id)
        if command.decision is c.Decision.ANNUL:
            if self.journal.get(command.receipt_id) == "registered":
                return refuse(Code.DOCUMENT_EXISTS)
            self.journal[command.receipt_id] = "annulled"
            self.outbox.append(
                e.ReceiptAnnulled(
                    event_id=self.event_id(),
                    till=s.TILL,
                    receipt_id=command.receipt_id,
                    key=command.key,
                    by=command.by,
                )
            )
        elif slot is not None and self.journal.get(command.receipt_id) == "held":
            self.register(slot)
        return c.Resolved(receipt_id=command.receipt_id, decision=command.decision)
