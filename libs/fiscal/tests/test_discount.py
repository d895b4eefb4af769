import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fiscal.discount import BadDiscount, discount_line, discount_lines, price_parts, spread
from fiscal.money import ONE, Kopecks, Quantity, line_sum
from fiscal.receipt import Line, VatRate

amounts = st.integers(0, 10**8).map(Kopecks)


def line(price: int, quantity: int = ONE) -> Line:
    price_kopecks, millionths = Kopecks(price), Quantity(quantity)
    return Line(
        name="Линза",
        quantity=millionths,
        price=price_kopecks,
        total=line_sum(price_kopecks, millionths),
        vat=VatRate.NO_VAT,
    )


@pytest.mark.parametrize(
    ("amount", "weights", "shares"),
    [
        (100, [100, 100, 100], (34, 33, 33)),
        (1, [5, 5], (1, 0)),
        (10, [1, 99], (0, 10)),
        (670_000, [1_250_000, 90_000], (625_000, 45_000)),
        (3, [1, 1, 1], (1, 1, 1)),
        (0, [], ()),
        (0, [0, 0], (0, 0)),
    ],
)
def test_spread_gives_the_odd_kopecks_to_the_greatest_remainders(
    amount: int, weights: list[int], shares: tuple[int, ...]
) -> None:
    assert spread(Kopecks(amount), [Kopecks(weight) for weight in weights]) == shares


@pytest.mark.parametrize(("amount", "weights"), [(-1, [5]), (6, [5]), (1, []), (1, [-1, 5])])
def test_more_than_there_is_cannot_be_taken(amount: int, weights: list[int]) -> None:
    with pytest.raises(BadDiscount):
        spread(Kopecks(amount), [Kopecks(weight) for weight in weights])


@settings(max_examples=60, deadline=None)
@given(st.lists(amounts, min_size=1, max_size=20), st.data())
def test_a_spread_adds_up_and_takes_no_more_than_there_is(
    weights: list[Kopecks], data: st.DataObject
) -> None:
    amount = Kopecks(data.draw(st.integers(0, sum(weights))))
    shares = spread(amount, weights)
    assert sum(shares) == amount
    assert all(0 <= share <= weight for share, weight in zip(shares, weights, strict=True))


def test_a_total_that_no_price_gives_is_split() -> None:
    whole = discount_line(line(10_000, 3 * ONE), Kopecks(1_000))
    assert [(part.quantity, part.price, part.total) for part in whole] == [
        (Quantity(ONE), 9_666, 9_666),
        (Quantity(2 * ONE), 9_667, 19_334),
    ]
    assert [part.price for part in discount_line(line(10_000, 3 * ONE), Kopecks(3_000))] == [9_000]


def test_no_discount_leaves_the_line_alone() -> None:
    assert discount_line(line(10_000), Kopecks(0)) == (line(10_000),)


@pytest.mark.parametrize("amount", [-1, 10_001])
def test_a_line_never_gets_below_zero(amount: int) -> None:
    with pytest.raises(BadDiscount):
        discount_line(line(10_000), Kopecks(amount))
    with pytest.raises(BadDiscount):
        discount_lines([line(10_000)], Kopecks(amount))


@pytest.mark.parametrize(("total", "quantity"), [(1, 0), (1, -ONE), (-1, ONE)])
def test_parts_of_nothing_are_refused(total: int, quantity: int) -> None:
    with pytest.raises(BadDiscount):
        price_parts(Kopecks(total), Quantity(quantity))


@settings(max_examples=150, deadline=None)
@given(amounts, st.integers(1, 50 * ONE))
def test_every_total_has_prices_that_give_it_to_the_kopeck(total: Kopecks, quantity: int) -> None:
    parts = price_parts(total, Quantity(quantity))
    assert sum(part.total for part in parts) == total
    assert sum(part.quantity for part in parts) == quantity
    for part in parts:
        assert part.quantity > 0
        assert part.price >= 0
        assert line_sum(part.price, part.quantity) == part.total


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 10**6), st.integers(1, 9)), min_size=1, max_size=8), st.data())
def test_a_receipts_discount_comes_off_to_the_kopeck(
    goods: list[tuple[int, int]], data: st.DataObject
) -> None:
    lines = [line(price, pieces * ONE) for price, pieces in goods]
    whole = sum(part.total for part in lines)
    amount = Kopecks(data.draw(st.integers(0, whole)))
    parts = discount_lines(lines, amount)
    assert sum(part.total for part in parts) == whole - amount
    assert sum(part.quantity for part in parts) == sum(part.quantity for part in lines)
    assert all(part.total == line_sum(part.price, part.quantity) for part in parts)
    assert max(part.price for part in parts) <= max(part.price for part in lines)
