"""The FN's side of the exchange with the OFD: its message for a document, its judgement of an answer."""

from fiscal.errors import FiscalError
from fiscal.ofd.documents import (
    Acknowledgement,
    encode_document_message,
    message_sign,
    parse_acknowledgement,
)

SERVICE_1 = bytes.fromhex("1009")  # as in messages of real devices
SIGN_SIZE = 18


class BadTicket(Exception):
    """The answer is no acknowledgement."""


def build_message(fn: str, fd: int, tlv: bytes, random: bytes) -> bytes:
    """Return the whole session message; `random` gives what only a real FN could compute."""
    return encode_document_message(
        tlv, fn=fn, fd=fd, trailer=message_sign(random[12:]), service1=SERVICE_1, service2=random[:12]
    )


def parse_ticket(answer: bytes) -> Acknowledgement:
    """Read the OFD's answer; BadTicket for a wrong CRC, another document or no acknowledgement."""
    try:
        return parse_acknowledgement(answer)
    except FiscalError as error:
        raise BadTicket(str(error)) from error
