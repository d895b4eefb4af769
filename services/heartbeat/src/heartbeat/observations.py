"""What the work tells about itself: one record for each fact; logs and metrics read them."""

from collections.abc import Callable

import msgspec

from contracts.states import Mode, ModeCause, ModeChecks


class Checked(msgspec.Struct, frozen=True):
    """A check is done; `mode` is the present one after it."""

    checks: ModeChecks
    mode: Mode | None


class Moved(msgspec.Struct, frozen=True):
    """The mode changed, `after_s` seconds after the last change."""

    mode: Mode
    before: Mode | None
    cause: ModeCause
    after_s: float


class LinkStuck(msgspec.Struct, frozen=True):
    """The hub answers, but the leaf link does not come back."""

    hubs: tuple[str, ...]


Observation = Checked | Moved | LinkStuck
Observe = Callable[[Observation], None]
