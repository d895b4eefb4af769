"""What the operator decides, without a socket."""

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fiscal.ofd.documents import parse_acknowledgement
from fiscal.ofd.frame import parse_container, parse_session_message
from fiscal.tags import Tag
from ofd_emulator.records import Document
from ofd_emulator.state import Judgement, Operator

Build = Callable[..., bytes]
AT = datetime(2026, 11, 20, 12, 0, 5, 250_000).astimezone()


@pytest.fixture
def operator() -> Operator:
    return Operator(inn="7704358518", key=b"key")


def take(operator: Operator, message: bytes) -> Judgement:
    judgement = operator.judge(message, AT)
    operator.restore(judgement.records)
    return judgement


def test_a_receipt_is_kept_whole_and_acknowledged(operator: Operator, receipt: Build, fn: str) -> None:
    message = receipt(77, total=125000)
    answer = take(operator, message).answer
    (document,) = operator.documents
    assert (document.fn, document.fd, document.form, document.total) == (fn, 77, 3, 125000)
    assert bytes.fromhex(document.raw) == message
    assert answer is not None
    ack = parse_acknowledgement(answer)
    assert (ack.ofd_inn, ack.fn, ack.fd) == ("7704358518", fn, 77)
    assert ack.at == AT.replace(tzinfo=None, microsecond=0)
    assert len(ack.operator_sign) == 18
    assert (ack.message_flags, ack.response_code, ack.refused) == (None, None, False)
    assert operator.violations == []


def test_the_fd_number_of_the_answer_is_binary_and_big_endian(operator: Operator, receipt: Build) -> None:
    answer = take(operator, receipt(0x012345)).answer
    assert answer is not None
    session = parse_session_message(answer)
    assert session.p_version == b"\x01\x20"
    assert session.body[5] == 7
    assert session.body[17:20] == b"\x01\x23\x45"
    assert parse_container(session.body).payload[-10:-8] == b"\x81\x06"


def test_a_repeat_hears_the_same_bytes_and_is_kept_once(operator: Operator, receipt: Build) -> None:
    first = take(operator, receipt(77)).answer
    later = operator.judge(receipt(77), AT.replace(hour=15))
    assert later.records == ()
    assert later.answer == first
    assert operator.counts.repeated == 1


def test_other_bytes_under_a_known_number_are_refused_and_recorded(
    operator: Operator, receipt: Build
) -> None:
    take(operator, receipt(77, total=100))
    assert take(operator, receipt(77, total=200)).answer is None
    assert [d.total for d in operator.documents] == [100]
    (violation,) = operator.violations
    assert (violation.rule, violation.fd) == ("other_bytes", 77)
    assert bytes.fromhex(violation.raw) == receipt(77, total=200)


def test_a_gap_is_recorded_but_the_document_is_kept(operator: Operator, receipt: Build) -> None:
    for fd in (5, 6, 8):
        assert take(operator, receipt(fd)).answer is not None
    assert [(v.rule, v.fd) for v in operator.violations] == [("out_of_order", 8)]
    assert [d.fd for d in operator.documents] == [5, 6, 8]


def test_each_fn_has_its_own_order(operator: Operator, receipt: Build, fn: str) -> None:
    for fd, number in ((1, fn), (50, "9999078900000962"), (2, fn), (51, "9999078900000962")):
        take(operator, receipt(fd, fn=number))
    assert operator.violations == []


@pytest.mark.parametrize("missing", [Tag.TOTAL_SUM, Tag.ITEM, Tag.FISCAL_SIGN, Tag.SHIFT_NUMBER])
def test_a_document_with_a_hole_is_delivered_with_the_flk_flag(
    operator: Operator, receipt: Build, missing: Tag
) -> None:
    answer = take(operator, receipt(77, without=missing)).answer
    assert answer is not None
    ack = parse_acknowledgement(answer)
    assert ack.message_flags == 2
    assert ack.refused
    (violation,) = operator.violations
    assert violation.rule == "flk"
    assert str(int(missing)) in violation.detail


def test_sums_that_do_not_add_up_fail_the_control(operator: Operator, receipt: Build) -> None:
    take(operator, receipt(77, without=Tag.CASH_TOTAL_SUM))
    (violation,) = operator.violations
    assert violation.detail == "1020 is 125000, 1031 + 1081 + 1215 + 1216 + 1217 is 0"


def test_a_shift_document_has_no_total(operator: Operator, open_shift: Build) -> None:
    take(operator, open_shift(2))
    assert [(d.form, d.total) for d in operator.documents] == [(2, 0)]
    assert operator.violations == []


def test_ffd_1_05_is_answered_in_its_own_words(operator: Operator, open_shift: Build) -> None:
    answer = take(operator, open_shift(2, version=2)).answer
    assert answer is not None
    ack = parse_acknowledgement(answer)
    assert (ack.response_code, ack.message_flags) == (0, None)
    assert parse_session_message(answer).p_version == b"\x01\x05"


def test_a_message_of_a_real_device_is_accepted(operator: Operator) -> None:
    samples = Path(__file__).parents[3] / "tests" / "vectors" / "ofd-real" / "samples.json"
    sample = next(s for s in json.loads(samples.read_text(encoding="utf-8")) if s["id"] == "y-01")
    answer = take(operator, bytes.fromhex(sample["hex"])).answer
    assert operator.violations == []
    assert [(d.fn, d.fd, d.form) for d in operator.documents] == [("9999078900005488", 1, 11)]
    assert answer is not None
    # FFD 1.05, although the early device writes P-version 00 01.
    assert parse_acknowledgement(answer).response_code == 0


@pytest.mark.parametrize(
    ("offset", "rule"),
    [
        (0, "malformed.OfdError"),  # signature
        (8, "malformed.ContradictoryMessage"),  # FN in the session header
        (33, "malformed.BadChecksum"),  # container CRC
        (49, "malformed.BadChecksum"),  # FD in the container
        (200, "malformed.BadChecksum"),  # the document
    ],
)
def test_a_changed_byte_is_a_violation_and_gets_no_answer(
    operator: Operator, receipt: Build, offset: int, rule: str
) -> None:
    message = bytearray(receipt(77))
    message[offset] ^= 0x01
    assert take(operator, bytes(message)).answer is None
    assert [v.rule for v in operator.violations] == [rule]
    assert operator.documents == []


@given(st.data())
@settings(max_examples=150)
def test_no_changed_byte_replaces_a_document_or_is_acknowledged_as_it(data: st.DataObject) -> None:
    operator = Operator(inn="7704358518", key=b"key")
    message = bytearray(_worked_example())
    take(operator, bytes(message))
    index = data.draw(st.integers(0, len(message) - 1))
    message[index] ^= data.draw(st.integers(1, 255))
    assert take(operator, bytes(message)).answer is None
    assert [d.raw for d in operator.documents] == [_worked_example().hex()]


def _worked_example() -> bytes:
    # A fixture cannot be used here: Hypothesis runs the body many times.
    # The worked example: an open-shift report, 126 bytes, FN 9999078900000961, FD 77, no trailer.
    return bytes.fromhex(
        "2a08410a 81a2 0120 39393939303738393030303030393631 9e00 1400 0000"
        "9e00 2a8c a5 02 01 0000 9999078900000961 00004d 000000000000000000000000"
        "02007a00 b904010004 fa030c003737303132333435363720 20 fd03070088a2a0adaea2a0 f4030400100c006b"
        "0e04040005000000 0d0414003030303132333435363730313233343520202020 a4040300312e30 a504010004"
        "100404004d000000 1104100039393939303738393030303030393631 350406002104000f4241"
    )


def test_what_was_kept_survives_as_records(operator: Operator, receipt: Build) -> None:
    records = [r for fd in (1, 2) for r in take(operator, receipt(fd)).records]
    again = Operator(inn="7704358518", key=b"key")
    again.restore(records)
    assert again.documents == operator.documents
    assert all(isinstance(r, Document) for r in records)
    assert again.judge(receipt(2), AT).answer == operator.judge(receipt(2), AT).answer
