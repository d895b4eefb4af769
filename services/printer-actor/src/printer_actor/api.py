"""The endpoints of the service: a request becomes a letter to the owner of the device."""

from collections.abc import Callable
from typing import Any, cast

from actor.bus import Incoming
from actor.service import Endpoint, Handler
from contracts import services
from contracts.commands import (
    NothingToSend,
    OfdGive,
    OfdGiven,
    OfdMessage,
    OfdTake,
    PerformTask,
    ReadPrinterState,
    Resolved,
    ResolveHeld,
    TaskDone,
)
from contracts.refusals import Refusal
from contracts.services import Verb
from contracts.states import PrinterState
from contracts.subjects import Subjects
from printer_actor.board import Board
from printer_actor.inbox import Inbox

TASK_AFTER_DEADLINE_S = 150.0  # a Z report that began just before its deadline
DECISION_S = 30.0
EXCHANGE_S = 4.0  # the forwarder waits a second longer, so a letter that nobody waits for is dropped


class Api:
    """Handlers; each waits for the owner's answer and times out without a verdict."""

    def __init__(self, inbox: Inbox, board: Board, now_ms: Callable[[], int]) -> None:
        self._inbox = inbox
        self._board = board
        self._now_ms = now_ms

    def endpoints(self, subjects: Subjects) -> list[Endpoint[Any]]:
        """The table of endpoints."""

        def endpoint(verb: Verb, handler: Handler[Any]) -> Endpoint[Any]:
            return Endpoint(
                name=verb.verb,
                subject=subjects.command(verb.service, verb.verb),
                request_type=verb.request,
                reply_type=verb.reply,
                handler=handler,
            )

        return [
            endpoint(services.PERFORM, self.perform),
            endpoint(services.RESOLVE_HELD, self.resolve),
            endpoint(services.OFD_TAKE, self.take),
            endpoint(services.OFD_GIVE, self.give),
            endpoint(services.PRINTER_STATE, self.state),
        ]

    async def perform(self, request: PerformTask, _: Incoming) -> TaskDone | Refusal:
        left_s = max(0, request.deadline_ms - self._now_ms()) / 1000
        answer = await self._inbox.ask(request, timeout_s=left_s + TASK_AFTER_DEADLINE_S)
        return cast("TaskDone | Refusal", answer)

    async def resolve(self, request: ResolveHeld, _: Incoming) -> Resolved | Refusal:
        return cast("Resolved | Refusal", await self._inbox.ask(request, timeout_s=DECISION_S))

    async def take(self, request: OfdTake, _: Incoming) -> OfdMessage | NothingToSend | Refusal:
        answer = await self._inbox.ask(request, timeout_s=EXCHANGE_S)
        return cast("OfdMessage | NothingToSend | Refusal", answer)

    async def give(self, request: OfdGive, _: Incoming) -> OfdGiven | Refusal:
        return cast("OfdGiven | Refusal", await self._inbox.ask(request, timeout_s=EXCHANGE_S))

    async def state(self, _request: ReadPrinterState, _: Incoming) -> PrinterState:
        return self._board.read()
