"""One command in flight over a link: runs an exchange, keeps its timers, closes the port after a failure."""

import asyncio
from collections.abc import Callable
from typing import Protocol

from fiscal.kkt.command import A, Command, Q
from fiscal.kkt.commands import encode_request, parse_reply
from fiscal.kkt.errors import MalformedReply, StaleReply
from fiscal.kkt.frame import Damaged, Decoder, Frame, Received
from printer_actor.exchange import (
    ENQUIRIES,
    Await,
    Forget,
    Limits,
    NoConnection,
    NoGoodAnswer,
    Send,
    Witness,
    exchange,
)
from printer_actor.link import LinkLost
from printer_actor.printer import NotSent, OutcomeUnknown


class Pipe(Protocol):
    """What the session needs of a link."""

    async def read(self) -> bytes: ...
    async def write(self, outgoing: bytes) -> None: ...
    async def close(self) -> None: ...


Observe = Callable[[str, float], None]
"""Told of each command and how many seconds it took; for metrics."""


class Session:
    """Asks the device; NotSent, OutcomeUnknown, or what `parse_reply` raises (Rejected).

    After OutcomeUnknown the port is closed: on a fresh one a late answer cannot be taken for the next command's.
    """

    def __init__(
        self, link: Pipe, *, byte_timeout_s: float, witness: Witness, observe: Observe | None = None
    ) -> None:
        self._link = link
        self._byte_s = byte_timeout_s
        self._witness = witness
        self._observe = observe
        self._decoder = Decoder()
        self._arrived: list[Received] = []
        self._closed = False

    async def ask(
        self,
        command: Command[Q, A],
        request: Q,
        *,
        timeout_s: float | None = None,
        enquiries: int = ENQUIRIES,
    ) -> A:
        """One attempt of one command."""
        limits = Limits(byte_s=self._byte_s, answer_s=timeout_s or command.timeout_s, enquiries=enquiries)
        data = encode_request(command, request)
        started = asyncio.get_running_loop().time()
        answer = await self._run(str(command), data, limits)
        if self._observe is not None:
            self._observe(command.name, asyncio.get_running_loop().time() - started)
        try:
            return parse_reply(command, answer)
        except (MalformedReply, StaleReply) as error:
            raise OutcomeUnknown(str(error)) from error

    async def close(self) -> None:
        """Close the port; safe to repeat."""
        self._closed = True
        await self._link.close()

    @property
    def closed(self) -> bool:
        return self._closed

    async def _run(self, name: str, data: bytes, limits: Limits) -> bytes:
        if self._closed:
            raise NotSent(f"{name}: the port is closed")
        sent = False
        steps = exchange(data, limits, self._witness)
        received: Received | None = None
        try:
            while True:
                match steps.send(received):
                    case Send(outgoing):
                        sent = sent or len(outgoing) > 1
                        await self._link.write(outgoing)
                        received = None
                    case Forget():
                        received = await self._forget()
                    case Await(timeout_s):
                        received = await self._next(timeout_s)
        except StopIteration as finished:
            answer: bytes = finished.value
            return answer
        except NoConnection as error:
            await self.close()
            raise NotSent(f"{name}: {error}") from error
        except NoGoodAnswer as error:
            await self.close()
            raise OutcomeUnknown(f"{name}: {error}") from error
        except LinkLost as error:
            await self.close()
            if sent:
                raise OutcomeUnknown(f"{name}: {error}") from error
            raise NotSent(f"{name}: {error}") from error
        except asyncio.CancelledError:
            await self.close()
            raise

    async def _forget(self) -> Frame | None:
        """Drop what has come so far but the first whole answer; the others are evidence."""
        await asyncio.sleep(0)  # let the loop take over what lies in the port
        while chunk := await self._read(0):
            self._arrived.extend(self._decoder.feed(chunk))
        self._decoder.reset()
        frames = [each for each in self._arrived if isinstance(each, Frame)]
        self._arrived.clear()
        for each in frames[1:]:
            self._witness(each.data)
        return frames[0] if frames else None

    async def _next(self, timeout_s: float) -> Received | None:
        """The next frame or control byte. A frame that stops in its middle is damaged after the byte time-out."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + timeout_s
        while not self._arrived:
            wait_s = self._byte_s if self._decoder.partial else deadline - loop.time()
            chunk = await self._read(wait_s) if wait_s > 0 else b""
            if chunk:
                self._arrived.extend(self._decoder.feed(chunk))
            elif self._decoder.partial:
                self._decoder.reset()
                return Damaged(b"")
            else:
                return None
        return self._arrived.pop(0)

    async def _read(self, wait_s: float) -> bytes:
        try:
            async with asyncio.timeout(wait_s):
                return await self._link.read()
        except TimeoutError:
            return b""
