"""What head office surely holds: the ack floor of `hub-sync`, readable without a link. EVENTS is purged below it.

The ledger keeps every row; the purge only bounds the stream. A floor that fell back (a crash, a rewound consumer) keeps
more, never less.
"""

from collections.abc import Callable
from typing import Final

from actor import log
from actor.bus import Bus
from actor.stop import Stop
from buffer_actor.events_publisher import EventsPublisher
from buffer_actor.jetstream import ServerSilent, call, stream_state
from buffer_actor.store import Ledger
from contracts.streams import DAY_S, EVENTS, HUB_SYNC_CONSUMER
from hlc import Timestamp

LOOK_EVERY_S: Final = 1.0
PURGE_EVERY_S: Final = 3600.0
KEPT_MS: Final = 90 * DAY_S * 1000
"""Younger events stay on the till, whatever the hub says that it has."""


def keep_from(*, floor: int, first_young: int | None, last_seq: int) -> int:
    """The first sequence that stays: what the hub lacks, what is young, and the last message in any case, because a
    stream that is purged empty and then damaged begins at 1 again. `first_young`: None when none is."""
    return min(floor + 1, first_young or floor + 1, last_seq)


class HubWatch:
    """Runs only where a hub is configured; without it nothing is known and nothing is purged."""

    def __init__(self, bus: Bus, ledger: Ledger, events: EventsPublisher) -> None:
        self._bus = bus
        self._ledger = ledger
        self._events = events
        self.floor: int | None = None
        """Everything up to this sequence is at the hub; None: not known now."""

    def lag(self, last_seq: int) -> int | None:
        """Event rows that the hub lacks, of `last_seq` rows."""
        return None if self.floor is None else max(0, last_seq - self.floor)

    async def run(self, stop: Stop, *, now_ms: Callable[[], int], monotonic: Callable[[], float]) -> None:
        """Look once a second, purge at start and once an hour, until the stop."""
        stop.ready()
        purge_at_s = monotonic()
        while not stop.requested:
            await self.look()
            if monotonic() >= purge_at_s and await self.purge(now_ms()):
                purge_at_s = monotonic() + PURGE_EVERY_S
            await stop.sleep(LOOK_EVERY_S)

    async def look(self) -> None:
        """Read the floor."""
        try:
            consumer = await call(self._bus, f"CONSUMER.INFO.{EVENTS}.{HUB_SYNC_CONSUMER}")
        except ServerSilent as error:
            log.get().debug("hub_floor_unknown", reason=str(error))
            self.floor = None
            return
        self.floor = int(consumer["ack_floor"]["stream_seq"])

    async def purge(self, now_ms: int) -> int:
        """Drop from EVENTS what the hub holds and is older than 90 days; the first sequence that stays, 0 = not now.

        Only while EVENTS is known to agree with the ledger: a stream in doubt is evidence.
        """
        floor, through = self.floor, self._events.through
        if not floor or through is None or floor > through:
            return 0
        try:
            return await self._purge(floor, now_ms)
        except ServerSilent as error:
            log.get().info("events_purge_unanswered", reason=str(error))
            return 0

    async def _purge(self, floor: int, now_ms: int) -> int:
        state = await stream_state(self._bus, EVENTS)
        first = int(state["first_seq"])
        cutoff = str(Timestamp(max(0, now_ms - KEPT_MS), 0, "0"))
        young = await self._ledger.first_event_since(cutoff, first=first, last=floor)
        keep = keep_from(floor=floor, first_young=young, last_seq=int(state["last_seq"]))
        if keep > first:
            await call(self._bus, f"STREAM.PURGE.{EVENTS}", {"seq": keep})
            log.get().info("events_purged", first_seq=keep, hub_floor=floor)
        return max(keep, first)
