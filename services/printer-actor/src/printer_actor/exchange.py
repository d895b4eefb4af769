"""One exchange of protocol 1 on the host's side, sans-I/O: a generator that says what to send and what to wait for.

Штрих-М protocol v2.0, transport level; the failures are split in three as a fiscal command needs it:
NotSent (resend freely), an answer, Unknown (never resend: ask the device).

HAZARD: one stray NAK byte would have every later message sent, and executed, twice. So a message is sent again only
when NAK was followed by an ENQ to which the device says that it is idle and holds no answer to it; and what lies in
the line before an ENQ is no reply to it.
"""

from collections.abc import Callable, Generator

import msgspec

from fiscal.kkt.commands import code_of
from fiscal.kkt.frame import ACK, ENQ, NAK, Control, Damaged, Frame, Received, encode_frame

ENQUIRIES = (
    3  # of one command: with 3 s for a byte a silent device is known within 10 s; nothing was sent yet
)
MAX_PENDING = 3  # answers of earlier commands that may come before ours
MAX_SENDS = 3  # of one message, after NAK
MAX_REPEATS = 3  # of one answer, after our NAK
NOISE_PAUSE_S = 0.1


class ExchangeError(Exception):
    """An exchange brought no answer."""


class NoConnection(ExchangeError):
    """The command was surely not taken: no reply to ENQ, or NAK to each sending."""


class NoGoodAnswer(ExchangeError):
    """The command may have been executed."""


class Send(msgspec.Struct, frozen=True):
    """Send these bytes."""

    outgoing: bytes


class Forget(msgspec.Struct, frozen=True):
    """Drop what has come and was not asked for; give me the first whole answer of it, or None."""


class Await(msgspec.Struct, frozen=True):
    """Give me the next frame or control byte, or None after so many seconds."""

    timeout_s: float


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """Timers of the protocol: for one control byte or the rest of a frame, for the answer; how often to ask ENQ."""

    byte_s: float
    answer_s: float
    enquiries: int = ENQUIRIES


Step = Send | Await | Forget
Steps = Generator[Step, Received | None, bytes]
Witness = Callable[[bytes], None]
"""Told of every answer that belongs to another command: evidence for recovery, never a result."""


def exchange(request: bytes, limits: Limits, witness: Witness) -> Steps:
    """Send DATA of one request, return DATA of its answer."""
    yield from _until_idle(limits, witness)
    for _ in range(MAX_SENDS):
        early = yield from _hand_over(encode_frame(request), limits)
        if early != Control(NAK):
            return (yield from _own_answer(request, limits, witness, early))
        if (answer := (yield from _executed(request, limits, witness))) is not None:
            return answer
    raise NoConnection(f"the device found the message damaged {MAX_SENDS} times")


def _executed(
    request: bytes, limits: Limits, witness: Witness
) -> Generator[Step, Received | None, bytes | None]:
    """After a NAK: the answer of a device that took the message all the same, None from one that is idle."""
    held: list[bytes] = []
    try:
        yield from _until_idle(limits, _sorter(request, held, witness))
    except NoConnection as error:
        raise NoGoodAnswer(f"after NAK: {error}") from error
    return held[0] if held else None


def _sorter(request: bytes, held: list[bytes], witness: Witness) -> Witness:
    """After a NAK: an answer to our request that the device holds says that the NAK was none."""

    def sort(answer: bytes) -> None:
        if _belongs(answer, request) and not held:
            held.append(answer)
        else:
            witness(answer)

    return sort


def _own_answer(request: bytes, limits: Limits, witness: Witness, early: Received | None) -> Steps:
    for _ in range(MAX_PENDING + 1):
        answer = yield from _read_answer(limits, early)
        if _belongs(answer, request):
            return answer
        witness(answer)
        early = None
    raise NoGoodAnswer("only answers to other commands came")


def _belongs(answer: bytes, request: bytes) -> bool:
    """Same code; a device that does not know a two-byte code may answer `FF | error` without its second byte."""
    return answer.startswith(code_of(request)) or (len(answer) == 2 and answer[:1] == request[:1] == b"\xff")


def _until_idle(limits: Limits, witness: Witness) -> Generator[Step, Received | None, None]:
    silences = pending = 0
    while silences < limits.enquiries and pending <= MAX_PENDING:
        match (yield Forget()):
            case Frame(data):
                witness(data)
                yield Send(bytes([ACK]))
        yield Send(bytes([ENQ]))
        match (yield Await(limits.byte_s)):
            case None:
                silences += 1
            case Control(byte) if byte == NAK:
                return
            case Control(byte) if byte == ACK:
                pending += 1
                yield from _read_pending(limits, witness)
            case Frame(data):
                pending += 1
                witness(data)
                yield Send(bytes([ACK]))
            case _:
                silences += 1
                yield Await(NOISE_PAUSE_S)
    raise NoConnection(f"{silences} of {limits.enquiries} ENQ without a reply, {pending} pending answers")


def _read_pending(limits: Limits, witness: Witness) -> Generator[Step, Received | None, None]:
    """ACK to ENQ: the device prepares or holds the answer to an earlier command."""
    try:
        witness((yield from _read_answer(limits)))
    except NoGoodAnswer as error:
        # Ours was not sent yet, so whatever this is, it is no unknown outcome of ours.
        raise NoConnection(f"an earlier answer could not be read: {error}") from error


def _hand_over(message: bytes, limits: Limits) -> Generator[Step, Received | None, Received | None]:
    """Send it once; return NAK, or the answer if it came in place of a lost ACK."""
    yield Send(message)
    match (yield Await(limits.byte_s)):
        case None:
            raise NoGoodAnswer("the message was not acknowledged")
        case Control(byte) if byte != NAK:
            return None
        case early:
            return early


def _read_answer(limits: Limits, early: Received | None = None) -> Steps:
    wait_s = limits.answer_s + limits.byte_s
    for _ in range(MAX_REPEATS):
        received, early = early or (yield from _next_frame(wait_s)), None
        match received:
            case Frame(data):
                yield Send(bytes([ACK]))
                return data
            case Damaged():
                # The device keeps its answer until ACK: ask for it again, nothing is executed twice.
                yield Send(bytes([NAK]))
                yield Send(bytes([ENQ]))
                reply = yield Await(limits.byte_s)
                if reply != Control(ACK):
                    raise NoGoodAnswer("a damaged answer is not there any more")
                wait_s = limits.byte_s
            case _:
                raise NoGoodAnswer(f"no answer within {wait_s:g} s")
    raise NoGoodAnswer(f"the answer was damaged {MAX_REPEATS} times")


def _next_frame(wait_s: float) -> Generator[Step, Received | None, Received | None]:
    """Skip control bytes; each of them gets the whole time again, which only a broken device makes use of."""
    for _ in range(255):
        received = yield Await(wait_s)
        if not isinstance(received, Control):
            return received
    return None
