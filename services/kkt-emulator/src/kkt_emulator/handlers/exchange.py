"""The host carries messages between the FN and the OFD (Штрих-М protocol, FN supplement, FF30h–FF3Fh)."""

from fiscal.kkt import storage
from fiscal.kkt.command import Authorised, Reply
from kkt_emulator.fn import BITS_TO_SEND
from kkt_emulator.handlers.base import Rows
from kkt_emulator.kkt import Kkt
from kkt_emulator.message import SIGN_SIZE, parse_ticket
from kkt_emulator.refusal import Refusal

READ_BLOCK, WRITE_BLOCK = 240, 200
MAX_ANSWER = 30 + 512 + 64


def _ask(kkt: Kkt, password: int) -> None:
    kkt.operator(password)
    kkt.ask_fn()


def exchange_status(kkt: Kkt, request: Authorised) -> Reply:
    """FF39h."""
    _ask(kkt, request.password)
    count, first = kkt.fn.queue()
    return storage.ExchangeStatusReply(
        bits=BITS_TO_SEND if count else 0,
        reading=0,
        queue=min(count, 0xFFFF),
        first_fd=first,
        first_at=kkt.fn.find(first).at if count else None,
    )


def unconfirmed(kkt: Kkt, request: Authorised) -> Reply:
    """FF3Fh."""
    _ask(kkt, request.password)
    return storage.UnconfirmedReply(count=min(kkt.fn.queue()[0], 0xFFFF))


def _message(kkt: Kkt) -> bytes:
    head = kkt.fn.head()
    return head.message if head else b""


def read_message(kkt: Kkt, request: Authorised) -> Reply:
    """FF30h."""
    _ask(kkt, request.password)
    return storage.MessageReply(size=len(_message(kkt)), block=READ_BLOCK)


def read_message_block(kkt: Kkt, request: storage.ReadBlockRequest) -> Reply:
    """FF31h."""
    _ask(kkt, request.password)
    block = _message(kkt)[request.offset : request.offset + request.size]
    if not block or request.size > READ_BLOCK:
        raise Refusal(0x33)
    return storage.BlockReply(content=block)


def begin_answer(kkt: Kkt, request: storage.BeginAnswerRequest) -> Reply:
    """FF32h."""
    _ask(kkt, request.password)
    if not 0 < request.size <= MAX_ANSWER:
        raise Refusal(0x20)
    kkt.answer = bytearray()
    kkt.answer_size = request.size
    return storage.BeginAnswerReply(block=WRITE_BLOCK)


def write_answer_block(kkt: Kkt, request: storage.WriteBlockRequest) -> Reply:
    """FF33h: blocks in order; the last one makes the FN judge the whole."""
    _ask(kkt, request.password)
    whole = kkt.answer_size
    if request.size != len(request.content) or request.size > WRITE_BLOCK:
        raise Refusal(0x33)
    if request.offset != len(kkt.answer) or request.offset + request.size > whole:
        raise Refusal(0x33)
    kkt.answer += request.content
    if len(kkt.answer) == whole:
        answer, kkt.answer, kkt.answer_size = bytes(kkt.answer), bytearray(), 0
        kkt.fn.accept_ticket(answer)
    return Reply()


def ticket(kkt: Kkt, request: storage.FdRequest) -> Reply:
    """FF3Ch."""
    _ask(kkt, request.password)
    found = kkt.fn.find(request.fd)
    if not found.ticket or found.ticket_at is None:
        raise Refusal(0x08)
    sign = parse_ticket(found.ticket).operator_sign[:SIGN_SIZE].ljust(SIGN_SIZE, b"\0")
    return storage.TicketReply(at=found.ticket_at, sign=sign, fd=found.fd)


HANDLERS: Rows = (
    (storage.EXCHANGE_STATUS, exchange_status),
    (storage.UNCONFIRMED, unconfirmed),
    (storage.READ_MESSAGE, read_message),
    (storage.READ_MESSAGE_BLOCK, read_message_block),
    (storage.BEGIN_ANSWER, begin_answer),
    (storage.WRITE_ANSWER_BLOCK, write_answer_block),
    (storage.TICKET, ticket),
)
