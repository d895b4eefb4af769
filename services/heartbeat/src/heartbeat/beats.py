"""The sign of life with watermarks: what head office compares with what it holds."""

from collections.abc import Callable
from typing import Final

import nats.errors
import nats.js.errors

from actor.bus import Bus
from actor.bus_errors import BusError
from actor.stop import Stop
from contracts import services
from contracts.commands import BufferStatus, JournalPage, ReadBufferStatus, ReadJournal
from contracts.services import Verb
from contracts.states import Beat, ModeState, PrinterState
from contracts.streams import EVENTS
from contracts.subjects import Subjects

ASK_S: Final = 2.0
BEYOND_ALL: Final = 2**53
"""A journal page after this has no rows, only the newest sequence."""


class Watermarks:
    """Asks the owners; None for what its owner does not say."""

    def __init__(self, bus: Bus, subjects: Subjects) -> None:
        self._bus, self._subjects = bus, subjects

    async def buffer(self) -> BufferStatus | None:
        """How full the buffer is."""
        reply = await self._ask(services.STATUS, ReadBufferStatus())
        return reply if isinstance(reply, BufferStatus) else None

    async def ledger_seq(self) -> int | None:
        """The newest row of the ledger."""
        reply = await self._ask(services.JOURNAL, ReadJournal(after=BEYOND_ALL, limit=1))
        return reply.last_seq if isinstance(reply, JournalPage) else None

    async def events_seq(self) -> int | None:
        """The newest message of EVENTS."""
        try:
            return (await self._bus.jetstream.stream_info(EVENTS)).state.last_seq
        except (nats.errors.Error, nats.js.errors.Error, TimeoutError, OSError):
            return None

    async def _ask(self, verb: Verb, request: ReadBufferStatus | ReadJournal) -> object:
        subject = self._subjects.command(verb.service, verb.verb)
        try:
            return await self._bus.request(subject, request, verb.reply, ASK_S)
        except BusError:
            return None


def beat(
    state: ModeState,
    printer: PrinterState | None,
    buffer: BufferStatus | None,
    *,
    ledger_seq: int | None,
    events_seq: int | None,
    version: str,
    uptime_s: float,
) -> Beat:
    """One beat of what is known."""
    fn = printer.fn if printer else None
    unsent = printer.unsent if printer else None
    return Beat(
        till=state.till,
        at_ms=state.at_ms,
        version=version,
        uptime_s=int(uptime_s),
        mode=state.mode,
        since_ms=state.since_ms,
        fn=fn.number if fn else None,
        last_fd=fn.last_fd if fn else None,
        delivered_through=printer.delivered_through if printer and fn else None,
        unsent=unsent.count if unsent else None,
        ledger_seq=ledger_seq,
        events_seq=events_seq,
        queued=buffer.queued if buffer else None,
        capacity=buffer.capacity if buffer else None,
    )


async def send_beats(
    bus: Bus,
    subjects: Subjects,
    state: Callable[[], ModeState],
    printer: Callable[[], PrinterState | None],
    uptime_s: Callable[[], float],
    stop: Stop,
    *,
    every_s: float,
    version: str,
) -> None:
    """A beat now and each `every_s` until the stop; one that finds no connection is skipped."""
    marks = Watermarks(bus, subjects)
    while not stop.requested:
        buffer = await stop.race(marks.buffer())
        ledger_seq = await stop.race(marks.ledger_seq())
        events_seq = await stop.race(marks.events_seq())
        await bus.publish(
            subjects.beat,
            beat(
                state(), printer(), buffer, ledger_seq=ledger_seq, events_seq=events_seq,
                version=version, uptime_s=uptime_s(),
            ),
        )  # fmt: skip
        await stop.sleep(every_s)
