import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.states import BreakerState
from ofd_forwarder.breaker import (
    TRANSITIONS,
    AttemptBegun,
    Breaker,
    BreakerRules,
    Event,
    Failed,
    FailureKind,
    IllegalTransition,
    ProbeAnswered,
    Reset,
    Step,
    Succeeded,
    advance,
    next_step,
)

RULES = BreakerRules()
CONNECT = Failed(kind=FailureKind.CONNECT, chance=0.0)
HANG = Failed(kind=FailureKind.HANG, chance=0.0)
REFUSAL = Failed(kind=FailureKind.REFUSAL, chance=0.0)
EVENTS: list[Event] = [AttemptBegun(), Succeeded(), CONNECT, ProbeAnswered(), Reset()]


def after(*events: Event, now_s: float = 0.0, breaker: Breaker | None = None) -> Breaker:
    breaker = breaker or Breaker()
    for event in events:
        breaker = advance(breaker, event, now_s, RULES)
    return breaker


def failed_attempts(failed: Failed, count: int) -> Breaker:
    return after(*[AttemptBegun(), failed] * count)


def test_a_fresh_breaker_tries_at_once() -> None:
    assert next_step(Breaker(), 0.0) is Step.TRY


def test_five_failures_in_a_row_open_it_and_four_do_not() -> None:
    assert failed_attempts(HANG, 4).state is BreakerState.CLOSED
    assert failed_attempts(HANG, 5).state is BreakerState.OPEN


def test_a_success_forgets_the_failures_before_it() -> None:
    breaker = after(AttemptBegun(), Succeeded(), breaker=failed_attempts(HANG, 4))
    assert breaker == Breaker()


def test_failures_of_different_kinds_open_it_together_but_back_off_apart() -> None:
    breaker = after(CONNECT, HANG, CONNECT, HANG)
    assert breaker.failures == 4
    assert breaker.next_at_s == RULES.first_backoff_s
    assert after(REFUSAL, breaker=breaker).state is BreakerState.OPEN


def test_hangs_back_off_from_5_s_to_60_s_and_on_to_5_min() -> None:
    waits = [failed_attempts(HANG, count).next_at_s for count in range(1, 11)]
    assert waits == [5, 10, 20, 40, 60, 120, 240, 300, 300, 300]


def test_a_failed_trial_opens_it_again_at_once() -> None:
    trial = after(AttemptBegun(), breaker=failed_attempts(REFUSAL, 5))
    assert trial.state is BreakerState.HALF_OPEN
    assert after(REFUSAL, breaker=trial).state is BreakerState.OPEN


def test_after_a_connect_failure_a_probe_is_due_each_second() -> None:
    for count in (1, 5, 500):
        breaker = failed_attempts(CONNECT, count)
        assert next_step(breaker, 0.99) is Step.WAIT
        assert next_step(breaker, 1.0) is Step.PROBE


@pytest.mark.parametrize("count", [1, 4, 5, 500])
def test_a_probe_that_answers_allows_a_try_at_once(count: int) -> None:
    breaker = after(ProbeAnswered(), now_s=7.0, breaker=failed_attempts(CONNECT, count))
    assert next_step(breaker, 7.0) is Step.TRY


def test_a_hang_after_the_probe_answered_waits_for_the_clock_and_not_for_a_probe() -> None:
    breaker = after(ProbeAnswered(), AttemptBegun(), HANG, breaker=failed_attempts(CONNECT, 5))
    assert next_step(breaker, 59.0) is Step.WAIT
    assert next_step(breaker, 60.0) is Step.TRY


def test_a_forced_attempt_in_open_is_a_trial() -> None:
    breaker = after(AttemptBegun(), breaker=failed_attempts(HANG, 5))
    assert breaker.state is BreakerState.HALF_OPEN
    assert after(Succeeded(), breaker=breaker).state is BreakerState.CLOSED


@pytest.mark.parametrize("failed", [CONNECT, HANG, REFUSAL])
def test_reset_closes_it_and_lets_the_next_try_go(failed: Failed) -> None:
    breaker = after(Reset(), now_s=3.0, breaker=failed_attempts(failed, 9))
    assert breaker.state is BreakerState.CLOSED
    assert next_step(breaker, 3.0) is Step.TRY


@given(st.floats(0, 1, exclude_max=True), st.integers(1, 2000))
def test_jitter_only_shortens_and_never_by_more_than_its_share(chance: float, count: int) -> None:
    plain = failed_attempts(HANG, min(count, 10)).next_at_s
    breaker = failed_attempts(HANG, min(count, 10) - 1)
    jittered = after(AttemptBegun(), Failed(kind=FailureKind.HANG, chance=chance), breaker=breaker).next_at_s
    assert plain * (1 - RULES.jitter) <= jittered <= plain


def test_every_pair_is_listed_or_refused_and_every_state_is_reached() -> None:
    for state, event in itertools.product(BreakerState, EVENTS):
        breaker = Breaker(state=state)
        if (state, type(event)) in TRANSITIONS:
            after(event, breaker=breaker)
        else:
            with pytest.raises(IllegalTransition):
                after(event, breaker=breaker)
    assert set(TRANSITIONS.values()) == set(BreakerState)


@given(st.lists(st.sampled_from([CONNECT, HANG, REFUSAL]), max_size=30))
def test_whatever_fails_a_try_comes_within_five_minutes(failures: list[Failed]) -> None:
    breaker = Breaker()
    for failed in failures:
        breaker = after(AttemptBegun(), failed, breaker=breaker)
    assert next_step(breaker, RULES.longest_backoff_s) is not Step.WAIT
