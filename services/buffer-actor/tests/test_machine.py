"""The table of a receipt's life, walked."""

import itertools

import pytest

from buffer_actor.machine import (
    CONTRADICTIONS,
    FREED,
    IN_BUFFER,
    OPEN,
    PASSED,
    TRANSITIONS,
    UNDECIDED,
    Fact,
    Forbidden,
    Outcome,
    State,
    advance,
)

RANK = [
    {State.RECEIVED}, {State.ACCEPTED, State.STALE}, {State.HELD},
    {State.FISCALISED}, {State.DELIVERED, State.ANNULLED, State.REFUSED},
]  # fmt: skip
IMPOSSIBLE = {
    # BUFFER is published to for a received row only, and its answer is heard before anything else
    *((state, Fact.NO_ROOM) for state in State if state is not State.RECEIVED),
    # asked of received rows only
    *((state, Fact.AGED) for state in State if state is not State.RECEIVED),
    # asked of stale rows, and of held ones when it is asked twice
    *((state, Fact.PRINT_DECIDED) for state in State if state not in (State.STALE, State.HELD)),
    # a ticket names an FD, and only these rows have one
    *((state, Fact.DELIVERED) for state in State if state not in (State.FISCALISED, State.DELIVERED)),
}


def rank(state: State) -> int:
    return next(place for place, states in enumerate(RANK) if state in states)


@pytest.mark.parametrize(("state", "fact"), list(itertools.product(State, Fact)))
def test_each_pair_is_listed_once_or_deliberately_refused(state: State, fact: Fact) -> None:
    listed = [(state, fact) in table for table in (TRANSITIONS, PASSED, CONTRADICTIONS)]
    if (state, fact) in IMPOSSIBLE:
        assert not any(listed)
        with pytest.raises(Forbidden, match=state):
            advance(state, fact)
        return
    assert sum(listed) == 1
    after, outcome = advance(state, fact)
    assert outcome is (Outcome.MOVED, Outcome.PASSED, Outcome.CONTRADICTION)[listed.index(True)]
    assert (after is not state) == (outcome is Outcome.MOVED)


def test_a6_a_receipt_only_goes_forward() -> None:
    for (state, _), after in TRANSITIONS.items():
        assert rank(after) > rank(state)


def test_every_state_is_reached_from_received_and_the_final_ones_are_left_by_nothing() -> None:
    reached = {State.RECEIVED}
    for _ in State:
        reached |= {after for (state, _), after in TRANSITIONS.items() if state in reached}
    assert reached == set(State)
    final = {State.DELIVERED, State.ANNULLED, State.REFUSED}
    assert final == set(State) - {state for state, _ in TRANSITIONS}


def test_the_groups_of_states_say_what_the_specification_says() -> None:
    assert set(OPEN) == set(State) - {State.DELIVERED, State.ANNULLED, State.REFUSED}
    assert set(IN_BUFFER) == set(OPEN) - {State.STALE}
    assert set(FREED) == {State.DELIVERED, State.ANNULLED}
    assert set(UNDECIDED) == {State.RECEIVED, State.ACCEPTED}


@pytest.mark.parametrize("state", [State.REFUSED, State.ANNULLED])
def test_a_document_of_a_closed_receipt_is_a_contradiction_and_never_ignored(state: State) -> None:
    assert advance(state, Fact.FISCALISED) == (state, Outcome.CONTRADICTION)
