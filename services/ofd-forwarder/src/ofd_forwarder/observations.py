"""What the work tells about itself: one record for each fact; logs and metrics read them."""

from collections.abc import Callable

import msgspec

from contracts.states import BreakerState


class RunEnded(msgspec.Struct, frozen=True):
    """A delivery run is over."""

    run_id: str
    delivered: int
    failed: int
    duration_s: float


class AttemptFailed(msgspec.Struct, frozen=True):
    """An attempt or a probe failed."""

    code: str
    text: str


class BreakerMoved(msgspec.Struct, frozen=True):
    """The breaker changed its state."""

    before: BreakerState
    after: BreakerState


Observation = RunEnded | AttemptFailed | BreakerMoved
Observe = Callable[[Observation], None]
