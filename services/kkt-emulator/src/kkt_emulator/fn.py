"""The emulated FN: numbers, signs, stores and queues documents; what it has answered survives anything.

It knows nothing of lines and paper: a document comes as a builder, the FN gives it its number and its sign.
"""

import datetime as dt
import hashlib
import hmac
from collections.abc import Callable

import msgspec

from fiscal.counters import Counters, count_receipt
from fiscal.documents import ReceiptContent, encode_sign, sign_document
from fiscal.tlv import Member, encode_member
from kkt_emulator.identity import fn_number, secret
from kkt_emulator.message import BadTicket, build_message, parse_ticket
from kkt_emulator.refusal import Refusal
from kkt_emulator.store import Document, FnState, FnStore

RECEIPT_FORMS = (3, 4, 31, 41)
REGISTRATION, OPEN_SHIFT, CLOSE_SHIFT, CORRECTION = 1, 2, 5, 31
WORKING = 3
DAY = dt.timedelta(days=1)
DRIFT = dt.timedelta(minutes=5)
OFD_LIMIT, OFD_WARNING = 30 * DAY, 5 * DAY
LIFE = 470 * DAY  # an FN for 15 months
BITS_TO_SEND = 0b10


class Fn:
    """One FN; `wall` gives the host's local time without a zone."""

    def __init__(self, store: FnStore, wall: Callable[[], dt.datetime], seed: str) -> None:
        self._store, self._wall, self._seed = store, wall, seed
        self.state = store.load() or self._blank(0)

    def _blank(self, generation: int) -> FnState:
        number, key = fn_number(self._seed, generation), secret(self._seed, f"key {generation}")
        return FnState(generation=generation, number=number, key=key)

    def reload(self) -> None:
        """Forget everything that is not on the disk."""
        self.state = self._store.load() or self._blank(0)

    def replace(self) -> None:
        """Put in a new FN with another number."""
        generation = self.state.generation + 1
        self.state = self._blank(generation)
        self._store.replace(self.state)

    # -- documents

    def check(self, form: int, at: dt.datetime) -> None:
        """Refuse a document that the FN would not make now."""
        state = self.state
        if state.last_at is not None and at.replace(second=0, microsecond=0) < state.last_at:
            raise Refusal(0x07)
        if state.expires is not None and at.date() > state.expires:
            raise Refusal(0x12)
        if state.last_fd + state.extra_documents >= state.capacity:
            raise Refusal(0x06)
        if form == OPEN_SHIFT:
            return
        if state.shift_open and abs(at - self._timer()) > DRIFT:
            raise Refusal(0x17)
        if form in RECEIPT_FORMS:
            self._check_receipt(at)

    def _check_receipt(self, at: dt.datetime) -> None:
        state = self.state
        if not state.shift_open:
            raise Refusal(0x02)
        if state.shift_opened_at is not None and at - state.shift_opened_at >= DAY:
            raise Refusal(0x16)
        if self.queue_age(at) > OFD_LIMIT:
            raise Refusal(0x15)

    def commit(
        self,
        form: int,
        at: dt.datetime,
        build: Callable[[int], Member],
        *,
        content: ReceiptContent | None = None,
        payments: tuple[int, ...] = (),
    ) -> Document:
        """Number, sign and store a document; it is on the disk when this returns."""
        self._advance(form, at, content)
        state = self.state
        tlv, fpd = self._sign(build(state.last_fd))
        document = Document(
            fd=state.last_fd,
            form=form,
            at=at.replace(second=0, microsecond=0),
            fpd=fpd,
            shift=state.shift,
            number=state.receipt if form in RECEIPT_FORMS else 0,
            operation=int(content.operation) if content else 0,
            total=content.settlement.total if content else 0,
            payments=payments,
            tlv=tlv,
            message=build_message(state.number, state.last_fd, tlv, secret(state.number, str(fpd))),
            ticket=b"" if state.autonomous else None,
        )
        self._store.commit(document, state)
        return document

    def _advance(self, form: int, at: dt.datetime, content: ReceiptContent | None) -> None:
        state = self.state
        state.last_fd += 1
        state.last_at = at.replace(second=0, microsecond=0)
        if form == OPEN_SHIFT:
            state.shift, state.shift_open, state.shift_opened_at = state.shift + 1, True, at
            state.receipt = state.shift_documents = 0
            state.shift_counters = Counters()
            state.timer_offset_s = (at - self._wall()).total_seconds()
        state.shift_documents += 1
        if content is not None:
            state.receipt += 1
            state.shift_counters = _count(state.shift_counters, form, content)
            state.life_counters = _count(state.life_counters, form, content)
        if form == CLOSE_SHIFT:
            state.shift_open = False
        if form == REGISTRATION:
            state.phase, state.expires = WORKING, (at + LIFE).date()

    def _sign(self, document: Member) -> tuple[bytes, int]:
        state = self.state
        seed = state.number.encode() + encode_member(document)
        fpd = int.from_bytes(hmac.new(state.key, seed, hashlib.sha256).digest()[:4], "big")
        return encode_member(sign_document(document, encode_sign(fpd))), fpd

    def next_numbers(self, form: int) -> tuple[int, int]:
        """Return the shift and the number in it that the next document will bear."""
        shift = self.state.shift + (form == OPEN_SHIFT)
        return shift, self.state.receipt + (form in RECEIPT_FORMS)

    def find(self, fd: int) -> Document:
        """Return a document; 08h when there is none."""
        document = self._store.document(fd)
        if document is None:
            raise Refusal(0x08)
        return document

    def documents(self, after: int = 0) -> list[Document]:
        """Return the documents with a greater FD."""
        return list(self._store.documents(after))

    # -- exchange with the OFD

    def queue(self) -> tuple[int, int]:
        """Return the number of unsent documents and the first one's FD, 0 and 0 when autonomous."""
        return self._store.unsent()

    def head(self) -> Document | None:
        """Return the first unsent document."""
        return self._store.document(self.queue()[1])

    def queue_age(self, at: dt.datetime) -> dt.timedelta:
        """Return the age of the first unsent document."""
        head = self.head()
        if head is None:
            return dt.timedelta()
        return at - head.at + dt.timedelta(days=self.state.queue_age_days)

    def accept_ticket(self, answer: bytes) -> Document:
        """Take the OFD's answer for the head of the queue; 20h for anything else."""
        head = self.head()
        try:
            ticket = parse_ticket(answer)
        except BadTicket as error:
            raise Refusal(0x20) from error
        if head is None or ticket.fn != self.state.number or ticket.fd != head.fd:
            raise Refusal(0x20)
        self._store.set_ticket(head.fd, answer, ticket.at)
        self.state.queue_age_days = 0.0
        return head

    # -- pretended states and warnings

    def warnings(self, at: dt.datetime) -> int:
        """Return the warning flags of FF01h."""
        state = self.state
        left = (state.expires - at.date()).days if state.expires else 0
        fill = (state.last_fd + state.extra_documents) / state.capacity
        return (left <= 3) | (left <= 30) << 1 | (fill >= 0.9) << 2 | (self.queue_age(at) > OFD_WARNING) << 3

    def shift_expired(self, at: dt.datetime) -> bool:
        """Tell whether the shift is open for 24 hours or more."""
        opened = self.state.shift_opened_at
        return self.state.shift_open and opened is not None and at - opened >= DAY

    def set_shift_age(self, at: dt.datetime, hours: float) -> None:
        """Pretend that the shift was opened so many hours ago."""
        self.state.shift_opened_at = at - dt.timedelta(hours=hours)
        self._store.save(self.state)

    def set_fill(self, percent: float) -> None:
        """Pretend that the archive is so full."""
        self.state.extra_documents = round(self.state.capacity * percent / 100) - self.state.last_fd
        self._store.save(self.state)

    def set_queue_age(self, days: float) -> None:
        """Pretend that the first unsent document is so many days older."""
        self.state.queue_age_days = days
        self._store.save(self.state)

    def documents_left(self) -> int:
        """Return how many documents the archive still takes."""
        return max(0, self.state.capacity - self.state.last_fd - self.state.extra_documents)

    def _timer(self) -> dt.datetime:
        return self._wall() + dt.timedelta(seconds=self.state.timer_offset_s)


def _count(counters: Counters, form: int, content: ReceiptContent) -> Counters:
    if form == CORRECTION:
        return msgspec.structs.replace(counters, corrections=counters.corrections + 1)
    return count_receipt(counters, content.operation, content.lines, content.settlement)
