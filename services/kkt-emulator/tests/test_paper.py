"""Paper that takes time."""

import pytest

from fiscal.kkt import printing
from fiscal.kkt.errors import Rejected


@pytest.fixture
def slow_till(make_bench, make_till):
    return make_till(make_bench(real=True).host)


def test_while_the_paper_moves_what_prints_waits_and_the_rest_does_not(slow_till, clock):
    slow_till.open_shift()
    assert slow_till.submode() == 5
    with pytest.raises(Rejected, match="50h"):
        slow_till.begin()
    with pytest.raises(Rejected, match="50h"):
        slow_till.host.do(printing.CONTINUE_PRINT)
    assert slow_till.last_fd() == 2
    clock.advance(seconds=10)
    assert slow_till.submode() == 0
    assert slow_till.sell(5_000).fd == 3


def test_a_receipt_takes_the_time_of_its_lines_and_of_the_cut(slow_till, clock, bench):
    slow_till.open_shift()
    clock.advance(seconds=10)
    slow_till.begin(*[5_000] * 10)
    slow_till.pay(50_000)
    clock.advance(seconds=2)
    assert slow_till.submode() == 5
    clock.advance(seconds=3)
    assert slow_till.submode() == 0


def test_without_print_time_the_device_is_never_busy(till):
    till.open_shift()
    for _ in range(3):
        till.sell(5_000)
        assert till.submode() == 0
