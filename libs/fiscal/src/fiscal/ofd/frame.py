"""Session message and container, bytes ⇄ Structs (KKT-OFD protocol 1.2: session header, container header).

Encoding what was parsed gives the same bytes. Pure: a reader asks `body_length` and reads that much.
"""

import binascii
import enum

import msgspec

from fiscal.ofd.errors import BadChecksum, BadHeader, IncompleteMessage

SESSION_HEADER = 30
CONTAINER_HEADER = 32
MAX_BODY = 32768

OFD_SIGNATURE = bytes.fromhex("2a08410a")
OISM_SIGNATURE = bytes.fromhex("dd80caa1")  # server of the marking system
S_VERSION = bytes.fromhex("81a2")
_S_VERSIONS = {S_VERSION, bytes.fromhex("82fb"), bytes.fromhex("82a2")}

P_VERSIONS = {1: b"\x01\x00", 2: b"\x01\x05", 3: b"\x01\x10", 4: b"\x01\x20"}
"""FFD version, tag 1209 → P-protocol version."""

CONTAINER_ANSWER_EXPECTED = 0x14
"""Flags of every ordinary message: no session CRC, a container inside, an answer expected."""

_MESSAGE_TYPE = 0xA5
_FN_WIDTH = 16


class SessionCrc(enum.IntEnum):
    """What the session CRC covers, bits 0–1 of the flags."""

    NONE = 0
    HEADER = 1
    MESSAGE = 2


class SessionMessage(msgspec.Struct, frozen=True, kw_only=True):
    """One TCP message; `body` is a container, or empty in a link test."""

    fn: str
    body: bytes
    p_version: bytes = P_VERSIONS[4]
    flags: int = CONTAINER_ANSWER_EXPECTED
    s_version: bytes = S_VERSION
    signature: bytes = OFD_SIGNATURE
    idle_crc: int = 0  # what stands in the CRC field when the flags say that it means nothing

    @property
    def has_container(self) -> bool:
        """Bits 2–3 of the flags."""
        return self.flags >> 2 & 3 == 1

    @property
    def answer_expected(self) -> bool:
        """Bits 4–5 of the flags."""
        return self.flags >> 4 & 3 == 1


class Container(msgspec.Struct, frozen=True, kw_only=True):
    """Document code, FN and FD, and the payload: a TLV document with its message sign, or ciphertext."""

    code: int
    fn: str
    fd: int
    payload: bytes
    service1: bytes = bytes(2)  # opaque
    service2: bytes = bytes(12)  # opaque, made by the FN
    version: int = 1


def crc16(data: bytes) -> int:
    """CRC-16/CCITT-FALSE: polynomial 1021h, initial FFFFh; "123456789" gives 29B1h."""
    return binascii.crc_hqx(data, 0xFFFF)


def is_session_message(data: bytes) -> bool:
    """True when the bytes begin with a session header; a device may also give the bare container."""
    return data[:4] in (OFD_SIGNATURE, OISM_SIGNATURE)


def body_length(header: bytes) -> int:
    """Return how many bytes follow the 30 of this session header; raises IncompleteMessage or BadHeader."""
    if len(header) < SESSION_HEADER:
        raise IncompleteMessage(SESSION_HEADER, len(header))
    if not is_session_message(header):
        raise BadHeader(f"signature {header[:4].hex()}")
    if header[4:6] not in _S_VERSIONS:
        raise BadHeader(f"S-protocol version {header[4:6].hex()}")
    length = int.from_bytes(header[24:26], "little")
    if length > MAX_BODY:
        raise BadHeader(f"body of {length} bytes, {MAX_BODY} at most")
    return length


def encode_session_message(message: SessionMessage) -> bytes:
    """Encode header and body, with the CRC that the flags ask for."""
    if len(message.body) > MAX_BODY:
        raise BadHeader(f"body of {len(message.body)} bytes, {MAX_BODY} at most")
    head = message.signature + message.s_version + message.p_version + _encode_fn(message.fn)
    head += len(message.body).to_bytes(2, "little") + message.flags.to_bytes(2, "little")
    crc = _session_crc(head, message.body, message.flags)
    return head + (message.idle_crc if crc is None else crc).to_bytes(2, "little") + message.body


def parse_session_message(data: bytes) -> SessionMessage:
    """Parse one whole message; raises IncompleteMessage, BadHeader or BadChecksum."""
    size = SESSION_HEADER + body_length(data)
    if len(data) < size:
        raise IncompleteMessage(size, len(data))
    if len(data) > size:
        raise BadHeader(f"{len(data) - size} bytes after the message")
    flags = int.from_bytes(data[26:28], "little")
    written = int.from_bytes(data[28:30], "little")
    computed = _session_crc(data[:28], data[SESSION_HEADER:], flags)
    if computed is not None and written != computed:
        raise BadChecksum("session", written, computed)
    return SessionMessage(
        signature=data[:4],
        s_version=data[4:6],
        p_version=data[6:8],
        fn=_parse_fn(data[8:24]),
        flags=flags,
        body=data[SESSION_HEADER:],
        idle_crc=written if computed is None else 0,
    )


def encode_container(container: Container) -> bytes:
    """Encode header and payload with the container CRC, which skips its own two bytes."""
    length = CONTAINER_HEADER + len(container.payload)
    if length > MAX_BODY:
        raise BadHeader(f"container of {length} bytes, {MAX_BODY} at most")
    start = length.to_bytes(2, "little")
    rest = bytes([_MESSAGE_TYPE, container.code, container.version]) + container.service1
    rest += _encode_fn_bcd(container.fn) + container.fd.to_bytes(3, "big") + container.service2
    rest += container.payload
    return start + crc16(start + rest).to_bytes(2, "little") + rest


def parse_container(data: bytes) -> Container:
    """Parse one whole container; raises IncompleteMessage, BadHeader or BadChecksum."""
    if len(data) < CONTAINER_HEADER:
        raise IncompleteMessage(CONTAINER_HEADER, len(data))
    length = int.from_bytes(data[:2], "little")
    if length < CONTAINER_HEADER or data[4] != _MESSAGE_TYPE:
        raise BadHeader(f"container of {length} bytes, message type {data[4]:02x}")
    if len(data) < length:
        raise IncompleteMessage(length, len(data))
    if len(data) > length:
        raise BadHeader(f"{len(data) - length} bytes after the container")
    written, computed = int.from_bytes(data[2:4], "little"), crc16(data[:2] + data[4:])
    if written != computed:
        raise BadChecksum("container", written, computed)
    return Container(
        code=data[5],
        version=data[6],
        service1=data[7:9],
        fn=_parse_fn_bcd(data[9:17]),
        fd=int.from_bytes(data[17:20], "big"),
        service2=data[20:32],
        payload=data[CONTAINER_HEADER:],
    )


def _session_crc(head: bytes, body: bytes, flags: int) -> int | None:
    try:
        mode = SessionCrc(flags & 3)
    except ValueError:
        raise BadHeader(f"flags {flags:04x}") from None
    if mode is SessionCrc.NONE:
        return None
    return crc16(head if mode is SessionCrc.HEADER else head + body)


def _encode_fn(fn: str) -> bytes:
    if not fn.isascii() or len(fn) > _FN_WIDTH:
        raise BadHeader(f"FN number {fn!r}")
    return fn.encode("ascii").ljust(_FN_WIDTH)


def _parse_fn(raw: bytes) -> str:
    if not raw.isascii():
        raise BadHeader(f"FN number {raw.hex()}")
    return raw.decode("ascii").rstrip(" ")


def _encode_fn_bcd(fn: str) -> bytes:
    if not (fn.isascii() and fn.isdigit() and len(fn) <= _FN_WIDTH):
        raise BadHeader(f"FN number {fn!r}")
    return bytes.fromhex(fn.ljust(_FN_WIDTH, "f"))


def _parse_fn_bcd(raw: bytes) -> str:
    fn = raw.hex().rstrip("f")
    if not fn.isdigit():
        raise BadHeader(f"FN number {raw.hex()}")
    return fn
