"""A caller of the till's REST API and of the emulators' control ports."""

import asyncio
import time
import uuid
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Any, Final, Self

import aiohttp
import msgspec

from optics.ports import LOOPBACK
from optics.stack import TillStack

POLL_S: Final = 0.05
REQUEST_LIMIT_S: Final = 15.0

Json = Any


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """One answer of the till."""

    status: int
    body: Json
    headers: dict[str, str]


class TillClient:
    """Asks as a role; `async with`."""

    def __init__(self, stack: TillStack) -> None:
        self._stack = stack
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=REQUEST_LIMIT_S))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._session.close()

    async def post(self, path: str, body: Json = None, *, key: str | None = None) -> Answer:
        """A command under an idempotency key, of its own where none is given."""
        return await self._ask("POST", path, body if body is not None else {}, key or str(uuid.uuid4()))

    async def get(self, path: str) -> Answer:
        return await self._ask("GET", path, None, None)

    async def fn_documents(self) -> list[Json]:
        """What the KKT emulator's FN holds."""
        return await self._control(self._stack.ports.kkt_control)

    async def ofd_documents(self) -> list[Json]:
        """What the OFD emulator holds."""
        return await self._control(self._stack.ports.ofd_control)

    async def _ask(self, method: str, path: str, body: Json, key: str | None) -> Answer:
        headers = {"Authorization": f"Bearer {self._stack.tokens['manager']}"}
        if key:
            headers["Idempotency-Key"] = key
        async with self._session.request(method, self._stack.url + path, json=body, headers=headers) as found:
            return Answer(status=found.status, body=await found.json(), headers=dict(found.headers))

    async def _control(self, port: int) -> list[Json]:
        async with self._session.get(f"http://{LOOPBACK}:{port}/documents") as found:
            documents: list[Json] = await found.json()
            return documents


async def eventually(probe: Callable[[], Awaitable[Json]], within_s: float) -> Json:
    """The first truthy result; TimeoutError when none comes in time."""
    deadline = time.monotonic() + within_s
    while not (found := await probe()):
        if time.monotonic() > deadline:
            raise TimeoutError
        await asyncio.sleep(POLL_S)
    return found
