"""Life of a receipt in the ledger, as a table. Pure.

States only go forward. A pair (state, fact) moves the receipt, is passed over because its time is gone, or
contradicts what is stored, and then a person must look; what is listed nowhere is a mistake in the program.
"""

import enum
from typing import Final


class State(enum.StrEnum):
    """What is durable about a receipt. `stale` is shown to callers as held."""

    RECEIVED = "received"  # a publish to BUFFER may or may not have happened
    ACCEPTED = "accepted"  # stream and ledger have it
    FISCALISED = "fiscalised"  # the FN has it
    DELIVERED = "delivered"  # the FN holds the operator's ticket
    HELD = "held"  # truth unknown, or rejected for good: a person decides
    STALE = "stale"  # was `received` when we started, too old to be published unasked
    ANNULLED = "annulled"  # a person closed it, no document exists
    REFUSED = "refused"  # never was and never will be in BUFFER


class Fact(enum.StrEnum):
    """What may become known about a receipt."""

    STORED = "stored"  # BUFFER holds its message
    NO_ROOM = "no_room"  # BUFFER's direct answer to the first publish, in the life that wrote the row
    FISCALISED = "fiscalised"
    DELIVERED = "delivered"
    HELD = "held"
    ANNULLED = "annulled"
    AGED = "aged"  # found `received` and old at start
    PRINT_DECIDED = "print_decided"  # a person wants the stale receipt printed


class Outcome(enum.Enum):
    """What a fact does to a receipt."""

    MOVED = enum.auto()
    PASSED = enum.auto()  # known or overtaken: nothing changes, the teller is answered
    CONTRADICTION = enum.auto()


_S, _F = State, Fact

TRANSITIONS: Final[dict[tuple[State, Fact], State]] = {
    (_S.RECEIVED, _F.STORED): _S.ACCEPTED,
    (_S.RECEIVED, _F.NO_ROOM): _S.REFUSED,
    (_S.RECEIVED, _F.AGED): _S.STALE,
    (_S.RECEIVED, _F.FISCALISED): _S.FISCALISED,  # may overtake `accepted`
    (_S.RECEIVED, _F.HELD): _S.HELD,
    (_S.RECEIVED, _F.ANNULLED): _S.ANNULLED,
    (_S.ACCEPTED, _F.FISCALISED): _S.FISCALISED,
    (_S.ACCEPTED, _F.HELD): _S.HELD,
    (_S.ACCEPTED, _F.ANNULLED): _S.ANNULLED,
    (_S.FISCALISED, _F.DELIVERED): _S.DELIVERED,
    (_S.HELD, _F.FISCALISED): _S.FISCALISED,
    (_S.HELD, _F.ANNULLED): _S.ANNULLED,
    (_S.STALE, _F.PRINT_DECIDED): _S.HELD,
    (_S.STALE, _F.FISCALISED): _S.FISCALISED,  # its message was in BUFFER after all
    (_S.STALE, _F.HELD): _S.HELD,
    (_S.STALE, _F.ANNULLED): _S.ANNULLED,
}

PASSED: Final = frozenset(
    {
        *((state, _F.STORED) for state in (_S.ACCEPTED, _S.FISCALISED, _S.DELIVERED, _S.HELD, _S.STALE)),
        (_S.ANNULLED, _F.STORED),  # a late publish: the guard purges it
        (_S.FISCALISED, _F.FISCALISED),
        (_S.DELIVERED, _F.FISCALISED),
        (_S.DELIVERED, _F.DELIVERED),
        *((state, _F.HELD) for state in (_S.FISCALISED, _S.DELIVERED, _S.ANNULLED)),
        (_S.HELD, _F.HELD),  # held once more: new facts, the same state
        (_S.ANNULLED, _F.ANNULLED),
        (_S.HELD, _F.PRINT_DECIDED),
    }
)

CONTRADICTIONS: Final = frozenset(
    {
        (_S.REFUSED, _F.STORED),
        (_S.REFUSED, _F.FISCALISED),
        (_S.REFUSED, _F.HELD),
        (_S.REFUSED, _F.ANNULLED),
        (_S.ANNULLED, _F.FISCALISED),
        (_S.FISCALISED, _F.ANNULLED),
        (_S.DELIVERED, _F.ANNULLED),
    }
)

OPEN: Final = (State.RECEIVED, State.ACCEPTED, State.FISCALISED, State.HELD, State.STALE)
"""Count against the cap."""

IN_BUFFER: Final = (State.RECEIVED, State.ACCEPTED, State.FISCALISED, State.HELD)
"""Published again where BUFFER lacks them. A stale one is not: a person decides."""

FREED: Final = (State.DELIVERED, State.ANNULLED)
"""Must not be in BUFFER."""

UNDECIDED: Final = (State.RECEIVED, State.ACCEPTED)
"""A caller waits for more."""


class Forbidden(Exception):
    """The table has no such pair: a mistake in the program, never passed over in silence."""

    def __init__(self, state: State, fact: Fact) -> None:
        super().__init__(f"{fact} cannot become known of a {state} receipt")
        self.state = state
        self.fact = fact


def advance(state: State, fact: Fact) -> tuple[State, Outcome]:
    """The state after a fact and what the fact did; Forbidden for a pair that the tables do not list."""
    pair = (state, fact)
    if pair in TRANSITIONS:
        return TRANSITIONS[pair], Outcome.MOVED
    if pair in PASSED:
        return state, Outcome.PASSED
    if pair in CONTRADICTIONS:
        return state, Outcome.CONTRADICTION
    raise Forbidden(state, fact)
