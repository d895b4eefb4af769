"""What a scrape sees."""

from actor.metrics import exposition
from contracts.states import Mode, ModeCause, ModeChecks, Reach
from heartbeat.metrics import observe
from heartbeat.observations import Checked, LinkStuck, Moved

from .rig import HUB, TILL

UP = ModeChecks(
    nats=Reach.UP, kkt=Reach.UP, ofd=Reach.SLOW, link=Reach.NOT_CONFIGURED, odoo=Reach.NOT_CONFIGURED
)


def sample(name: str, **labels: str) -> float:
    wanted = {f'{key}="{value}"' for key, value in {"pos_id": TILL, **labels}.items()}
    for line in exposition(TILL).decode().splitlines():
        if line.startswith(f"{name}{{"):
            found, _, value = line.removeprefix(f"{name}{{").partition("} ")
            if set(found.split(",")) == wanted:
                return float(value)
    raise AssertionError(f"no {name} {labels}")


def test_one_mode_is_one_and_the_others_are_zero() -> None:
    for present in (*Mode, None):
        observe(Checked(UP, present))
        assert [sample("kkt_network_status", status=mode.value) for mode in Mode] == [
            mode is present for mode in Mode
        ]


def test_a_part_that_is_down_or_unknown_is_a_failure_and_a_slow_one_is_none() -> None:
    def failures() -> dict[str, float]:
        return {
            probe: sample("kkt_heartbeat_failures_total", probe=probe)
            for probe in ModeChecks.__struct_fields__
        }

    before = failures()
    observe(Checked(UP, Mode.ONLINE))
    assert failures() == before
    observe(Checked(ModeChecks(nats=Reach.DOWN, kkt=Reach.UP, ofd=Reach.UP, link=Reach.UP), None))
    assert {probe for probe, count in failures().items() if count > before[probe]} == {"nats", "odoo"}


def test_changes_and_a_stuck_link_are_told_in_the_log(capsys) -> None:
    observe(Moved(Mode.OFFLINE, Mode.ONLINE, ModeCause.OFD_DOWN, 120.04))
    observe(LinkStuck(HUB))
    said = capsys.readouterr().out
    for word in ("mode_changed", "ofd_down", "leaf_link_stuck", HUB[0], "restart nats-server"):
        assert word in said
