"""Fiscal document → message for the operator, and the operator's acknowledgement, both ways.

The FN makes these bytes in a real shop: a forwarder relays them and only looks inside to check and to show.
"""

from datetime import datetime

import msgspec

from fiscal.ofd.errors import ContradictoryMessage, ForeignPayload
from fiscal.ofd.frame import (
    P_VERSIONS,
    Container,
    SessionMessage,
    encode_container,
    encode_session_message,
    parse_container,
    parse_session_message,
)
from fiscal.tags import Kind, Tag, known
from fiscal.tlv import Member, Members, TlvError, encode_member, find, first, inner, need, parse_member

FLK_ERROR = 0x02
"""Bit of tag 1206: the document failed format-logic control. It is delivered all the same."""

_FFD_VERSIONS = {p_version: ffd for ffd, p_version in P_VERSIONS.items() if ffd > 1}


class DocumentMessage(msgspec.Struct, frozen=True, kw_only=True):
    """A document on its way to the operator; `tlv` are its bytes, `trailer` the message sign after them."""

    fn: str
    fd: int
    form: int
    tlv: bytes
    document: Member
    trailer: bytes
    p_version: bytes


class Acknowledgement(msgspec.Struct, frozen=True, kw_only=True):
    """Document 7. `at` is the operator's local time of acceptance.

    `operator_sign` is tag 1078, 18 bytes as operators write it; empty when absent, which only a test operator
    may do.
    """

    ofd_inn: str
    fn: str
    fd: int
    at: datetime
    operator_sign: bytes
    message_flags: int | None = None  # tag 1206
    response_code: int | None = None  # tag 1022 in 1068, FFD 1.0 and 1.05

    @property
    def refused(self) -> bool:
        """True when the document failed the operator's control; the FN takes this answer and moves on."""
        return bool((self.message_flags or 0) & FLK_ERROR or self.response_code)


def message_sign(seed: bytes) -> bytes:
    """Return a trailer in the form of real messages: kind 81h, length 6, six bytes, two zeros."""
    return b"\x81\x06" + seed[:6].ljust(6, b"\0") + b"\0\0"


def encode_document_message(
    tlv: bytes,
    *,
    fn: str,
    fd: int,
    trailer: bytes,
    service1: bytes = bytes(2),
    service2: bytes = bytes(12),
    p_version: bytes = P_VERSIONS[4],
) -> bytes:
    """Wrap a document's TLV bytes into container and session message; raises TlvError for bytes that are none."""
    member, _ = parse_member(tlv)
    container = Container(
        code=member.tag, fn=fn, fd=fd, payload=tlv + trailer, service1=service1, service2=service2
    )
    return encode_session_message(
        SessionMessage(fn=fn, body=encode_container(container), p_version=p_version)
    )


def parse_document_message(data: bytes) -> DocumentMessage:
    """Parse a message of a KKT and check that its layers name one document; raises OfdError."""
    message = parse_session_message(data)
    container = parse_container(message.body)
    document, end = _parse_payload(container)
    _check_layers(message, container, document)
    return DocumentMessage(
        fn=container.fn,
        fd=container.fd,
        form=document.tag,
        tlv=container.payload[:end],
        document=document,
        trailer=container.payload[end:],
        p_version=message.p_version,
    )


def encode_acknowledgement(
    ack: Acknowledgement, *, trailer: bytes, p_version: bytes = P_VERSIONS[4]
) -> bytes:
    """Build the whole answer of an operator."""
    members = [
        Member(Tag.OFD_INN, ack.ofd_inn),
        Member(Tag.FN_NUMBER, ack.fn),
        Member(Tag.FISCAL_DOCUMENT_NUMBER, ack.fd),
        Member(Tag.DATETIME, ack.at),
    ]
    if ack.response_code is not None:
        code = Member(Tag.OFD_RESPONSE_CODE, ack.response_code)
        members.append(Member(Tag.OPERATOR_MESSAGE_TO_FN, (code,)))
    if ack.message_flags is not None:
        members.append(Member(Tag.OPERATOR_MESSAGE_FLAGS, ack.message_flags))
    if ack.operator_sign:
        members.append(Member(Tag.OPERATOR_FISCAL_SIGN, ack.operator_sign))
    tlv = encode_member(Member(Tag.OPERATOR_ACK, tuple(members)))
    return encode_document_message(tlv, fn=ack.fn, fd=ack.fd, trailer=trailer, p_version=p_version)


def parse_acknowledgement(data: bytes) -> Acknowledgement:
    """Parse an operator's answer; raises OfdError.

    The FD number is tag 1040: an operator in the field writes nonsense into the container header.
    """
    message = parse_session_message(data)
    document, _ = _parse_payload(parse_container(message.body))
    if document.tag != Tag.OPERATOR_ACK:
        raise ForeignPayload(f"document {document.tag} where an acknowledgement was expected")
    try:
        ack = _read_acknowledgement(inner(document))
    except TlvError as error:
        raise ForeignPayload(str(error)) from error
    if message.fn != ack.fn:
        raise ContradictoryMessage(f"FN {message.fn} in the session header, {ack.fn} in the acknowledgement")
    return ack


def _read_acknowledgement(members: Members) -> Acknowledgement:
    response = inner(first(members, Tag.OPERATOR_MESSAGE_TO_FN))
    return Acknowledgement(
        ofd_inn=find(members, Tag.OFD_INN, str) or "",
        fn=need(members, Tag.FN_NUMBER, str),
        fd=need(members, Tag.FISCAL_DOCUMENT_NUMBER, int),
        at=need(members, Tag.DATETIME, datetime),
        operator_sign=find(members, Tag.OPERATOR_FISCAL_SIGN, bytes) or b"",
        message_flags=find(members, Tag.OPERATOR_MESSAGE_FLAGS, int),
        response_code=find(response, Tag.OFD_RESPONSE_CODE, int),
    )


def _parse_payload(container: Container) -> tuple[Member, int]:
    """Return the document and where it ends; what follows is its sign."""
    try:
        document, end = parse_member(container.payload)
    except TlvError as error:
        raise ForeignPayload(str(error)) from error
    row = known(document.tag)
    if row is None or row.kind is not Kind.STLV:
        raise ForeignPayload(f"encrypted or foreign payload: it begins with tag {document.tag}")
    return document, end


def _check_layers(message: SessionMessage, container: Container, document: Member) -> None:
    if message.fn != container.fn:
        raise ContradictoryMessage(f"FN {message.fn} in the session header, {container.fn} in the container")
    members = inner(document)
    claims = [
        ("document code", container.code, document.tag),
        ("FN", container.fn, find(members, Tag.FN_NUMBER, str)),
        ("FD", container.fd, find(members, Tag.FISCAL_DOCUMENT_NUMBER, int)),
        # Only versions with one meaning: early devices write others into the header.
        ("FFD version", _FFD_VERSIONS.get(message.p_version), find(members, Tag.FFD_VERSION, int)),
    ]
    for what, outside, inside in claims:
        if outside is not None and inside is not None and outside != inside:
            raise ContradictoryMessage(f"{what} {outside} in the headers, {inside} in the document")
