"""What the handlers of the one mailbox share. Everything that changes goes through that mailbox."""

from collections.abc import Callable
from dataclasses import dataclass

from buffer_actor.accept import Limits
from buffer_actor.buffer_stream import BufferStream
from buffer_actor.condition import Condition
from buffer_actor.events_publisher import EventsPublisher
from buffer_actor.faults import Checkpoint
from buffer_actor.hub_watch import HubWatch
from buffer_actor.notices import Notify
from buffer_actor.releaser import Releaser
from buffer_actor.store import Ledger
from buffer_actor.waiters import Waiters
from buffer_actor.world import World
from contracts.dead import CONTRADICTION, DeadLetter
from hlc import Clock


@dataclass(frozen=True, kw_only=True, slots=True)
class Context:
    """One till. `running_since_ms` is our start; `free_bytes` looks at the data folder's disk."""

    till: str
    tax_system: int
    ledger: Ledger
    buffer: BufferStream
    events: EventsPublisher
    hub: HubWatch
    releaser: Releaser
    condition: Condition
    waiters: Waiters
    world: World
    clock: Clock
    limits: Limits
    now_ms: Callable[[], int]
    new_id: Callable[[], str]
    free_bytes: Callable[[], int]
    running_since_ms: int
    at: Checkpoint
    notify: Notify

    def letter(self, letter_id: str, text: str, **facts: str) -> DeadLetter:
        """A contradiction found by ourselves."""
        return DeadLetter(
            letter_id=letter_id,
            till=self.till,
            kind=CONTRADICTION,
            text=text,
            at_ms=self.now_ms(),
            facts=facts,
        )
