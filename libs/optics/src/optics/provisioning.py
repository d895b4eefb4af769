"""Connect as the provisioning user and make the till's server hold what it should."""

from pathlib import Path

import nats
import nats.errors
from nats.aio.client import Client

from contracts.permissions import inbox
from contracts.settings import TillSettings
from contracts.streams import till_streams
from till_nats.errors import TillNatsError
from till_nats.keys import seed_path
from till_nats.provision import provision

USER = "provision"


class ServerAway(TillNatsError):
    """nats-server does not let us in; start it with the configuration that `optics provision` has written."""


async def provision_till(settings: TillSettings, *, capacity: int | None = None) -> tuple[str, ...]:
    """Create what is missing and name it; Drifted, ServerAway. `capacity`: the ledger's, once it has been changed."""
    client = await _connect(settings)
    try:
        wanted = till_streams(settings.till.id, capacity=capacity or settings.buffer.capacity)
        return await provision(client, wanted)
    finally:
        await client.close()


async def _connect(settings: TillSettings) -> Client:
    problems: list[Exception] = []

    async def note(problem: Exception) -> None:
        problems.append(problem)

    try:
        return await nats.connect(
            settings.nats.url,
            nkeys_seed=str(seed_path(Path(settings.nats.keys), USER)),
            inbox_prefix=inbox(USER),
            allow_reconnect=False,
            max_reconnect_attempts=1,  # 0 would try for ever, whatever allow_reconnect says
            reconnect_time_wait=0,
            connect_timeout=2,
            error_cb=note,
        )
    except (OSError, nats.errors.Error) as error:
        raise ServerAway(f"{settings.nats.url}: {(problems or [error])[-1]}") from error
