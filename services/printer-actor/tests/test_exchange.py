"""The host's side of protocol 1 byte for byte, with every way it may fail; no socket, no clock."""

import pytest

from fiscal.kkt.frame import ACK, ENQ, NAK, Control, Damaged, Frame, Received, encode_frame
from printer_actor.exchange import Await, Forget, Limits, NoConnection, NoGoodAnswer, Send, exchange

LIMITS = Limits(byte_s=3.0, answer_s=30.0, enquiries=3)
SHORT_STATUS = bytes.fromhex("10 1E 00 00 00")
MESSAGE = bytes.fromhex("02 05 10 1E 00 00 00 0B")  # password 30
ANSWER = bytes.fromhex("10 00 1E 92 02 04 00 00 B8 CC 00 00 00 00 00 00")
CLOSE = bytes.fromhex("FF 45 1E 00 00 00")
YES, NO = Control(ACK), Control(NAK)


class Script:
    """Feeds an exchange with what the device says; what is not said is silence."""

    def __init__(self, request: bytes, *said: Received | None, limits: Limits = LIMITS) -> None:
        self.sent: list[bytes] = []
        self.waits: list[float] = []
        self.stale: list[bytes] = []
        self._steps = exchange(request, limits, self.stale.append)
        self._said = list(said)

    def run(self) -> bytes:
        received: Received | None = None
        try:
            while True:
                match self._steps.send(received):
                    case Send(outgoing):
                        self.sent.append(outgoing)
                        received = None
                    case Forget():
                        received = None
                    case Await(timeout_s):
                        self.waits.append(timeout_s)
                        received = self._said.pop(0) if self._said else None
        except StopIteration as finished:
            return finished.value


def test_the_plain_exchange_is_enq_message_ack():
    script = Script(SHORT_STATUS, NO, YES, Frame(ANSWER))
    assert script.run() == ANSWER
    assert script.sent == [bytes([ENQ]), MESSAGE, bytes([ACK])]
    assert script.waits == [3.0, 3.0, 33.0]


def test_silence_on_enq_means_nothing_was_sent():
    script = Script(SHORT_STATUS)
    with pytest.raises(NoConnection):
        script.run()
    assert script.sent == [bytes([ENQ])] * 3


def test_a_message_is_sent_again_only_to_a_device_that_is_idle_after_its_nak():
    script = Script(SHORT_STATUS, NO, NO, NO, NO, NO, YES, Frame(ANSWER))
    assert script.run() == ANSWER
    assert script.sent == [*[bytes([ENQ]), MESSAGE] * 3, bytes([ACK])]


def test_a_stray_nak_does_not_have_a_command_executed_twice():
    """The device took the message: ENQ finds the answer that it holds."""
    good = bytes.fromhex("FF 45 00")
    script = Script(CLOSE, NO, NO, YES, Frame(good), NO)
    assert script.run() == good
    assert script.sent.count(encode_frame(CLOSE)) == 1
    assert script.stale == []


def test_after_a_nak_an_answer_to_another_command_is_evidence_and_the_message_goes_again():
    stale, good = b"\x10\x00\x1e", bytes.fromhex("FF 45 00")
    script = Script(CLOSE, NO, NO, YES, Frame(stale), NO, YES, Frame(good))
    assert script.run() == good
    assert (script.stale, script.sent.count(encode_frame(CLOSE))) == ([stale], 2)


def test_three_naks_of_an_idle_device_prove_that_nothing_was_executed():
    with pytest.raises(NoConnection):
        Script(SHORT_STATUS, *[NO] * 7).run()


def test_a_nak_and_then_silence_is_an_unknown_outcome():
    with pytest.raises(NoGoodAnswer):
        Script(CLOSE, NO, NO).run()


def test_silence_after_the_message_is_an_unknown_outcome_and_no_reason_to_resend():
    script = Script(CLOSE, NO, None)
    with pytest.raises(NoGoodAnswer):
        script.run()
    assert script.sent.count(encode_frame(CLOSE)) == 1


def test_no_answer_after_ack_is_an_unknown_outcome():
    script = Script(CLOSE, NO, YES, None)
    with pytest.raises(NoGoodAnswer):
        script.run()
    assert script.sent == [bytes([ENQ]), encode_frame(CLOSE)]


def test_an_answer_in_place_of_a_lost_ack_is_the_answer():
    script = Script(SHORT_STATUS, NO, Frame(ANSWER))
    assert script.run() == ANSWER
    assert script.sent[-1] == bytes([ACK])


def test_a_damaged_answer_is_asked_for_again_and_not_executed_again():
    script = Script(SHORT_STATUS, NO, YES, Damaged(b""), YES, Frame(ANSWER))
    assert script.run() == ANSWER
    assert script.sent == [bytes([ENQ]), MESSAGE, bytes([NAK]), bytes([ENQ]), bytes([ACK])]


def test_a_damaged_answer_that_is_gone_is_an_unknown_outcome():
    with pytest.raises(NoGoodAnswer):
        Script(SHORT_STATUS, NO, YES, Damaged(b""), NO).run()


def test_an_answer_damaged_three_times_is_an_unknown_outcome():
    bad = Damaged(b"")
    with pytest.raises(NoGoodAnswer):
        Script(SHORT_STATUS, NO, YES, bad, YES, bad, YES, bad, YES).run()


def test_a_pending_answer_is_evidence_and_the_message_goes_after_it():
    pending = bytes.fromhex("FF 45 00 00 00 00 00 00 07 00 00 00 D2 04 00 00")
    script = Script(SHORT_STATUS, YES, Frame(pending), NO, YES, Frame(ANSWER))
    assert script.run() == ANSWER
    assert script.stale == [pending]
    assert script.sent == [bytes([ENQ]), bytes([ACK]), bytes([ENQ]), MESSAGE, bytes([ACK])]


def test_a_pending_answer_does_not_use_up_a_single_enquiry():
    once = Limits(byte_s=1, answer_s=1, enquiries=1)
    script = Script(SHORT_STATUS, YES, Frame(b"\x13\x00\x1e"), NO, YES, Frame(ANSWER), limits=once)
    assert script.run() == ANSWER


def test_a_device_that_never_stops_answering_old_commands_got_nothing_from_us():
    with pytest.raises(NoConnection):
        Script(SHORT_STATUS, *[YES, Frame(b"\x13\x00\x1e")] * 5).run()


def test_an_unreadable_pending_answer_is_not_our_unknown_outcome():
    with pytest.raises(NoConnection):
        Script(SHORT_STATUS, YES, None).run()


def test_a_stale_answer_after_the_message_is_skipped_and_kept_as_evidence():
    stale = b"\x10\x00\x1e"
    good = bytes.fromhex("FF 45 00")
    script = Script(CLOSE, NO, YES, Frame(stale), Frame(good))
    assert script.run() == good
    assert script.stale == [stale]


def test_an_answer_to_another_two_byte_code_is_stale():
    script = Script(CLOSE, NO, YES, Frame(bytes.fromhex("FF 46 00")), Frame(bytes.fromhex("FF 45 00")))
    assert script.run() == bytes.fromhex("FF 45 00")


def test_old_firmware_refuses_an_unknown_code_without_its_second_byte():
    assert Script(CLOSE, NO, YES, Frame(b"\xff\x37")).run() == b"\xff\x37"


def test_only_stale_answers_are_an_unknown_outcome():
    with pytest.raises(NoGoodAnswer):
        Script(CLOSE, NO, YES, *[Frame(b"\x10\x00\x1e")] * 5).run()


def test_noise_before_a_control_byte_is_waited_out():
    script = Script(SHORT_STATUS, Damaged(b""), None, NO, YES, Frame(ANSWER))
    assert script.run() == ANSWER
    assert script.waits[:2] == [3.0, 0.1]
