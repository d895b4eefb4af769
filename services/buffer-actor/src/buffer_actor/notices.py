"""What the work tells those who count: one record for one finished unit. The work itself counts nothing."""

from collections.abc import Callable

import msgspec


class ReceiptAnswered(msgspec.Struct, frozen=True, kw_only=True):
    """A caller of `accept` got its answer: a status, or the code of a refusal."""

    outcome: str
    seconds: float
    repeated: bool = False


class ReceiptSettled(msgspec.Struct, frozen=True, kw_only=True):
    """A receipt reached a state that is counted once: accepted, refused, fiscalised, delivered, held, annulled."""

    state: str


class EventRecorded(msgspec.Struct, frozen=True, kw_only=True):
    """Another service's event got its row, or had it."""

    name: str
    known: bool


class GuardRan(msgspec.Struct, frozen=True, kw_only=True):
    """BUFFER was compared with the ledger."""

    republished: int
    released: int
    clear: bool


Notice = ReceiptAnswered | ReceiptSettled | EventRecorded | GuardRan
Notify = Callable[[Notice], None]
