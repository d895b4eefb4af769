"""The printer: how long paper takes, what happens when it ends, what the last slips say."""

from collections import deque
from collections.abc import Callable, Sequence

from kkt_emulator.faults import CutterJam, FaultPlan, Overheat
from kkt_emulator.refusal import PowerCut, PowerPoint, Refusal
from kkt_emulator.state import Memory

LINES_PER_SECOND = 20.0
CUT_S = 0.5
IDLE, OUT_PASSIVE, OUT_ACTIVE, WAITING, PRINTING = 0, 1, 2, 3, 5
KEPT_SLIPS = 50


class Paper:
    """Prints whole slips; `monotonic` gives seconds. With `real` False nothing takes time."""

    def __init__(self, plan: FaultPlan, monotonic: Callable[[], float], *, real: bool) -> None:
        self._plan, self._monotonic, self._real = plan, monotonic, real
        self._busy_until = 0.0
        self.slips: deque[str] = deque(maxlen=KEPT_SLIPS)

    def power_on(self) -> None:
        """Forget the motion; the memory knows what is left to print."""
        self._busy_until = 0.0

    def submode(self, memory: Memory) -> int:
        """Return the submode of 10h and 11h."""
        if self._monotonic() < self._busy_until:
            return PRINTING
        return OUT_PASSIVE if memory.cover_open and memory.submode == IDLE else memory.submode

    def hold(self, seconds: float) -> None:
        """Be busy printing for a time."""
        self._busy_until = max(self._busy_until, self._monotonic() + seconds)

    def require(self, memory: Memory) -> None:
        """Refuse a command that prints: 50h printing, 58h waiting for B0h, 6Bh no paper, C9h hot."""
        submode = self.submode(memory)
        if submode == PRINTING:
            raise Refusal(0x50)
        if submode == WAITING:
            raise Refusal(0x58)
        if submode in (OUT_PASSIVE, OUT_ACTIVE):
            raise Refusal(0x6B)
        if self._plan.take(Overheat):
            raise Refusal(0xC9)

    def print_slip(self, memory: Memory, lines: Sequence[str], *, cut: bool = True) -> None:
        """Print a document; when the paper ends inside it, the rest waits for B0h."""
        memory.last_slip = list(lines)
        self._print(memory, list(lines))
        if cut and memory.submode == IDLE:
            self.cut()

    def go_on(self, memory: Memory) -> None:
        """Continue after B0h."""
        lines, memory.unprinted, memory.submode = memory.unprinted, [], IDLE
        self._print(memory, lines)

    def cut(self) -> None:
        """Cut; 71h when the cutter is jammed."""
        if self._plan.take(CutterJam):
            raise Refusal(0x71)
        if self._real:
            self.hold(self._left() + CUT_S)

    def load(self, memory: Memory) -> None:
        """Put paper in and shut the cover."""
        memory.lines_left, memory.cover_open = None, False
        memory.submode = WAITING if memory.unprinted else IDLE

    def end_after(self, memory: Memory, lines: int | None) -> None:
        """Let the paper end now, or after so many lines."""
        if lines is None:
            memory.submode, memory.lines_left = OUT_PASSIVE, 0
        else:
            memory.lines_left = lines

    def _print(self, memory: Memory, lines: list[str]) -> None:
        self._cut_power(memory, lines)
        room = len(lines) if memory.lines_left is None else memory.lines_left
        printed, memory.unprinted = lines[:room], lines[room:]
        if memory.lines_left is not None:
            memory.lines_left = room - len(printed)
        if memory.unprinted:
            memory.submode = OUT_ACTIVE
        if printed:
            self.slips.append("\n".join(printed))
        if self._real:
            self.hold(self._left() + len(printed) / LINES_PER_SECOND)

    def _cut_power(self, memory: Memory, lines: list[str]) -> None:
        power = self._plan.take_power(PowerPoint.PRINTING, b"")
        if power is not None:
            self.slips.append("\n".join(lines[: power.after]))
            memory.unprinted, memory.submode = lines[power.after :], WAITING
            raise PowerCut(power.restart_s, memory_kept=True)

    def _left(self) -> float:
        return max(0.0, self._busy_until - self._monotonic())


_LATENCY_S = {b"\x10": 0.015, b"\x11": 0.02, b"\xff\x01": 0.05, b"\x8d": 0.35, b"\xff\x45": 0.7, b"\x41": 1.5}


def command_latency_s(code: bytes) -> float:
    """Return how long a real device takes to answer, without the paper."""
    return _LATENCY_S.get(code, 0.03)
