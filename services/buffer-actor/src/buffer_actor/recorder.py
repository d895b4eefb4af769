"""Events that other services hand over, under guard and during boot too. Runs in the mailbox."""

from actor import log
from buffer_actor.context import Context
from buffer_actor.faults import Point
from buffer_actor.notices import EventRecorded, ReceiptSettled
from buffer_actor.record import Applied, record
from contracts.commands import Recorded, RecordEvent
from contracts.events import AnyEvent, event_name
from hlc import ClockInDoubt, MalformedTimestamp, StampTooFarAhead, Timestamp


class Recorder:
    """Gives each event its row, once, and tells those who wait for what it changed."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def take(self, command: RecordEvent) -> Recorded:
        """Store and answer; an event is never dropped and never refused."""
        context, event = self._context, command.event
        await context.at(Point.EVENT_RECEIVED)
        applied = await self.store(event, self._merge(command.hlc))
        await context.at(Point.RECORDED)
        context.notify(EventRecorded(name=event_name(event), known=applied.known))
        return Recorded(event_id=event.event_id, seq=applied.seq)

    async def store(self, event: AnyEvent, hlc: str) -> Applied:
        """The event's row and its effect, then the news of it."""
        context = self._context
        applied = await context.ledger.write(lambda tx: record(tx, event, hlc, context.now_ms))
        change = applied.change
        if change.contradiction:
            context.condition.stop(await context.ledger.contradictions())
            log.get().critical("contradiction", letter_id=event.event_id, text=change.contradiction)
        if change.freed:
            context.releaser.free(change.freed)
        if change.state:
            context.notify(ReceiptSettled(state=change.state))
        if change.key:
            context.waiters.changed(change.key)
        if not applied.known:
            context.events.wake()
            log.canonical("event_recorded", contract=event_name(event), event_id=event.event_id, seq=applied.seq,
                          hlc=hlc, key=change.key or None, state=change.state or None)  # fmt: skip
        return applied

    def _merge(self, hlc: str) -> str:
        """Merge the stamp of the fact; a stamp that cannot be merged is an alarm, never a reason to drop an event."""
        try:
            self._context.clock.merge(Timestamp.parse(hlc))
        except StampTooFarAhead as error:
            log.get().error("hlc_too_far_ahead", stamp=hlc, ahead_ms=error.ahead_ms)
        except MalformedTimestamp as error:
            log.get().error("hlc_malformed", reason=str(error))
            return self._own_stamp()
        except ClockInDoubt:
            pass  # told by the boot guard once, not by each event
        return hlc

    def _own_stamp(self) -> str:
        try:
            return str(self._context.clock.now())
        except ClockInDoubt:
            return str(Timestamp(self._context.now_ms(), 0, self._context.till))
