from datetime import datetime

import pytest

from fiscal.ofd.documents import (
    Acknowledgement,
    encode_acknowledgement,
    encode_document_message,
    message_sign,
)
from fiscal.ofd.frame import (
    Container,
    SessionMessage,
    encode_container,
    encode_session_message,
)
from fiscal.tags import Tag
from fiscal.tlv import Member, encode_member
from ofd_forwarder.answer import check_answer
from ofd_forwarder.errors import WrongAnswer

FN = "9999078900000961"
TRAILER = message_sign(b"sign")


def acknowledgement(fn: str = FN, fd: int = 77) -> bytes:
    ack = Acknowledgement(
        ofd_inn="7704358518", fn=fn, fd=fd, at=datetime(2026, 11, 20, 12, 0), operator_sign=bytes(18)
    )
    return encode_acknowledgement(ack, trailer=TRAILER)


def wrapped(code: int, payload: bytes, header_fn: str = FN) -> bytes:
    container = Container(code=code, fn=FN, fd=77, payload=payload)
    return encode_session_message(SessionMessage(fn=header_fn, body=encode_container(container)))


def test_the_acknowledgement_of_this_document_passes() -> None:
    check_answer(acknowledgement(), FN, 77)


def test_the_number_counts_that_stands_in_1040_and_not_in_the_header() -> None:
    # An operator in the field writes ASCII digits, cut to three bytes, into the container header.
    members = (
        Member(Tag.FN_NUMBER, FN),
        Member(Tag.FISCAL_DOCUMENT_NUMBER, 1234),
        Member(Tag.DATETIME, datetime(2026, 11, 20, 12, 0)),
    )
    tlv = encode_member(Member(Tag.OPERATOR_ACK, members))
    container = Container(code=7, fn=FN, fd=int.from_bytes(b"123", "big"), payload=tlv)
    check_answer(encode_session_message(SessionMessage(fn=FN, body=encode_container(container))), FN, 1234)


@pytest.mark.parametrize(("fn", "fd"), [(FN, 78), (FN, 76), ("9999078900000962", 77)])
def test_an_answer_for_another_document_or_fn_is_wrong(fn: str, fd: int) -> None:
    with pytest.raises(WrongAnswer):
        check_answer(acknowledgement(fn, fd), FN, 77)


def test_a_document_that_is_no_acknowledgement_is_wrong() -> None:
    tlv = encode_member(
        Member(Tag.RECEIPT, (Member(Tag.FISCAL_DOCUMENT_NUMBER, 77), Member(Tag.FN_NUMBER, FN)))
    )
    with pytest.raises(WrongAnswer, match="document 3"):
        check_answer(encode_document_message(tlv, fn=FN, fd=77, trailer=TRAILER), FN, 77)


def test_a_damaged_answer_is_wrong() -> None:
    damaged = bytearray(acknowledgement())
    damaged[-12] ^= 1
    with pytest.raises(WrongAnswer, match="CRC"):
        check_answer(bytes(damaged), FN, 77)


def test_an_encrypted_answer_is_relayed_when_its_header_names_our_fn() -> None:
    ciphertext = bytes.fromhex("ff00ff00ff00")
    check_answer(wrapped(7, ciphertext), FN, 77)
    with pytest.raises(WrongAnswer, match="FN"):
        check_answer(wrapped(7, ciphertext, header_fn="9999078900000962"), FN, 77)
