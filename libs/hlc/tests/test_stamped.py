"""The trap of comparing server times where both exist and local times otherwise."""

from hypothesis import given
from hypothesis import strategies as st

from hlc import Stamped, Timestamp

A = Stamped(Timestamp(100, 0, "a"), 500)
B = Stamped(Timestamp(200, 0, "b"), None)
C = Stamped(Timestamp(300, 0, "c"), 400)

STAMPED = st.builds(
    Stamped,
    st.builds(Timestamp, st.integers(0, 4), st.integers(0, 2), st.sampled_from(["a", "b"])),
    st.none() | st.integers(0, 4),
)


def naive_is_before(one: Stamped, other: Stamped) -> bool:
    if one.server_ms is not None and other.server_ms is not None:
        return one.server_ms < other.server_ms
    return one.hlc.wall_ms < other.hlc.wall_ms


def test_the_naive_comparison_runs_in_a_circle() -> None:
    assert naive_is_before(A, B)
    assert naive_is_before(B, C)
    assert naive_is_before(C, A)


def test_ours_gives_one_order_whatever_the_server_said() -> None:
    assert A < B < C
    assert not C < A
    assert sorted([C, A, B]) == sorted([B, C, A]) == [A, B, C]


@given(st.lists(STAMPED, min_size=3, max_size=3))
def test_our_order_is_transitive_and_total(three: list[Stamped]) -> None:
    a, b, c = three
    assert not (a < b and b < c) or a < c
    assert (a < b) + (a == b) + (b < a) == 1


@given(st.lists(STAMPED, max_size=8), st.data())
def test_a_server_time_that_arrives_later_moves_nothing(events: list[Stamped], data: st.DataObject) -> None:
    before = [e.hlc for e in sorted(events)]
    synced = [e.seen_by_server(data.draw(st.integers(0, 4))) for e in events]
    assert [e.hlc for e in sorted(synced)] == before


def test_the_first_server_time_stays() -> None:
    assert B.seen_by_server(900).seen_by_server(901).server_ms == 900
    assert A.seen_by_server(900).server_ms == 500
