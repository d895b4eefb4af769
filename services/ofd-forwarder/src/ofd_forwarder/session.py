"""The OFD over TCP: one connection for one message and its answer (KKT-OFD protocol 1.2)."""

import asyncio
import contextlib
from typing import Final

from contracts.commands import OfdMessage
from contracts.settings import OfdSection
from fiscal.ofd.errors import OfdError as BadMessage
from fiscal.ofd.frame import SESSION_HEADER, body_length
from ofd_forwarder.answer import check_answer
from ofd_forwarder.errors import AnswerOverdue, ClosedWithoutAnswer, ConnectFailed, WrongAnswer

Pipe = tuple[asyncio.StreamReader, asyncio.StreamWriter]

CLOSE_TIMEOUT_S: Final = 0.5


class OfdLine:
    """Connects anew for each document. While more documents wait, the next connection is made during the
    current exchange, so that a backlog costs one round trip a document and not two.
    """

    def __init__(self, settings: OfdSection) -> None:
        self._settings = settings
        self._spare: asyncio.Task[Pipe] | None = None

    async def probe(self) -> None:
        """Return when the port accepts connections; ConnectFailed when it does not."""
        await _close(await self._connect())

    async def exchange(self, message: OfdMessage, *, more: bool) -> bytes:
        """Return the checked answer, as it came; OfdError otherwise."""
        try:
            return await self._exchange(message, more=more)
        except ClosedWithoutAnswer:
            # Did it refuse this document, or is it gone? If it is gone, ConnectFailed: its return is noticed at once.
            await self.probe()
            raise

    async def rest(self) -> None:
        """Close the spare connection."""
        spare = await self._take_spare()
        if spare is not None:
            await _close(spare)

    async def _exchange(self, message: OfdMessage, *, more: bool) -> bytes:
        spare = await self._take_spare()
        if spare is not None:
            try:
                return await self._ask(spare, message, more=more)
            except ClosedWithoutAnswer:
                pass  # the OFD may have closed the idle connection before it saw a byte: that proves nothing
        return await self._ask(await self._connect(), message, more=more)

    async def _ask(self, pipe: Pipe, message: OfdMessage, *, more: bool) -> bytes:
        if more and self._spare is None:
            self._spare = asyncio.create_task(self._connect(), name="spare connection to the OFD")
        try:
            async with asyncio.timeout(self._settings.answer_timeout_s):
                answer = await _send_and_read(pipe, message.data)
        except TimeoutError as error:
            limit_s = self._settings.answer_timeout_s
            raise AnswerOverdue(
                f"no complete answer to document {message.fd} within {limit_s:g} s"
            ) from error
        except (OSError, asyncio.IncompleteReadError) as error:
            raise ClosedWithoutAnswer(f"document {message.fd}: {error}") from error
        except BadMessage as error:
            raise WrongAnswer(f"document {message.fd}: {error}") from error
        finally:
            await _close(pipe)
        check_answer(answer, message.fn, message.fd)
        return answer

    async def _connect(self) -> Pipe:
        host, port = self._settings.host, self._settings.port
        try:
            async with asyncio.timeout(self._settings.connect_timeout_s):
                return await asyncio.open_connection(host, port)
        except TimeoutError as error:
            limit_s = self._settings.connect_timeout_s
            raise ConnectFailed(f"{host}:{port} does not accept within {limit_s:g} s") from error
        except OSError as error:
            raise ConnectFailed(f"{host}:{port}: {error.strerror or error}") from error

    async def _take_spare(self) -> Pipe | None:
        spare, self._spare = self._spare, None
        if spare is None:
            return None
        try:
            return await spare
        except ConnectFailed:
            return None
        except asyncio.CancelledError:
            spare.cancel()
            raise


async def _send_and_read(pipe: Pipe, data: bytes) -> bytes:
    reader, writer = pipe
    writer.write(data)
    await writer.drain()
    header = await reader.readexactly(SESSION_HEADER)
    return header + await reader.readexactly(body_length(header))


async def _close(pipe: Pipe) -> None:
    _, writer = pipe
    writer.close()
    with contextlib.suppress(OSError, TimeoutError):
        async with asyncio.timeout(CLOSE_TIMEOUT_S):
            await writer.wait_closed()
