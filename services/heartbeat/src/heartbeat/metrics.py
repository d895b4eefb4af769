"""Gauge and counters of the mode, and the log line of each observation."""

from typing import Final

from actor import log, metrics
from contracts.states import Mode, ModeChecks, Reach
from heartbeat.observations import Checked, LinkStuck, Moved, Observation

STATUS: Final = metrics.gauge("kkt_network_status", "1 for the present mode of the till", ["status"])
FAILURES: Final = metrics.counter(
    "kkt_heartbeat_failures_total", "Checks that found a part down or could not tell", ["probe"]
)
FAILED: Final = (Reach.DOWN, Reach.UNKNOWN)

for _probe in ModeChecks.__struct_fields__:
    FAILURES.labels(_probe)
for _mode in Mode:
    STATUS.labels(_mode.value)


def observe(observation: Observation) -> None:
    """Count and log one fact."""
    match observation:
        case Checked(checks, present):
            for probe in checks.__struct_fields__:
                if getattr(checks, probe) in FAILED:
                    FAILURES.labels(probe).inc()
            for mode in Mode:
                STATUS.labels(mode.value).set(mode is present)
        case Moved(mode, before, cause, after_s):
            log.canonical("mode_changed", mode=mode, before=before, cause=cause, after_s=round(after_s, 1))
        case LinkStuck(hubs):
            log.get().error(
                "leaf_link_stuck", hubs=hubs, hint="the hub's port answers: restart nats-server of this till"
            )
