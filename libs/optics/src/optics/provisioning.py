"""Connect as the provisioning user and make the till's server hold what it should."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import nats
import nats.errors
from nats.aio.client import Client

from contracts.hub_settings import HubSettings
from contracts.hub_streams import hub_streams
from contracts.permissions import inbox
from contracts.settings import TillSettings
from contracts.streams import StreamSpec, till_streams
from till_nats.errors import TillNatsError
from till_nats.keys import seed_path
from till_nats.provision import provision

USER = "provision"
TRIES = 5
PAUSE_S = 0.3


class ServerAway(TillNatsError):
    """nats-server does not let us in; start it with the configuration that `optics provision` has written."""


async def provision_till(settings: TillSettings, *, capacity: int | None = None) -> tuple[str, ...]:
    """Create what is missing and name it; Drifted, ServerAway. `capacity`: the ledger's, once it has been changed."""
    wanted = till_streams(
        settings.till.id, capacity=capacity or settings.buffer.capacity, hub=bool(settings.hub.urls)
    )
    return await _provision(settings.nats.url, Path(settings.nats.keys), wanted)


async def provision_hub(settings: HubSettings, tills: Sequence[str]) -> tuple[str, ...]:
    """The same at head office, for the tills of its inventory."""
    wanted = hub_streams(sorted(tills), replicas=settings.cluster.replicas)
    return await _provision(settings.hub.url, Path(settings.hub.keys), wanted)


async def _provision(url: str, keys: Path, wanted: Sequence[StreamSpec]) -> tuple[str, ...]:
    client = await _connect(url, keys)
    try:
        return await provision(client, wanted)
    finally:
        await client.close()


async def _connect(url: str, keys: Path) -> Client:
    """A server that is just reading its configuration anew turns everybody away for a moment: ask again."""
    for _ in range(TRIES - 1):
        try:
            return await _try_connect(url, keys)
        except ServerAway:
            await asyncio.sleep(PAUSE_S)
    return await _try_connect(url, keys)


async def _try_connect(url: str, keys: Path) -> Client:
    problems: list[Exception] = []

    async def note(problem: Exception) -> None:
        problems.append(problem)

    try:
        return await nats.connect(
            url,
            nkeys_seed=str(seed_path(keys, USER)),
            inbox_prefix=inbox(USER),
            allow_reconnect=False,
            max_reconnect_attempts=1,  # 0 would try for ever, whatever allow_reconnect says
            reconnect_time_wait=0,
            connect_timeout=2,
            error_cb=note,
        )
    except (OSError, nats.errors.Error) as error:
        raise ServerAway(f"{url}: {(problems or [error])[-1]}") from error
