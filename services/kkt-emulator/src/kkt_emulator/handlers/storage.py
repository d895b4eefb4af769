"""Questions to the FN."""

from fiscal.kkt import sale, storage
from fiscal.kkt.command import Authorised, Reply
from fiscal.tlv import encode_member, first, parse_member
from kkt_emulator.handlers.base import Rows
from kkt_emulator.kkt import DOCUMENT, READING, Kkt
from kkt_emulator.refusal import Refusal
from kkt_emulator.state import RECEIPT_FORMS
from kkt_emulator.store import Document

PART = 248  # bytes of one FF3Bh answer
REGISTRATION_FD = 1
REGISTRATIONS_LEFT = 11
STORAGE_KILOBYTES = 230_000
TLV_HEADER = 4


def _ask(kkt: Kkt, password: int) -> None:
    kkt.operator(password)
    kkt.ask_fn()


def fn_status(kkt: Kkt, request: Authorised) -> Reply:
    """FF01h."""
    _ask(kkt, request.password)
    state = kkt.fn.state
    return storage.FnStatusReply(
        phase=state.phase,
        current_document=kkt.memory.fn_document,
        has_data=int(bool(kkt.memory.receipt and kkt.memory.receipt.items)),
        shift_open=int(state.shift_open),
        warnings=kkt.fn.warnings(kkt.now),
        last_at=state.last_at,
        fn=state.number,
        last_fd=state.last_fd,
    )


def fn_number(kkt: Kkt, request: Authorised) -> Reply:
    """FF02h."""
    _ask(kkt, request.password)
    return storage.FnNumberReply(fn=kkt.fn.state.number)


def fn_expiry(kkt: Kkt, request: Authorised) -> Reply:
    """FF03h."""
    _ask(kkt, request.password)
    return storage.ExpiryReply(
        expires=kkt.fn.state.expires, registrations_left=REGISTRATIONS_LEFT, registrations=1
    )


def fn_version(kkt: Kkt, request: Authorised) -> Reply:
    """FF04h: a debug FN."""
    _ask(kkt, request.password)
    return storage.FnVersionReply(version="fn debug v 2.0", serial=0)


def registration(kkt: Kkt, request: Authorised) -> Reply:
    """FF09h, the 64-byte form."""
    _ask(kkt, request.password)
    card, report = kkt.card, kkt.fn.find(REGISTRATION_FD)
    numbers = report.fd.to_bytes(4, "little") + report.fpd.to_bytes(4, "little")
    return storage.RegistrationReply(
        at=report.at,
        inn=card.user_inn,
        registration_number=card.reg_number,
        tax_systems=card.tax_systems,
        work_mode=kkt.work_mode,
        tail=b"\0" + card.ofd_inn.encode().ljust(12, b"\0") + bytes(4) + numbers,
    )


def registration_by_number(kkt: Kkt, request: storage.RegistrationNumberRequest) -> Reply:
    """FF4Ch."""
    _ask(kkt, request.password)
    if request.number != 1:
        raise Refusal(0x08)
    card, report = kkt.card, kkt.fn.find(REGISTRATION_FD)
    return storage.RegistrationByNumberReply(
        at=report.at,
        inn=card.user_inn,
        registration_number=card.reg_number,
        tax_systems=card.tax_systems,
        work_mode=kkt.work_mode,
        reason=0,
        fd=report.fd,
        fpd=report.fpd,
    )


def registration_tag(kkt: Kkt, request: storage.RegistrationTagRequest) -> Reply:
    """FF0Eh and FF60h."""
    _ask(kkt, request.password)
    if request.report not in (0, 1):
        raise Refusal(0x08)
    report, _ = parse_member(kkt.fn.find(REGISTRATION_FD).tlv)
    assert isinstance(report.value, tuple)
    if request.tag == 0xFFFF:
        kkt.reading = kkt.fn.find(REGISTRATION_FD).tlv[TLV_HEADER:]
        return storage.TlvReply(tlv=b"")
    member = first(report.value, request.tag)
    if member is None:
        raise Refusal(0x08)
    return storage.TlvReply(tlv=encode_member(member))


def find_document(kkt: Kkt, request: storage.FdRequest) -> Reply:
    """FF0Ah."""
    _ask(kkt, request.password)
    found = kkt.fn.find(request.fd)
    return storage.FindDocumentReply(
        form=found.form,
        ticket=int(bool(found.ticket)),
        at=found.at,
        fd=found.fd,
        fpd=found.fpd,
        tail=_tail(kkt, found),
    )


def _tail(kkt: Kkt, found: Document) -> bytes:
    if found.form in RECEIPT_FORMS:
        return bytes([found.operation]) + found.total.to_bytes(5, "little")
    if found.form in (2, 5):
        return found.shift.to_bytes(2, "little")
    if found.form == 1:
        card = kkt.card
        number = card.reg_number.encode().ljust(20, b" ")
        return card.user_inn.encode().ljust(12, b" ") + number + bytes([card.tax_systems, kkt.work_mode])
    return b""


def open_document(kkt: Kkt, request: storage.FdRequest) -> Reply:
    """FF3Ah: FF3Bh hands out the members; until they are read to the end the device is in mode 1."""
    _ask(kkt, request.password)
    if kkt.mode_byte & 0x0F == DOCUMENT:
        raise Refusal(0x4A)
    found = kkt.fn.find(request.fd)
    kkt.reading = found.tlv[TLV_HEADER:]
    return storage.OpenDocumentReply(form=found.form, size=len(kkt.reading))


def read_document(kkt: Kkt, request: Authorised) -> Reply:
    """FF3Bh; 08h at the end."""
    _ask(kkt, request.password)
    kkt.require_mode(READING)
    if not kkt.reading:
        kkt.reading = None
        raise Refusal(0x08)
    part, kkt.reading = kkt.reading[:PART], kkt.reading[PART:]
    return storage.TlvReply(tlv=part)


def shift_state(kkt: Kkt, request: Authorised) -> Reply:
    """FF40h."""
    _ask(kkt, request.password)
    state = kkt.fn.state
    return storage.ShiftStateReply(open=int(state.shift_open), shift=state.shift, receipt=state.receipt)


def memory_left(kkt: Kkt, request: Authorised) -> Reply:
    """FF63h."""
    _ask(kkt, request.password)
    return storage.MemoryReply(documents_left=kkt.fn.documents_left(), kilobytes_left=STORAGE_KILOBYTES)


def cancel_fn_document(kkt: Kkt, request: Authorised) -> Reply:
    """FF08h: drop what the FN has open beside the KKT."""
    _ask(kkt, request.password)
    if kkt.mode_byte & 0x0F == DOCUMENT:
        raise Refusal(0x73)
    if not kkt.memory.fn_document:
        raise Refusal(0x02)
    kkt.memory.fn_document, kkt.memory.shift_tags = 0, b""
    return Reply()


def sync_registers(kkt: Kkt, request: Authorised) -> Reply:
    """FF62h: the registers follow the FN at every power-on anyway."""
    _ask(kkt, request.password)
    return Reply()


HANDLERS: Rows = (
    (storage.FN_STATUS, fn_status),
    (storage.FN_NUMBER, fn_number),
    (storage.FN_EXPIRY, fn_expiry),
    (storage.FN_VERSION, fn_version),
    (storage.REGISTRATION, registration),
    (storage.REGISTRATION_BY_NUMBER, registration_by_number),
    (storage.REGISTRATION_TAG, registration_tag),
    (storage.REGISTRATION_TAG_V2, registration_tag),
    (storage.FIND_DOCUMENT, find_document),
    (storage.OPEN_DOCUMENT, open_document),
    (storage.READ_DOCUMENT, read_document),
    (storage.SHIFT_STATE, shift_state),
    (storage.MEMORY_LEFT, memory_left),
    (sale.CANCEL_FN_DOCUMENT, cancel_fn_document),
    (storage.SYNC_REGISTERS, sync_registers),
)
