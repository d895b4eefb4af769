"""Counters of the line to the OFD, and the log line of each observation."""

from typing import Final

from actor import log, metrics
from contracts.states import BreakerState
from ofd_forwarder.observations import AttemptFailed, BreakerMoved, Observation, RunEnded

STATE_NUMBERS: Final = {BreakerState.CLOSED: 0, BreakerState.OPEN: 1, BreakerState.HALF_OPEN: 2}

BREAKER_STATE = metrics.gauge(
    "kkt_circuit_breaker_state", "Breaker of the OFD line: 0 closed, 1 open, 2 half-open"
)
FAILURES = metrics.counter("kkt_circuit_breaker_failures_total", "Failed attempts and probes")
OPENS = metrics.counter("kkt_circuit_breaker_opens_total", "How often the breaker opened")
ERRORS = metrics.counter("kkt_ofd_errors_total", "Failed attempts and probes by cause", ["error_code"])
RUN_SECONDS = metrics.histogram("kkt_sync_duration_seconds", "Duration of a delivery run")
DELIVERED = metrics.counter("kkt_ofd_documents_total", "Documents whose ticket the FN took")


def observe(observation: Observation) -> None:
    """Count and log one fact."""
    match observation:
        case RunEnded(run_id, delivered, failed, duration_s):
            RUN_SECONDS.observe(duration_s)
            DELIVERED.inc(delivered)
            log.canonical(
                "delivery_run", run=run_id, delivered=delivered, failed=failed, seconds=round(duration_s, 3)
            )
        case AttemptFailed(code, text):
            FAILURES.inc()
            ERRORS.labels(code).inc()
            log.get().warning("ofd_attempt_failed", code=code, reason=text)
        case BreakerMoved(before, after):
            BREAKER_STATE.set(STATE_NUMBERS[after])
            # A failed trial opens it again: that is the same outage, but a new opening.
            if after is BreakerState.OPEN:
                OPENS.inc()
            log.canonical("breaker_moved", before=before, after=after)
