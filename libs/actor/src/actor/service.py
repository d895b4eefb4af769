"""Request/reply endpoints as NATS micro services: discoverable by `$SRV`, one task a request, bounded."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Generic, TypeVar, get_args

import msgspec
import nats.errors
from nats.aio.msg import Msg
from nats.micro import add_service
from nats.micro.request import Request
from nats.micro.service import EndpointStats, Service

from actor import log
from actor.bus import ERROR_CODE_HEADER, ERROR_HEADER, Bus, Incoming
from actor.bus_errors import BusError, ErrorBody
from actor.errors import ActorError
from actor.mailbox import MailboxError
from actor.stop import Stop
from contracts.codec import Undecodable, decode, encode
from contracts.envelope import schema_of

Q = TypeVar("Q", bound=msgspec.Struct)
Handler = Callable[[Q, Incoming], Awaitable[msgspec.Struct]]

FINISH_S: Final = 1.5
"""For requests in hand after the stop; then they are answered 503 and cancelled."""


class CommandFailed(ActorError):
    """Raised by a handler: answered as an error, and nothing is wrong with the service itself."""

    def __init__(
        self,
        code: str,
        message: str,
        *,
        status: int = 409,
        final: bool = False,
        details: Mapping[str, Any] | None = None,
    ) -> None:
        self.status = status
        self.body = ErrorBody(code=code, message=message, details=dict(details or {}), final=final)
        super().__init__(f"{code}: {message}")


@dataclass(frozen=True, kw_only=True)
class Endpoint(Generic[Q]):
    """One verb. `reply_type` may be a union; `concurrency` bounds this endpoint alone, more requests wait."""

    name: str
    subject: str
    request_type: type[Q]
    reply_type: Any
    handler: Handler[Q]
    metadata: Mapping[str, str] = field(default_factory=dict)
    concurrency: int = 64


async def serve(bus: Bus, stop: Stop, *, name: str, version: str, endpoints: Sequence[Endpoint[Any]]) -> None:
    """Serve until the stop: then answer newcomers 503, finish what is in hand, unsubscribe.

    An unexpected error of a handler is answered 500; then the service finishes the other requests and raises it,
    for its supervisor to restart it. CommandFailed, MailboxError and BusError are answers, not accidents.
    """
    crash: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    servings = {endpoint.name: _Serving(bus, endpoint, crash) for endpoint in endpoints}
    service = await add_service(
        bus.client,
        name=name,
        version=version,
        stats_handler=lambda stats: servings[stats.name].correct(stats),
    )
    asked = asyncio.ensure_future(stop.wait())
    try:
        for serving in servings.values():
            await serving.subscribe(service)
        await bus.flush()
        stop.ready()
        await asyncio.wait({asked, crash}, return_when=asyncio.FIRST_COMPLETED)
        await _finish(servings.values())
    finally:
        asked.cancel()
        await _end(servings.values(), service)
    if crash.done():
        crash.result()


async def _finish(servings: Iterable["_Serving"]) -> None:
    for serving in servings:
        serving.stopping = True
    tasks = [task for serving in servings for task in serving.tasks]
    if tasks:
        await asyncio.wait(tasks, timeout=FINISH_S)


async def _end(servings: Iterable["_Serving"], service: Service) -> None:
    late = [task for serving in servings for task in serving.tasks]
    for task in late:
        task.cancel()
    if late:
        await asyncio.wait(late)
    try:
        await service.stop()
    except nats.errors.Error as error:  # no connection: the server has forgotten us already
        log.get().debug("service_stop", reason=str(error))


class _Serving:
    """One endpoint at work."""

    def __init__(self, bus: Bus, endpoint: Endpoint[Any], crash: asyncio.Future[None]) -> None:
        self._bus = bus
        self._endpoint = endpoint
        self._crash = crash
        self._room = asyncio.Semaphore(endpoint.concurrency)
        self.tasks: set[asyncio.Task[None]] = set()
        self.stopping = False
        self._errors = 0
        self._last_error = ""
        self._spent_ns = 0

    async def subscribe(self, service: Service) -> None:
        endpoint = self._endpoint
        schemas = {
            "request_schema": schema_of(endpoint.request_type),
            "reply_schema": _schemas(endpoint.reply_type),
        }
        await service.add_endpoint(
            name=endpoint.name,
            subject=endpoint.subject,
            handler=self._accept,
            metadata={**schemas, **endpoint.metadata},
        )

    def correct(self, stats: EndpointStats) -> None:
        """Put our figures into the client's: to it every request ends as soon as its task is made."""
        stats.num_errors = self._errors
        stats.last_error = self._last_error
        stats.processing_time = self._spent_ns
        stats.average_processing_time = self._spent_ns // stats.num_requests if stats.num_requests else 0

    async def _accept(self, request: Request) -> None:
        await self._room.acquire()
        task = asyncio.create_task(self._serve(request._msg), name=f"request {self._endpoint.name}")
        self.tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self.tasks.discard(task)
        self._room.release()

    async def _serve(self, message: Msg) -> None:
        started_ns = time.perf_counter_ns()
        try:
            await self._answer(message)
        finally:
            self._spent_ns += time.perf_counter_ns() - started_ns

    async def _answer(self, message: Msg) -> None:
        incoming = self._bus.receive(message)
        try:
            await self._reply(message, await self._handle(message, incoming))
        except Undecodable as error:
            await self._fail(message, 400, ErrorBody(code="INVALID", message=str(error)))
        except CommandFailed as error:
            await self._fail(message, error.status, error.body)
        except (MailboxError, BusError) as error:
            await self._fail(
                message, 503, ErrorBody(code="UNAVAILABLE", message=f"{type(error).__name__}: {error}")
            )
        except asyncio.CancelledError:
            await self._fail(message, 503, ErrorBody(code="UNAVAILABLE", message="the service is stopping"))
            raise
        except Exception as error:  # noqa: BLE001 - raised by `serve` once the others are answered
            await self._fail(
                message, 500, ErrorBody(code="INTERNAL", message=f"{type(error).__name__}: {error}")
            )
            self._die(error)

    def _die(self, error: Exception) -> None:
        if self._crash.done():  # the supervisor logs the first one only
            log.get().error("request_died", endpoint=self._endpoint.name, exc_info=error)
        else:
            self._crash.set_exception(error)

    async def _handle(self, message: Msg, incoming: Incoming) -> msgspec.Struct:
        if self.stopping:
            raise CommandFailed("UNAVAILABLE", "the service is stopping", status=503)
        body = decode(message.data, self._endpoint.request_type)
        return await self._endpoint.handler(body, incoming)

    async def _reply(self, message: Msg, reply: msgspec.Struct) -> None:
        await self._send(message, encode(reply), self._bus.headers(reply))

    async def _fail(self, message: Msg, status: int, body: ErrorBody) -> None:
        self._errors += 1
        self._last_error = f"{status}:{body.message}"
        log.get().warning(
            "request_failed", endpoint=self._endpoint.name, status=status, code=body.code, reason=body.message
        )
        # A header is one line of ASCII by the client's rules; the whole text is in the body.
        marks = {ERROR_CODE_HEADER: str(status), ERROR_HEADER: body.code}
        await self._send(message, encode(body), {**self._bus.headers(body), **marks})

    async def _send(self, message: Msg, payload: bytes, headers: dict[str, str]) -> None:
        if not message.reply:
            return
        try:
            await self._bus.client.publish(message.reply, payload, headers=headers)
        except nats.errors.Error as error:  # the asker sees no answer and asks again
            log.get().warning("reply_lost", endpoint=self._endpoint.name, reason=str(error))


def _schemas(reply_type: Any) -> str:
    return " | ".join(schema_of(kind) for kind in get_args(reply_type) or (reply_type,))
