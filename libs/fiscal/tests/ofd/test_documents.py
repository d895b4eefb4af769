import json
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fiscal.ofd.documents import (
    Acknowledgement,
    encode_acknowledgement,
    encode_document_message,
    message_sign,
    parse_acknowledgement,
    parse_document_message,
)
from fiscal.ofd.errors import ContradictoryMessage, ForeignPayload, OfdError
from fiscal.ofd.frame import (
    Container,
    SessionMessage,
    encode_container,
    encode_session_message,
    parse_container,
)
from fiscal.tags import Tag
from fiscal.tlv import (
    Member,
    TlvError,
    encode_member,
    encode_members,
    inner,
    need,
    parse_member,
    parse_members,
)

REAL = Path(__file__).parents[4] / "tests" / "vectors" / "ofd-real" / "samples.json"
SAMPLES: dict[str, Any] = {sample["id"]: sample for sample in json.loads(REAL.read_text(encoding="utf-8"))}
FN = "9999078900000961"
TRAILER = message_sign(b"\xa5\x5a\xe1\x0c\x4d\x75")
ACK = Acknowledgement(
    ofd_inn="7704358518", fn=FN, fd=77, at=datetime(2026, 11, 20, 9, 0, 5), operator_sign=bytes(range(18))
)


def open_shift(fn: str = FN, fd: int = 77, version: int = 4) -> bytes:
    members = (
        Member(Tag.FFD_VERSION, version),
        Member(Tag.FISCAL_DOCUMENT_NUMBER, fd),
        Member(Tag.FN_NUMBER, fn),
    )
    return encode_member(Member(Tag.OPEN_SHIFT_REPORT, members))


def test_a_document_travels_unchanged() -> None:
    raw = encode_document_message(open_shift(), fn=FN, fd=77, trailer=TRAILER)
    assert raw[6:8] == b"\x01\x20"
    message = parse_document_message(raw)
    assert (message.fn, message.fd, message.form) == (FN, 77, 2)
    assert message.tlv == open_shift()
    assert message.trailer == TRAILER
    assert message.document == parse_member(open_shift())[0]


def test_the_message_sign_has_the_form_of_real_ones() -> None:
    assert TRAILER.hex() == SAMPLES["y-01"]["trailer_hex"]
    assert message_sign(b"\1").hex() == "81060100000000000000"


def test_real_message_of_a_device() -> None:
    sample = SAMPLES["y-01"]
    raw = bytes.fromhex(sample["hex"])
    message = parse_document_message(raw)
    assert (message.fn, message.fd, message.form) == ("9999078900005488", 1, 11)
    assert len(message.tlv) == 4 + sample["tlv_length"]
    assert message.trailer.hex() == sample["trailer_hex"]
    assert encode_member(message.document) == message.tlv
    members = inner(message.document)
    assert need(members, Tag.USER_INN, str) == "7702203276"
    assert need(members, Tag.OFD_NAME, str) == "OOO TAXCOM"
    again = encode_document_message(
        message.tlv,
        fn=message.fn,
        fd=message.fd,
        trailer=message.trailer,
        service1=bytes.fromhex(sample["container"]["service1"]),
        service2=bytes.fromhex(sample["container"]["service2"]),
        p_version=message.p_version,
    )
    assert again == raw


def test_real_document_of_ffd_1_0_encodes_back_to_itself() -> None:
    sample = SAMPLES["y-02"]
    payload = parse_container(bytes.fromhex(sample["hex"])).payload
    document, end = parse_member(payload)
    assert end == 4 + sample["tlv_length"]
    assert payload[end:].hex() == sample["trailer_hex"]
    assert encode_member(document) == payload[:end]
    assert need(inner(document), Tag.FN_NUMBER, str) == "999907891234567"


@pytest.mark.parametrize("pair", SAMPLES["y-03"]["pairs"], ids=lambda pair: str(pair["type"]))
def test_real_primitives(pair: dict[str, Any]) -> None:
    tags = {
        "fvln": Tag.ITEM_QUANTITY,
        "vln": Tag.MARKED_FRACTION_NUMERATOR,
        "string": Tag.ITEM_NAME,
        "unixtime": Tag.DATETIME,
        "u32": Tag.SHIFT_NUMBER,
    }
    body = bytes.fromhex(pair["hex"])
    raw = int(tags[pair["type"]]).to_bytes(2, "little") + len(body).to_bytes(2, "little") + body
    (member,) = parse_members(raw)
    assert encode_members([member]) == raw
    if isinstance(member.value, datetime):
        assert (member.value - datetime(1970, 1, 1)).total_seconds() == pair["value"]
    else:
        assert str(member.value) == str(pair["value"])


@pytest.mark.parametrize(
    ("tlv", "fn", "fd", "p_version"),
    [
        (open_shift(fd=78), FN, 77, "0120"),
        (open_shift(fn="9999078900000962"), FN, 77, "0120"),
        (open_shift(version=2), FN, 77, "0120"),
        (open_shift(version=4), FN, 77, "0105"),
    ],
    ids=["FD", "FN", "FFD version", "P-version"],
)
def test_headers_that_name_another_document_are_refused(tlv: bytes, fn: str, fd: int, p_version: str) -> None:
    raw = encode_document_message(tlv, fn=fn, fd=fd, trailer=TRAILER, p_version=bytes.fromhex(p_version))
    with pytest.raises(ContradictoryMessage):
        parse_document_message(raw)


def test_two_headers_with_two_fns_or_another_code_are_refused() -> None:
    container = Container(code=2, fn=FN, fd=77, payload=open_shift())
    other_fn = SessionMessage(fn="9999078900000962", body=encode_container(container))
    with pytest.raises(ContradictoryMessage):
        parse_document_message(encode_session_message(other_fn))
    other_code = SessionMessage(fn=FN, body=encode_container(msgspec.structs.replace(container, code=3)))
    with pytest.raises(ContradictoryMessage):
        parse_document_message(encode_session_message(other_code))


@pytest.mark.parametrize(
    "payload", [b"\x9c\x11\x02\x00\x01\x02", b"\x00", b"\x02\x00\xff\xff", bytes.fromhex("1e04010001")]
)
def test_a_payload_that_is_no_clear_document_is_foreign(payload: bytes) -> None:
    body = encode_container(Container(code=2, fn=FN, fd=77, payload=payload))
    with pytest.raises(ForeignPayload):
        parse_document_message(encode_session_message(SessionMessage(fn=FN, body=body)))


def test_an_acknowledgement_travels_unchanged() -> None:
    raw = encode_acknowledgement(ACK, trailer=TRAILER)
    assert parse_acknowledgement(raw) == ACK
    assert not ACK.refused
    document, end = parse_member(parse_container(raw[30:]).payload)
    assert [member.tag for member in inner(document)] == [1017, 1041, 1040, 1012, 1078]
    assert raw[62 + end :] == TRAILER


def test_a_document_that_failed_the_operators_control_is_acknowledged_and_refused() -> None:
    flagged = msgspec.structs.replace(ACK, message_flags=2)
    assert parse_acknowledgement(encode_acknowledgement(flagged, trailer=b"")).refused
    old = msgspec.structs.replace(ACK, response_code=14)
    parsed = parse_acknowledgement(encode_acknowledgement(old, trailer=b"", p_version=b"\x01\x05"))
    assert parsed == old
    assert parsed.refused
    assert not msgspec.structs.replace(ACK, message_flags=4, response_code=0).refused


def test_an_acknowledgement_without_the_operators_sign_is_readable() -> None:
    bare = msgspec.structs.replace(ACK, operator_sign=b"")
    assert parse_acknowledgement(encode_acknowledgement(bare, trailer=b"")) == bare


def test_the_fd_of_an_acknowledgement_is_tag_1040_whatever_the_container_says() -> None:
    document = parse_container(encode_acknowledgement(ACK, trailer=b"")[30:]).payload
    raw = encode_document_message(document, fn=FN, fd=0x373700, trailer=b"")
    assert parse_acknowledgement(raw).fd == 77


def test_what_is_no_acknowledgement_is_refused() -> None:
    with pytest.raises(ForeignPayload):
        parse_acknowledgement(encode_document_message(open_shift(), fn=FN, fd=77, trailer=TRAILER))
    empty = encode_member(Member(Tag.OPERATOR_ACK, ()))
    with pytest.raises(ForeignPayload):
        parse_acknowledgement(encode_document_message(empty, fn=FN, fd=77, trailer=b""))
    document = parse_container(encode_acknowledgement(ACK, trailer=b"")[30:]).payload
    with pytest.raises(ContradictoryMessage):
        parse_acknowledgement(encode_document_message(document, fn="9999078900000962", fd=77, trailer=b""))


def test_bytes_that_are_no_document_are_not_wrapped() -> None:
    with pytest.raises(TlvError):
        encode_document_message(b"\x01", fn=FN, fd=1, trailer=b"")


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 200), st.integers(1, 255))
def test_a_changed_byte_of_an_acknowledgement_never_changes_what_it_acknowledges(at: int, flip: int) -> None:
    raw = bytearray(encode_acknowledgement(ACK, trailer=TRAILER))
    raw[at % len(raw)] ^= flip
    try:
        assert parse_acknowledgement(bytes(raw)) == ACK
    except OfdError:
        return
