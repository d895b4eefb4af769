"""EVENTS from the ledger: row n is message n. The only publisher; a sale never waits for it.

What it believes about the stream lives in memory only. At start, after a reconnect, after a wrong sequence and by
timer it reads the last message and goes on after it, so that a lost tail goes out again, old rows first.
"""

import asyncio
import base64
import contextlib
from collections.abc import Awaitable, Callable
from typing import Final, get_args

from actor import log
from actor.bus import Bus
from actor.bus_errors import OutcomeUnknown, Refused
from actor.stop import Stop
from buffer_actor.bells import Bell
from buffer_actor.faults import Checkpoint, Point
from buffer_actor.jetstream import ServerSilent, read_message, stream_state
from buffer_actor.rows import EventRow
from buffer_actor.store import Ledger
from contracts.envelope import EXPECTED_LAST_SEQUENCE, HLC, MSG_ID, SCHEMA, event_msg_id, schema_of
from contracts.events import AnyEvent
from contracts.streams import EVENTS
from contracts.subjects import Subjects

LOOK_EVERY_S: Final = 20.0
RETRY_S: Final = 0.5
BATCH: Final = 100

_WRONG_LAST_SEQUENCE: Final = 10071
_SCHEMAS: Final = {str(kind.__struct_config__.tag): schema_of(kind) for kind in get_args(AnyEvent)}


class EventsPublisher:
    """Rows of the ledger on their way to EVENTS. `contradict` is told what no rule can mend."""

    def __init__(
        self,
        bus: Bus,
        subjects: Subjects,
        ledger: Ledger,
        *,
        contradict: Callable[[str, str], Awaitable[None]],
        at: Checkpoint,
    ) -> None:
        self._bus = bus
        self._subjects = subjects
        self._ledger = ledger
        self._contradict = contradict
        self._at = at
        self._bell = Bell()
        self._through: int | None = None  # rows that EVENTS surely has; None: have to look
        self._moved = asyncio.Event()
        self.compared = asyncio.Event()
        self.published = 0
        self.refused = ""

    def wake(self) -> None:
        """There is a new row."""
        self._bell.ring()

    def look_again(self) -> None:
        """What was believed may be wrong: after a reconnect, or by timer."""
        self._through = None
        self._bell.ring()

    @property
    def through(self) -> int | None:
        """The last row that EVENTS surely has; None while nothing is known."""
        return self._through

    async def advanced(self, timeout_s: float) -> None:
        """Wait until it went on, or for that long."""
        self._moved.clear()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                await self._moved.wait()

    async def run(self, stop: Stop) -> None:
        """Publish until the stop."""
        stop.ready()
        while not stop.requested:
            pause_s = RETRY_S
            try:
                if await self._advance(stop):
                    pause_s = LOOK_EVERY_S
            except (ServerSilent, OutcomeUnknown) as error:
                log.get().info("events_publish_unknown", reason=str(error))
                self._through = None
            except Refused as error:
                self._refused(error)
            if not await self._bell.wait(pause_s, stop):
                self._through = None

    async def _advance(self, stop: Stop) -> bool:
        """Bring EVENTS up to the ledger's last row; False when a person has to look first."""
        if self._through is None:
            self._through = await self._look()
        if self._through is None:
            return False
        while rows := await self._ledger.events_after(self._through, BATCH):
            for row in rows:
                if stop.requested or self._through != row.seq - 1:  # told to look again
                    return True
                await self._publish(row)
        return True

    async def _look(self) -> int | None:
        state = await stream_state(self._bus, EVENTS)
        there, ours = int(state["last_seq"]), await self._ledger.last_seq()
        if there > ours:
            await self._contradict(
                f"events:{there}",
                f"В потоке EVENTS есть событие {there}, а в журнале кассы их только {ours}.",
            )
            return None
        if state["messages"] and not await self._is_ours(there):
            await self._contradict(
                f"events:{there}", f"Событие {there} в потоке EVENTS — не то, что записано в журнале кассы."
            )
            return None
        if there < ours:
            log.get().info("events_behind", last_seq=there, rows=ours)
        self.compared.set()
        self._moved.set()
        return there

    async def _is_ours(self, seq: int) -> bool:
        row, message = await self._ledger.event(seq), await read_message(self._bus, EVENTS, seq)
        named = base64.b64decode(message.get("hdrs", "")).decode(errors="replace")
        return row is not None and f"{MSG_ID}: {self._msg_id(row)}\r\n" in named

    async def _publish(self, row: EventRow) -> None:
        await self._at(Point.EVENT_UNPUBLISHED)
        ack = await self._bus.publish_stream(
            self._subjects.event(row.name),
            row.body,
            stream=EVENTS,
            headers={
                MSG_ID: self._msg_id(row),
                HLC: row.hlc,
                SCHEMA: _SCHEMAS[row.name],
                EXPECTED_LAST_SEQUENCE: str(row.seq - 1),
            },
        )
        if ack.duplicate or ack.seq != row.seq:
            raise OutcomeUnknown(f"row {row.seq} was answered with sequence {ack.seq}")
        self.refused = ""
        self.published += 1
        if self._through == row.seq - 1:
            self._through = row.seq
            self._moved.set()
        await self._at(Point.EVENT_PUBLISHED)

    def _refused(self, error: Refused) -> None:
        self._through = None
        if error.err_code != _WRONG_LAST_SEQUENCE:
            self.refused = error.description
            log.get().error("events_refused", reason=str(error))

    def _msg_id(self, row: EventRow) -> str:
        return event_msg_id(self._subjects.till, row.event_id, row.name)
