"""What a person is told."""

import pytest
from msgspec.structs import replace

from buffer_actor.rows import ShiftRow
from buffer_actor.status import alerts, shift_state
from buffer_actor.store import Waiting
from contracts.states import FnState, Link, PrinterState, ShiftState

from . import samples as s

PRINTER = PrinterState(
    till=s.TILL,
    at_ms=0,
    link=Link.UP,
    settled=True,
    fn=FnState(number=s.FN, last_fd=1, phase=3, warnings=0),
    shift=ShiftState(open=True, number=7),
)


def codes(
    waiting: Waiting | None = None, *, full: float = 0.0, printer: PrinterState | None = PRINTER,
    stopped: str = "", refused: str = "",
) -> list[str]:  # fmt: skip
    found = alerts(waiting or Waiting(), full=full, printer=printer, stopped=stopped, events_refused=refused)
    return [alert.code for alert in found]


def test_a_till_that_is_well_tells_nothing() -> None:
    assert codes() == []
    assert codes(full=0.79) == []


@pytest.mark.parametrize(
    ("full", "code"), [(0.8, "buffer_80"), (0.9, "buffer_90"), (0.99, "buffer_90"), (1.0, "buffer_100")]
)
def test_the_buffer_is_told_at_80_90_and_100_percent(full: float, code: str) -> None:
    assert codes(full=full) == [code]


def test_everything_that_is_wrong_is_told_worst_first() -> None:
    printer = replace(
        PRINTER, fn=replace(PRINTER.fn or FnState(number="", last_fd=0, phase=0, warnings=0), warnings=4),
        can_print=False, cause="Нет чековой ленты", ofd_blocked=True,
    )  # fmt: skip
    waiting = Waiting(count=2, held=("a",), set_aside=("b",))
    assert codes(waiting, full=1, printer=printer, stopped="Так нельзя.", refused="full") == [
        "stopped", "receipt_held", "receipt_rejected", "buffer_100", "fn_warning", "ofd_overdue",
        "cannot_print", "events_refused",
    ]  # fmt: skip
    assert codes(printer=replace(PRINTER, fn_full=True)) == ["fn_full"]
    assert codes(printer=None) == ["device_silent"]


def test_the_shift_is_the_kkts_word_and_the_last_event_while_it_is_silent() -> None:
    last = ShiftRow(fn=s.FN, number=5, opened=s.document(1, form=2), closed=None, receipts=3)
    assert shift_state(PRINTER, last) == PRINTER.shift
    told = shift_state(None, last)
    assert told == ShiftState(open=True, number=5, opened_at=s.document(1).at, receipts=3)
    closed = shift_state(None, replace(last, closed=s.document(9, form=5)))
    assert closed is not None
    assert not closed.open
    assert shift_state(None, None) is None
