"""The session over a pipe in memory: what is closed, what is told, and frames that stop in the middle."""

import asyncio

import pytest

from actor.testing import wait_until
from fiscal.kkt import sale, service
from fiscal.kkt.command import Authorised
from fiscal.kkt.commands import encode_error, encode_reply
from fiscal.kkt.errors import Rejected
from fiscal.kkt.frame import ACK, ENQ, NAK, encode_frame
from printer_actor.link import LinkLost
from printer_actor.printer import NotSent, OutcomeUnknown
from printer_actor.session import Session

SUBTOTAL = sale.SubtotalReply(operator=30, subtotal=12_345)
GOOD = encode_frame(encode_reply(sale.SUBTOTAL, SUBTOTAL))


class Pipe:
    """Answers each write with the next chunks; None ends the line, an empty chunk is silence."""

    def __init__(self, *answers: bytes | None) -> None:
        self.written: list[bytes] = []
        self.closed = 0
        self._answers = list(answers)
        self._ready: asyncio.Queue[bytes | None] = asyncio.Queue()

    async def write(self, outgoing: bytes) -> None:
        self.written.append(outgoing)
        if outgoing != bytes([ACK]) and self._answers:
            answer = self._answers.pop(0)
            if answer != b"":
                self._ready.put_nowait(answer)

    async def read(self) -> bytes:
        received = await self._ready.get()
        if received is None:
            raise LinkLost("the other side closed the line")
        return received

    async def close(self) -> None:
        self.closed += 1


def session(*answers: bytes | None) -> tuple[Session, Pipe, list[bytes]]:
    pipe, stale = Pipe(*answers), []
    return Session(pipe, byte_timeout_s=0.05, witness=stale.append), pipe, stale


async def ask(made: Session) -> sale.SubtotalReply:
    return await made.ask(sale.SUBTOTAL, Authorised(), timeout_s=0.05, enquiries=2)


async def test_a_good_exchange_leaves_the_port_open():
    made, pipe, _ = session(bytes([NAK]), bytes([ACK]) + GOOD)
    assert await ask(made) == SUBTOTAL
    assert pipe.closed == 0


async def test_an_answer_that_comes_in_pieces_is_one_answer():
    pipe = Pipe(bytes([NAK]), bytes([ACK]))
    patient = Session(pipe, byte_timeout_s=20.0, witness=lambda _: None)
    asking = asyncio.ensure_future(patient.ask(sale.SUBTOTAL, Authorised()))
    await wait_until(lambda: len(pipe.written) == 2)
    for byte in GOOD:
        pipe._ready.put_nowait(bytes([byte]))
    assert await asking == SUBTOTAL


async def test_an_error_of_the_device_is_an_answer():
    made, pipe, _ = session(bytes([NAK]), bytes([ACK]) + encode_frame(encode_error(b"\x89", 0x73)))
    with pytest.raises(Rejected) as error:
        await ask(made)
    assert error.value.code == 0x73
    assert pipe.closed == 0


async def test_silence_before_the_message_is_not_sent_and_closes_the_port():
    made, pipe, _ = session()
    with pytest.raises(NotSent):
        await ask(made)
    assert (pipe.closed, pipe.written) == (1, [bytes([ENQ])] * 2)
    with pytest.raises(NotSent):
        await ask(made)


async def test_silence_after_the_message_is_unknown_and_closes_the_port():
    made, pipe, _ = session(bytes([NAK]))
    with pytest.raises(OutcomeUnknown):
        await ask(made)
    assert pipe.closed == 1


@pytest.mark.parametrize(("answers", "error"), [((None,), NotSent), ((bytes([NAK]), None), OutcomeUnknown)])
async def test_an_end_of_the_line_is_unknown_only_once_the_message_is_out(answers, error):
    made, pipe, _ = session(*answers)
    with pytest.raises(error):
        await ask(made)
    assert pipe.closed == 1


async def test_a_frame_that_stops_in_its_middle_is_asked_for_again():
    made, pipe, _ = session(bytes([NAK]), bytes([ACK]) + GOOD[:4], b"", bytes([ACK]) + GOOD)
    assert await ask(made) == SUBTOTAL
    assert pipe.written[2:] == [bytes([NAK]), bytes([ENQ]), bytes([ACK])]


async def test_noise_in_front_of_control_bytes_is_skipped():
    made, _, _ = session(b"\xff\xff" + bytes([NAK]), b"\xff" + bytes([ACK]) + GOOD)
    assert await ask(made) == SUBTOTAL


async def test_what_lies_in_the_line_before_an_enq_is_no_reply_to_it():
    """One stray NAK, and every later command would be taken for damaged, sent and executed twice."""
    made, pipe, _ = session(
        bytes([NAK]), bytes([ACK]) + GOOD + bytes([NAK]), bytes([NAK]), bytes([ACK]) + GOOD
    )
    assert await ask(made) == await ask(made) == SUBTOTAL
    assert pipe.written[:3] == pipe.written[3:]


async def test_an_answer_of_the_right_code_that_cannot_be_read_is_unknown():
    made, _, _ = session(bytes([NAK]), bytes([ACK]) + encode_frame(b"\x89\x00\x1e"))
    with pytest.raises(OutcomeUnknown):
        await ask(made)


async def test_a_late_answer_is_a_witness_and_never_the_result():
    late = encode_reply(service.MONEY_REGISTER, service.MoneyRegisterReply(operator=30, value=7))
    made, _, stale = session(bytes([ACK]) + encode_frame(late), bytes([NAK]), bytes([ACK]) + GOOD)
    assert await ask(made) == SUBTOTAL
    assert stale == [late]


async def test_a_cancelled_exchange_closes_the_port():
    made, pipe, _ = session(bytes([NAK]), bytes([ACK]))
    asking = asyncio.ensure_future(made.ask(sale.SUBTOTAL, Authorised()))
    await wait_until(lambda: len(pipe.written) == 2)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert pipe.closed == 1
