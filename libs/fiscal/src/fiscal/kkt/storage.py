"""The FN behind the KKT: status, archive, registration, exchange with the OFD (Штрих-М protocol, FN supplement)."""

from typing import Annotated

import msgspec

from fiscal.kkt.command import Authorised, Command, Reply
from fiscal.kkt.fields import (
    U8,
    U16,
    U32,
    DateYMD,
    Dt5,
    Raw,
    RawRest,
    TailU8,
    Text,
    UintRest,
)
from fiscal.kkt.sale import DocumentReply

RECEIPT_FORMS = (3, 4, 31, 41)


class FnStatusReply(Reply, frozen=True, kw_only=True):
    """Answer to FF01h: the only truth about what is registered is `last_fd`."""

    phase: U8  # 1 ready for registration, 3 working, 7 closed and sending, 15 archive only
    current_document: U8  # 0 none, 2 shift open, 4 receipt, 8 shift close, 14h correction, 17h state report
    has_data: U8 = 0
    shift_open: U8
    warnings: U8 = 0
    last_at: Dt5
    fn: Annotated[str, Text(16)]
    last_fd: U32


class FnNumberReply(Reply, frozen=True, kw_only=True):
    """Sixteen digits."""

    fn: Annotated[str, Text(16)]


class ExpiryReply(Reply, frozen=True, kw_only=True):
    """End of the FN's life and its registrations."""

    expires: DateYMD
    registrations_left: TailU8 = None
    registrations: TailU8 = None


class FnVersionReply(Reply, frozen=True, kw_only=True):
    """Firmware of the FN."""

    version: Annotated[str, Text(16)]
    serial: U8 = 1  # 0 debug


class RegistrationReply(Reply, frozen=True, kw_only=True):
    """Result of the last registration: 47 bytes, or 64 with FFD ≥ 1.1 (then tail = mode, OFD INN, reason)."""

    at: Dt5
    inn: Annotated[str, Text(12)]
    registration_number: Annotated[str, Text(20)]
    tax_systems: U8
    work_mode: U8
    tail: RawRest

    @property
    def extended(self) -> bool:
        """True for the 64-byte form."""
        return len(self.tail) >= 17 + 8

    @property
    def ofd_inn(self) -> str:
        """INN of the OFD, empty in the short form."""
        return self.tail[1:13].decode("ascii").strip("\0 ") if self.extended else ""

    @property
    def fd(self) -> int:
        """Number of the registration report."""
        at = 17 if self.extended else 0
        return int.from_bytes(self.tail[at : at + 4], "little")


class RegistrationTagRequest(Authorised, frozen=True, kw_only=True):
    """A tag of a registration report; FFFFh = all of them, then FF3Bh."""

    report: U8 = 1
    tag: U16


class TlvReply(Reply, frozen=True, kw_only=True):
    """TLV members."""

    tlv: RawRest


class RegistrationNumberRequest(Authorised, frozen=True, kw_only=True):
    """Number of a registration, from 1."""

    number: U8


class RegistrationByNumberReply(Reply, frozen=True, kw_only=True):
    """Parameters of one registration."""

    at: Dt5
    inn: Annotated[str, Text(12)]
    registration_number: Annotated[str, Text(20)]
    tax_systems: U8
    work_mode: U8
    reason: U8
    fd: U32
    fpd: U32


class FdRequest(Authorised, frozen=True, kw_only=True):
    """Number of a document."""

    fd: U32


class FoundReceipt(msgspec.Struct, frozen=True, kw_only=True):
    """What FF0Ah tells of a receipt."""

    operation: int
    total: int


class FindDocumentReply(Reply, frozen=True, kw_only=True):
    """Answer to FF0Ah. `form` is the FFD form code (3 receipt), another numbering than FF01h's."""

    form: U8
    ticket: U8  # 1 = the OFD's ticket is in the FN
    at: Dt5
    fd: U32
    fpd: U32
    tail: RawRest = b""

    @property
    def receipt(self) -> FoundReceipt | None:
        """Operation and total of a receipt or a correction; the total has five bytes, on some firmware four."""
        if self.form not in RECEIPT_FORMS:
            return None
        return FoundReceipt(operation=self.tail[0], total=int.from_bytes(self.tail[1:6], "little"))

    @property
    def shift(self) -> int | None:
        """Shift number of a shift document."""
        return int.from_bytes(self.tail[:2], "little") if self.form in (2, 5) else None


class OpenDocumentReply(Reply, frozen=True, kw_only=True):
    """Form and size of the document that FF3Bh will hand out."""

    form: U16
    size: U16


class TicketReply(Reply, frozen=True, kw_only=True):
    """What the FN keeps of an OFD ticket."""

    at: Dt5
    sign: Annotated[bytes, Raw(18)]
    fd: U32


class ExchangeStatusReply(Reply, frozen=True, kw_only=True):
    """Answer to FF39h. Bits: 0 connected, 1 message to send, 2 waiting for a ticket."""

    bits: U8
    reading: U8
    queue: U16
    first_fd: U32
    first_at: Dt5


class UnconfirmedReply(Reply, frozen=True, kw_only=True):
    """The paper says two bytes, the vendor's driver reads four: write four, read either."""

    count: Annotated[int, UintRest(2, 4, trim=False)]


class ShiftStateReply(Reply, frozen=True, kw_only=True):
    """Number of the open (or last closed) shift and of the last receipt in it."""

    open: U8
    shift: U16
    receipt: U16


class MemoryReply(Reply, frozen=True, kw_only=True):
    """What is left of the five-year archive and of the thirty-day storage."""

    documents_left: U32
    kilobytes_left: U32


class RandomReply(Reply, frozen=True, kw_only=True):
    """Challenge of the session authorisation."""

    random: Annotated[bytes, Raw(16)]


class AuthoriseRequest(Authorised, frozen=True, kw_only=True):
    """Answer to the challenge."""

    answer: Annotated[bytes, Raw(16)]


class SizesReply(Reply, frozen=True, kw_only=True):
    """Bytes that the open document has for the OFD and in the archive."""

    message_size: U32
    archive_size: U32


class BeginRegistrationRequest(Authorised, frozen=True, kw_only=True):
    """0 first, 1 FN replaced, 2 no replacement."""

    kind: U8


class RegisterRequest(Authorised, frozen=True, kw_only=True):
    """Registration of the KKT; FF34h adds the reason."""

    inn: Annotated[str, Text(12)]
    registration_number: Annotated[str, Text(20)]
    tax_systems: U8
    work_mode: U8
    reason: TailU8 = None


class ResetFnRequest(Authorised, frozen=True, kw_only=True):
    """Reset of a debug FN."""

    code: TailU8 = None


class MessageReply(Reply, frozen=True, kw_only=True):
    """Bytes of the message for the OFD (0 = nothing to send) and how many one FF31h may ask for."""

    size: U16
    block: U8


class ReadBlockRequest(Authorised, frozen=True, kw_only=True):
    """A block of the message."""

    offset: U16
    size: U8


class BlockReply(Reply, frozen=True, kw_only=True):
    """Bytes of the message."""

    content: RawRest


class BeginAnswerRequest(Authorised, frozen=True, kw_only=True):
    """Size of the OFD's answer, its 30-byte header included."""

    size: U16


class BeginAnswerReply(Reply, frozen=True, kw_only=True):
    """How many bytes one FF33h may carry."""

    block: U8


class WriteBlockRequest(Authorised, frozen=True, kw_only=True):
    """A block of the OFD's answer; the last one makes the FN judge it (20h = refused)."""

    offset: U16
    size: U8
    content: RawRest


FN_STATUS = Command(0xFF01, "fn_status", Authorised, FnStatusReply)
FN_NUMBER = Command(0xFF02, "fn_number", Authorised, FnNumberReply)
FN_EXPIRY = Command(0xFF03, "fn_expiry", Authorised, ExpiryReply)
FN_VERSION = Command(0xFF04, "fn_version", Authorised, FnVersionReply)
BEGIN_REGISTRATION = Command(0xFF05, "begin_registration", BeginRegistrationRequest, Reply)
REGISTER = Command(0xFF06, "register", RegisterRequest, DocumentReply)
RESET_FN = Command(0xFF07, "reset_fn", ResetFnRequest, Reply)
REGISTRATION = Command(0xFF09, "registration", Authorised, RegistrationReply)
FIND_DOCUMENT = Command(0xFF0A, "find_document", FdRequest, FindDocumentReply)
REGISTRATION_TAG = Command(0xFF0E, "registration_tag", RegistrationTagRequest, TlvReply)
READ_MESSAGE = Command(0xFF30, "read_message", Authorised, MessageReply)
READ_MESSAGE_BLOCK = Command(0xFF31, "read_message_block", ReadBlockRequest, BlockReply)
BEGIN_ANSWER = Command(0xFF32, "begin_answer", BeginAnswerRequest, BeginAnswerReply)
WRITE_ANSWER_BLOCK = Command(0xFF33, "write_answer_block", WriteBlockRequest, Reply)
REREGISTER = Command(0xFF34, "reregister", RegisterRequest, DocumentReply)
EXCHANGE_STATUS = Command(0xFF39, "exchange_status", Authorised, ExchangeStatusReply)
OPEN_DOCUMENT = Command(0xFF3A, "open_document", FdRequest, OpenDocumentReply)
READ_DOCUMENT = Command(0xFF3B, "read_document", Authorised, TlvReply)
TICKET = Command(0xFF3C, "ticket", FdRequest, TicketReply)
BEGIN_CLOSE_FN = Command(0xFF3D, "begin_close_fn", Authorised, Reply)
CLOSE_FN = Command(0xFF3E, "close_fn", Authorised, DocumentReply)
UNCONFIRMED = Command(0xFF3F, "unconfirmed", Authorised, UnconfirmedReply)
SHIFT_STATE = Command(0xFF40, "shift_state", Authorised, ShiftStateReply)
REGISTRATION_BY_NUMBER = Command(
    0xFF4C, "registration_by_number", RegistrationNumberRequest, RegistrationByNumberReply
)
REGISTRATION_TAG_V2 = Command(0xFF60, "registration_tag_v2", RegistrationTagRequest, TlvReply)
SYNC_REGISTERS = Command(0xFF62, "sync_registers", Authorised, Reply)
MEMORY_LEFT = Command(0xFF63, "memory_left", Authorised, MemoryReply)
RANDOM = Command(0xFF65, "random", Authorised, RandomReply)
AUTHORISE = Command(0xFF66, "authorise", AuthoriseRequest, Reply)
DOCUMENT_SIZES = Command(0xFF74, "document_sizes", Authorised, SizesReply)
