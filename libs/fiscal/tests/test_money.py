from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fiscal.money import (
    ONE,
    BadAmount,
    Kopecks,
    Quantity,
    format_quantity,
    format_roubles,
    line_sum,
    parse_quantity,
    parse_roubles,
    quantity_decimal,
    round_half_up,
    to_kopecks,
    to_quantity,
)


@pytest.mark.parametrize(
    ("numerator", "denominator", "rounded"),
    [(5, 10, 1), (4, 10, 0), (15, 10, 2), (25, 10, 3), (0, 7, 0), (7, 2, 4)],
)
def test_a_half_is_rounded_up(numerator: int, denominator: int, rounded: int) -> None:
    assert round_half_up(numerator, denominator) == rounded


@pytest.mark.parametrize(("numerator", "denominator"), [(-1, 2), (1, 0), (1, -2)])
def test_rounding_of_negatives_is_refused(numerator: int, denominator: int) -> None:
    with pytest.raises(BadAmount):
        round_half_up(numerator, denominator)


def test_line_sum_is_half_up_where_floats_and_bankers_rounding_fail() -> None:
    assert line_sum(Kopecks(100_001), Quantity(500_000)) == 50_001  # 1000.01 x 0.5 = 500.005
    assert line_sum(Kopecks(12_345), Quantity(1_500_000)) == 18_518
    assert line_sum(Kopecks(100_000), ONE) == 100_000


@pytest.mark.parametrize(
    ("text", "kopecks"),
    [
        ("0", 0),
        ("1550", 155_000),
        ("1550.5", 155_050),
        ("1550.50", 155_050),
        ("0.01", 1),
        ("-3.20", -320),
        ("1e3", 100_000),
        ("1.5E+1", 1_500),
        ("99999999999.99", 9_999_999_999_999),
    ],
)
def test_roubles_are_read_exactly(text: str, kopecks: int) -> None:
    assert parse_roubles(text) == kopecks


@pytest.mark.parametrize(
    "text",
    [
        "",
        " 1",
        "1.",
        ".5",
        "1,50",
        "1_000",
        "٣",
        "+1",
        "0x10",
        "NaN",
        "Infinity",
        "1.001",
        "1.000",
        "1e-3",
        "1e99",
        "1" * 25,
        "9" * 16,
    ],
)
def test_what_is_not_exact_roubles_is_refused(text: str) -> None:
    with pytest.raises(BadAmount):
        parse_roubles(text)


@pytest.mark.parametrize("value", ["NaN", "sNaN", "Infinity", "-Infinity", "0.001", "1E+999999999"])
def test_a_decimal_that_is_no_money_is_refused(value: str) -> None:
    with pytest.raises(BadAmount):
        to_kopecks(Decimal(value))


def test_quantities_have_six_decimals() -> None:
    assert parse_quantity("1.5") == 1_500_000
    assert to_quantity(Decimal("0.000001")) == 1
    with pytest.raises(BadAmount):
        parse_quantity("0.0000001")


@pytest.mark.parametrize(
    ("millionths", "text"),
    [(1_000_000, "1"), (10_000_000, "10"), (1_500_000, "1.5"), (1, "0.000001"), (0, "0")],
)
def test_quantities_are_written_without_trailing_zeros(millionths: int, text: str) -> None:
    assert format_quantity(Quantity(millionths)) == text
    assert str(quantity_decimal(Quantity(millionths))) == text


@pytest.mark.parametrize(
    ("kopecks", "text"), [(155_000, "1550.00"), (5, "0.05"), (0, "0.00"), (-120, "-1.20")]
)
def test_roubles_are_written_with_two_decimals(kopecks: int, text: str) -> None:
    assert format_roubles(Kopecks(kopecks)) == text


@settings(max_examples=30, deadline=None)
@given(st.integers(-(10**14), 10**14))
def test_written_roubles_read_back(kopecks: int) -> None:
    assert parse_roubles(format_roubles(Kopecks(kopecks))) == kopecks
