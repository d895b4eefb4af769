"""A caller of the till as the tests need one: REST with retries, and the emulators' control ports."""

import asyncio
import io
import json
import sqlite3
import time
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from optics.stack import TillStack

HANG_S = 30.0
Body = dict[str, Any]


@dataclass(frozen=True)
class Answer:
    """One HTTP answer."""

    status: int
    body: Any
    headers: dict[str, str]


def sale(total: str = "7990.00", **changes: Any) -> Body:
    """A one-line sale by card."""
    body = {
        "pos_id": "till-001",
        "type": "sale",
        "items": [
            {"sku": "FR-001", "name": "Оправа Ray-Ban RX7047", "qty": 1, "price": total, "vat": "no_vat"}
        ],
        "payments": [{"method": "card", "amount": total}],
    }
    return {**body, **changes}


def frame_and_lenses() -> Body:
    """The sale of the first page of every optician's day: mixed VAT, mixed payment, change from cash."""
    return {
        "pos_id": "till-001",
        "type": "sale",
        "items": [
            {"sku": "FR-001", "name": "Оправа Ray-Ban RX7047", "qty": 1, "price": "7990.00", "vat": "no_vat"},
            {"sku": "LN-160", "name": "Линза 1.60 асферика", "qty": 2, "price": "3450.50", "vat": "no_vat"},
            {"sku": "SP-001", "name": "Спрей для очков 50 мл", "qty": 1, "price": "390.00", "vat": "22%"},
        ],
        "payments": [{"method": "card", "amount": "10000.00"}, {"method": "cash", "amount": "6000.00"}],
        "customer": {"email": "buyer@example.com"},
    }


class CashDesk:
    """Talks to one till stack."""

    def __init__(self, stack: TillStack) -> None:
        self.stack = stack
        self._session = aiohttp.ClientSession(
            timeout=aiohttp.ClientTimeout(total=HANG_S), connector=aiohttp.TCPConnector(limit=0)
        )

    async def __aenter__(self) -> "CashDesk":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._session.close()

    async def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        key: str | None = None,
        role: str | None = "manager",
        raw: bytes | None = None,
    ) -> Answer:
        """One request; connection errors are the caller's."""
        headers = {"Content-Type": "application/json"}
        if role is not None:
            headers["Authorization"] = f"Bearer {self.stack.tokens[role]}"
        if key is not None:
            headers["Idempotency-Key"] = key
        payload = raw if raw is not None else (json.dumps(body).encode() if body is not None else None)
        stream = io.BytesIO(payload) if payload is not None else None
        url = self.stack.url + path
        async with self._session.request(method, url, data=stream, headers=headers) as response:
            text = await response.text()
            parsed = json.loads(text) if response.content_type == "application/json" and text else text
            return Answer(response.status, parsed, dict(response.headers))

    async def post(self, path: str, body: Any = None, *, key: str | None = None, **more: Any) -> Answer:
        """A POST with a key of its own where none is given."""
        return await self.call(
            "POST", path, body if body is not None else {}, key=key or str(uuid.uuid4()), **more
        )

    async def get(self, path: str, **more: Any) -> Answer:
        return await self.call("GET", path, **more)

    async def sell(self, body: Body | None = None, *, key: str | None = None) -> Answer:
        return await self.post("/v1/kkt/receipt", body or sale(), key=key, role="cashier")

    async def insist(self, body: Body, key: str, *, path: str = "/v1/kkt/receipt") -> Answer:
        """Repeat the same key until a verdict, as a POS screen does; AssertionError when none comes in 90 s."""
        deadline = time.monotonic() + 90
        last: Answer | Exception | None = None
        while time.monotonic() < deadline:
            try:
                last = await self.post(path, body, key=key, role="manager")
                if isinstance(last.body, dict) and last.body.get("final") is True:
                    return last
            except (aiohttp.ClientError, TimeoutError, ValueError) as error:
                last = error
            await asyncio.sleep(0.05)
        raise AssertionError(f"no verdict for {key}: {last}")

    async def kkt(self, path: str = "/documents", body: Any = None) -> Any:
        return await self._control(self.stack.ports.kkt_control, path, body)

    async def ofd(self, path: str = "/documents", body: Any = None) -> Any:
        return await self._control(self.stack.ports.ofd_control, path, body)

    async def ofd_mode(self, mode: str, delay_ms: int = 0) -> None:
        await self.ofd("/mode", {"mode": mode, "delay_ms": delay_ms})

    async def _control(self, port: int, path: str, body: Any) -> Any:
        url = f"http://127.0.0.1:{port}{path}"
        async with self._session.request("GET" if body is None else "POST", url, json=body) as response:
            response.raise_for_status()
            return await response.json()

    async def receipts(self) -> list[Body]:
        """Receipts (form 3) in the FN."""
        return [document for document in await self.kkt() if document["form"] == 3]

    async def delivered(self, count: int | None = None, *, within_s: float = HANG_S) -> list[Body]:
        """Documents at the OFD once it holds all that the FN has (and at least `count`)."""

        async def complete() -> list[Body] | None:
            there, made = await self.ofd(), await self.kkt()
            return there if len(there) >= max(len(made), count or 0) else None

        return await eventually(complete, within_s=within_s)

    def ledger(self, query: str) -> list[tuple[Any, ...]]:
        """Read the ledger file as a stranger would."""
        path = Path(self.stack.folder) / "data" / "buffer-actor" / "ledger.db"
        with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as connection:
            return connection.execute(query).fetchall()


async def eventually(probe: Callable[[], Awaitable[Any]], *, within_s: float = HANG_S) -> Any:
    """The first truthy result of `probe`; AssertionError when none comes in time."""
    deadline = time.monotonic() + within_s
    seen: Any = None
    while time.monotonic() < deadline:
        try:
            seen = await probe()
            if seen:
                return seen
        except (aiohttp.ClientError, OSError) as error:
            seen = error
        await asyncio.sleep(0.02)
    raise AssertionError(f"not within {within_s} s; last seen: {seen!r}")
