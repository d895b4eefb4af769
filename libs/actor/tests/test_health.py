"""Health: the worst part decides."""

from actor.health import Component, Health, Status


def test_nothing_reported_is_ok() -> None:
    assert Health().status is Status.OK


def test_the_worst_part_decides_and_a_part_may_recover() -> None:
    health = Health()
    health.ok("nats")
    health.degraded("ofd", "no answer for 5 min")
    assert health.status is Status.DEGRADED
    health.down("kkt", "port closed")
    assert health.status is Status.DOWN
    health.ok("kkt")
    assert health.status is Status.DEGRADED
    assert health.report().components == {
        "nats": Component(status=Status.OK),
        "ofd": Component(status=Status.DEGRADED, reason="no answer for 5 min"),
        "kkt": Component(status=Status.OK),
    }
