import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fiscal.ofd.errors import BadChecksum, BadHeader, IncompleteMessage, OfdError
from fiscal.ofd.frame import (
    OISM_SIGNATURE,
    Container,
    SessionMessage,
    body_length,
    crc16,
    encode_container,
    encode_session_message,
    is_session_message,
    parse_container,
    parse_session_message,
)

REAL = Path(__file__).parents[4] / "tests" / "vectors" / "ofd-real" / "samples.json"
SAMPLES = {sample["id"]: sample for sample in json.loads(REAL.read_text(encoding="utf-8"))}

# The open-shift document of 126 bytes in its two envelopes, read back by an independent decoder (yandex/ofd).
OPEN_SHIFT = bytes.fromhex(
    "02007a00 b904010004 fa030c00373730313233343536372020 fd03070088a2a0adaea2a0 f4030400100c006b 0e04040005000000"
    "0d0414003030303132333435363730313233343520202020 a4040300312e30 a504010004 100404004d000000"
    "1104100039393939303738393030303030393631 350406002104000f4241"
)
CONTAINER = Container(code=2, fn="9999078900000961", fd=77, payload=OPEN_SHIFT)
CONTAINER_HEADER = bytes.fromhex(
    "9e 00 2a 8c a5 02 01 00 00 99 99 07 89 00 00 09 61 00 00 4d 00 00 00 00 00 00 00 00 00 00 00 00"
)
SESSION_HEADER = bytes.fromhex(
    "2a 08 41 0a 81 a2 01 10 39 39 39 39 30 37 38 39 30 30 30 30 30 39 36 31 9e 00 14 00 00 00"
)


def session(flags: int = 0x14, p_version: str = "0120") -> SessionMessage:
    return SessionMessage(
        fn=CONTAINER.fn, body=encode_container(CONTAINER), p_version=bytes.fromhex(p_version), flags=flags
    )


def test_crc_has_the_check_value_of_its_catalogue() -> None:
    assert crc16(b"123456789") == 0x29B1


def test_worked_container() -> None:
    raw = CONTAINER_HEADER + OPEN_SHIFT
    assert encode_container(CONTAINER) == raw
    assert parse_container(raw) == CONTAINER


def test_worked_session_header() -> None:
    raw = SESSION_HEADER + CONTAINER_HEADER + OPEN_SHIFT
    assert encode_session_message(session(p_version="0110")) == raw
    assert parse_session_message(raw) == session(p_version="0110")


@pytest.mark.parametrize(("flags", "crc"), [(0x14, 0), (0x15, 0x8744), (0x16, 0x7759)])
def test_session_crc_covers_what_the_flags_say(flags: int, crc: int) -> None:
    raw = encode_session_message(session(flags))
    assert int.from_bytes(raw[28:30], "little") == crc
    assert parse_session_message(raw) == session(flags)


def test_flags_are_named() -> None:
    assert session().has_container
    assert session().answer_expected
    link_test = SessionMessage(fn=CONTAINER.fn, body=b"", flags=0)
    assert not link_test.has_container
    assert not link_test.answer_expected
    assert len(encode_session_message(link_test)) == 30


def test_real_session_message_of_a_device_encodes_back_to_itself() -> None:
    sample = SAMPLES["y-01"]
    raw = bytes.fromhex(sample["hex"])
    message = parse_session_message(raw)
    assert message.p_version.hex() == sample["session"]["p_version"]
    assert message.fn == sample["session"]["fn"]
    assert message.flags == sample["session"]["flags"]
    assert len(message.body) == sample["session"]["body_length"]
    container = parse_container(message.body)
    assert container.code == sample["container"]["doc_code"]
    assert container.fn == sample["container"]["fn_bcd"]
    assert container.fd == sample["container"]["fd"]
    assert container.service1.hex() == sample["container"]["service1"]
    assert container.service2.hex() == sample["container"]["service2"]
    assert encode_container(container) == message.body
    assert encode_session_message(message) == raw


def test_real_container_with_a_short_fn_number_encodes_back_to_itself() -> None:
    raw = bytes.fromhex(SAMPLES["y-02"]["hex"])
    container = parse_container(raw)
    assert container.fn == "999907891234567"
    assert (container.code, container.fd) == (1, 1)
    assert encode_container(container) == raw
    assert not is_session_message(raw)


@pytest.mark.parametrize("present", [0, 29, 30, 187])
def test_a_beginning_is_incomplete_and_says_how_much_is_wanted(present: int) -> None:
    raw = encode_session_message(session())
    with pytest.raises(IncompleteMessage) as caught:
        parse_session_message(raw[:present])
    assert caught.value.wanted == (30 if present < 30 else len(raw))


@pytest.mark.parametrize("present", [0, 31, 32, 157])
def test_a_beginning_of_a_container_is_incomplete(present: int) -> None:
    raw = encode_container(CONTAINER)
    with pytest.raises(IncompleteMessage) as caught:
        parse_container(raw[:present])
    assert caught.value.wanted == (32 if present < 32 else len(raw))


@pytest.mark.parametrize(
    ("at", "value"),
    [(0, "2b08410a"), (4, "81a3"), (24, "0180"), (24, "9d00"), (26, "1700"), (8, "ff")],
    ids=["signature", "S-version", "body over 32768", "bytes left over", "CRC mode 3", "FN is no ASCII"],
)
def test_a_wrong_session_header_is_not_incomplete(at: int, value: str) -> None:
    raw = bytearray(encode_session_message(session()))
    raw[at : at + len(value) // 2] = bytes.fromhex(value)
    with pytest.raises(BadHeader):
        parse_session_message(bytes(raw))


@pytest.mark.parametrize(
    ("at", "value"),
    [(0, "1f00"), (0, "9d00"), (4, "a6")],
    ids=["length under a header", "bytes left over", "message type"],
)
def test_a_wrong_container_header_is_not_incomplete(at: int, value: str) -> None:
    raw = bytearray(encode_container(CONTAINER))
    raw[at : at + len(value) // 2] = bytes.fromhex(value)
    with pytest.raises(BadHeader):
        parse_container(bytes(raw))


def test_a_container_whose_fn_is_no_number_is_refused() -> None:
    raw = bytearray(encode_container(CONTAINER))
    raw[9] = 0xAB
    raw[2:4] = crc16(bytes(raw[:2] + raw[4:])).to_bytes(2, "little")
    with pytest.raises(BadHeader):
        parse_container(bytes(raw))


@pytest.mark.parametrize("fn", ["99990789000009611", "ФН"])
def test_a_number_that_is_no_fn_is_not_encoded(fn: str) -> None:
    with pytest.raises(BadHeader):
        encode_session_message(SessionMessage(fn=fn, body=b""))
    with pytest.raises(BadHeader):
        encode_container(Container(code=2, fn=fn, fd=1, payload=b""))


def test_a_body_over_32768_bytes_is_not_encoded() -> None:
    with pytest.raises(BadHeader):
        encode_container(Container(code=3, fn=CONTAINER.fn, fd=1, payload=bytes(32768)))
    with pytest.raises(BadHeader):
        encode_session_message(SessionMessage(fn=CONTAINER.fn, body=bytes(32769)))


def test_the_marking_server_has_a_signature_of_its_own() -> None:
    raw = encode_session_message(SessionMessage(fn=CONTAINER.fn, body=b"", signature=OISM_SIGNATURE))
    assert is_session_message(raw)
    assert body_length(raw) == 0


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 157), st.integers(1, 255))
def test_no_changed_byte_of_a_container_passes(at: int, flip: int) -> None:
    raw = bytearray(encode_container(CONTAINER))
    raw[at] ^= flip
    with pytest.raises(OfdError):
        parse_container(bytes(raw))


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 187), st.integers(1, 255))
def test_a_changed_byte_of_a_session_message_is_refused_or_reads_as_another(at: int, flip: int) -> None:
    raw = bytearray(encode_session_message(session(0x16)))
    raw[at] ^= flip
    try:
        message = parse_session_message(bytes(raw))
    except OfdError:
        return
    assert message != session(0x16)
    assert encode_session_message(message) == bytes(raw)


def test_checksums_name_both_values() -> None:
    raw = bytearray(encode_container(CONTAINER))
    raw[2] ^= 1
    with pytest.raises(BadChecksum, match="container CRC is 8C2B, computed 8C2A"):
        parse_container(bytes(raw))
    whole = bytearray(encode_session_message(session(0x16)))
    whole[28] ^= 1
    with pytest.raises(BadChecksum, match="session CRC is 7758, computed 7759"):
        parse_session_message(bytes(whole))
