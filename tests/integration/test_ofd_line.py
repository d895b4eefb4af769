"""One message over real TCP against an OFD that does exactly what the test says."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime

import pytest

from actor.testing import free_port
from contracts.commands import OfdMessage
from contracts.settings import OfdSection
from fiscal.ofd.documents import Acknowledgement, encode_acknowledgement, message_sign
from ofd_forwarder.errors import AnswerOverdue, ClosedWithoutAnswer, ConnectFailed, OfdError, WrongAnswer
from ofd_forwarder.session import OfdLine

FN = "9999078900000961"
MESSAGE = OfdMessage(fn=FN, fd=77, data=b"what the FN made")

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def acknowledgement(fd: int = 77) -> bytes:
    ack = Acknowledgement(
        ofd_inn="7704358518", fn=FN, fd=fd, at=datetime(2026, 11, 20, 12, 0), operator_sign=bytes(18)
    )
    return encode_acknowledgement(ack, trailer=message_sign(b"sign"))


class ScriptedOfd:
    """Serves connection n with step n of the script, the last step for all further ones."""

    def __init__(self, *script: Serve) -> None:
        self._script = script
        self.connections = 0
        self.received: list[bytes] = []

    @contextlib.asynccontextmanager
    async def line(self, answer_timeout_s: float = 20.0) -> AsyncIterator[OfdLine]:
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        line = OfdLine(OfdSection(host="127.0.0.1", port=port, answer_timeout_s=answer_timeout_s))
        try:
            yield line
        finally:
            await line.rest()
            server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        step = self._script[min(self.connections, len(self._script) - 1)]
        self.connections += 1
        try:
            await step(reader, writer)
        finally:
            writer.close()

    async def acknowledge(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.received.append(await reader.readexactly(len(MESSAGE.data)))
        writer.write(acknowledgement())


def says(*pieces: bytes) -> Serve:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(len(MESSAGE.data))
        for piece in pieces:
            writer.write(piece)
            await writer.drain()

    return serve


async def closes_unasked(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.close()


async def keeps_silent(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
    await reader.read()


async def keeps_the_connection_open(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readexactly(len(MESSAGE.data))
    writer.write(acknowledgement())
    await reader.read()


async def test_the_bytes_go_unchanged_and_the_answer_comes_back_unchanged() -> None:
    ofd = ScriptedOfd()
    ofd._script = (ofd.acknowledge,)
    async with ofd.line() as line:
        assert await line.exchange(MESSAGE, more=False) == acknowledgement()
    assert ofd.received == [MESSAGE.data]
    assert ofd.connections == 1


async def test_an_answer_in_single_bytes_is_read_whole() -> None:
    pieces = [bytes([byte]) for byte in acknowledgement()]
    async with ScriptedOfd(says(*pieces)).line() as line:
        assert await line.exchange(MESSAGE, more=False) == acknowledgement()


async def test_the_answer_ends_by_its_length_and_not_by_the_end_of_the_connection() -> None:
    async with ScriptedOfd(keeps_the_connection_open).line() as line, asyncio.timeout(20.0):
        assert await line.exchange(MESSAGE, more=False) == acknowledgement()


@pytest.mark.parametrize(
    ("serve", "expected"),
    [
        (says(), ClosedWithoutAnswer),
        (says(acknowledgement()[:20]), ClosedWithoutAnswer),
        (says(acknowledgement()[:60]), ClosedWithoutAnswer),
        (says(acknowledgement(78)), WrongAnswer),
        (says(b"HTTP/1.1 400 Bad Request\r\nServer: nginx\r\n\r\n"), WrongAnswer),
        (says(acknowledgement()[:24] + b"\xff\xff" + acknowledgement()[26:]), WrongAnswer),
    ],
    ids=["nothing", "part of the header", "part of the body", "another FD", "HTTP", "length over the limit"],
)
async def test_what_is_no_answer_is_told_apart(serve: Serve, expected: type[OfdError]) -> None:
    async with ScriptedOfd(serve).line() as line:
        with pytest.raises(expected):
            await line.exchange(MESSAGE, more=False)


async def test_an_ofd_that_is_gone_after_it_cut_the_connection_is_down_and_did_not_refuse() -> None:
    async def leaves(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        server.close()
        writer.close()

    server = await asyncio.start_server(leaves, "127.0.0.1", 0)
    line = OfdLine(OfdSection(host="127.0.0.1", port=server.sockets[0].getsockname()[1]))
    with pytest.raises(ConnectFailed):
        await line.exchange(MESSAGE, more=False)


async def test_silence_is_overdue() -> None:
    async with ScriptedOfd(keeps_silent).line(answer_timeout_s=0.1) as line:
        with pytest.raises(AnswerOverdue, match=r"document 77 within 0\.1 s"):
            await line.exchange(MESSAGE, more=False)


async def test_a_refused_connection_is_told_with_its_address() -> None:
    port = free_port()
    line = OfdLine(OfdSection(host="127.0.0.1", port=port))
    for attempt in (line.probe(), line.exchange(MESSAGE, more=True)):
        with pytest.raises(ConnectFailed, match=f"127.0.0.1:{port}"):
            await attempt


async def test_while_more_documents_wait_the_next_connection_is_made_ahead() -> None:
    ofd = ScriptedOfd()
    ofd._script = (ofd.acknowledge,)
    async with ofd.line() as line:
        for more in (True, True, False):
            await line.exchange(MESSAGE, more=more)
    assert ofd.connections == 3


async def test_a_spare_connection_the_ofd_closed_is_no_refusal() -> None:
    ofd = ScriptedOfd()
    ofd._script = (ofd.acknowledge, closes_unasked, ofd.acknowledge)
    async with ofd.line() as line:
        for more in (True, False):
            assert await line.exchange(MESSAGE, more=more) == acknowledgement()
    assert ofd.connections == 3


async def test_a_probe_sends_nothing() -> None:
    sent: asyncio.Queue[bytes] = asyncio.Queue()

    async def listen(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        await sent.put(await reader.read())

    async with ScriptedOfd(listen).line() as line:
        await line.probe()
        assert await asyncio.wait_for(sent.get(), 20.0) == b""
