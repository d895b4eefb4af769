"""A second reading of the OFD session message that shares no code with `fiscal`: struct, BCD and the stdlib's CRC.

Layout from the description of the KKT–OFD protocol (session header 30 bytes, container header 32 bytes, TLV document,
message sign). It exists so that our codec is not its own judge.
"""

import binascii
import struct
from dataclasses import dataclass

CONTAINERS = {1059, 1119, 1115, 1157, 1194, 1129, 1130, 1131, 1132, 1133, 1144, 1158, 1256}
MONEY = {1020, 1031, 1043, 1079, 1081, 1102, 1103, 1105, 1120, 1215, 1216, 1217}


@dataclass(frozen=True)
class Decoded:
    """What an operator needs to know of one message."""

    fn: str
    fd: int
    form: int
    members: list[tuple[int, bytes]]

    def first(self, tag: int) -> bytes:
        return next(value for found, value in self.members if found == tag)

    def number(self, tag: int) -> int:
        return int.from_bytes(self.first(tag), "little")

    def items(self) -> list[dict[int, bytes]]:
        return [dict(walk(value)) for tag, value in self.members if tag == 1059]


def walk(data: bytes) -> list[tuple[int, bytes]]:
    """Members of one TLV level; AssertionError where lengths do not fit."""
    members = []
    position = 0
    while position < len(data):
        tag, length = struct.unpack_from("<HH", data, position)
        value = data[position + 4 : position + 4 + length]
        assert len(value) == length, f"tag {tag} at {position} is cut"
        if tag in CONTAINERS:
            walk(value)
        members.append((tag, value))
        position += 4 + length
    return members


def crc_ccitt_false(data: bytes) -> int:
    return binascii.crc_hqx(data, 0xFFFF)


def decode(message: bytes) -> Decoded:
    """Read one complete session message; AssertionError on anything that an operator would refuse."""
    signature, s_version, p_version, fn, length, flags, session_crc = struct.unpack(
        "<4s2s2s16sHHH", message[:30]
    )
    assert signature == bytes.fromhex("2a08410a")
    assert s_version == bytes.fromhex("81a2")
    assert p_version == bytes.fromhex("0120")
    assert flags & 0b1100 == 0b0100, "no container"
    if flags & 3 == 1:
        assert session_crc == crc_ccitt_false(message[:28])
    elif flags & 3 == 2:
        assert session_crc == crc_ccitt_false(message[:28] + message[30:])
    else:
        assert session_crc == 0
    container = message[30:]
    assert len(container) == length
    inner_length, crc = struct.unpack_from("<HH", container)
    assert inner_length == len(container)
    assert crc == crc_ccitt_false(container[:2] + container[4:])
    assert container[4] == 0xA5
    assert container[6] == 1
    assert container[9:17].hex() == fn.decode()
    fd = int.from_bytes(container[17:20], "big")
    form, size = struct.unpack_from("<HH", container, 32)
    assert form == container[5]
    document = container[36 : 36 + size]
    assert len(document) == size
    trailer = container[36 + size :]
    assert trailer[:2] == bytes.fromhex("8106")
    assert len(trailer) == 10
    decoded = Decoded(fn.decode(), fd, form, walk(document))
    assert decoded.number(1040) == fd
    assert decoded.first(1041).decode().strip() == decoded.fn
    return decoded
