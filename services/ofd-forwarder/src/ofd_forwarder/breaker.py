"""When may the OFD be tried: the circuit breaker with its backoff. Pure: time and jitter are handed in."""

import enum

import msgspec

from contracts.states import BreakerState


class FailureKind(enum.StrEnum):
    """Why an attempt failed; each kind comes back in its own way."""

    CONNECT = "connect"  # nothing accepted the connection: a probe shows when that changes
    HANG = "hang"  # connected, no complete answer within the limit
    REFUSAL = "refusal"  # closed without an answer, or an answer we cannot use


class BreakerRules(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Delays of requirement "two-phase fiscalisation", in seconds."""

    failures_to_open: int = 5
    probe_s: float = 1.0
    first_backoff_s: float = 5.0
    open_s: float = 60.0
    longest_backoff_s: float = 300.0
    jitter: float = 0.2  # a delay is shortened by up to this share, never lengthened


class AttemptBegun(msgspec.Struct, frozen=True):
    """A document is on its way."""


class Succeeded(msgspec.Struct, frozen=True):
    """The OFD acknowledged, or the link test passed and nothing waits."""


class Failed(msgspec.Struct, frozen=True, kw_only=True):
    """An attempt or a probe failed; `chance` is a random number in [0, 1) for the jitter."""

    kind: FailureKind
    chance: float


class ProbeAnswered(msgspec.Struct, frozen=True):
    """The TCP port accepts connections."""


class Reset(msgspec.Struct, frozen=True):
    """An administrator closes the breaker by hand."""


Event = AttemptBegun | Succeeded | Failed | ProbeAnswered | Reset


class IllegalTransition(Exception):
    """An event that cannot happen in this state: a defect of the caller."""


class Breaker(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of the OFD. `next_at_s` is on the clock of the events."""

    state: BreakerState = BreakerState.CLOSED
    failures: int = 0  # in a row
    kind: FailureKind | None = None  # of the last failure in this row
    streak: int = 0  # failures of that kind in a row
    port_answers: bool = True
    next_at_s: float = 0.0


class Step(enum.Enum):
    """What to do now."""

    WAIT = enum.auto()
    PROBE = enum.auto()
    TRY = enum.auto()


# FAILED in CLOSED stays there until `failures_to_open` is reached.
TRANSITIONS: dict[tuple[BreakerState, type[Event]], BreakerState] = {
    (BreakerState.CLOSED, AttemptBegun): BreakerState.CLOSED,
    (BreakerState.CLOSED, Succeeded): BreakerState.CLOSED,
    (BreakerState.CLOSED, Failed): BreakerState.OPEN,
    (BreakerState.CLOSED, ProbeAnswered): BreakerState.CLOSED,
    (BreakerState.CLOSED, Reset): BreakerState.CLOSED,
    (BreakerState.OPEN, AttemptBegun): BreakerState.HALF_OPEN,
    (BreakerState.OPEN, Failed): BreakerState.OPEN,
    (BreakerState.OPEN, ProbeAnswered): BreakerState.OPEN,
    (BreakerState.OPEN, Reset): BreakerState.CLOSED,
    (BreakerState.HALF_OPEN, AttemptBegun): BreakerState.HALF_OPEN,
    (BreakerState.HALF_OPEN, Succeeded): BreakerState.CLOSED,
    (BreakerState.HALF_OPEN, Failed): BreakerState.OPEN,
    (BreakerState.HALF_OPEN, ProbeAnswered): BreakerState.HALF_OPEN,
    (BreakerState.HALF_OPEN, Reset): BreakerState.CLOSED,
}


def next_step(breaker: Breaker, now_s: float) -> Step:
    """Say what is due: a probe only where the last failure was a refused connection."""
    if now_s < breaker.next_at_s:
        return Step.WAIT
    return Step.TRY if breaker.port_answers else Step.PROBE


def advance(breaker: Breaker, event: Event, now_s: float, rules: BreakerRules) -> Breaker:
    """Return the breaker after an event."""
    try:
        state = TRANSITIONS[breaker.state, type(event)]
    except KeyError:
        raise IllegalTransition(f"{type(event).__name__} while {breaker.state.name}") from None
    match event:
        case Succeeded() | Reset():
            return Breaker(next_at_s=now_s)
        case AttemptBegun():
            return msgspec.structs.replace(breaker, state=state)
        case ProbeAnswered():
            return msgspec.structs.replace(breaker, state=state, port_answers=True, next_at_s=now_s)
        case Failed():
            return _failed(breaker, event, now_s, rules)


def _failed(breaker: Breaker, event: Failed, now_s: float, rules: BreakerRules) -> Breaker:
    failures = breaker.failures + 1
    streak = breaker.streak + 1 if event.kind is breaker.kind else 1
    stays_closed = breaker.state is BreakerState.CLOSED and failures < rules.failures_to_open
    state = BreakerState.CLOSED if stays_closed else BreakerState.OPEN
    return Breaker(
        state=state,
        failures=failures,
        kind=event.kind,
        streak=streak,
        port_answers=event.kind is not FailureKind.CONNECT,
        next_at_s=now_s + _delay_s(state, event, streak, rules),
    )


def _delay_s(state: BreakerState, event: Failed, streak: int, rules: BreakerRules) -> float:
    if event.kind is FailureKind.CONNECT:
        return rules.probe_s
    if state is BreakerState.CLOSED:
        first_s, doublings = rules.first_backoff_s, streak - 1
    else:
        first_s, doublings = rules.open_s, max(0, streak - rules.failures_to_open)
    # The exponent is limited before the power: a streak of days must not make a huge float.
    delay_s = min(first_s * 2.0 ** min(doublings, 30), rules.longest_backoff_s)
    return delay_s * (1 - rules.jitter * event.chance)
