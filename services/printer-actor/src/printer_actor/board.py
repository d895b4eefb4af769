"""What the others may know of the printer: one value, kept up to date by the owner, published by `publish`."""

import asyncio
from collections.abc import Callable

import msgspec

from actor.bus import Bus
from actor.stop import Stop
from contracts.states import FnState, Link, PrinterState, ShiftState, Unsent
from contracts.subjects import Subjects
from fiscal.receipt import FiscalDocument
from printer_actor.printer import DeviceStatus, FnLife, FnStatus, Mode, OfdQueue, Paper, ShiftCounters

EVERY_S = 1.0
LEAST_GAP_S = 0.02  # a burst of receipts is not worth a message each

CAUSES = {
    Paper.OUT: "Нет чековой ленты",
    Paper.COVER_OPEN: "Открыта крышка принтера",
}


class Board:
    """The owner writes, anybody reads."""

    def __init__(self, till: str, now_ms: Callable[[], int]) -> None:
        self._now_ms = now_ms
        self._state = PrinterState(till=till, at_ms=now_ms(), link=Link.CONNECTING, settled=False)
        self._changed = asyncio.Event()
        self._life = FnLife()
        self._opened_at: str | None = None
        self._obstacle = ""
        self.outbox_empty: Callable[[], bool] = lambda: True
        self.row_open: Callable[[], bool] = lambda: False

    def read(self) -> PrinterState:
        """The state as of now; settled only with an empty outbox and no open row."""
        settled = self._state.settled and self.outbox_empty() and not self.row_open()
        return msgspec.structs.replace(self._state, at_ms=self._now_ms(), settled=settled)

    def put(self, **fields: object) -> None:
        """Change some fields; a real change is published at once."""
        state = msgspec.structs.replace(self._state, **fields)
        if state != self._state:
            self._state = state
            self._changed.set()

    @property
    def can_print(self) -> bool:
        return self._state.can_print

    @property
    def link(self) -> Link:
        return self._state.link

    def show_device(self, status: DeviceStatus) -> None:
        """Paper and printing."""
        cause = CAUSES.get(status.paper) or self._obstacle
        printing = status.paper in (Paper.PRINTING, Paper.WAITING)
        self.put(can_print=not cause, cause=cause, printing=printing)

    def show_blocked(self, cause: str) -> None:
        """Something stands in the way until a receipt is printed again, or none waits any more."""
        self._obstacle = cause
        self.put(can_print=False, cause=cause)

    def show_free(self) -> None:
        """What stood in the way of an earlier receipt is no news any more; paper and cover stay as they were read."""
        if self._obstacle:
            cause = "" if self._state.cause == self._obstacle else self._state.cause
            self._obstacle = ""
            self.put(can_print=not cause, cause=cause, ofd_blocked=False, fn_full=False)

    def keep_life(self, life: FnLife) -> None:
        """What is left of the FN; shown with the next reading."""
        self._life = life

    def keep_opening(self, at: str | None) -> None:
        """When the open shift was opened, where that is known."""
        self._opened_at = at

    def show_fn(
        self, fn: FnStatus, shift: ShiftCounters, mode: Mode, queue: OfdQueue | None, delivered: int
    ) -> None:
        """FN, shift and what waits for the operator."""
        until = self._life.valid_until
        self.put(
            fn=FnState(
                number=fn.fn,
                last_fd=fn.last_fd,
                phase=fn.phase,
                warnings=fn.warnings,
                documents_left=self._life.documents_left,
                valid_until=until.isoformat() if until else None,
            ),
            shift=ShiftState(
                open=shift.open,
                number=shift.shift,
                over_24h=mode is Mode.SHIFT_EXPIRED,
                opened_at=self._opened_at if shift.open else None,
                receipts=shift.receipt,
            ),
            delivered_through=delivered,
        )
        self.show_queue(queue, delivered)

    def show_registered(self, document: FiscalDocument) -> None:
        """A receipt has just become a document: the same figures that a reading would give now."""
        self._obstacle = ""
        fn, shift, unsent = self._state.fn, self._state.shift, self._state.unsent
        if fn is not None and fn.number == document.fn:
            fn = msgspec.structs.replace(fn, last_fd=document.fd)
        if shift is not None:
            shift = msgspec.structs.replace(shift, open=True, number=document.shift, receipts=document.number)
        if unsent is not None:
            first = unsent.first_fd if unsent.count else document.fd
            unsent = msgspec.structs.replace(unsent, count=unsent.count + 1, first_fd=first)
        self.put(
            fn=fn, shift=shift, unsent=unsent, can_print=True, cause="", ofd_blocked=False, fn_full=False
        )

    def show_opened(self, document: FiscalDocument) -> None:
        """A shift was opened."""
        self.put(shift=ShiftState(open=True, number=document.shift, opened_at=document.at))

    def show_queue(self, queue: OfdQueue | None, delivered: int) -> None:
        """What waits for the operator."""
        unsent = None
        if queue is not None:
            at = queue.first_at.isoformat(timespec="minutes") if queue.count and queue.first_at else None
            unsent = Unsent(
                count=queue.count, first_fd=queue.first_fd if queue.count else delivered + 1, first_at=at
            )
        self.put(unsent=unsent, delivered_through=delivered)

    async def publish(self, bus: Bus, subjects: Subjects, stop: Stop) -> None:
        """Tell it once a second and on each change, until the stop."""
        stopped = asyncio.ensure_future(stop.wait())
        try:
            while not stop.requested:
                self._changed.clear()
                await bus.publish(subjects.state("printer"), self.read())
                changed = asyncio.ensure_future(self._changed.wait())
                await asyncio.wait({changed, stopped}, timeout=EVERY_S, return_when=asyncio.FIRST_COMPLETED)
                changed.cancel()
                await stop.sleep(LEAST_GAP_S)
        finally:
            stopped.cancel()

    def touch(self) -> None:
        """Publish now: something outside the fields has changed."""
        self._changed.set()
