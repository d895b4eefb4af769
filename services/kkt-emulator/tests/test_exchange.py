"""The FN's queue: messages out by blocks, tickets in, only for the head."""

import datetime as dt

import pytest

from fiscal.kkt import sale, storage
from fiscal.kkt.errors import Rejected
from fiscal.ofd.documents import (
    Acknowledgement,
    encode_acknowledgement,
    message_sign,
    parse_document_message,
)

SIGN = bytes(range(18))


def refused(code, act):
    with pytest.raises(Rejected) as caught:
        act()
    assert caught.value.code == code, f"{caught.value}"


def take(host):
    head = host.do(storage.READ_MESSAGE)
    message = b""
    while len(message) < head.size:
        size = min(head.block, head.size - len(message))
        block = storage.ReadBlockRequest(offset=len(message), size=size)
        message += host.do(storage.READ_MESSAGE_BLOCK, block).content
    return message


def give(host, answer):
    block = host.do(storage.BEGIN_ANSWER, storage.BeginAnswerRequest(size=len(answer))).block
    for offset in range(0, len(answer), block):
        part = answer[offset : offset + block]
        host.do(
            storage.WRITE_ANSWER_BLOCK,
            storage.WriteBlockRequest(offset=offset, size=len(part), content=part),
        )


def ticket(fn, fd, **fields):
    ack = Acknowledgement(
        ofd_inn="9901234561",
        fn=fn,
        fd=fd,
        at=dt.datetime(2026, 11, 20, 9, 5),
        operator_sign=SIGN,
        **fields,
    )
    return encode_acknowledgement(ack, trailer=message_sign(b"123456"))


def status(host):
    found = host.do(storage.EXCHANGE_STATUS)
    return found.queue, found.first_fd


def test_the_queue_holds_every_document_in_order(till, host):
    till.open_shift()
    till.sell(5_000)
    assert status(host) == (3, 1)
    assert host.do(storage.EXCHANGE_STATUS).bits == 0b10
    assert host.do(storage.UNCONFIRMED).count == 3


def test_a_message_is_the_document_byte_for_byte(till, host, bench):
    message = parse_document_message(take(host))
    assert (message.fd, message.form, message.fn) == (1, 1, bench.kkt.fn.state.number)
    assert message.tlv == bench.kkt.fn.find(1).tlv
    assert take(host) == take(host)


def test_a_ticket_frees_the_head(till, host, bench):
    till.open_shift()
    fn = bench.kkt.fn.state.number
    give(host, ticket(fn, 1))
    assert status(host) == (1, 2)
    assert host.do(storage.FIND_DOCUMENT, storage.FdRequest(fd=1)).ticket == 1
    kept = host.do(storage.TICKET, storage.FdRequest(fd=1))
    assert (kept.at, kept.sign, kept.fd) == (dt.datetime(2026, 11, 20, 9, 5), SIGN, 1)
    refused(0x08, lambda: host.do(storage.TICKET, storage.FdRequest(fd=2)))
    give(host, ticket(fn, 2, message_flags=2))
    assert status(host) == (0, 0)
    assert host.do(storage.READ_MESSAGE).size == 0
    assert host.do(storage.EXCHANGE_STATUS).bits == 0


@pytest.mark.parametrize(
    "make",
    [
        lambda fn: ticket(fn, 2),
        lambda fn: ticket("9999000000000000", 1),
        lambda fn: ticket(fn, 1)[:-1] + b"\x55",
        lambda fn: ticket(fn, 1)[:40],
        lambda fn: b"nonsense of some length that nobody can read",
    ],
    ids=["another FD", "another FN", "wrong CRC", "cut", "nonsense"],
)
def test_any_other_answer_is_refused_and_the_document_stays_first(host, bench, make):
    refused(0x20, lambda: give(host, make(bench.kkt.fn.state.number)))
    assert status(host) == (1, 1)
    give(host, ticket(bench.kkt.fn.state.number, 1))


def test_a_document_of_ours_is_no_ticket(host):
    message = take(host)
    refused(0x20, lambda: give(host, message[:540]))


def test_a_second_ticket_for_the_same_document_is_refused(host, bench):
    answer = ticket(bench.kkt.fn.state.number, 1)
    give(host, answer)
    refused(0x20, lambda: give(host, answer))


def test_tickets_survive_a_restart(host, bench):
    give(host, ticket(bench.kkt.fn.state.number, 1))
    assert status(bench.restart()) == (0, 0)


def test_blocks_out_of_order_are_refused(host, bench):
    answer = ticket(bench.kkt.fn.state.number, 1)
    host.do(storage.BEGIN_ANSWER, storage.BeginAnswerRequest(size=len(answer)))
    late = storage.WriteBlockRequest(offset=10, size=2, content=answer[10:12])
    refused(0x33, lambda: host.do(storage.WRITE_ANSWER_BLOCK, late))


def test_a_receipt_may_come_between_the_blocks(till, host):
    till.open_shift()
    head = host.do(storage.READ_MESSAGE)
    first_half = storage.ReadBlockRequest(offset=0, size=100)
    before = host.do(storage.READ_MESSAGE_BLOCK, first_half).content
    till.sell(5_000)
    assert host.do(storage.READ_MESSAGE).size == head.size
    assert host.do(storage.READ_MESSAGE_BLOCK, first_half).content == before


def test_an_unsent_document_older_than_30_days_stops_selling_until_its_ticket(till, host, bench, clock):
    clock.advance(days=31)
    till.open_shift()
    assert host.do(storage.FN_STATUS).warnings & 0b1000
    till.begin(5_000)
    refused(0x15, lambda: till.pay(5_000))
    give(host, ticket(bench.kkt.fn.state.number, 1))
    assert till.pay(5_000).fd == 3


def test_an_autonomous_device_has_no_queue(bench, till):
    bench.kkt.reset(autonomous=True)
    till.open_shift()
    till.sell(5_000)
    assert status(till.host) == (0, 0)
    assert till.host.do(storage.READ_MESSAGE).size == 0


def test_a_document_is_read_by_parts_to_its_end(till, host, bench):
    till.open_shift()
    till.begin(*[5_000] * 20)
    till.pay(100_000)
    opened = host.do(storage.OPEN_DOCUMENT, storage.FdRequest(fd=3))
    assert till.mode() == 1
    refused(0x73, lambda: till.begin())
    parts = [host.do(storage.READ_DOCUMENT).tlv for _ in range(opened.size // 248 + 1)]
    refused(0x08, lambda: host.do(storage.READ_DOCUMENT))
    assert b"".join(parts) == bench.kkt.fn.find(3).tlv[4:]
    assert (opened.form, opened.size) == (3, len(b"".join(parts)))
    assert till.mode() == 2


def test_an_unknown_number_has_no_document(host):
    refused(0x08, lambda: host.do(storage.FIND_DOCUMENT, storage.FdRequest(fd=9)))


def test_what_a_registration_tag_says(host):
    found = host.do(storage.REGISTRATION_TAG_V2, storage.RegistrationTagRequest(tag=1018))
    assert found.tlv == bytes.fromhex("fa030c00") + b"7701234560  "


def test_reset_puts_in_another_fn(bench, till):
    till.open_shift()
    first = till.host.do(storage.FN_NUMBER).fn
    bench.kkt.reset(autonomous=False)
    assert till.host.do(storage.FN_NUMBER).fn != first
    assert till.last_fd() == 1
    assert till.mode() == 4
    till.host.do(sale.OPEN_SHIFT)
