"""Is the server whole, and does it hold exactly the declared streams and consumers?"""

from collections.abc import Sequence
from typing import Any, Final

import aiohttp

from actor.bus import Bus
from actor.errors import EXIT_CONFIG, FatalError
from buffer_actor.jetstream import ServerError, call
from contracts.drift import Config, Difference, consumer_differences, stream_differences
from contracts.streams import BUFFER, DEAD, EVENTS, StreamSpec, till_streams

_OURS: Final = (BUFFER, EVENTS, DEAD)
_WITH_CONSUMERS: Final = (BUFFER, EVENTS)
_HEALTH_S: Final = 2.0
_STREAM_NOT_FOUND: Final = 10059


class StreamsDrifted(FatalError):
    """The server's streams are not as declared: run provisioning, or let a person decide; no sale is safe."""

    def __init__(self, differences: Sequence[Difference]) -> None:
        self.differences = tuple(differences)
        super().__init__(EXIT_CONFIG, "; ".join(str(difference) for difference in differences))


async def server_health(monitor: str) -> str:
    """Empty when GET /healthz says 200; otherwise what is wrong."""
    timeout = aiohttp.ClientTimeout(total=_HEALTH_S)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.get(f"{monitor}/healthz") as reply,
        ):
            return "" if reply.status == 200 else f"{reply.status} {await reply.text()}"
    except (aiohttp.ClientError, TimeoutError) as error:
        return f"{type(error).__name__} {error}"


async def check_streams(bus: Bus, till: str, *, capacity: int) -> None:
    """StreamsDrifted names every field that differs; ServerSilent when the server cannot be asked now."""
    differences: list[Difference] = []
    for spec in till_streams(till, capacity=capacity):
        if spec.name in _OURS:
            differences += await _differences(bus, spec)
    if differences:
        raise StreamsDrifted(differences)


async def _differences(bus: Bus, spec: StreamSpec) -> tuple[Difference, ...]:
    found = await _config(bus, spec.name)
    differences = stream_differences(spec, found)
    if found is None or spec.name not in _WITH_CONSUMERS:
        return differences
    return (*differences, *consumer_differences(spec, await _consumers(bus, spec.name)))


async def _config(bus: Bus, stream: str) -> Config | None:
    try:
        config: dict[str, Any] = (await call(bus, f"STREAM.INFO.{stream}"))["config"]
    except ServerError as error:
        if error.err_code == _STREAM_NOT_FOUND:
            return None
        raise
    return config


async def _consumers(bus: Bus, stream: str) -> dict[str, Config]:
    # One page of the list holds 256, far more than a till has.
    answer = await call(bus, f"CONSUMER.LIST.{stream}")
    return {each["name"]: each["config"] for each in answer.get("consumers") or ()}
