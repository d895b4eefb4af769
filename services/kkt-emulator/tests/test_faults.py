"""The use cases of failure: each hook does what it says, and the FN holds the truth afterwards."""

import msgspec
import pytest

from fiscal.kkt import printing, sale, service, storage
from fiscal.kkt.command import Authorised
from fiscal.kkt.commands import encode_request, parse_reply
from fiscal.kkt.errors import Rejected
from fiscal.kkt.frame import encode_frame, lrc, parse_frame
from kkt_emulator.effects import apply_now
from kkt_emulator.faults import parse_fault
from kkt_emulator.refusal import Refusal

ENQ, ACK, NAK = b"\x05", b"\x06", b"\x15"
CLOSE = encode_frame(
    encode_request(sale.CLOSE_RECEIPT, sale.CloseReceiptRequest(payments=(5_000,), tax_system=1))
)
STATUS = encode_frame(encode_request(service.SHORT_STATUS, Authorised()))


def refused(code, act):
    with pytest.raises(Rejected) as caught:
        act()
    assert caught.value.code == code, f"{caught.value}"


@pytest.fixture
def plant(bench):
    def plant(hook, **fields):
        fault = parse_fault(msgspec.json.encode({"hook": hook, **fields}))
        if not apply_now(bench.kkt, fault):
            bench.plan.add(fault)

    return plant


@pytest.fixture
def paid(till):
    """A till with a receipt of 50.00 that only has to be closed."""
    till.open_shift()
    till.begin(5_000)
    return till


def test_a_dropped_answer_waits_for_the_next_enq(paid, host, plant):
    plant("drop_answer", cmd="FF45")
    assert host.send(CLOSE) == ACK
    said = host.enquire()
    assert said[:1] == ACK
    assert parse_reply(sale.CLOSE_RECEIPT, parse_frame(said[1:])).fd == 3


def test_a_dropped_answer_may_be_lost_for_good(paid, host, plant):
    plant("drop_answer", cmd="close_receipt", keep_pending=False)
    assert host.send(CLOSE) == ACK
    assert host.enquire() == NAK
    assert paid.last_fd() == 3


def test_a_command_may_be_executed_in_silence(paid, host, plant):
    plant("drop_ack", cmd="FF45", keep_pending=False)
    assert host.send(CLOSE) == b""
    assert paid.last_fd() == 3


def test_nak_means_not_executed(paid, host, plant):
    plant("nak", cmd="FF45", n=2)
    assert host.send(CLOSE) == NAK
    assert host.send(CLOSE) == NAK
    assert host.send(CLOSE)[:1] == ACK
    host.send(ACK)
    assert paid.last_fd() == 3


def test_a_bad_checksum_is_mended_by_the_repeat(paid, host, plant):
    plant("bad_lrc", cmd="FF45")
    frame = host.send(CLOSE)[1:]
    assert lrc(frame[1:-1]) != frame[-1]
    host.send(NAK)
    again = host.enquire()
    assert parse_reply(sale.CLOSE_RECEIPT, parse_frame(again[1:])).fd == 3
    host.send(ACK)
    assert paid.last_fd() == 3


def test_noise_comes_before_what_is_said(host, plant):
    plant("noise", bytes="ffff00")
    assert host.enquire() == b"\xff\xff\x00" + NAK
    assert host.enquire() == NAK


def test_a_stale_answer_comes_first_and_the_right_one_stays_pending(paid, host, plant):
    paid.mode()
    plant("stale_answer", cmd="FF45", of="10")
    assert parse_frame(host.send(CLOSE)[1:])[:1] == b"\x10"
    host.send(ACK)
    said = host.enquire()
    assert parse_reply(sale.CLOSE_RECEIPT, parse_frame(said[1:])).fd == 3


def test_a_connection_may_break_inside_an_answer(paid, bench, host, plant):
    plant("cut_bytes", cmd="FF45", after=5)
    assert len(host.send(CLOSE)) == 1 + 5
    assert host.cut
    bench.conversation.connect(host)
    assert parse_reply(sale.CLOSE_RECEIPT, parse_frame(host.enquire()[1:])).fd == 3


def test_a_slow_command_answers_enq_with_ack_meanwhile(paid, host, clock, plant):
    plant("slow", cmd="FF45", seconds=10)
    assert host.send(CLOSE) == ACK
    assert host.enquire() == ACK
    assert host.send(STATUS) == b""
    host.said.clear()
    clock.advance(seconds=10)
    assert parse_reply(sale.CLOSE_RECEIPT, parse_frame(bytes(host.said))).fd == 3


def test_a_slow_answer_may_belong_to_a_document_that_is_made_at_once(paid, bench, host, clock, plant):
    plant("slow", cmd="FF45", seconds=10, when="after")
    assert host.send(CLOSE) == ACK
    assert bench.kkt.fn.state.last_fd == 3
    clock.advance(seconds=10)
    assert parse_frame(bytes(host.said)[1:])[:2] == b"\xff\x45"


def test_a_detached_command_commits_behind_the_back_of_a_host_that_asks(paid, host, clock, plant):
    plant("slow", cmd="FF45", seconds=5, detached=True)
    assert host.send(CLOSE) == ACK
    assert paid.submode() == 5
    assert paid.last_fd() == 2
    clock.advance(seconds=5)
    assert paid.submode() == 0
    assert paid.last_fd() == 3


def test_busy_means_not_executed(paid, plant):
    plant("busy", cmd="FF45", n=2)
    refused(0x50, lambda: paid.pay(5_000))
    refused(0x50, lambda: paid.pay(5_000))
    assert paid.pay(5_000).fd == 3


def test_the_fn_may_answer_any_code(paid, plant):
    plant("fn_error", code="03", cmd="FF45")
    refused(0x03, lambda: paid.pay(5_000))
    plant("fn_error", code="2F", cmd="FF01", n=2)
    refused(0x2F, paid.last_fd)
    refused(0x2F, paid.last_fd)
    assert paid.last_fd() == 2


def test_another_operator_may_hold_the_receipt(paid, plant):
    plant("wrong_operator")
    refused(0x59, lambda: paid.host.do(sale.CANCEL))
    paid.host.do(sale.CANCEL)


def test_no_paper_stops_what_prints_and_costs_nothing(paid, plant):
    plant("paper_out")
    assert paid.submode() == 1
    assert not paid.host.do(service.SHORT_STATUS).flags >> 7 & 1
    refused(0x6B, lambda: paid.pay(5_000))
    assert paid.last_fd() == 2
    plant("load_paper")
    assert paid.pay(5_000).fd == 3


def test_paper_that_ends_inside_a_receipt_leaves_it_registered(paid, bench, plant):
    plant("paper_out", at_line=4)
    assert paid.pay(5_000).fd == 3
    assert paid.submode() == 2
    assert len(bench.kkt.paper.slips[-1].splitlines()) == 4
    refused(0x6B, lambda: paid.begin())
    refused(0x6B, lambda: paid.host.do(printing.CONTINUE_PRINT))
    plant("load_paper")
    assert paid.submode() == 3
    refused(0x58, lambda: paid.begin())
    paid.host.do(printing.CONTINUE_PRINT)
    assert paid.submode() == 0
    assert "fp=" in bench.kkt.paper.slips[-1]
    assert paid.sell(5_000).fd == 4


def test_an_open_cover_shows_in_the_flags(till, plant):
    till.open_shift()
    plant("cover_open")
    status = till.host.do(service.SHORT_STATUS)
    assert status.flags >> 10 & 1
    refused(0x6B, lambda: till.begin())
    plant("load_paper")
    till.begin()


def test_a_hot_head_refuses_and_a_jammed_cutter_fails_after_the_document(paid, plant):
    plant("overheat")
    refused(0xC9, lambda: paid.pay(5_000))
    plant("cutter_jam")
    refused(0x71, lambda: paid.pay(5_000))
    assert paid.last_fd() == 3
    assert paid.mode() == 2


def test_a_clock_may_jump_and_a_shift_grow_old(paid, plant):
    plant("clock_jump", seconds=600)
    refused(0x17, lambda: paid.pay(5_000))
    plant("clock_jump", seconds=-600)
    plant("shift_age", hours=25)
    refused(0x16, lambda: paid.pay(5_000))
    paid.host.do(sale.CANCEL)
    assert paid.mode() == 3


def test_an_archive_may_be_full(paid, plant):
    plant("fn_fill", percent=91)
    assert paid.host.do(storage.FN_STATUS).warnings & 0b100
    plant("fn_fill", percent=100)
    refused(0x06, lambda: paid.pay(5_000))
    assert paid.host.do(storage.MEMORY_LEFT).documents_left == 0


def test_the_queue_may_be_old(paid, plant):
    plant("ofd_age", days=31)
    refused(0x15, lambda: paid.pay(5_000))
    plant("ofd_age", days=0)
    assert paid.pay(5_000).fd == 3


def test_another_host_registers_a_receipt_now_or_around_a_command(till, bench, plant):
    till.open_shift()
    plant("foreign_receipt", total=777)
    assert till.last_fd() == 3
    plant("foreign_receipt", cmd="8D", total=778)
    till.begin(5_000)
    assert till.last_fd() == 4
    with pytest.raises(Refusal):
        plant("foreign_receipt")
    plant("foreign_receipt", cmd="FF45", when="after")
    assert till.pay(5_000).fd == 5
    assert [d.total for d in bench.kkt.fn.documents(2)] == [777, 778, 5_000, 10_000]


@pytest.mark.parametrize(
    "body",
    [
        b'{"hook": "nope"}',
        b'{"hook": "nak", "n": 0}',
        b'{"hook": "nak", "extra": 1}',
        b'{"hook": "nak", "cmd": "no_such"}',
        b'{"hook": "power_cut", "point": "somewhere"}',
        b'{"hook": "fn_error"}',
        b"[]",
        b"",
    ],
)
def test_a_fault_that_nobody_knows_is_refused(body):
    with pytest.raises(ValueError, match=r"."):
        parse_fault(body)
