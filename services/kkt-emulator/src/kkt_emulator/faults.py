"""Faults that the control port plants: one Struct a hook, and the plan that hands them out."""

from typing import Annotated, Literal, TypeVar

import msgspec

from fiscal.kkt.commands import BY_NAME
from kkt_emulator.refusal import PowerPoint

Count = Annotated[int, msgspec.Meta(ge=1)]
Seconds = Annotated[float, msgspec.Meta(ge=0)]


class Fault(msgspec.Struct, kw_only=True, tag_field="hook", forbid_unknown_fields=True):
    """Something that goes wrong `n` times; `cmd` narrows it to a command: hex code or name, "*" = any."""

    cmd: str = "*"
    n: Count = 1

    def concerns(self, code: bytes) -> bool:
        """Tell whether the fault is meant for a command with these code bytes."""
        if self.cmd == "*":
            return True
        row = BY_NAME.get(self.cmd)
        return code == (row.prefix if row else bytes.fromhex(self.cmd))


class DropAnswer(Fault, tag="drop_answer"):
    """Execute, ACK, no answer; the answer stays pending or is forgotten."""

    keep_pending: bool = True


class DropAck(Fault, tag="drop_ack"):
    """Execute and stay silent."""

    keep_pending: bool = True


class Nak(Fault, tag="nak"):
    """Answer NAK to the message; it is not executed."""


class BadLrc(Fault, tag="bad_lrc"):
    """Send the answer with a wrong checksum; the repeat is good."""


class Noise(Fault, tag="noise"):
    """Send these bytes before the next thing the device says."""

    bytes: str = "ff"


class StaleAnswer(Fault, tag="stale_answer"):
    """Give the last answer to another command (`of`) first; the right one waits for the next ENQ."""

    of: str = "10"


class CutBytes(Fault, tag="cut_bytes"):
    """Stop after this many bytes of the answer and close the connection."""

    after: Annotated[int, msgspec.Meta(ge=0)] = 3


class Power(Fault, tag="power_cut"):
    """Lose the power at a point, come back after `restart_s`; `after` lines are printed at the point `printing`.

    `annul`: the KKT drops its receipt by itself and leaves the FN's document open (at `before_fn`).
    """

    point: PowerPoint
    after: Annotated[int, msgspec.Meta(ge=0)] = 3
    restart_s: Seconds = 0.0
    annul: bool = False


class PaperOut(Fault, tag="paper_out"):
    """No paper now, or after so many lines more."""

    at_line: Annotated[int, msgspec.Meta(ge=0)] | None = None


class CoverOpen(Fault, tag="cover_open"):
    """The cover stands open until `load_paper`."""


class LoadPaper(Fault, tag="load_paper"):
    """Paper is in and the cover shut; an interrupted document waits for B0h."""


class Overheat(Fault, tag="overheat"):
    """The next printing commands answer C9h."""


class CutterJam(Fault, tag="cutter_jam"):
    """The next cut fails with 71h, be it the cut at the end of a registered receipt."""


class Slow(Fault, tag="slow"):
    """Answer late by `seconds`.

    `when` = before: execute late; after: execute at once. `detached`: give no answer at all, serve the port
    meanwhile (submode 5), execute after the time.
    """

    seconds: Seconds
    when: Literal["before", "after"] = "before"
    detached: bool = False


class Busy(Fault, tag="busy"):
    """Answer 50h, not executed."""


class FnError(Fault, tag="fn_error"):
    """The FN answers this code (hex) to the next document or query."""

    code: str


class ClockJump(Fault, tag="clock_jump"):
    """The KKT's clock jumps; the FN's does not."""

    seconds: float


class ShiftAge(Fault, tag="shift_age"):
    """The open shift was opened so many hours ago."""

    hours: Seconds


class FnFill(Fault, tag="fn_fill"):
    """The FN's archive is so full."""

    percent: Annotated[float, msgspec.Meta(ge=0, le=100)]


class OfdAge(Fault, tag="ofd_age"):
    """The first unsent document is so many days older than it is."""

    days: Seconds


class ForeignReceipt(Fault, tag="foreign_receipt"):
    """Another host registers a receipt: now, or (with `cmd`) before or after that command."""

    total: Annotated[int, msgspec.Meta(ge=1)] = 10_000
    when: Literal["before", "after"] = "before"


class WrongOperator(Fault, tag="wrong_operator"):
    """88h answers 59h."""


AnyFault = (
    DropAnswer
    | DropAck
    | Nak
    | BadLrc
    | Noise
    | StaleAnswer
    | CutBytes
    | Power
    | PaperOut
    | CoverOpen
    | LoadPaper
    | Overheat
    | CutterJam
    | Slow
    | Busy
    | FnError
    | ClockJump
    | ShiftAge
    | FnFill
    | OfdAge
    | ForeignReceipt
    | WrongOperator
)
F = TypeVar("F", bound=Fault)

_decoder: msgspec.json.Decoder[AnyFault] = msgspec.json.Decoder(AnyFault)


def parse_fault(body: bytes) -> AnyFault:
    """Read the body of POST /faults; ValueError (msgspec.ValidationError too) names what is wrong."""
    fault = _decoder.decode(body)
    if fault.cmd != "*" and fault.cmd not in BY_NAME:
        bytes.fromhex(fault.cmd)
    if isinstance(fault, FnError):
        bytes.fromhex(fault.code)
    if isinstance(fault, Noise):
        bytes.fromhex(fault.bytes)
    if isinstance(fault, StaleAnswer):
        bytes.fromhex(fault.of)
    return fault


class FaultPlan:
    """Faults that have not happened yet, oldest first."""

    def __init__(self) -> None:
        self.waiting: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Plant a fault."""
        self.waiting.append(fault)

    def clear(self) -> None:
        """Forget what has not happened."""
        self.waiting.clear()

    def peek(self, kind: type[F], code: bytes) -> F | None:
        """Return the first fault of a kind for a command, and leave it."""
        return next((f for f in self.waiting if isinstance(f, kind) and f.concerns(code)), None)

    def take(self, kind: type[F], code: bytes = b"") -> F | None:
        """Return the first fault of a kind for a command and count it as happened once."""
        fault = self.peek(kind, code)
        if fault is not None:
            fault.n -= 1
            if not fault.n:
                self.waiting.remove(fault)
        return fault

    def take_power(self, point: PowerPoint, code: bytes) -> Power | None:
        """Return the power cut planted at a point."""
        power = next(
            (f for f in self.waiting if isinstance(f, Power) and f.point is point and f.concerns(code)), None
        )
        if power is not None:
            self.waiting.remove(power)
        return power
