"""One TCP connection: one message, one answer (KKT-OFD protocol 1.2), under the fault in force."""

import asyncio
from collections.abc import Callable
from datetime import datetime

from fiscal.ofd.errors import OfdError
from fiscal.ofd.frame import SESSION_HEADER, body_length
from ofd_emulator.archive import Archive
from ofd_emulator.faults import FaultSwitch, Mode
from ofd_emulator.state import Operator

READ_TIMEOUT_S = 60.0
"""For a KKT that connects and sends nothing, or half a message."""


class Session:
    """Serves connections; a document is on disk before its acknowledgement is written."""

    def __init__(
        self, operator: Operator, archive: Archive, faults: FaultSwitch, now: Callable[[], datetime]
    ) -> None:
        self._operator = operator
        self._archive = archive
        self._faults = faults
        self._now = now

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection; returning closes it."""
        if self._faults.current.mode is Mode.HANG:
            return await self._hang(reader)
        message = await _read_message(reader)
        if message is None:
            return None
        fault = self._faults.current  # the one in force when the message is whole
        if fault.mode is Mode.HANG:
            return await self._hang(reader)
        if fault.mode is Mode.REFUSE:
            return None
        answer = self._receive(message)
        if answer is None or fault.mode is Mode.LOSE_ANSWER:
            return None
        if fault.mode is Mode.SLOW:
            await asyncio.sleep(fault.delay_ms / 1000)
        writer.write(answer)
        await writer.drain()
        return None

    def _receive(self, message: bytes) -> bytes | None:
        judgement = self._operator.judge(message, self._now())
        for record in judgement.records:
            self._archive.append(record)
            self._operator.keep(record)
        return judgement.answer

    async def _hang(self, reader: asyncio.StreamReader) -> None:
        """Swallow what comes until the peer gives up or the fault ends."""
        gone = asyncio.ensure_future(_swallow(reader))
        changed = asyncio.ensure_future(self._faults.changed())
        try:
            await asyncio.wait({gone, changed}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            gone.cancel()
            changed.cancel()


async def _read_message(reader: asyncio.StreamReader) -> bytes | None:
    """Read one whole message; None for a link test, a broken-off message or bytes that cannot begin one.

    A peer that was killed half-way did nothing wrong, so what is cut short is no violation.
    """
    try:
        async with asyncio.timeout(READ_TIMEOUT_S):
            header = await reader.readexactly(SESSION_HEADER)
            length = body_length(header)
            return header + await reader.readexactly(length) if length else None
    except (asyncio.IncompleteReadError, TimeoutError):
        return None
    except OfdError:
        # Where the next message would begin cannot be known; `judge` records the header.
        return header


async def _swallow(reader: asyncio.StreamReader) -> None:
    while await reader.read(65536):
        pass
