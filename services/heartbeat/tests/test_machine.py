"""The mode's machine: every pair of modes, and what holds for any series of checks."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.states import Mode, ModeCause
from heartbeat.machine import Changed, Rules, Verdict, Watch, advance

RULES = Rules()
VERDICTS = {
    Mode.ONLINE: Verdict(Mode.ONLINE, ModeCause.ALL_UP),
    Mode.DEGRADED: Verdict(Mode.DEGRADED, ModeCause.LINK_DOWN),
    Mode.OFFLINE: Verdict(Mode.OFFLINE, ModeCause.OFD_DOWN),
}


def feed(watch: Watch, verdict: Verdict | None, times: list[float], rules: Rules = RULES) -> list[float]:
    """The moments of change."""
    changes = []
    for now_s in times:
        watch, changed = advance(watch, verdict, now_s, rules)
        changes += [now_s] if changed else []
    return changes


@pytest.mark.parametrize(("before", "after"), list(itertools.product([None, *Mode], Mode)))
def test_every_mode_is_reached_from_every_other_by_three_equal_checks(
    before: Mode | None, after: Mode
) -> None:
    watch = Watch(now=VERDICTS[before] if before else None, since_s=0)
    for now_s in (100.0, 110.0):
        watch, changed = advance(watch, VERDICTS[after], now_s, RULES)
        assert changed is None
    watch, changed = advance(watch, VERDICTS[after], 120.0, RULES)
    assert changed == (None if before is after else Changed(VERDICTS[after], before))
    assert watch.now == VERDICTS[after]
    assert watch.since_s == (0 if before is after else 120.0)


@pytest.mark.parametrize("between", [None, VERDICTS[Mode.ONLINE], VERDICTS[Mode.DEGRADED]])
def test_checks_are_not_in_a_row_with_another_one_between(between: Verdict | None) -> None:
    watch = Watch(now=VERDICTS[Mode.ONLINE], since_s=0)
    down = VERDICTS[Mode.OFFLINE]
    for verdict in (down, down, between, down, down):
        watch, changed = advance(watch, verdict, 1000, RULES)
        assert changed is None
    assert advance(watch, down, 1000, RULES)[1] is not None


def test_a_mode_lasts_ninety_seconds_at_least_and_then_changes_at_the_next_check() -> None:
    watch = Watch(now=VERDICTS[Mode.ONLINE], since_s=0)
    assert feed(watch, VERDICTS[Mode.OFFLINE], [10.0 * n for n in range(1, 12)]) == [90]


def test_both_limits_are_settings() -> None:
    watch = Watch(now=VERDICTS[Mode.ONLINE], since_s=0)
    times = [float(n) for n in range(1, 30)]
    assert feed(watch, VERDICTS[Mode.OFFLINE], times, Rules(equal_checks=5, stay_s=0)) == [5]
    assert feed(watch, VERDICTS[Mode.OFFLINE], times, Rules(equal_checks=1, stay_s=12)) == [12]


def test_the_first_mode_needs_equal_checks_but_no_time() -> None:
    assert feed(Watch(), VERDICTS[Mode.DEGRADED], [1, 2, 3, 4]) == [3]
    assert feed(Watch(), None, [1, 2, 3, 4]) == []


checks = st.lists(
    st.tuples(st.sampled_from([None, *VERDICTS.values()]), st.floats(0.1, 60)), min_size=1, max_size=60
)


@given(series=checks, equal=st.integers(1, 4), stay_s=st.floats(0, 200))
def test_a_change_is_preceded_by_equal_checks_and_by_the_time_whatever_comes(series, equal, stay_s) -> None:
    rules, watch = Rules(equal_checks=equal, stay_s=stay_s), Watch()
    now_s, last_s, present, heard = 0.0, None, None, []
    for verdict, step_s in series:
        now_s += step_s
        heard.append(verdict)
        watch, changed = advance(watch, verdict, now_s, rules)
        if changed:
            assert heard[-equal:] == [changed.verdict] * equal
            assert changed.verdict.mode is not present
            assert changed.before is present
            assert last_s is None or now_s - last_s >= stay_s
            last_s, present = now_s, changed.verdict.mode
        assert (watch.now.mode if watch.now else None) is present


@given(series=checks, mode=st.sampled_from(list(Mode)))
def test_enough_equal_checks_over_enough_time_always_end_in_their_mode(series, mode) -> None:
    watch, now_s = Watch(), 0.0
    for verdict, step_s in series:
        now_s += step_s
        watch, _ = advance(watch, verdict, now_s, RULES)
    for _ in range(10):
        now_s += 10
        watch, _ = advance(watch, VERDICTS[mode], now_s, RULES)
    assert watch.now == VERDICTS[mode]
