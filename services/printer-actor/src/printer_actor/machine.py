"""The life of an intent as a table, and the verdict on what the FN holds. Pure: values in, values out.

Phases are facts that are durable in the journal. PREPARED is no proof that nothing was registered, so the FN's
counter decides whatever the phase says; a phase only says which question to ask.
"""

import enum
from collections.abc import Sequence

import msgspec

from contracts.events import HoldReason
from fiscal.kkt.errors import ErrorClass
from printer_actor.printer import RECEIPT_FORMS, FoundDocument


class Phase(enum.StrEnum):
    """What the journal knows of an intent."""

    NONE = "none"
    DUE = "due"  # has to run; its message may be acknowledged already
    PREPARED = "prepared"  # the counter before it is stored, commands may have left
    CLOSING = "closing"  # the command that makes the document may have left
    REGISTERED = "registered"  # done, the outcome is stored
    HELD = "held"  # the truth is unknown: a person decides, the device's queue stands
    REJECTED = "rejected"  # refused for good, nothing registered: a person decides, the queue goes on
    ANNULLED = "annulled"  # closed by a person, no document
    REFUSED = "refused"  # a task that ended without effect


OPEN = (Phase.PREPARED, Phase.CLOSING)
SETTLED = (Phase.REGISTERED, Phase.REJECTED, Phase.ANNULLED, Phase.REFUSED)


class Step(enum.StrEnum):
    """What may happen to an intent."""

    PREPARE = "prepare"
    CLOSE = "close"
    REGISTER = "register"
    RETRY = "retry"  # proven not registered
    HOLD = "hold"
    REJECT = "reject"
    REFUSE = "refuse"
    IS_DOCUMENT = "is_document"
    PRINT = "print"
    ANNUL = "annul"


TRANSITIONS: dict[tuple[Phase, Step], Phase] = {
    (Phase.NONE, Step.PREPARE): Phase.PREPARED,
    (Phase.NONE, Step.REFUSE): Phase.REFUSED,
    (Phase.NONE, Step.ANNUL): Phase.ANNULLED,  # a stale receipt whose message may still turn up
    (Phase.DUE, Step.PREPARE): Phase.PREPARED,
    (Phase.DUE, Step.REFUSE): Phase.REFUSED,
    (Phase.PREPARED, Step.CLOSE): Phase.CLOSING,
    (Phase.PREPARED, Step.REGISTER): Phase.REGISTERED,
    (Phase.PREPARED, Step.RETRY): Phase.DUE,
    (Phase.PREPARED, Step.HOLD): Phase.HELD,
    (Phase.PREPARED, Step.REJECT): Phase.REJECTED,
    (Phase.PREPARED, Step.REFUSE): Phase.REFUSED,
    (Phase.CLOSING, Step.REGISTER): Phase.REGISTERED,
    (Phase.CLOSING, Step.RETRY): Phase.DUE,
    (Phase.CLOSING, Step.HOLD): Phase.HELD,
    (Phase.CLOSING, Step.REJECT): Phase.REJECTED,
    (Phase.CLOSING, Step.REFUSE): Phase.REFUSED,
    (Phase.HELD, Step.IS_DOCUMENT): Phase.REGISTERED,
    (Phase.HELD, Step.PRINT): Phase.DUE,
    (Phase.HELD, Step.ANNUL): Phase.ANNULLED,
    (Phase.REJECTED, Step.PRINT): Phase.DUE,
    (Phase.REJECTED, Step.ANNUL): Phase.ANNULLED,
}


class Forbidden(Exception):
    """The table has no such step from this phase: a mistake in the program, never passed over in silence."""

    def __init__(self, phase: Phase, step: Step) -> None:
        super().__init__(f"{step} is not possible from {phase}")
        self.phase = phase
        self.step = step


def advance(phase: Phase, step: Step) -> Phase:
    """The phase after a step; Forbidden when the table does not list it."""
    try:
        return TRANSITIONS[phase, step]
    except KeyError:
        raise Forbidden(phase, step) from None


# --- what the FN says -----------------------------------------------------------------------------------------


class Expected(msgspec.Struct, frozen=True, kw_only=True):
    """The document an intent makes: form, and with receipts operation (tag 1054), total and lines."""

    fn: str
    fd_before: int
    form: int
    operation: int = 0
    total: int = 0
    lines_hash: str = ""

    @property
    def is_receipt(self) -> bool:
        return self.form in RECEIPT_FORMS


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """A document after `fd_before`; `lines_hash` is read only where the rest agrees, empty if it cannot be read."""

    document: FoundDocument
    lines_hash: str = ""
    owned: bool = False  # another intent of this journal is this document


class Registered(msgspec.Struct, frozen=True, kw_only=True):
    """The FN holds the intent's document."""

    document: FoundDocument


class NotRegistered(msgspec.Struct, frozen=True, kw_only=True):
    """The FN holds nothing of it; `foreign` are receipts that nobody here asked for."""

    foreign: tuple[FoundDocument, ...] = ()


class Unclear(msgspec.Struct, frozen=True, kw_only=True):
    """Nobody may guess: a person decides, with these facts."""

    reason: HoldReason
    facts: dict[str, str]


Verdict = Registered | NotRegistered | Unclear


def resembles(expected: Expected, document: FoundDocument) -> bool:
    """Whether form, operation and total agree, which is no proof yet."""
    if document.form != expected.form:
        return False
    return not expected.is_receipt or (
        (document.operation, document.total) == (expected.operation, expected.total)
    )


def judge(
    expected: Expected, fn: str, last_fd: int, candidates: Sequence[Candidate], *, document_open: bool = False
) -> Verdict:
    """Compare an intent with the documents after its `fd_before`; every one of them is in `candidates`."""
    facts = {"fd_before": str(expected.fd_before), "last_fd": str(last_fd), "fn": fn}
    if fn != expected.fn:
        return Unclear(reason=HoldReason.FN_CHANGED, facts={**facts, "fn_before": expected.fn})
    if last_fd < expected.fd_before:
        return Unclear(
            reason=HoldReason.UNKNOWN_OUTCOME, facts={**facts, "cause": "the FN counter went back"}
        )
    if len(candidates) != last_fd - expected.fd_before:
        cause = f"too many documents to look through: {last_fd - expected.fd_before}"
        return Unclear(reason=HoldReason.UNKNOWN_OUTCOME, facts={**facts, "cause": cause})
    free = [candidate for candidate in candidates if not candidate.owned]
    alike = [candidate for candidate in free if resembles(expected, candidate.document)]
    if not alike:
        return NotRegistered(foreign=_foreign(free))
    if not expected.is_receipt:
        return Registered(document=alike[-1].document)
    facts["documents"] = ", ".join(str(candidate.document.fd) for candidate in alike)
    same = [candidate for candidate in alike if candidate.lines_hash == expected.lines_hash]
    if cause := _doubt(same, document_open=document_open):
        return Unclear(reason=HoldReason.UNKNOWN_OUTCOME, facts={**facts, "cause": cause})
    return Registered(document=same[0].document)


def _doubt(same: Sequence[Candidate], *, document_open: bool) -> str:
    if not same:
        return "sum and operation agree, lines do not"
    if len(same) > 1:
        return "several documents agree"
    if document_open:
        return "the next document is open already: another host uses the port"
    return ""


def _foreign(free: Sequence[Candidate]) -> tuple[FoundDocument, ...]:
    return tuple(c.document for c in free if c.document.form in RECEIPT_FORMS)


# --- what a rejection means -----------------------------------------------------------------------------------

PERMANENT = frozenset({ErrorClass.BUG, ErrorClass.MARK, ErrorClass.CAPABILITY, ErrorClass.NO_DATA})
"""The request itself is wrong for this device: sending it again gives the same answer."""

STUBBORN = frozenset({ErrorClass.STATE, ErrorClass.UNKNOWN, ErrorClass.CLOCK})
"""May pass when the device is asked to begin anew; after MAX_STUBBORN times it will not."""

MAX_STUBBORN = 3


def gives_up(kind: ErrorClass, stubborn: int) -> bool:
    """Whether a rejection is for good; `stubborn` counts those that should have passed, this one included."""
    return kind in PERMANENT or (kind in STUBBORN and stubborn >= MAX_STUBBORN)
