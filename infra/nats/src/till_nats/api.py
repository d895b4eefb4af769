"""The few JetStream API calls of provisioning, in the server's own JSON: what is compared is what it holds."""

from collections.abc import AsyncIterator
from typing import Any

import msgspec
import nats.errors
from nats.aio.client import Client

from contracts.permissions import API
from till_nats.errors import JetStreamDown, Rejected

TIMEOUT_S = 3.0


async def call(client: Client, name: str, body: Any = None, *, api: str = API) -> dict[str, Any]:
    """Ask the JetStream API (ours, or that of another domain) for `name`; JetStreamDown or Rejected."""
    payload = msgspec.json.encode(body) if body is not None else b""
    try:
        reply = await client.request(f"{api}.{name}", payload, TIMEOUT_S)
    except (nats.errors.NoRespondersError, nats.errors.TimeoutError) as error:
        raise JetStreamDown(f"{name}: {type(error).__name__}") from error
    answer = msgspec.json.decode(reply.data, type=dict[str, Any])
    if "error" in answer:
        problem = answer["error"]
        raise Rejected(f"{name}: {problem.get('description', '')} ({problem.get('err_code', 0)})")
    return answer


async def pages(client: Client, name: str, key: str) -> AsyncIterator[dict[str, Any]]:
    """All items of a paged list; `key` is the field that holds them."""
    seen = 0
    while True:
        answer = await call(client, name, {"offset": seen})
        items = answer.get(key) or []
        for item in items:
            yield item
        seen += len(items)
        if not items or seen >= answer["total"]:
            return
