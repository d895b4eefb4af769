"""What the operator believes, and its answer to a message. No I/O: `judge` decides, `keep` remembers."""

import hashlib
import hmac
from collections.abc import Iterable
from datetime import datetime

import msgspec

from fiscal.ofd.documents import (
    FLK_ERROR,
    Acknowledgement,
    DocumentMessage,
    encode_acknowledgement,
    message_sign,
    parse_document_message,
)
from fiscal.ofd.errors import OfdError
from fiscal.ofd.frame import OFD_SIGNATURE
from fiscal.tags import Tag
from fiscal.tlv import find, inner
from ofd_emulator.flk import faults, total
from ofd_emulator.records import Document, Record, Violation

FORMS = frozenset({1, 2, 3, 4, 5, 6, 11, 21, 31, 41})
"""Document codes of the KKT-OFD protocol 1.2 that a KKT sends to the operator."""

OPERATOR_SIGN_BYTES = 18
_OLD_ANSWER = {1, 2}  # tag 1209 of FFD 1.0 and 1.05: answered with 1022 in 1068, without 1206
_FLK_FAILED = 14  # tag 1022


class Counts(msgspec.Struct, kw_only=True):
    """Messages since this process began; `accepted` and `violations` include those of the archive."""

    received: int = 0
    accepted: int = 0
    repeated: int = 0
    violations: int = 0


class Judgement(msgspec.Struct, frozen=True, kw_only=True):
    """What to store, then what to answer; no answer means that the connection is closed in silence."""

    records: tuple[Record, ...] = ()
    answer: bytes | None = None


class Operator:
    """The documents the operator holds. `key` makes its sign; the first message for an (fn, fd) stays."""

    def __init__(self, *, inn: str, key: bytes) -> None:
        self._inn = inn
        self._key = key
        self._held: dict[tuple[str, int], Document] = {}
        self._last_fd: dict[str, int] = {}
        self.violations: list[Violation] = []
        self.counts = Counts()

    @property
    def documents(self) -> list[Document]:
        """All accepted documents in the order of their arrival."""
        return list(self._held.values())

    def restore(self, records: Iterable[Record]) -> None:
        """Believe what the archive says."""
        for record in records:
            self.keep(record)

    def keep(self, record: Record) -> None:
        """Remember a stored record."""
        if isinstance(record, Violation):
            self.violations.append(record)
            self.counts.violations += 1
            return
        self._held[record.fn, record.fd] = record
        self._last_fd[record.fn] = max(record.fd, self._last_fd.get(record.fn, 0))
        self.counts.accepted += 1

    def judge(self, message: bytes, at: datetime) -> Judgement:
        """Decide about one whole session message received at local time `at`."""
        self.counts.received += 1
        received_at = at.isoformat(timespec="milliseconds")
        try:
            if not message.startswith(OFD_SIGNATURE):
                raise OfdError(f"signature {message[:4].hex()} is not the OFD's")
            parsed = parse_document_message(message)
            if parsed.form not in FORMS:
                raise OfdError(f"a KKT sends no document {parsed.form}")
        except OfdError as error:
            rule = f"malformed.{type(error).__name__}"
            return Judgement(records=(_violation(rule, str(error), received_at, message),))
        held = self._held.get((parsed.fn, parsed.fd))
        if held is None:
            return self._accept(parsed, message, received_at)
        if held.raw != message.hex():
            detail = f"another document with this number was accepted at {held.received_at}"
            return Judgement(records=(_violation("other_bytes", detail, received_at, message, parsed),))
        self.counts.repeated += 1
        return Judgement(answer=self._answer(parsed, held))

    def _accept(self, parsed: DocumentMessage, message: bytes, received_at: str) -> Judgement:
        found = faults(parsed.document)
        document = Document(
            fn=parsed.fn,
            fd=parsed.fd,
            form=parsed.form,
            total=total(parsed.document),
            received_at=received_at,
            message_flags=FLK_ERROR if found else 0,
            raw=message.hex(),
        )
        records: list[Record] = [document]
        last = self._last_fd.get(parsed.fn)
        if last is not None and parsed.fd != last + 1:
            records.append(
                _violation("out_of_order", f"came after document {last}", received_at, message, parsed)
            )
        if found:
            records.append(_violation("flk", "; ".join(found), received_at, message, parsed))
        return Judgement(records=tuple(records), answer=self._answer(parsed, document))

    def _answer(self, parsed: DocumentMessage, document: Document) -> bytes:
        """The acknowledgement; a function of the stored record, so a repeat hears the same bytes."""
        old = find(inner(parsed.document), Tag.FFD_VERSION, int) in _OLD_ANSWER
        refused = bool(document.message_flags & FLK_ERROR)
        sign = hmac.new(self._key, bytes.fromhex(document.raw), hashlib.sha256).digest()
        at = datetime.fromisoformat(document.received_at).replace(tzinfo=None, microsecond=0)
        ack = Acknowledgement(
            ofd_inn=self._inn,
            fn=parsed.fn,
            fd=parsed.fd,
            at=at,
            operator_sign=sign[:OPERATOR_SIGN_BYTES],
            message_flags=None if old or not refused else document.message_flags,
            response_code=(_FLK_FAILED if refused else 0) if old else None,
        )
        trailer = message_sign(sign[OPERATOR_SIGN_BYTES:])
        return encode_acknowledgement(ack, trailer=trailer, p_version=parsed.p_version)


def _violation(
    rule: str, detail: str, received_at: str, message: bytes, parsed: DocumentMessage | None = None
) -> Violation:
    return Violation(
        rule=rule,
        detail=detail,
        fn=parsed.fn if parsed else None,
        fd=parsed.fd if parsed else None,
        received_at=received_at,
        raw=message.hex(),
    )
