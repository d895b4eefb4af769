"""The service: ENQ, ACK, NAK, the pending answer, damage on the line."""

from fiscal.kkt import sale, service
from fiscal.kkt.command import Authorised
from fiscal.kkt.commands import encode_request, parse_reply
from fiscal.kkt.frame import encode_frame, parse_frame

ENQ, ACK, NAK, STX = b"\x05", b"\x06", b"\x15", 2
STATUS = encode_frame(encode_request(service.SHORT_STATUS, Authorised()))
UNKNOWN = encode_frame(b"\x99\x1e\x00\x00\x00")


def test_an_idle_device_answers_nak_to_enq(host):
    assert host.enquire() == NAK


def test_a_message_is_acknowledged_and_answered(host):
    said = host.send(STATUS)
    assert said[:1] == ACK
    assert parse_reply(service.SHORT_STATUS, parse_frame(said[1:])).mode == 4


def test_an_answer_is_repeated_until_it_is_acknowledged(host):
    answer = host.send(STATUS)[1:]
    assert host.enquire() == ACK + answer
    assert host.enquire() == ACK + answer
    assert host.send(ACK) == b""
    assert host.enquire() == NAK


def test_after_nak_and_enq_the_same_answer_comes_and_nothing_is_executed_again(till, host):
    till.open_shift()
    till.begin(5000)
    close = sale.CloseReceiptRequest(payments=(5000,), tax_system=1)
    answer = host.send(encode_frame(encode_request(sale.CLOSE_RECEIPT, close)))[1:]
    assert host.send(NAK) == b""
    assert host.enquire() == ACK + answer
    host.send(ACK)
    assert till.last_fd() == 3


def test_a_damaged_message_gets_nak_and_is_not_executed(host, till):
    damaged = bytearray(encode_frame(encode_request(sale.OPEN_SHIFT, Authorised())))
    damaged[-1] ^= 0xFF
    assert host.send(bytes(damaged)) == NAK
    assert till.mode() == 4


def test_garbage_is_met_with_silence(host):
    assert host.send(b"\x00\xff\x41\x7f") == b""
    assert host.enquire() == NAK


def test_a_part_of_a_message_is_dropped_after_the_byte_timeout(host, clock):
    assert host.send(STATUS[:5]) == b""
    clock.advance(seconds=0.2)
    assert host.send(STATUS[5:]) == b""
    assert host.send(STATUS)[:1] == ACK


def test_a_message_may_come_byte_by_byte(host, clock):
    said = b""
    for byte in STATUS:
        said += host.send(bytes([byte]))
        clock.advance(seconds=0.05)
    assert said[:2] == ACK + bytes([STX])


def test_a_pending_answer_outlives_the_connection(bench, host):
    answer = host.send(STATUS)[1:]
    host.close()
    bench.conversation.connect(host)
    assert host.enquire() == ACK + answer


def test_nothing_is_pending_after_power_on(bench, host):
    host.send(STATUS)
    assert bench.restart().enquire() == NAK


def test_an_unknown_command_answers_37h_and_a_short_one_33h(host):
    assert parse_frame(host.send(UNKNOWN)[1:]) == b"\x99\x37"
    host.send(ACK)
    assert parse_frame(host.send(encode_frame(b"\xff\xee\x1e\x00\x00\x00"))[1:]) == b"\xff\xee\x37"
    host.send(ACK)
    assert parse_frame(host.send(encode_frame(b"\x8d\x1e\x00"))[1:]) == b"\x8d\x33"


def test_a_wrong_password_answers_4fh(host):
    data = encode_request(service.SHORT_STATUS, Authorised(password=31))
    assert host.exchange(data) == b"\x10\x4f"
