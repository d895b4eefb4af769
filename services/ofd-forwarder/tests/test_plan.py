import math

import msgspec

from ofd_forwarder.breaker import Breaker, FailureKind, Step
from ofd_forwarder.plan import Situation, plan

IDLE_S = 15.0
QUIET = Situation(breaker=Breaker(), waiting=False, forced=False, contact_at_s=0.0)
HUNG = Breaker(failures=1, kind=FailureKind.HANG, streak=1, next_at_s=5.0)
REFUSED_PORT = Breaker(failures=1, kind=FailureKind.CONNECT, streak=1, port_answers=False, next_at_s=1.0)


def step(situation: Situation, now_s: float, **changes: object) -> tuple[Step, float]:
    return plan(msgspec.structs.replace(situation, **changes), now_s, IDLE_S)


def test_a_waiting_document_goes_at_once() -> None:
    assert step(QUIET, 1.0, waiting=True) == (Step.TRY, 1.0)


def test_a_busy_printer_is_asked_when_it_wants() -> None:
    assert step(QUIET, 1.0, waiting=True, printer_at_s=2.0) == (Step.WAIT, 2.0)
    assert step(QUIET, 2.0, waiting=True, printer_at_s=2.0) == (Step.TRY, 2.0)


def test_an_idle_link_is_tested_now_and_then() -> None:
    assert step(QUIET, 14.9) == (Step.WAIT, 15.0)
    assert step(QUIET, 15.0) == (Step.PROBE, 15.0)


def test_a_backoff_is_waited_out_unless_a_person_forces_it() -> None:
    assert step(QUIET, 1.0, waiting=True, breaker=HUNG) == (Step.WAIT, 5.0)
    assert step(QUIET, 1.0, waiting=True, breaker=HUNG, forced=True) == (Step.TRY, 1.0)


def test_a_refused_port_is_probed_with_and_without_a_document() -> None:
    for waiting in (True, False):
        assert step(QUIET, 0.5, waiting=waiting, breaker=REFUSED_PORT) == (Step.WAIT, 1.0)
        assert step(QUIET, 1.0, waiting=waiting, breaker=REFUSED_PORT) == (Step.PROBE, 1.0)


def test_after_a_hang_with_nothing_to_send_no_probe_pretends_that_all_is_well() -> None:
    assert step(QUIET, 600.0, breaker=HUNG) == (Step.WAIT, math.inf)
