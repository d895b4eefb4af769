"""Power cuts: at every point the device comes back in a legal state, and the FN alone says what happened."""

import msgspec
import pytest

from fiscal.kkt import printing, sale, service, storage
from fiscal.kkt.commands import encode_request
from fiscal.kkt.errors import Rejected
from fiscal.kkt.frame import encode_frame
from kkt_emulator.faults import parse_fault

CLOSE = encode_frame(
    encode_request(sale.CLOSE_RECEIPT, sale.CloseReceiptRequest(payments=(5_000,), tax_system=1))
)


@pytest.fixture
def paid(till):
    till.open_shift()
    till.begin(5_000)
    return till


@pytest.fixture
def cut_power(bench, host):
    def cut(point, **fields):
        body = {"hook": "power_cut", "point": point, **fields}
        bench.plan.add(parse_fault(msgspec.json.encode(body)))
        host.send(CLOSE)
        assert host.cut
        bench.conversation.connect(host)

    return cut


def cash(till):
    return till.host.do(service.MONEY_REGISTER, service.RegisterRequest(number=241)).value


@pytest.mark.parametrize("point", ["inside_request", "before_fn"])
def test_before_the_fn_nothing_is_registered_and_the_receipt_is_open(paid, cut_power, point):
    cut_power(point, cmd="FF45")
    assert paid.last_fd() == 2
    assert paid.mode() == 8
    paid.host.do(sale.CANCEL)
    assert paid.sell(5_000).fd == 3


def test_the_device_may_drop_the_receipt_by_itself_and_leave_the_fn_open(paid, cut_power):
    cut_power("before_fn", annul=True)
    assert paid.mode() == 2
    assert paid.host.do(storage.FN_STATUS).current_document == 4
    paid.host.do(sale.CANCEL_FN_DOCUMENT)
    assert paid.sell(5_000).fd == 3


def test_after_the_fn_the_receipt_is_registered_once_and_its_paper_waits(paid, bench, cut_power):
    cut_power("after_fn")
    assert paid.last_fd() == 3
    assert paid.mode() == 2
    assert paid.submode() == 3
    assert cash(paid) == 5_000
    paid.host.do(printing.CONTINUE_PRINT)
    assert "ИТОГ" in bench.kkt.paper.slips[-1]
    assert paid.sell(5_000).fd == 4
    assert cash(paid) == 10_000


def test_before_the_answer_everything_is_done(paid, cut_power):
    cut_power("before_answer", cmd="FF45")
    assert paid.host.enquire() == b"\x15"
    assert (paid.last_fd(), paid.mode(), paid.submode()) == (3, 2, 0)


def test_during_print_the_rest_waits_for_b0h(paid, bench, cut_power):
    cut_power("printing", after=2)
    assert (paid.last_fd(), paid.submode()) == (3, 3)
    paid.host.do(printing.CONTINUE_PRINT)
    assert "ИТОГ" in bench.kkt.paper.slips[-1]
    assert paid.submode() == 0


def test_a_device_without_power_is_silent_until_it_comes_back(paid, bench, host, clock, cut_power):
    cut_power("before_fn", restart_s=3)
    assert host.enquire() == b""
    clock.advance(seconds=3)
    assert host.enquire() == b"\x15"


def test_an_open_receipt_survives_a_kill(paid, bench, make_till):
    till = make_till(bench.restart())
    assert till.mode() == 8
    assert till.host.do(sale.SUBTOTAL).subtotal == 5_000
    assert till.pay(5_000).fd == 3


def test_a_lost_memory_of_the_kkt_is_mended_from_the_fn(paid, bench, make_till):
    paid.pay(5_000)
    paid.begin(7_000)
    bench.close()
    for path in bench.folder.glob("kkt.db*"):
        path.unlink()
    bench.start()
    till = make_till(bench.host)
    assert (till.mode(), till.submode(), till.last_fd()) == (2, 3, 3)
    assert cash(till) == 5_000
    till.host.do(printing.CONTINUE_PRINT)
    assert till.sell(7_000).fd == 4


def test_a_shift_opening_cut_after_the_fn_is_open(till, bench, host, make_till):
    bench.plan.add(parse_fault(b'{"hook": "power_cut", "point": "after_fn"}'))
    host.send(encode_frame(encode_request(sale.OPEN_SHIFT, storage.Authorised())))
    bench.conversation.connect(host)
    assert till.mode() == 2
    till.host.do(printing.CONTINUE_PRINT)
    with pytest.raises(Rejected, match="3Ch"):
        till.open_shift()
