"""BUFFER against the ledger, each pair of them."""

import itertools

import pytest

from buffer_actor.guard import Plan, compare
from buffer_actor.machine import State
from buffer_actor.store import Slot

ROW = {state: Slot(key=f"key-{state}", receipt_id=f"id-{state}", state=state) for state in State}


def expected(state: State, there: bool) -> Plan:
    row = ROW[state]
    match state, there:
        case State.RECEIVED, True:
            return Plan(accept=(row,))
        case State.RECEIVED | State.ACCEPTED | State.FISCALISED | State.HELD, False:
            return Plan(publish=(row,))
        case State.DELIVERED | State.ANNULLED, True:
            return Plan(release=(row.receipt_id,))
        case State.REFUSED, True:
            text = f"В буфере лежит чек {row.receipt_id}, в котором кассиру отказано."
            return Plan(contradictions=((row.receipt_id, text),))
        case _:
            return Plan()


@pytest.mark.parametrize(("state", "there"), list(itertools.product(State, [True, False])))
def test_each_state_with_and_without_its_message(state: State, there: bool) -> None:
    present = {ROW[state].receipt_id} if there else set()
    assert compare(present, [ROW[state]]) == expected(state, there)


def test_a_message_that_nobody_knows_is_a_contradiction() -> None:
    [(receipt_id, text)] = compare({"stranger"}, []).contradictions
    assert receipt_id == "stranger"
    assert "stranger" in text


def test_all_kinds_at_once_keep_the_order_of_issue() -> None:
    plan = compare({ROW[State.RECEIVED].receipt_id, ROW[State.DELIVERED].receipt_id}, ROW.values())
    assert [row.state for row in plan.publish] == [State.ACCEPTED, State.FISCALISED, State.HELD]
    assert plan.accept == (ROW[State.RECEIVED],)
    assert plan.release == (ROW[State.DELIVERED].receipt_id,)
    assert plan.contradictions == ()
