import pytest
from hypothesis import given
from hypothesis import strategies as st

from hlc import MAX_COUNTER, MAX_WALL_MS, MalformedTimestamp, Timestamp

NODES = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,8}", fullmatch=True)
NEAR = st.integers(0, 3)  # small ranges make equal fields likely, so that the next field decides


def timestamps(
    wall_ms: st.SearchStrategy[int], counter: st.SearchStrategy[int]
) -> st.SearchStrategy[Timestamp]:
    return st.builds(Timestamp, wall_ms, counter, NODES)


ANY = timestamps(st.integers(0, MAX_WALL_MS), st.integers(0, MAX_COUNTER)) | timestamps(NEAR, NEAR)


def test_the_text_form_is_readable_and_fixed() -> None:
    assert str(Timestamp(1_772_356_502_417, 4, "till-001")) == "2026-03-01T09:15:02.417Z+0004@till-001"
    assert str(Timestamp(0, 0, "a")) == "1970-01-01T00:00:00.000Z+0000@a"
    assert str(Timestamp(MAX_WALL_MS, MAX_COUNTER, "a")) == "9999-12-31T23:59:59.999Z+9999@a"


@given(ANY)
def test_parse_reads_back_what_str_writes(stamp: Timestamp) -> None:
    assert Timestamp.parse(str(stamp)) == stamp


@given(ANY, ANY)
def test_string_order_is_time_order(one: Timestamp, other: Timestamp) -> None:
    assert (one < other) == (str(one) < str(other))
    assert (one == other) == (str(one) == str(other))


@given(st.lists(timestamps(NEAR, NEAR), max_size=12))
def test_bytes_sort_as_values_do(stamps: list[Timestamp]) -> None:
    assert sorted(str(s).encode() for s in stamps) == [str(s).encode() for s in sorted(stamps)]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-03-01T09:15:02.417Z",
        "2026-03-01T09:15:02.417Z+004@till-001",
        "2026-03-01T09:15:02.417Z+0004@",
        "2026-03-01T09:15:02.417Z+0004@till 001",
        "2026-03-01T09:15:02.417Z+0004@till-001\n",
        "2026-02-30T09:15:02.417Z+0004@till-001",
        "2026-03-01T24:00:00.000Z+0000@till-001",
        "0000-01-01T00:00:00.000Z+0000@till-001",
        "1969-12-31T23:59:59.999Z+0000@till-001",
        "2026-03-01T09:15:02.417Z+٠٠٠٤@till-001",
        "2026-W09-7T09:15:02.417Z+0004@till-001",
    ],
)
def test_another_spelling_is_refused(text: str) -> None:
    with pytest.raises(MalformedTimestamp):
        Timestamp.parse(text)


@pytest.mark.parametrize(
    ("wall_ms", "counter", "node"),
    [
        (-1, 0, "a"),
        (MAX_WALL_MS + 1, 0, "a"),
        (0, -1, "a"),
        (0, MAX_COUNTER + 1, "a"),
        (0, 0, ""),
        (0, 0, "a" * 65),
    ],
)
def test_a_field_out_of_range_is_refused(wall_ms: int, counter: int, node: str) -> None:
    with pytest.raises(MalformedTimestamp):
        Timestamp(wall_ms, counter, node)
