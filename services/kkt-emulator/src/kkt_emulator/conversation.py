"""The device's side of protocol 1: ENQ, ACK, NAK, one pending answer (Штрих-М protocol v2.0, transport level).

No socket here: bytes come in by `received`, go out through a `Wire`; timers are asked for by `call_later`.
The pending answer belongs to the device, not to a connection: a host that comes back finds it.
"""

from collections.abc import Callable
from typing import Protocol

from fiscal.kkt.commands import code_of
from fiscal.kkt.frame import ACK, ENQ, NAK, Control, Damaged, Decoder, Frame, encode_frame
from kkt_emulator.device import Device
from kkt_emulator.faults import (
    BadLrc,
    CutBytes,
    DropAck,
    DropAnswer,
    FaultPlan,
    Nak,
    Noise,
    Slow,
    StaleAnswer,
)
from kkt_emulator.refusal import PowerCut, PowerPoint

BYTE_TIMEOUT_S = 0.1


class Timer(Protocol):
    """What `call_later` gives back."""

    def cancel(self) -> object:
        """Do not call."""


class Wire(Protocol):
    """The way back to the host."""

    def write(self, data: bytes) -> None:
        """Send bytes."""

    def close(self) -> None:
        """Cut the connection."""


CallLater = Callable[[float, Callable[[], None]], Timer]


class Conversation:
    """One device's port. At most one wire at a time."""

    def __init__(
        self, device: Device, plan: FaultPlan, call_later: CallLater, latency_s: Callable[[bytes], float]
    ) -> None:
        self._device, self._plan, self._call_later, self._latency_s = device, plan, call_later, latency_s
        self._decoder = Decoder()
        self._wire: Wire | None = None
        self._byte_timer: Timer | None = None
        self._pending: bytes | None = None  # DATA of the answer that waits for ACK
        self._shown = (
            b""  # the frame that went out last, instead of the pending answer when it is a stale one
        )
        self._working: Timer | None = None
        self._powered = True

    # -- wires

    def connect(self, wire: Wire) -> None:
        """A host is there; the same wire again changes nothing."""
        if self._wire is not wire:
            self._wire = wire
            self._decoder.reset()

    def disconnect(self, wire: Wire) -> None:
        """The host is gone; an answer goes on waiting."""
        if self._wire is wire:
            self._wire = None
            self._decoder.reset()

    def received(self, data: bytes) -> None:
        """Take bytes from the host."""
        if not self.is_on():
            return
        if self._byte_timer is not None:
            self._byte_timer.cancel()
            self._byte_timer = None
        for event in self._decoder.feed(data):
            self._on(event)
            if not self.is_on():
                return
        if self._decoder.partial:
            self._cut_power_inside()
            self._byte_timer = self._call_later(BYTE_TIMEOUT_S, self._drop_part)

    def _drop_part(self) -> None:
        self._byte_timer = None
        self._decoder.reset()

    def _cut_power_inside(self) -> None:
        power = self._plan.take_power(PowerPoint.INSIDE_REQUEST, b"")
        if power is not None:
            self._lose_power(power.restart_s)

    # -- protocol

    def _on(self, event: Frame | Damaged | Control) -> None:
        match event:
            case Control(byte) if byte == ENQ:
                self._on_enquiry()
            case Control(byte) if byte == ACK:
                self._on_ack()
            case Damaged():
                self._say(bytes([NAK]))
            case Frame(data) if self._working is None:
                self._on_request(data)

    def _on_enquiry(self) -> None:
        if self._working is not None:
            self._say(bytes([ACK]))
        elif self._pending is not None:
            self._say(bytes([ACK]))
            self._send_answer(self._pending)
        else:
            self._say(bytes([NAK]))

    def _on_ack(self) -> None:
        if self._pending is not None and self._shown == self._pending:
            self._pending = None
        self._shown = b""

    def _on_request(self, data: bytes) -> None:
        code = code_of(data)
        self._pending = None
        if self._plan.take(Nak, code):
            self._say(bytes([NAK]))
            return
        if self._cut_inside_request(code):
            return
        silent = self._plan.take(DropAck, code)
        if silent is None:
            self._say(bytes([ACK]))
        slow = self._plan.take(Slow, code)
        if slow is not None and slow.detached:
            self._work_detached(data, slow.seconds)
            return
        delay = slow.seconds if slow else self._latency_s(code)
        if slow is not None and slow.when == "after":
            answer = self._execute(data)
            if answer is not None:
                self._later(delay, lambda: self._answer(code, answer, silent))
        elif delay:
            self._later(delay, lambda: self._execute_and_answer(data, silent))
        else:
            self._execute_and_answer(data, silent)

    def _cut_inside_request(self, code: bytes) -> bool:
        power = self._plan.take_power(PowerPoint.INSIDE_REQUEST, code)
        if power is None:
            return False
        self._lose_power(power.restart_s)
        return True

    def _later(self, delay: float, act: Callable[[], None]) -> None:
        def wake() -> None:
            self._working = None
            act()

        self._working = self._call_later(delay, wake)

    def _work_detached(self, data: bytes, seconds: float) -> None:
        """Give no answer, serve the port while "printing", execute after the time."""
        self._device.kkt.paper.hold(seconds)
        self._call_later(seconds, lambda: self._execute_unseen(data))

    def _execute_unseen(self, data: bytes) -> None:
        if self.is_on():
            self._execute(data)

    def _execute_and_answer(self, data: bytes, silent: DropAck | None) -> None:
        answer = self._execute(data)
        if answer is not None:
            self._answer(code_of(data), answer, silent)

    def _execute(self, data: bytes) -> bytes | None:
        try:
            return self._device.execute(data)
        except PowerCut as cut:
            self._lose_power(cut.restart_s)
            return None

    def _answer(self, code: bytes, answer: bytes, silent: DropAck | None) -> None:
        self._pending = answer
        dropped = silent or self._plan.take(DropAnswer, code)
        if dropped is not None:
            if not dropped.keep_pending:
                self._pending = None
            return
        stale = self._plan.take(StaleAnswer, code)
        if stale is not None:
            self._send_answer(self._stale_answer(bytes.fromhex(stale.of)))
            return
        self._send_answer(answer)

    def _stale_answer(self, code: bytes) -> bytes:
        """Return the last answer to a command; a device that never gave one says "printing"."""
        return self._device.last_answers.get(code, code + b"\x50")

    def _send_answer(self, answer: bytes) -> None:
        code = code_of(answer)
        frame = bytearray(encode_frame(answer))
        self._shown = answer
        if self._plan.take(BadLrc, code):
            frame[-1] ^= 0xFF
        cut = self._plan.take(CutBytes, code)
        if cut is None:
            self._say(bytes(frame))
            return
        self._say(bytes(frame[: cut.after]))
        self._hang_up()

    def _say(self, data: bytes) -> None:
        if self._wire is None:
            return
        noise = self._plan.take(Noise)
        self._wire.write(bytes.fromhex(noise.bytes) + data if noise else data)

    def _hang_up(self) -> None:
        if self._wire is not None:
            self._wire.close()

    # -- power

    def _lose_power(self, restart_s: float) -> None:
        self._powered = False
        self._pending, self._shown = None, b""
        self._decoder.reset()
        if self._working is not None:
            self._working.cancel()
            self._working = None
        self._hang_up()
        if restart_s:
            self._call_later(restart_s, self.power_on)
        else:
            self.power_on()

    def is_on(self) -> bool:
        """Tell whether the device has power."""
        return self._powered

    def power_on(self) -> None:
        """Begin anew with what is on the disk; nothing is pending."""
        self._device.kkt.power_on()
        self._powered = True
