"""Frames of protocol 1: vectors, damage, streams cut anywhere."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fiscal.kkt.frame import (
    ACK,
    ENQ,
    NAK,
    BadFrame,
    Control,
    Damaged,
    Decoder,
    Frame,
    FrameError,
    IncompleteFrame,
    encode_frame,
    parse_frame,
)

SHORT_STATUS = bytes.fromhex("02 05 10 1E 00 00 00 0B")
PRINTING = bytes.fromhex("02 02 8D 50 DF")


@pytest.mark.parametrize("raw", [SHORT_STATUS, PRINTING])
def test_a_frame_of_the_manual_survives_both_ways(raw: bytes) -> None:
    assert encode_frame(parse_frame(raw)) == raw


@pytest.mark.parametrize("size", range(len(SHORT_STATUS)))
def test_a_beginning_of_a_frame_is_incomplete_and_not_wrong(size: int) -> None:
    with pytest.raises(IncompleteFrame):
        parse_frame(SHORT_STATUS[:size])


@pytest.mark.parametrize("raw", ["05 10 00", "02 05 10 1E 00 00 00 0A", "02 00 00"])
def test_wrong_bytes_are_wrong_whatever_follows(raw: str) -> None:
    with pytest.raises(BadFrame):
        parse_frame(bytes.fromhex(raw))


@pytest.mark.parametrize("size", [0, 256])
def test_data_of_a_wrong_size_makes_no_frame(size: int) -> None:
    with pytest.raises(FrameError):
        encode_frame(bytes(size))


@given(st.binary(min_size=1, max_size=255))
@settings(max_examples=50)
def test_what_is_framed_is_read_back(data: bytes) -> None:
    assert parse_frame(encode_frame(data) + b"\x05") == data


@given(st.binary(min_size=2, max_size=40), st.data())
@settings(max_examples=50)
def test_a_flipped_bit_after_the_length_is_always_seen(data: bytes, choice: st.DataObject) -> None:
    raw = bytearray(encode_frame(data))
    raw[choice.draw(st.integers(2, len(raw) - 1))] ^= 1 << choice.draw(st.integers(0, 7))
    with pytest.raises(BadFrame):
        parse_frame(bytes(raw))


NOISE = st.binary(max_size=4).map(lambda raw: bytes(b for b in raw if b not in (2, ENQ, ACK, NAK)))


@given(st.lists(st.tuples(NOISE, st.binary(min_size=1, max_size=20)), max_size=5), st.data())
@settings(max_examples=50)
def test_a_stream_cut_anywhere_gives_the_same_frames(
    parts: list[tuple[bytes, bytes]], choice: st.DataObject
) -> None:
    stream = b"".join(noise + encode_frame(data) for noise, data in parts)
    cut = choice.draw(st.integers(0, len(stream)))
    decoder = Decoder()
    got = [*decoder.feed(stream[:cut]), *decoder.feed(stream[cut:])]
    assert got == [Frame(data) for _, data in parts]
    assert not decoder.partial


def test_control_bytes_come_out_between_noise_and_frames() -> None:
    stream = b"\xff\x05\x06" + PRINTING + b"\x15\x00"
    assert list(Decoder().feed(stream)) == [Control(ENQ), Control(ACK), Frame(b"\x8d\x50"), Control(NAK)]


def test_a_damaged_frame_is_reported_whole_and_the_next_one_is_read() -> None:
    damaged = PRINTING[:-1] + b"\x00"
    assert list(Decoder().feed(damaged + PRINTING)) == [Damaged(damaged), Frame(b"\x8d\x50")]


def test_an_unfinished_frame_is_dropped_by_the_byte_timeout() -> None:
    decoder = Decoder()
    assert list(decoder.feed(SHORT_STATUS[:4])) == []
    assert decoder.partial
    assert decoder.reset() == 4
    assert list(decoder.feed(PRINTING)) == [Frame(b"\x8d\x50")]
