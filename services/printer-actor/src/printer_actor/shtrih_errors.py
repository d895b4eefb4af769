"""The device's error bytes as the interface's errors."""

from fiscal.kkt import errors as kkt
from fiscal.kkt.errors import ErrorClass
from printer_actor.printer import FnFault, OfdOverdue, PaperOut, Rejected, ShiftClosed, ShiftExpired

SHIFT_EXPIRED = frozenset({0x16, 0x4E, 0x96})
SHIFT_CLOSED = frozenset({0x3D, 0xCC})
OFD_OVERDUE = frozenset({0x14, 0x15})
NO_SUCH_DOCUMENT = 0x08
DOCUMENT_OF_ANOTHER_OPERATOR = 0x59


def translate(error: kkt.Rejected) -> Rejected:
    """The same rejection in the maker-neutral tree."""
    return _class_of(error.code, error.kind)(error.command, error.code, error.kind, error.error.meaning)


def bad_request(command: str, problem: Exception) -> Rejected:
    """A value that this protocol cannot carry: as final as the device's own 33h."""
    return Rejected(command, 0x33, ErrorClass.BUG, str(problem))


def _class_of(code: int, kind: ErrorClass) -> type[Rejected]:
    if code in SHIFT_EXPIRED:
        return ShiftExpired
    if code in SHIFT_CLOSED:
        return ShiftClosed
    if code in OFD_OVERDUE:
        return OfdOverdue
    if kind is ErrorClass.PAPER:
        return PaperOut
    if kind in (ErrorClass.FN, ErrorClass.SERVICE):
        return FnFault
    return Rejected
