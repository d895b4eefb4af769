"""The wire: real sockets, each fault, and what is on disk afterwards."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol

import pytest

from fiscal.ofd.documents import parse_acknowledgement
from ofd_emulator.faults import Fault, FaultSwitch, Mode
from ofd_emulator.listener import Listener, PortTaken
from ofd_emulator.state import Operator

HANG_LIMIT_S = 20.0

Build = Callable[..., bytes]


class Emulator(Protocol):
    operator: Operator
    faults: FaultSwitch
    listener: Listener

    async def set(self, mode: Mode, delay_ms: int = 0) -> None: ...
    async def send(self, data: bytes) -> bytes: ...


Start = Callable[[], Awaitable[Emulator]]


async def test_a_document_is_acknowledged_and_the_connection_closed(
    emulator: Emulator, receipt: Build
) -> None:
    assert parse_acknowledgement(await emulator.send(receipt(1))).fd == 1


async def test_bytes_in_pieces_are_one_message(emulator: Emulator, receipt: Build) -> None:
    reader, writer = await asyncio.open_connection(emulator.listener.host, emulator.listener.port)
    for byte in receipt(1):
        writer.write(bytes([byte]))
        await writer.drain()
    assert parse_acknowledgement(await reader.read()).fd == 1
    writer.close()


async def test_documents_and_violations_survive_a_restart(start: Start, receipt: Build) -> None:
    first = await start()
    answers = [await first.send(receipt(fd)) for fd in (1, 2)]
    assert await first.send(receipt(2, total=1)) == b""
    second = await start()
    assert second.operator.documents == first.operator.documents
    assert [v.rule for v in second.operator.violations] == ["other_bytes"]
    assert [await second.send(receipt(fd)) for fd in (1, 2)] == answers


async def test_down_refuses_connections_and_up_takes_them_on_the_same_port(
    emulator: Emulator, receipt: Build
) -> None:
    port = emulator.listener.port
    await emulator.set(Mode.DOWN)
    with pytest.raises(ConnectionRefusedError):
        await emulator.send(receipt(1))
    await emulator.set(Mode.UP)
    assert emulator.listener.port == port
    assert parse_acknowledgement(await emulator.send(receipt(1))).fd == 1


async def test_down_cuts_a_running_connection(emulator: Emulator) -> None:
    reader, writer = await asyncio.open_connection(emulator.listener.host, emulator.listener.port)
    writer.write(b"\x2a")
    await writer.drain()
    await emulator.set(Mode.DOWN)
    async with asyncio.timeout(HANG_LIMIT_S):
        assert await _all_of(reader) == b""
    writer.close()


async def test_hang_keeps_silent_stores_nothing_and_lets_go_when_it_ends(
    emulator: Emulator, receipt: Build
) -> None:
    await emulator.set(Mode.HANG)
    asking = asyncio.ensure_future(emulator.send(receipt(1)))
    done, _ = await asyncio.wait({asking}, timeout=0.2)
    assert not done
    await emulator.set(Mode.UP)
    assert await asyncio.wait_for(asking, HANG_LIMIT_S) == b""
    assert emulator.operator.documents == []


async def test_slow_stores_at_once_and_answers_later(emulator: Emulator, receipt: Build) -> None:
    await emulator.set(Mode.SLOW, delay_ms=50)
    begun = asyncio.get_running_loop().time()
    assert parse_acknowledgement(await emulator.send(receipt(1))).fd == 1
    assert asyncio.get_running_loop().time() - begun >= 0.05


async def test_refuse_closes_without_an_answer_and_stores_nothing(emulator: Emulator, receipt: Build) -> None:
    await emulator.set(Mode.REFUSE)
    assert await emulator.send(receipt(1)) == b""
    assert emulator.operator.documents == []
    assert emulator.operator.violations == []


async def test_lose_answer_stores_and_the_repeat_is_acknowledged(emulator: Emulator, receipt: Build) -> None:
    await emulator.set(Mode.LOSE_ANSWER)
    assert await emulator.send(receipt(1)) == b""
    assert [d.fd for d in emulator.operator.documents] == [1]
    await emulator.set(Mode.UP)
    assert parse_acknowledgement(await emulator.send(receipt(1))).fd == 1
    assert emulator.operator.counts.accepted == 1


async def test_a_link_test_or_a_broken_off_message_is_no_violation(
    emulator: Emulator, receipt: Build
) -> None:
    for data in (b"", receipt(1)[:10], receipt(1)[:100]):
        _, writer = await asyncio.open_connection(emulator.listener.host, emulator.listener.port)
        writer.write(data)
        writer.close()
        await writer.wait_closed()
    link_test = bytearray(receipt(1)[:30])
    link_test[24:28] = bytes(4)
    assert await emulator.send(bytes(link_test)) == b""
    assert parse_acknowledgement(await emulator.send(receipt(1))).fd == 1
    assert emulator.operator.violations == []


async def test_noise_is_a_violation(emulator: Emulator) -> None:
    assert await emulator.send(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n") == b""
    assert [v.rule for v in emulator.operator.violations] == ["malformed.OfdError"]


def test_a_taken_port_is_named(emulator: Emulator) -> None:
    with pytest.raises(PortTaken, match=str(emulator.listener.port)):
        Listener("127.0.0.1", emulator.listener.port, _nobody)


async def test_waiting_for_a_change_ends_with_the_next_fault() -> None:
    faults = FaultSwitch()
    waiting = asyncio.ensure_future(faults.changed())
    await asyncio.sleep(0)
    assert not waiting.done()
    faults.set(Fault(mode=Mode.HANG))
    await asyncio.wait_for(waiting, HANG_LIMIT_S)
    assert faults.current.mode is Mode.HANG


async def _nobody(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.close()


async def _all_of(reader: asyncio.StreamReader) -> bytes:
    try:
        return await reader.read()
    except ConnectionResetError:
        return b""
