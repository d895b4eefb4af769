"""The parts of the service and their wiring; tests hand in another printer, a clock, or a death at a named point."""

import asyncio
import datetime as dt
from collections.abc import Callable

from actor import log
from actor.bus import Bus
from actor.health import Health
from actor.metrics import serve_metrics
from actor.outbox import Outbox, Stamp, recorder
from actor.service import serve
from actor.stop import Stop
from actor.supervisor import Child
from contracts.settings import KktSection
from contracts.states import Link
from contracts.subjects import Subjects
from fiscal.kkt.commands import describe
from printer_actor import metrics
from printer_actor.api import Api
from printer_actor.board import Board
from printer_actor.buffer_source import BufferSource
from printer_actor.decisions import Decisions
from printer_actor.delivery import Delivery
from printer_actor.inbox import Inbox
from printer_actor.inspection import Inspection, Sleep
from printer_actor.intent import Intent
from printer_actor.journal import Interrupt, Journal
from printer_actor.link import parse_uri
from printer_actor.owner import Owner
from printer_actor.printer import FiscalPrinter
from printer_actor.reports import Reports
from printer_actor.shtrih import ShtrihPrinter
from printer_actor.shtrih_line import ShtrihLine
from printer_actor.store import Store
from printer_actor.tasks import Tasks
from printer_actor.work import Work

NAME = "printer-actor"
VERSION = "0.1.0"
DEVICE_STOP_S = 3.5
"""For the receipt in hand after SIGTERM; what is cut off then is left to recovery."""


class Sources:
    """Time and identity of this process."""

    def __init__(
        self,
        *,
        now_ms: Callable[[], int],
        local_now: Callable[[], dt.datetime],
        new_id: Callable[[], str],
        stamp: Stamp,
        confirm_clock: Callable[[dt.datetime], None] = lambda _: None,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self.now_ms = now_ms
        self.local_now = local_now
        self.new_id = new_id
        self.stamp = stamp
        self.confirm_clock = confirm_clock
        self.sleep = sleep


class Assembly:
    """One printer-actor; everything but the connection to NATS."""

    def __init__(
        self,
        printer: FiscalPrinter,
        store: Store,
        kkt: KktSection,
        subjects: Subjects,
        sources: Sources,
        *,
        at: Interrupt = lambda _: None,
    ) -> None:
        self.subjects = subjects
        self.board = Board(subjects.till, sources.now_ms)
        self.inbox = Inbox()
        self.store = store
        self._stamp = sources.stamp
        reports = Reports(subjects.till, sources.new_id)
        inspection = Inspection(printer, store, sleep=sources.sleep)
        journal = Journal(printer, store, inspection, reports, local_now=sources.local_now, at=at)
        tasks = Tasks(printer, store, inspection, reports, now_ms=sources.now_ms, at=at)
        self.work = Work(
            printer,
            store,
            inspection,
            journal,
            tasks,
            Decisions(printer, store, inspection, journal, reports, sources.now_ms),
            Delivery(printer, store, inspection, reports),
            self.board,
            reports,
            auto_open_shift=kkt.auto_open_shift,
            now_ms=sources.now_ms,
            new_id=sources.new_id,
        )
        self.owner = Owner(printer, self.work, self.inbox, self.board, confirm_clock=sources.confirm_clock)
        self.work.printed = _count_receipt
        self.board.row_open = lambda: self.work.open
        self.api = Api(self.inbox, self.board, sources.now_ms)

    def children(self, bus: Bus, metrics_port: int) -> list[Child]:
        """The parts of the process, in their order of start."""

        outbox = Outbox(self.store.outbox, recorder(bus, self.subjects), self._stamp)
        outbox.on_empty = self.board.touch
        self.board.outbox_empty = lambda: outbox.empty
        source = BufferSource(bus, self.subjects, self.inbox)
        source.redelivered = metrics.REDELIVERED.inc

        async def device(stop: Stop) -> None:
            async with asyncio.TaskGroup() as group:
                group.create_task(self.owner.run(stop), name="owner")
                group.create_task(source.run(stop), name="source")

        async def commands(stop: Stop) -> None:
            await serve(bus, stop, name=NAME, version=VERSION, endpoints=self.api.endpoints(self.subjects))

        async def states(stop: Stop) -> None:
            await self.board.publish(bus, self.subjects, stop)

        async def farewell(stop: Stop) -> None:
            """Started last, so it ends first: whoever waits hears at once that nobody will answer."""
            stop.ready()
            await stop.wait()
            self.inbox.close()

        async def meters(stop: Stop) -> None:
            await serve_metrics(metrics_port, self.health(), stop, pos_id=self.subjects.till)

        parts = [
            Child(name="outbox", start=outbox.run),
            Child(name="device", start=device, stop_timeout_s=DEVICE_STOP_S),
            Child(name="states", start=states),
            Child(name="commands", start=commands, signals_ready=True),
        ]
        if metrics_port:
            parts.append(Child(name="metrics", start=meters))
        return [*parts, Child(name="farewell", start=farewell)]

    def health(self) -> Health:
        """Fresh at each request: what /healthz and the gauges show."""
        health = Health()
        health.ok("journal")
        for gauge, read in (
            (metrics.UNSENT, lambda: self._unsent()),
            (metrics.HELD, lambda: len(self.board.read().held)),
            (metrics.LINK_UP, lambda: int(self.board.link is Link.UP)),
            (metrics.CAN_PRINT, lambda: int(self.board.can_print)),
        ):
            gauge.set_function(read)
        return health

    def _unsent(self) -> int:
        unsent = self.board.read().unsent
        return unsent.count if unsent else 0


def shtrih_printer(kkt: KktSection) -> ShtrihPrinter:
    """The driver for the setting `kkt.uri`; BadAddress when it cannot be read."""
    line = ShtrihLine(
        parse_uri(kkt.uri),
        password=kkt.password,
        byte_timeout_s=kkt.byte_timeout_s,
        command_timeout_s=kkt.command_timeout_s,
        witness=_note_stale,
        observe=lambda command, seconds: metrics.COMMANDS.labels(command).observe(seconds),
    )
    return ShtrihPrinter(line)


def _note_stale(answer: bytes) -> None:
    metrics.STALE.inc()
    log.get().warning("stale_answer", command=describe(answer), answer=answer.hex())


def _count_receipt(intent: Intent, seconds: float) -> None:
    metrics.ATTEMPTS.labels(intent.phase.value).inc()
    metrics.PRINT_SECONDS.observe(seconds)
