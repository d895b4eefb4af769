"""The few JetStream API calls of this service, in the server's own JSON."""

from typing import Any, Final

import msgspec
import nats.errors

from actor.bus import Bus
from contracts.permissions import API

TIMEOUT_S: Final = 2.0


class ServerSilent(Exception):
    """The server did not answer, or answered with an error: nothing is known, ask again."""


class ServerError(ServerSilent):
    """The server's own error: nothing was done."""

    def __init__(self, name: str, err_code: int, description: str) -> None:
        self.err_code = err_code
        super().__init__(f"{name}: {description} ({err_code})")


async def call(bus: Bus, name: str, body: Any = None) -> dict[str, Any]:
    """Ask the JetStream API; ServerSilent."""
    payload = msgspec.json.encode(body) if body is not None else b""
    try:
        reply = await bus.client.request(f"{API}.{name}", payload, TIMEOUT_S)
        answer = msgspec.json.decode(reply.data, type=dict[str, Any])
    except (nats.errors.Error, msgspec.DecodeError, OSError) as error:
        raise ServerSilent(f"{name}: {type(error).__name__} {error}") from error
    if "error" in answer:
        problem = answer["error"]
        raise ServerError(name, int(problem.get("err_code", 0)), str(problem.get("description", "")))
    return answer


async def stream_state(bus: Bus, stream: str) -> dict[str, Any]:
    """`state` of a stream: first_seq, last_seq, messages."""
    state: dict[str, Any] = (await call(bus, f"STREAM.INFO.{stream}"))["state"]
    return state


async def read_message(bus: Bus, stream: str, seq: int) -> dict[str, Any]:
    """One stored message as the server gives it: subject, seq, hdrs and data in base64."""
    message: dict[str, Any] = (await call(bus, f"STREAM.MSG.GET.{stream}", {"seq": seq}))["message"]
    return message
