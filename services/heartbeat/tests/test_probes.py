"""What each part's word means, and which part decides."""

import pytest

from contracts.states import BreakerState, Link, Mode, ModeCause, ModeChecks, OfdState, Reach
from heartbeat.machine import Verdict
from heartbeat.probes import Facts, Server, Word, checks, verdict

from .rig import ALONE, CUT, LINKED, TILL, but, ofd, printer

UNTRIED = OfdState(till=TILL, at_ms=0, reachable=False, breaker=BreakerState.CLOSED)
SICK = but(LINKED, server=Server(healthy=False, hubs=("hub:7422",), linked=True))
ONLINE = Verdict(Mode.ONLINE, ModeCause.ALL_UP)

VERDICTS = [
    (ALONE, ONLINE),
    (but(ALONE, ofd=ofd(slow=True)), ONLINE),
    (but(ALONE, ofd=ofd(up=False)), Verdict(Mode.OFFLINE, ModeCause.OFD_DOWN)),
    (but(ALONE, ofd=None), None),
    (but(ALONE, ofd=None, ofd_silent=True), Verdict(Mode.OFFLINE, ModeCause.OFD_SILENT)),
    (but(ALONE, ofd=UNTRIED), None),
    (but(ALONE, server=None), None),
    (but(ALONE, server=None, ofd=ofd(up=False)), Verdict(Mode.OFFLINE, ModeCause.OFD_DOWN)),
    (but(ALONE, printer=printer(Link.DOWN)), ONLINE),
    (but(ALONE, printer=None, printer_silent=True), ONLINE),
    (LINKED, ONLINE),
    (SICK, ONLINE),
    (but(LINKED, ofd=ofd(slow=True)), ONLINE),
    (but(LINKED, word=Word(up=False)), Verdict(Mode.DEGRADED, ModeCause.ODOO_DOWN)),
    (but(LINKED, word=None), Verdict(Mode.DEGRADED, ModeCause.ODOO_SILENT)),
    (CUT, Verdict(Mode.DEGRADED, ModeCause.LINK_DOWN)),
    (but(CUT, word=None), Verdict(Mode.DEGRADED, ModeCause.LINK_DOWN)),
    (but(CUT, ofd=ofd(up=False)), Verdict(Mode.OFFLINE, ModeCause.OFD_DOWN)),
    (but(LINKED, ofd=ofd(up=False)), Verdict(Mode.OFFLINE, ModeCause.OFD_DOWN)),
]


@pytest.mark.parametrize(("facts", "expected"), VERDICTS)
def test_the_verdict_follows_the_table_of_modes(facts: Facts, expected: Verdict | None) -> None:
    assert verdict(facts) == expected


def test_each_part_has_its_word() -> None:
    up, down, unknown = Reach.UP, Reach.DOWN, Reach.UNKNOWN
    alone = Reach.NOT_CONFIGURED
    assert checks(LINKED) == ModeChecks(nats=up, kkt=up, ofd=up, link=up, odoo=up)
    assert checks(ALONE) == ModeChecks(nats=up, kkt=up, ofd=up, link=alone, odoo=alone)
    assert checks(CUT) == ModeChecks(nats=up, kkt=up, ofd=up, link=down, odoo=down)
    assert checks(Facts(server=None)) == ModeChecks(
        nats=down, kkt=unknown, ofd=unknown, link=unknown, odoo=unknown
    )
    assert checks(SICK).nats is down
    assert checks(but(ALONE, printer=printer(Link.CONNECTING))).kkt is unknown
    assert checks(but(ALONE, printer=printer(Link.DOWN))).kkt is down
    assert checks(but(ALONE, printer=None, printer_silent=True)).kkt is down
