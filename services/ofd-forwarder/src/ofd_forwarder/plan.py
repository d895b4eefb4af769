"""What to do next: try a document, test the link, or wait and until when. Pure."""

import math

import msgspec

from ofd_forwarder.breaker import Breaker, Step, next_step


class Situation(msgspec.Struct, frozen=True, kw_only=True):
    """All that the next step depends on; times are seconds of one monotonic clock."""

    breaker: Breaker
    waiting: bool  # the FN has, or may have, an undelivered document
    forced: bool  # a person wants a run now, whatever the breaker says
    contact_at_s: float  # when the OFD or its port was last tried
    printer_at_s: float = 0.0  # printer-actor wants no question before


def plan(situation: Situation, now_s: float, idle_probe_s: float) -> tuple[Step, float]:
    """Return the step and, with WAIT, the moment to ask again; with nothing to send the link is tested now and then."""
    if situation.forced:
        return Step.TRY, now_s
    allowed = next_step(situation.breaker, now_s)
    if allowed is Step.WAIT:
        return Step.WAIT, situation.breaker.next_at_s
    if allowed is Step.PROBE:
        return Step.PROBE, now_s
    if situation.waiting:
        ready = now_s >= situation.printer_at_s
        return (Step.TRY, now_s) if ready else (Step.WAIT, situation.printer_at_s)
    if situation.breaker.kind is not None:
        # After a hang or a refusal an open port proves nothing; only a document can.
        return Step.WAIT, math.inf
    due_s = situation.contact_at_s + idle_probe_s
    return (Step.PROBE, now_s) if now_s >= due_s else (Step.WAIT, due_s)
