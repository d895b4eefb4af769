"""The table walked pair by pair, and the verdicts of the decision table."""

import datetime as dt

import pytest

from contracts.events import HoldReason
from fiscal.kkt.errors import ErrorClass
from fiscal.money import Kopecks
from printer_actor.machine import (
    MAX_STUBBORN,
    OPEN,
    SETTLED,
    TRANSITIONS,
    Candidate,
    Expected,
    Forbidden,
    NotRegistered,
    Phase,
    Registered,
    Step,
    Unclear,
    advance,
    gives_up,
    judge,
)
from printer_actor.printer import FoundDocument

FN = "9999078900000961"


def document(fd: int, form: int = 3, total: int = 1000, operation: int = 1) -> FoundDocument:
    return FoundDocument(
        fd=fd, form=form, fp=1, at=dt.datetime(2026, 11, 21), delivered=False, operation=operation,
        total=Kopecks(total),
    )  # fmt: skip


def candidate(fd: int, lines: str = "lines", *, owned: bool = False, **fields: int) -> Candidate:
    return Candidate(document=document(fd, **fields), lines_hash=lines, owned=owned)


RECEIPT = Expected(fn=FN, fd_before=10, form=3, operation=1, total=1000, lines_hash="lines")
SHIFT = Expected(fn=FN, fd_before=10, form=2)


@pytest.mark.parametrize("phase", list(Phase))
@pytest.mark.parametrize("step", list(Step))
def test_every_pair_is_listed_or_refused(phase: Phase, step: Step):
    if (phase, step) in TRANSITIONS:
        assert advance(phase, step) is TRANSITIONS[phase, step]
    else:
        with pytest.raises(Forbidden):
            advance(phase, step)


def test_every_phase_is_reachable_and_an_end_is_an_end():
    reached, frontier = {Phase.NONE}, {Phase.NONE}
    while frontier:
        frontier = {after for (before, _), after in TRANSITIONS.items() if before in frontier} - reached
        reached |= frontier
    assert reached == set(Phase)
    ends = {phase for phase in Phase if not any(before is phase for before, _ in TRANSITIONS)}
    assert ends == {Phase.REGISTERED, Phase.ANNULLED, Phase.REFUSED}


def test_nothing_runs_again_but_what_is_due_or_new():
    runnable = {before for (before, step) in TRANSITIONS if step is Step.PREPARE}
    assert runnable == {Phase.NONE, Phase.DUE}


def test_only_a_person_ends_a_held_or_rejected_receipt():
    person = {Step.IS_DOCUMENT, Step.PRINT, Step.ANNUL}
    for phase in (Phase.HELD, Phase.REJECTED):
        assert {step for (before, step) in TRANSITIONS if before is phase} <= person


def test_what_may_be_acknowledged_is_never_open():
    assert not set(SETTLED) & set(OPEN)
    assert Phase.HELD not in SETTLED
    assert Phase.DUE not in SETTLED


def test_a_counter_that_did_not_move_means_not_registered():
    assert judge(RECEIPT, FN, 10, []) == NotRegistered()


def test_one_document_of_our_lines_is_ours():
    assert judge(RECEIPT, FN, 11, [candidate(11)]) == Registered(document=document(11))


def test_a_shift_that_was_opened_implicitly_is_not_the_receipt():
    assert judge(RECEIPT, FN, 11, [candidate(11, "", form=2)]) == NotRegistered()


@pytest.mark.parametrize("fields", [{"total": 999}, {"operation": 2}])
def test_another_sum_or_operation_is_a_foreign_receipt(fields: dict[str, int]):
    verdict = judge(RECEIPT, FN, 11, [candidate(11, **fields)])
    assert verdict == NotRegistered(foreign=(document(11, **fields),))


def test_equal_sums_with_other_lines_are_for_a_person():
    verdict = judge(RECEIPT, FN, 11, [candidate(11, "other lines")])
    assert isinstance(verdict, Unclear)
    assert verdict.facts["documents"] == "11"


def test_a_document_that_cannot_be_read_proves_nothing():
    assert isinstance(judge(RECEIPT, FN, 11, [candidate(11, "")]), Unclear)


def test_two_documents_of_our_lines_are_for_a_person():
    assert isinstance(judge(RECEIPT, FN, 12, [candidate(11), candidate(12)]), Unclear)


def test_a_document_of_another_receipt_of_ours_does_not_count():
    verdict = judge(RECEIPT, FN, 12, [candidate(11, owned=True), candidate(12)])
    assert verdict == Registered(document=document(12))
    assert judge(RECEIPT, FN, 11, [candidate(11, owned=True)]) == NotRegistered()


def test_our_document_with_the_next_one_open_means_another_host():
    assert isinstance(judge(RECEIPT, FN, 11, [candidate(11)], document_open=True), Unclear)


def test_an_open_document_alone_is_no_obstacle_to_the_verdict():
    assert judge(RECEIPT, FN, 10, [], document_open=True) == NotRegistered()


def test_another_fn_is_for_a_person():
    verdict = judge(RECEIPT, "9999078900000962", 3, [])
    assert isinstance(verdict, Unclear)
    assert verdict.reason is HoldReason.FN_CHANGED


def test_a_counter_that_went_back_is_for_a_person():
    assert isinstance(judge(RECEIPT, FN, 9, []), Unclear)


def test_documents_that_were_not_looked_at_leave_the_truth_unclear():
    assert isinstance(judge(RECEIPT, FN, 700, []), Unclear)


def test_a_shift_document_needs_its_form_only():
    assert judge(SHIFT, FN, 11, [candidate(11, "", form=2)]) == Registered(document=document(11, form=2))
    assert judge(SHIFT, FN, 11, [candidate(11, "", form=5)]) == NotRegistered()


def test_a_wrong_request_is_given_up_at_once_and_a_stubborn_state_after_some_attempts():
    assert gives_up(ErrorClass.BUG, 1)
    assert not gives_up(ErrorClass.STATE, MAX_STUBBORN - 1)
    assert gives_up(ErrorClass.STATE, MAX_STUBBORN)
    for kind in (
        ErrorClass.PAPER,
        ErrorClass.SHIFT,
        ErrorClass.OFD,
        ErrorClass.BUSY,
        ErrorClass.LINK,
        ErrorClass.FN,
    ):
        assert not gives_up(kind, 1000)
