import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from hlc import MAX_COUNTER, Clock, ClockInDoubt, StampTooFarAhead, Timestamp
from hlc.clock import HOUR_MS

NOON = 1_772_366_400_000
DRIFT = 60_000


class Wall:
    """A machine's clock that the test sets."""

    def __init__(self, ms: int = NOON) -> None:
        self.ms = ms

    def __call__(self) -> int:
        return self.ms


class BoundStore:
    """What survives a restart."""

    def __init__(self) -> None:
        self.saved: list[int] = []

    def save(self, bound_ms: int) -> None:
        self.saved.append(bound_ms)

    @property
    def bound_ms(self) -> int | None:
        return self.saved[-1] if self.saved else None


def clock_on(wall: Wall, store: BoundStore | None = None, **settings: int) -> Clock:
    store = store or BoundStore()
    return Clock(
        "till-001", wall, max_drift_ms=DRIFT, bound_ms=store.bound_ms, persist_bound=store.save, **settings
    )


def test_a_fresh_clock_follows_the_machine() -> None:
    wall = Wall()
    clock = clock_on(wall)
    assert clock.now() == Timestamp(NOON, 0, "till-001")
    assert clock.now() == Timestamp(NOON, 1, "till-001")
    wall.ms += 1
    assert clock.now() == Timestamp(NOON + 1, 0, "till-001")


def test_a_clock_set_back_an_hour_does_not_set_the_stamps_back() -> None:
    wall = Wall()
    clock = clock_on(wall)
    before = clock.now()
    wall.ms -= HOUR_MS
    assert clock.now() > before
    assert clock.drift_ms == HOUR_MS


def test_a_full_counter_steps_one_millisecond() -> None:
    clock = clock_on(Wall())
    for _ in range(MAX_COUNTER + 1):
        clock.now()
    assert clock.now() == Timestamp(NOON + 1, 0, "till-001")


def test_merge_is_above_both() -> None:
    wall = Wall()
    clock = clock_on(wall)
    remote = Timestamp(NOON + 500, 7, "till-002")
    assert clock.merge(remote) == Timestamp(NOON + 500, 8, "till-001")
    assert clock.merge(Timestamp(NOON - 500, 3, "till-002")) == Timestamp(NOON + 500, 9, "till-001")
    wall.ms = NOON + 501
    assert clock.merge(remote) == Timestamp(NOON + 501, 0, "till-001")


def test_a_stamp_from_too_far_ahead_is_refused_and_changes_nothing() -> None:
    store = BoundStore()
    clock = clock_on(Wall(), store)
    before = clock.now()
    remote = Timestamp(NOON + DRIFT + 1, 0, "till-002")
    with pytest.raises(StampTooFarAhead) as refused:
        clock.merge(remote)
    error = refused.value
    assert (error.remote, error.wall_ms, error.max_drift_ms) == (remote, NOON, DRIFT)
    assert error.ahead_ms == DRIFT + 1
    assert str(remote) in str(error)
    assert clock.now() == Timestamp(NOON, before.counter + 1, "till-001")
    assert len(store.saved) == 1


def test_a_stamp_at_the_limit_is_merged() -> None:
    clock = clock_on(Wall())
    assert clock.merge(Timestamp(NOON + DRIFT, 0, "till-002")) == Timestamp(NOON + DRIFT, 1, "till-001")


def test_a_restart_with_the_clock_set_back_goes_on_above_the_bound() -> None:
    wall, store = Wall(), BoundStore()
    before = clock_on(wall, store).now()
    wall.ms -= 24 * HOUR_MS
    after = clock_on(wall, store).now()
    assert after > before
    assert after.wall_ms > store.saved[0]


def test_the_bound_is_persisted_once_per_reserve_not_once_per_stamp() -> None:
    wall, store = Wall(), BoundStore()
    clock = clock_on(wall, store, reserve_ms=1_000)
    for _ in range(3_000):
        clock.now()
        wall.ms += 1
    assert store.saved == [NOON + 1_000, NOON + 2_001, NOON + 3_002]


def test_a_crash_loop_does_not_walk_into_the_future() -> None:
    wall, store = Wall(), BoundStore()
    for _ in range(100):
        clock_on(wall, store).now()
    assert store.saved[-1] <= NOON + 5_000 + 100


def test_a_bound_that_cannot_be_stored_issues_no_stamp() -> None:
    wall = Wall()
    disk_full = True

    def save(_bound_ms: int) -> None:
        if disk_full:
            raise OSError("no space left on device")

    clock = Clock("till-001", wall, max_drift_ms=DRIFT, persist_bound=save)
    with pytest.raises(OSError, match="no space"):
        clock.now()
    disk_full = False
    assert clock.now() == Timestamp(NOON, 0, "till-001")


def test_a_forward_jump_at_start_waits_for_a_second_source() -> None:
    wall, store = Wall(), BoundStore()
    clock_on(wall, store).now()
    wall.ms += 73 * HOUR_MS
    clock = clock_on(wall, store)
    with pytest.raises(ClockInDoubt) as doubt:
        clock.now()
    assert (doubt.value.bound_ms, doubt.value.wall_ms) == (NOON + 5_000, NOON + 73 * HOUR_MS)
    with pytest.raises(ClockInDoubt):
        clock.merge(Timestamp(NOON, 0, "till-002"))
    assert clock.doubt is doubt.value

    assert not clock.confirm(NOON + 73 * HOUR_MS - DRIFT - 1)
    assert clock.doubt is not None
    assert clock.confirm(NOON + 73 * HOUR_MS - DRIFT)
    assert clock.doubt is None
    assert clock.now().wall_ms == NOON + 73 * HOUR_MS


def test_a_night_and_a_weekend_are_no_jump() -> None:
    wall, store = Wall(), BoundStore()
    clock_on(wall, store).now()
    wall.ms += 62 * HOUR_MS
    assert clock_on(wall, store).doubt is None


def test_the_first_life_believes_the_machine_and_needs_no_witness() -> None:
    clock = clock_on(Wall())
    assert clock.doubt is None
    assert clock.confirm(0)


def test_a_node_name_is_checked_at_once() -> None:
    with pytest.raises(ValueError, match="node"):
        Clock("till 001", Wall(), max_drift_ms=DRIFT)


@pytest.fixture
def eager_threads() -> Iterator[None]:
    """Switch threads as often as the interpreter can, so that a missing lock shows."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(interval)


@pytest.mark.usefixtures("eager_threads")
def test_threads_get_different_stamps_and_each_sees_its_own_go_up() -> None:
    clock = clock_on(Wall())
    with ThreadPoolExecutor(8) as pool:
        runs = list(pool.map(lambda _: [clock.now() for _ in range(500)], range(8)))
    assert all(run == sorted(run) for run in runs)
    assert len({stamp for run in runs for stamp in run}) == 8 * 500


@given(st.lists(st.integers(-10_000, 10_000), max_size=50))
def test_stamps_only_go_up_whatever_the_machine_does(steps: list[int]) -> None:
    wall = Wall()
    clock = clock_on(wall)
    stamps = []
    for step in steps:
        wall.ms += step
        stamps.append(clock.now())
    assert stamps == sorted(set(stamps))


class LifeOfAClock(RuleBasedStateMachine):
    """Steps, restarts and merges against one claim: each stamp is above all before it and above what it merged."""

    @initialize()
    def start(self) -> None:
        self.wall, self.store = Wall(), BoundStore()
        self.stamps: list[Timestamp] = []
        self.clock = clock_on(self.wall, self.store)

    @rule(step=st.integers(-HOUR_MS, HOUR_MS) | st.integers(-3, 3))
    def machine_clock_moves(self, step: int) -> None:
        self.wall.ms += step

    @rule()
    def kill_and_restart(self) -> None:
        self.clock = clock_on(self.wall, self.store)

    @rule()
    def now(self) -> None:
        self.stamps.append(self.clock.now())

    @rule(ahead=st.integers(-DRIFT, DRIFT), counter=st.sampled_from([0, 1, MAX_COUNTER]))
    def merge(self, ahead: int, counter: int) -> None:
        remote = Timestamp(self.wall.ms + ahead, counter, "till-002")
        self.stamps.append(self.clock.merge(remote))
        assert self.stamps[-1] > remote

    @invariant()
    def only_up_and_never_above_the_bound(self) -> None:
        if len(self.stamps) > 1:
            assert self.stamps[-2] < self.stamps[-1]
        if self.stamps:
            assert self.store.bound_ms is not None
            assert self.stamps[-1].wall_ms <= self.store.bound_ms


TestLifeOfAClock = LifeOfAClock.TestCase
TestLifeOfAClock.settings = settings(max_examples=60, stateful_step_count=30)
