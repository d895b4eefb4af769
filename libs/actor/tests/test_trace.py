"""Trace context: one trace through the requests that cause one another."""

import pytest

from actor import trace


def test_what_a_request_causes_keeps_its_trace_with_a_new_span() -> None:
    came = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00"
    trace.enter(came)
    version, trace_id, span, flags = trace.outgoing().split("-")
    assert (version, trace_id, flags) == ("00", "4bf92f3577b34da6a3ce929d0e0e4736", "00")
    assert span != "00f067aa0ba902b7"


@pytest.mark.parametrize("came", [None, "", "nonsense", "00-XYZ-00f067aa0ba902b7-01"])
def test_without_a_good_header_a_new_trace_begins(came: str | None) -> None:
    trace.enter(came)
    assert trace.outgoing().split("-")[1] != trace.outgoing().split("-")[1]
