"""Bytes ⇄ frame of the standard low level, "protocol 1" (Штрих-М protocol v2.0, transport level).

A frame is `02 | LEN | DATA[LEN] | LRC`; LRC is the XOR of LEN and DATA. Pure: no socket, no timer.
"""

import functools
import operator
from collections.abc import Iterator

import msgspec

ENQ = 0x05
STX = 0x02
ACK = 0x06
NAK = 0x15

MAX_DATA = 255
OVERHEAD = 3  # STX, LEN, LRC


class FrameError(Exception):
    """A frame cannot be made or read."""


class IncompleteFrame(FrameError):
    """The bytes so far are a good beginning: wait for more, do not drop them."""


class BadFrame(FrameError):
    """The bytes cannot be a frame whatever follows: answer NAK."""


class Frame(msgspec.Struct, frozen=True):
    """A frame with a good checksum."""

    data: bytes


class Damaged(msgspec.Struct, frozen=True):
    """A whole frame whose checksum is wrong or which holds nothing."""

    raw: bytes


class Control(msgspec.Struct, frozen=True):
    """A control byte outside a frame: ENQ, ACK or NAK."""

    byte: int


Received = Frame | Damaged | Control


def lrc(length_and_data: bytes) -> int:
    """XOR of all bytes."""
    return functools.reduce(operator.xor, length_and_data, 0)


def encode_frame(data: bytes) -> bytes:
    """Wrap 1–255 bytes of DATA."""
    if not 0 < len(data) <= MAX_DATA:
        raise FrameError(f"DATA must have 1..{MAX_DATA} bytes, not {len(data)}")
    body = bytes([len(data)]) + data
    return bytes([STX]) + body + bytes([lrc(body)])


def parse_frame(raw: bytes) -> bytes:
    """Return DATA of the frame that `raw` begins with; later bytes are not looked at."""
    if raw and raw[0] != STX:
        raise BadFrame(f"a frame begins with 02h, not {raw[0]:02X}h")
    if len(raw) < OVERHEAD or len(raw) < raw[1] + OVERHEAD:
        raise IncompleteFrame(f"{len(raw)} bytes of a frame")
    end = raw[1] + 2
    if raw[1] == 0:
        raise BadFrame("LEN is 0")
    if lrc(raw[1:end]) != raw[end]:
        raise BadFrame(f"LRC is {raw[end]:02X}h, must be {lrc(raw[1:end]):02X}h")
    return raw[2:end]


class Decoder:
    """Cut a byte stream into frames and control bytes; drop anything else up to the next STX, ENQ, ACK or NAK.

    FFh before a control byte is legal line noise. A frame that stays incomplete for longer than the byte
    timeout is dropped by `reset`, which is the caller's timer to fire.
    """

    def __init__(self) -> None:
        self._buffer = b""

    @property
    def partial(self) -> bool:
        """True while a frame has begun and has not ended."""
        return bool(self._buffer)

    def reset(self) -> int:
        """Drop the unfinished frame; return how many bytes it had."""
        dropped, self._buffer = len(self._buffer), b""
        return dropped

    def feed(self, received: bytes) -> Iterator[Received]:
        """Yield what has become whole, in order."""
        self._buffer += received
        while self._buffer:
            if self._buffer[0] != STX:
                byte, self._buffer = self._buffer[0], self._buffer[1:]
                if byte in (ENQ, ACK, NAK):
                    yield Control(byte)
                continue
            try:
                data = parse_frame(self._buffer)
            except IncompleteFrame:
                return
            except BadFrame:
                yield Damaged(self._cut())
            else:
                self._cut()
                yield Frame(data)

    def _cut(self) -> bytes:
        end = self._buffer[1] + OVERHEAD
        raw, self._buffer = self._buffer[:end], self._buffer[end:]
        return raw
