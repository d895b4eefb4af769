"""Small decisions of the edge, one by one."""

import os
import socket
from pathlib import Path

import pytest
from msgspec.structs import replace

from actor.errors import FatalError
from contracts.refusals import Code
from contracts.states import Link, ModeCause, ModeChecks, Reach
from pos_gateway.access import RIGHTS, Right, Role, Tokens, read_tokens
from pos_gateway.answers import HealthStatus
from pos_gateway.browser import Hosts, is_loopback, same_origin
from pos_gateway.errors import EDGE_RULES, EdgeCode
from pos_gateway.health import freshest, judge
from pos_gateway.modes import ALONE, CAUSES, mode_line
from pos_gateway.port import holder_of, listen
from pos_gateway.rate import FORGET_ABOVE, RateLimit

from .samples import MODE, NOW_MS, OFD, PRINTER, STATUS, TILL


class Seconds:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_client_has_its_burst_and_then_its_rate() -> None:
    clock = Seconds()
    limit = RateLimit(60, clock)
    assert [limit.take("a") for _ in range(61)] == [None] * 60 + [1]
    assert limit.take("b") is None
    clock.now = 0.5
    assert [limit.take("a") for _ in range(31)] == [None] * 30 + [1]
    clock.now = 100.0
    assert [limit.take("a") for _ in range(61)] == [None] * 60 + [1]


def test_idle_clients_are_forgotten() -> None:
    clock = Seconds()
    limit = RateLimit(60, clock)
    for number in range(FORGET_ABOVE * 3):
        clock.now += 0.01
        limit.take(str(number))
    assert len(limit._buckets) <= FORGET_ABOVE


@pytest.mark.parametrize(
    ("configured", "host", "allowed"),
    [
        ("127.0.0.1", "127.0.0.1:8000", True),
        ("127.0.0.1", "localhost", True),
        ("127.0.0.1", "LOCALHOST.:8000", True),
        ("127.0.0.1", "[::1]:8000", True),
        ("127.0.0.1", "10.0.0.5:8000", False),
        ("127.0.0.1", "", False),
        ("127.0.0.1", "localhost.evil.example", False),
        ("127.0.0.1", "[", False),
        ("till.shop.lan", "till.shop.lan:8000", True),
        ("0.0.0.0", "10.0.0.5:8000", True),
        ("0.0.0.0", "evil.example", False),
        ("0.0.0.0", "0.0.0.0:8000", True),
    ],
)
def test_only_names_of_this_machine_are_answered(configured: str, host: str, allowed: bool) -> None:
    assert Hosts(configured).allow(host) is allowed


def test_loopback_and_origin() -> None:
    assert [is_loopback(x) for x in ("127.0.0.1", "127.1.2.3", "::1", "10.0.0.1", "", None, "x")] == [
        True, True, True, False, False, False, False,
    ]  # fmt: skip
    assert same_origin("http://127.0.0.1:8000", "127.0.0.1:8000")
    assert not same_origin("http://127.0.0.1:8001", "127.0.0.1:8000")


def test_roles_grow_and_an_accountant_only_reads() -> None:
    assert RIGHTS[Role.CASHIER] < RIGHTS[Role.MANAGER] < RIGHTS[Role.ADMIN] == set(Right)
    assert RIGHTS[Role.ACCOUNTANT] == {Right.READ, Right.JOURNAL}


def test_codes_of_the_edge_have_rules_and_no_namesakes() -> None:
    assert set(EDGE_RULES) == set(EdgeCode)
    assert not {code.value for code in EdgeCode} & {code.value for code in Code}


def test_a_token_names_its_role() -> None:
    tokens = Tokens({Role.CASHIER: "a" * 16, Role.ADMIN: "b" * 16})
    assert [tokens.role(text) for text in ("a" * 16, "b" * 16, "a", "", "ü", "\udc80")] == [
        Role.CASHIER, Role.ADMIN, None, None, None, None,
    ]  # fmt: skip


@pytest.mark.parametrize(
    "content",
    [
        None,
        "",
        "[]",
        '{"boss": "aaaaaaaaaaaaaaaa"}',
        '{"cashier": "short"}',
        '{"cashier": 1}',
        '{"cashier": "aaaaaaaaaaaaaaaa", "admin": "aaaaaaaaaaaaaaaa"}',
    ],
)
def test_a_wrong_token_file_is_told_without_a_token(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "tokens.json"
    if content is not None:
        path.write_text(content)
    with pytest.raises(FatalError) as caught:
        read_tokens(path)
    assert str(path) in caught.value.text
    assert "aaaa" not in caught.value.text


def test_a_taken_port_is_told_with_its_holder() -> None:
    with listen("127.0.0.1", 0) as held:
        port = held.getsockname()[1]
        assert f"(pid {os.getpid()})" in (holder_of(port) or "")
        with pytest.raises(FatalError) as caught:
            listen("127.0.0.1", port)
    assert (caught.value.exit_code, f"port {port} is taken by" in caught.value.text) == (2, True)


def test_a_free_port_has_no_holder_and_proc_may_be_absent(tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        assert holder_of(probe.getsockname()[1]) is None  # bound, but nobody listens
    assert holder_of(80, tmp_path) is None


def test_an_address_of_another_machine_cannot_be_listened_on() -> None:
    with pytest.raises(FatalError, match=r"cannot listen on 203\.0\.113\.1:8000"):
        listen("203.0.113.1", 8000)


HEALTHY, DEGRADED, UNHEALTHY = HealthStatus.HEALTHY, HealthStatus.DEGRADED, HealthStatus.UNHEALTHY


@pytest.mark.parametrize(
    ("status", "printer", "ofd", "verdict", "causes"),
    [
        (STATUS, PRINTER, OFD, HEALTHY, 0),
        (STATUS, PRINTER, replace(OFD, slow=True), HEALTHY, 0),
        (STATUS, PRINTER, replace(OFD, reachable=False), DEGRADED, 1),
        (STATUS, PRINTER, None, DEGRADED, 1),
        (replace(STATUS, queued=160), PRINTER, OFD, DEGRADED, 1),
        (replace(STATUS, maintenance=True), PRINTER, OFD, DEGRADED, 1),
        (STATUS, replace(PRINTER, can_print=False), OFD, DEGRADED, 1),
        (replace(STATUS, queued=200), PRINTER, OFD, UNHEALTHY, 1),
        (replace(STATUS, boot_passed=False), PRINTER, OFD, UNHEALTHY, 1),
        (replace(STATUS, stopped="FD 7"), PRINTER, OFD, UNHEALTHY, 1),
        (STATUS, replace(PRINTER, link=Link.DOWN), OFD, UNHEALTHY, 1),
        (STATUS, replace(PRINTER, held=("x",)), OFD, UNHEALTHY, 1),
        (STATUS, replace(PRINTER, fn_full=True), OFD, UNHEALTHY, 1),
        (None, PRINTER, OFD, UNHEALTHY, 1),
        (None, None, None, UNHEALTHY, 3),
    ],
)
def test_health_is_the_worst_of_its_parts_and_names_the_causes(
    status: object, printer: object, ofd: object, verdict: HealthStatus, causes: int
) -> None:
    found = judge(TILL, status, printer, ofd, MODE)  # type: ignore[arg-type]  # None is silence
    assert (found.status, len(found.causes)) == (verdict, causes)


@pytest.mark.parametrize(
    ("odoo", "verdict"),
    [(Reach.UP, HEALTHY), (Reach.NOT_CONFIGURED, HEALTHY), (Reach.UNKNOWN, HEALTHY), (Reach.DOWN, DEGRADED)],
)
def test_head_office_that_is_away_degrades_and_a_silent_heartbeat_does_not(
    odoo: Reach, verdict: HealthStatus
) -> None:
    mode = replace(MODE, checks=ModeChecks(odoo=odoo))
    found = judge(TILL, STATUS, PRINTER, OFD, mode)
    assert (found.status, found.components.odoo_connection) == (verdict, odoo.value)
    assert judge(TILL, STATUS, PRINTER, OFD, None).components.odoo_connection == "unknown"


def test_every_cause_has_a_sentence_for_the_cashier() -> None:
    assert set(CAUSES) == set(ModeCause)
    alone = mode_line(replace(MODE, checks=ModeChecks(odoo=Reach.NOT_CONFIGURED)), NOW_MS)
    assert alone is not None
    assert alone.message == ALONE


def test_a_word_counts_while_it_is_fresh_and_the_newer_one_wins() -> None:
    newer = replace(PRINTER, at_ms=NOW_MS + 10)
    assert freshest(NOW_MS + 20, PRINTER, newer) == newer
    assert freshest(NOW_MS + 20, None, PRINTER) == PRINTER
    assert freshest(NOW_MS + 6000, PRINTER, newer) is None
    assert freshest(NOW_MS, None, None) is None
