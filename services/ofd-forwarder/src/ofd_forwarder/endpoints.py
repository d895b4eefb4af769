"""The forwarder's verbs as a NATS micro service."""

from typing import Any

from actor.bus import Incoming
from actor.service import Endpoint
from contracts import services
from contracts.commands import BreakerReset, ReadOfdState, ResetBreaker, Sync, SyncStarted
from contracts.refusals import Refusal
from contracts.services import Verb
from contracts.states import OfdState
from contracts.subjects import Subjects
from ofd_forwarder.actor import Forwarder


def endpoints(forwarder: Forwarder, subjects: Subjects) -> list[Endpoint[Any]]:
    """sync, state and reset_breaker of one till."""

    async def sync(command: Sync, _: Incoming) -> SyncStarted | Refusal:
        return forwarder.sync(command)

    async def state(_: ReadOfdState, __: Incoming) -> OfdState:
        return forwarder.state()

    async def reset(command: ResetBreaker, _: Incoming) -> BreakerReset:
        return forwarder.reset(command)

    def endpoint(verb: Verb, handler: Any) -> Endpoint[Any]:
        return Endpoint(
            name=verb.verb,
            subject=subjects.command(verb.service, verb.verb),
            request_type=verb.request,
            reply_type=verb.reply,
            handler=handler,
        )

    return [
        endpoint(services.SYNC, sync),
        endpoint(services.OFD_STATE, state),
        endpoint(services.RESET_BREAKER, reset),
    ]
