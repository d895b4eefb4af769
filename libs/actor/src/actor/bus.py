"""The connection to NATS: ask, tell, store, listen; fails fast while there is no server.

HAZARD: a publish may be stuck in a dying socket and arrive after our time-out. "No answer" is never "not done".
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Self, TypeVar, cast

import msgspec
import nats.errors
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription
from nats.js import JetStreamContext

from actor import log, trace
from actor.bus_errors import (
    BadReply,
    Disconnected,
    ErrorBody,
    NoAnswer,
    NoService,
    OutcomeUnknown,
    Refused,
    ServiceError,
    TooLarge,
)
from actor.errors import EXIT_CONFIG, EXIT_CRASH, EXIT_UNAVAILABLE, FatalError
from actor.stamps import StampClock, Stamps
from actor.stop import Stop
from contracts.codec import Undecodable, decode, encode
from contracts.envelope import HLC, TRACEPARENT, headers
from contracts.permissions import inbox
from hlc import Timestamp

if TYPE_CHECKING:
    from typing_extensions import TypeForm

R = TypeVar("R")

JETSTREAM_TIMEOUT_S: Final = 2.0
DRAIN_S: Final = 1.0
"""Our own limit on drain: its built-in one hangs for the whole `drain_timeout` in some cases."""

FLUSH_S: Final = 2

ERROR_HEADER: Final = "Nats-Service-Error"
ERROR_CODE_HEADER: Final = "Nats-Service-Error-Code"

_NOT_CONNECTED: Final = (
    nats.errors.OutboundBufferLimitError,
    nats.errors.ConnectionClosedError,
    nats.errors.ConnectionDrainingError,
)


class Incoming(msgspec.Struct, frozen=True, kw_only=True):
    """What came beside a body. `stamp` is None where the sender has no clock or sent nonsense."""

    subject: str
    headers: Mapping[str, str]
    stamp: Timestamp | None = None


class PubAck(msgspec.Struct, frozen=True, kw_only=True):
    """A stream has the message durably (`sync_interval: always`); `duplicate`: it remembered the id, it may lack it."""

    stream: str
    seq: int
    duplicate: bool = False


class _ApiError(msgspec.Struct, frozen=True):
    code: int
    err_code: int = 0
    description: str = ""


class _StreamReply(msgspec.Struct, frozen=True):
    stream: str = ""
    seq: int = 0
    duplicate: bool = False
    error: _ApiError | None = None


class Bus:
    """One connection of one service. `async with await Bus.connect(…) as bus`."""

    def __init__(self, name: str, stop: Stop, clock: StampClock | None) -> None:
        self.name = name
        self._stop = stop
        self._stamps = Stamps(clock)
        self._client = Client()
        self._pulls: list[JetStreamContext.PullSubscription] = []
        self._on_reconnect: list[Callable[[], Awaitable[None]]] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._waits: set[asyncio.Timeout] = set()
        self._closing = False
        self._last_error = ""

    @classmethod
    async def connect(
        cls, url: str, *, name: str, seed_path: Path | None, stop: Stop, clock: StampClock | None = None
    ) -> Self:
        """Connect as the NATS user of service `name`; wait for the server until the stop (StopRequested).

        A seed that the server does not know is retried too: it may learn of it later.
        """
        if seed_path is not None and not os.access(seed_path, os.R_OK):
            raise FatalError(EXIT_CONFIG, f"the NKey seed of {name} cannot be read: {seed_path}")
        bus = cls(name, stop, clock)
        try:
            await stop.race(bus._open(url, seed_path))
        except BaseException:
            bus._closing = True
            await bus._client.close()
            raise
        log.canonical("nats_connected", url=url)
        return bus

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.close()

    @property
    def connected(self) -> bool:
        """As far as the client knows; a dead server is noticed a moment later."""
        return self._client.is_connected

    @property
    def client(self) -> Client:
        """The nats-py client, for micro services and the raw JetStream API."""
        return self._client

    @property
    def jetstream(self) -> JetStreamContext:
        """nats-py's JetStream API. Publish with `publish_stream`, consume with `pull`: they know the traps."""
        return self._client.jetstream(timeout=JETSTREAM_TIMEOUT_S)

    def on_reconnect(self, callback: Callable[[], Awaitable[None]]) -> None:
        """Await `callback` in a task after every reconnect; its error ends the process."""
        self._on_reconnect.append(callback)

    async def request(
        self, subject: str, body: msgspec.Struct, reply_type: TypeForm[R], timeout_s: float
    ) -> R:
        """Ask a service. NotSent: surely not asked; NoAnswer: nothing is known; ServiceError: it failed.

        NoAnswer at once when the connection is lost meanwhile: the answer may have gone with it.
        """
        try:
            async with self._waiting(timeout_s):
                reply = await self._client.request(
                    subject, encode(body), timeout_s + 1, headers=self.headers(body)
                )
        except nats.errors.NoRespondersError as error:
            raise NoService(f"nobody serves {subject}") from error
        except TimeoutError as error:
            raise NoAnswer(
                f"{subject}: no answer within {timeout_s:g} s, or the connection was lost"
            ) from error
        except _NOT_CONNECTED as error:
            raise Disconnected(f"{subject}: {error}") from error
        except nats.errors.MaxPayloadError as error:
            raise TooLarge(f"{subject}: {error}") from error
        return self._read_reply(subject, reply, reply_type)

    async def publish(self, subject: str, body: msgspec.Struct) -> bool:
        """Tell whoever listens; nobody stores it. False when there is no connection, never an error."""
        try:
            await self._client.publish(subject, encode(body), headers=self.headers(body))
        except _NOT_CONNECTED:
            return False
        return True

    async def publish_stream(
        self,
        subject: str,
        payload: bytes,
        *,
        stream: str,
        headers: Mapping[str, str],
        timeout_s: float = JETSTREAM_TIMEOUT_S,
    ) -> PubAck:
        """One publish to a stream, never repeated. Refused: its direct answer; OutcomeUnknown: everything else."""
        expected = {**headers, "Nats-Expected-Stream": stream}
        try:
            async with self._waiting(timeout_s):
                message = await self._client.request(subject, payload, timeout_s + 1, headers=expected)
            reply = msgspec.json.decode(message.data, type=_StreamReply)
        except TimeoutError as error:
            raise OutcomeUnknown(f"{subject}: no answer, or the connection was lost") from error
        except (nats.errors.Error, msgspec.DecodeError, OSError) as error:
            raise OutcomeUnknown(f"{subject}: {error}") from error
        if reply.error is not None:
            raise Refused(reply.error.err_code, reply.error.description)
        if not reply.stream:
            raise OutcomeUnknown(f"{subject}: answered with {message.data!r}")
        return PubAck(stream=reply.stream, seq=reply.seq, duplicate=reply.duplicate)

    async def subscribe(
        self, subject: str, expected: TypeForm[R], handler: Callable[[R, Incoming], Awaitable[None]]
    ) -> Subscription:
        """Hand each message to `handler`, in order. What cannot be read, or an error of the handler, is logged only:
        nobody resends these messages, so dying of one would help nobody."""

        async def on_message(message: Msg) -> None:
            incoming = self.receive(message)
            try:
                body = decode(message.data, cast("type[R]", expected))
            except Undecodable as error:
                log.get().warning("message_undecodable", subject=message.subject, reason=str(error))
                return
            try:
                await handler(body, incoming)
            except Exception:  # noqa: BLE001 - told in full; see the docstring
                log.get().exception("message_handler_failed", subject=message.subject)

        return await self._client.subscribe(subject, cb=on_message)

    async def pull(self, stream: str, durable: str) -> JetStreamContext.PullSubscription:
        """Bind to an existing pull consumer; `fetch(1, timeout=1)` is the safe form. `close` knows of it."""
        subscription = await self.jetstream.pull_subscribe_bind(stream=stream, durable=durable)
        self._pulls.append(subscription)
        return subscription

    async def flush(self) -> bool:
        """Return when the server has taken all that was sent, subscriptions too; False if it does not say so."""
        try:
            # nats-py writes its PING past what waits to be written: only the second one comes after it.
            for _ in range(2):
                await self._client.flush(timeout=FLUSH_S)
        except (nats.errors.Error, OSError):
            return False
        return True

    def headers(self, body: msgspec.Struct, *, msg_id: str | None = None) -> dict[str, str]:
        """The headers of a message that is sent now."""
        return headers(body, hlc=self._stamps.outgoing(), msg_id=msg_id, traceparent=trace.outgoing())

    def receive(self, message: Msg) -> Incoming:
        """Merge the sender's stamp and enter its trace; for every message that is taken by hand (`pull`)."""
        found = message.headers or {}
        trace.enter(found.get(TRACEPARENT))
        return Incoming(subject=message.subject, headers=found, stamp=self._stamps.incoming(found.get(HLC)))

    async def close(self) -> None:
        """Take no more, let what came be handled for up to a second, disconnect. Safe to repeat."""
        self._closing = True
        for task in self._tasks:
            task.cancel()
        for pull in self._pulls:
            await _unsubscribe(pull)
        if self._client.is_connected:
            await _within(DRAIN_S, self._client.drain())
        self._drop_unwritten()  # or close would write to the dead connection, and fail
        await _within(DRAIN_S, self._client.close())

    async def _open(self, url: str, seed_path: Path | None) -> None:
        await self._client.connect(
            url,
            name=self.name,
            nkeys_seed=str(seed_path) if seed_path else None,
            inbox_prefix=inbox(self.name),
            error_cb=self._on_error,
            disconnected_cb=self._on_down,
            reconnected_cb=self._on_up,
            closed_cb=self._on_closed,
            max_reconnect_attempts=-1,
            reconnect_time_wait=cast("int", 0.2),  # the annotation lies: it is handed to asyncio.sleep
            connect_timeout=2,
            ping_interval=10,
            max_outstanding_pings=2,
            drain_timeout=3,
            pending_size=-1,  # a publish while disconnected fails instead of going out later as a ghost
        )
        self._last_error = ""

    def _read_reply(self, subject: str, reply: Msg, reply_type: TypeForm[R]) -> R:
        incoming = self._receive_reply(reply)
        code = incoming.headers.get(ERROR_CODE_HEADER)
        if code is not None:
            raise ServiceError(code, incoming.headers.get(ERROR_HEADER, ""), _error_body(reply.data))
        try:
            return decode(reply.data, cast("type[R]", reply_type))
        except Undecodable as error:
            raise BadReply(f"{subject}: {error}") from error

    def _receive_reply(self, reply: Msg) -> Incoming:
        """Merge the answerer's stamp; the trace stays the asker's."""
        found = reply.headers or {}
        return Incoming(subject=reply.subject, headers=found, stamp=self._stamps.incoming(found.get(HLC)))

    async def _on_error(self, error: Exception) -> None:
        # The client repeats the same error five times a second while the server is away: one line is enough.
        text = f"{type(error).__name__}: {error}"
        if text != self._last_error:
            self._last_error = text
            log.get().warning("nats_error", error=text)

    async def _on_down(self) -> None:
        # What was queued but not written would go out after the reconnect, long after its sender gave up on it.
        self._drop_unwritten()
        if not self._closing:
            log.get().warning("nats_disconnected")

        now = asyncio.get_running_loop().time()
        for wait in self._waits:
            if not wait.expired():
                wait.reschedule(now)

    @asynccontextmanager
    async def _waiting(self, timeout_s: float) -> AsyncIterator[None]:
        """TimeoutError after that time, or as soon as the connection is lost."""
        async with asyncio.timeout(timeout_s) as wait:
            self._waits.add(wait)
            try:
                yield
            finally:
                self._waits.discard(wait)

    def _drop_unwritten(self) -> None:
        self._client._pending = []
        self._client._pending_data_size = 0

    async def _on_up(self) -> None:
        self._last_error = ""
        log.canonical("nats_reconnected")
        for callback in self._on_reconnect:
            self._spawn(callback())

    async def _on_closed(self) -> None:
        if not self._closing:
            reason = self._client.last_error
            self._stop.fail(FatalError(EXIT_UNAVAILABLE, f"NATS closed the connection for good: {reason}"))

    def _spawn(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(_as_coroutine(work))
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        error = None if task.cancelled() else task.exception()
        if error is not None:
            log.get().critical("reconnect_callback_died", exc_info=error)
            self._stop.fail(FatalError(EXIT_CRASH, f"a callback after the reconnect failed: {error!r}"))


async def _within(seconds: float, work: Coroutine[Any, Any, None]) -> None:
    """Await a step of closing, not longer than that; how it fails does not matter any more."""
    task = asyncio.ensure_future(work)
    await asyncio.wait({task}, timeout=seconds)
    task.cancel()
    await asyncio.wait({task}, timeout=seconds / 2)
    if task.done() and not task.cancelled() and task.exception() is not None:
        log.get().debug("nats_close", reason=repr(task.exception()))


def _as_coroutine(work: Awaitable[None]) -> Coroutine[Any, Any, None]:
    async def wait() -> None:
        await work

    return wait()


async def _unsubscribe(pull: JetStreamContext.PullSubscription) -> None:
    try:
        await pull.unsubscribe()
    except nats.errors.Error as error:
        log.get().debug("unsubscribe_failed", reason=str(error))


def _error_body(payload: bytes) -> ErrorBody | None:
    try:
        return decode(payload, ErrorBody)
    except Undecodable:
        return None
