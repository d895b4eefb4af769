"""In a demo nobody books into Odoo. This says in the bridge's name that head office answers, so that the tills show the
mode that their lines deserve."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

import nats
import nats.errors
from nats.aio.client import Client

from contracts.codec import encode
from contracts.head_office import ODOO_STATUS_SUBJECT, OdooStatus
from contracts.hub_permissions import ODOO_BRIDGE
from contracts.permissions import inbox
from till_nats.keys import seed_path

EVERY_S: Final = 10.0


@contextlib.asynccontextmanager
async def odoo_answers(url: str, keys: Path) -> AsyncIterator[None]:
    """Say it until the block ends, over restarts of the hub too."""

    async def quiet(_error: Exception) -> None:
        """The keeper of the hub tells of its deaths."""

    client = await nats.connect(
        url,
        nkeys_seed=str(seed_path(keys, ODOO_BRIDGE)),
        inbox_prefix=inbox(ODOO_BRIDGE),
        error_cb=quiet,
        max_reconnect_attempts=-1,
        reconnect_time_wait=0.2,
    )
    task = asyncio.create_task(_repeat(client), name="odoo word")
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await client.close()


async def _repeat(client: Client) -> None:
    while True:
        word = OdooStatus(up=True, at_ms=time.time_ns() // 1_000_000)
        with contextlib.suppress(nats.errors.Error):  # the hub is away: said again soon
            await client.publish(ODOO_STATUS_SUBJECT, encode(word))
        await asyncio.sleep(EVERY_S)
