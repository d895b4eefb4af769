"""buffer-actor whole: real server, real ledger, a caller, a printer of few words; and ways to let it die."""

import asyncio
import os
import signal
import sqlite3
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import nats.errors

from actor.bus import Bus
from actor.bus_errors import BusError
from actor.stop import Stop
from actor.testing import NatsServer, wait_until
from buffer_actor.app import Outside, run_till
from buffer_actor.faults import Point
from contracts import commands as c
from contracts import services
from contracts.refusals import Refusal
from contracts.services import Verb
from contracts.settings import (
    BufferSection,
    GatewaySection,
    KktSection,
    MetricsSection,
    NatsSection,
    OfdSection,
    TillSection,
    TillSettings,
)
from contracts.streams import BUFFER, EVENTS, till_streams
from contracts.subjects import Subjects
from fiscal.receipt import Receipt
from till_nats.provision import provision

from . import samples as s
from .stand_in_printer import StandInPrinter

R = TypeVar("R")
LIMIT_S = 15.0


class Trap:
    """A checkpoint where a task of the process stands still, until it is let go or dies with the process."""

    def __init__(self) -> None:
        self._gates: dict[Point, asyncio.Event] = {}
        self._sprung: dict[Point, asyncio.Event] = {}

    async def __call__(self, point: Point) -> None:
        gate = self._gates.get(point)
        if gate is not None:
            self._sprung[point].set()
            await gate.wait()

    def set(self, point: Point) -> None:
        """Whoever comes to the point from now on stays there."""
        self._gates[point], self._sprung[point] = asyncio.Event(), asyncio.Event()

    async def sprung(self, point: Point) -> None:
        """Wait until somebody stands there."""
        async with asyncio.timeout(LIMIT_S):
            await self._sprung[point].wait()

    def let_go(self, point: Point) -> None:
        """All go on, and nobody stops there any more."""
        self._gates.pop(point).set()

    def clear(self) -> None:
        """As a new life begins: nobody stands anywhere."""
        self._gates.clear()


class Till:
    """One till. `start` and `kill` are the life of buffer-actor; server and printer have their own."""

    def __init__(self, folder: Path, server: NatsServer, *, capacity: int = 200, **buffer: Any) -> None:
        self.folder = folder
        self.server = server
        self.capacity = capacity
        self.printer = StandInPrinter()
        self.trap = Trap()
        self.subjects = Subjects(s.TILL)
        self.offset_ms = 0
        self.free_bytes = 10**12
        self.settings = TillSettings(
            till=TillSection(id=s.TILL, data=str(folder / "data")),
            nats=NatsSection(url=server.url, monitor=server.monitor_url, keys=""),
            kkt=KktSection(uri="shtrih+tcp://127.0.0.1:1"),
            ofd=OfdSection(host="127.0.0.1", port=1),
            gateway=GatewaySection(tokens=""),
            buffer=BufferSection(capacity=capacity, **buffer),
            metrics=MetricsSection(buffer_actor=0),
        )
        self._life: asyncio.Task[None] | None = None
        self._stop = Stop()

    @property
    def ledger(self) -> Path:
        return self.folder / "data" / "buffer-actor" / "ledger.db"

    # --- the life of buffer-actor -----------------------------------------------------------------------------

    def start(self) -> None:
        """Begin a life; `ready` waits for its boot guard."""
        self._stop = Stop()
        outside = Outside(
            now_ms=lambda: _wall_ms() + self.offset_ms,
            at=self.trap,
            seed=False,
            free_bytes=lambda _: self.free_bytes,
        )
        self._life = asyncio.create_task(run_till(self.settings, self._stop, outside))

    async def ready(self) -> None:
        """The boot guard has passed."""
        await self.until(lambda: self._boot_passed())

    async def kill(self) -> None:
        """As SIGKILL does it: nothing more is stored, nothing is said."""
        assert self._life is not None
        self._life.cancel()
        await asyncio.gather(self._life, return_exceptions=True)
        self.trap.clear()

    async def stop(self) -> None:
        """As SIGTERM does it."""
        assert self._life is not None
        self._stop.request("SIGTERM")
        await self._life

    async def ended(self) -> BaseException | None:
        """Why it ended by itself."""
        assert self._life is not None
        await asyncio.wait({self._life}, timeout=LIMIT_S)
        return self._life.exception() or self._stop.failure

    async def die_at(self, point: Point, work: Awaitable[Any]) -> None:
        """Do `work` and die when buffer-actor gets to `point`; what the work hears is lost with it."""
        self.trap.set(point)
        task = asyncio.ensure_future(work)
        await self.trap.sprung(point)
        await self.kill()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    async def restart(self) -> None:
        self.start()
        await self.ready()

    async def ready_elsewhere(self) -> None:
        """As `ready`, for a life in a process of its own."""
        await self.until(lambda: self._passed())

    async def _boot_passed(self) -> bool:
        assert self._life is not None
        if self._life.done():
            self._life.result()
        return await self._passed()

    async def _passed(self) -> bool:
        status = await self.try_ask(services.STATUS, c.ReadBufferStatus(), 1.0)
        return isinstance(status, c.BufferStatus) and status.boot_passed and status.ofd is not None

    # --- callers ----------------------------------------------------------------------------------------------

    async def ask(self, verb: Verb, body: msgspec.Struct, timeout_s: float = 10.0) -> Any:
        subject = self.subjects.command(verb.service, verb.verb)
        return await self.bus.request(subject, body, verb.reply, timeout_s)

    async def try_ask(self, verb: Verb, body: msgspec.Struct, timeout_s: float = 10.0) -> Any:
        try:
            return await self.ask(verb, body, timeout_s)
        except BusError as error:
            return error

    def command(
        self,
        key: str,
        receipt: Receipt | None = None,
        *,
        original: str | None = None,
        patience_ms: int = 5000,
    ) -> c.AcceptReceipt:
        return c.AcceptReceipt(
            key=key,
            till=s.TILL,
            receipt=receipt or s.receipt(),
            cashier=s.CASHIER,
            original_receipt_id=original,
            patience_ms=patience_ms,
        )

    async def sell(
        self, key: str = "", receipt: Receipt | None = None, **more: Any
    ) -> c.ReceiptAnswer | Refusal:
        """One request, one answer."""
        answer: c.ReceiptAnswer | Refusal = await self.ask(
            services.ACCEPT, self.command(key or new_key(), receipt, **more)
        )
        return answer

    async def insist(
        self, key: str, receipt: Receipt | None = None, **more: Any
    ) -> c.ReceiptAnswer | Refusal:
        """As a POS does it: the same key until a final answer."""
        async with asyncio.timeout(LIMIT_S):
            while True:
                command = self.command(key, receipt, **{"patience_ms": 1000, **more})
                answer = await self.try_ask(services.ACCEPT, command, 1.5)
                if isinstance(answer, c.ReceiptAnswer | Refusal) and answer.final:
                    return answer
                await asyncio.sleep(0.02)

    async def status(self) -> c.BufferStatus:
        status: c.BufferStatus = await self.ask(services.STATUS, c.ReadBufferStatus())
        return status

    # --- what can be seen from outside --------------------------------------------------------------------------

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """Read the ledger file as a stranger would."""
        with sqlite3.connect(f"file:{self.ledger}?mode=ro", uri=True) as connection:
            return connection.execute(query, values).fetchall()

    def state_of(self, key: str) -> str:
        found = self.rows("SELECT state FROM receipts WHERE key = ?", key)
        return str(found[0][0]) if found else ""

    async def in_buffer(self) -> set[str]:
        """Receipt ids in BUFFER."""
        info = await self.bus.jetstream.stream_info(BUFFER, subjects_filter=self.subjects.all_buffer)
        return {self.subjects.receipt_id(each) for each in info.state.subjects or {}}

    async def in_events(self) -> list[tuple[int, str]]:
        """Sequence and message id of everything in EVENTS."""
        info = await self.bus.jetstream.stream_info(EVENTS)
        found = []
        for seq in range(info.state.first_seq, info.state.last_seq + 1):
            message = await self.bus.jetstream.get_msg(EVENTS, seq=seq)
            found.append((seq, (message.headers or {})["Nats-Msg-Id"]))
        return found

    def event_rows(self) -> list[tuple[int, str]]:
        rows = self.rows("SELECT seq, event_id, name FROM events ORDER BY seq")
        return [(seq, f"{s.TILL}:{event_id}:{name}") for seq, event_id, name in rows]

    async def until(self, predicate: Callable[[], Awaitable[bool]]) -> None:
        async with asyncio.timeout(LIMIT_S):
            while not await _holds(predicate):  # noqa: ASYNC110 - any state of any part, there is no event to wait for
                await asyncio.sleep(0.02)

    async def lose_messages(self, stream: str) -> None:
        """The server dies and a damaged block loses its messages in silence (power cut on a bad disk)."""
        await self.server.kill()
        for part in (self.server.folder / "store").rglob(f"streams/{stream}/msgs/*"):
            if part.suffix == ".blk" or part.name == "index.db":
                part.unlink()
        await self._server_back()

    async def lose_tail(self, stream: str, octets: int = 100) -> None:
        """The server dies and the end of the newest block is cut off."""
        await self.server.kill()
        blocks = sorted((self.server.folder / "store").rglob(f"streams/{stream}/msgs/*.blk"))
        newest = max(blocks, key=lambda block: int(block.stem))
        os.truncate(newest, max(0, newest.stat().st_size - octets))
        for index in newest.parent.glob("index.db"):
            index.unlink()
        await self._server_back()

    async def _server_back(self) -> None:
        await self.server.start()
        await wait_until(lambda: self.bus.connected)

    @asynccontextmanager
    async def frozen_server(self) -> AsyncIterator[None]:
        """The server does nothing for a while; what was sent to it is done afterwards."""
        os.kill(self.server.pid, signal.SIGSTOP)
        await self.until(self._server_stands)
        try:
            yield
        finally:
            os.kill(self.server.pid, signal.SIGCONT)

    async def _server_stands(self) -> bool:
        # A signal is sent before it is obeyed: on a busy machine a thread goes on for milliseconds.
        return _threads(self.server.pid) == {"T"}

    async def events_equal(self) -> None:
        """Each row is its message, and there is no other."""

        async def equal() -> bool:
            return await self.in_events() == self.event_rows()

        await self.until(equal)

    async def settled(self, *keys: str) -> None:
        """The good end of exactly-once §1: all delivered, refused or annulled, BUFFER empty, EVENTS equal the rows."""

        async def good() -> bool:
            states = {self.state_of(key) for key in keys}
            return states <= {"delivered", "refused", "annulled"} and not await self.in_buffer()

        await self.until(good)

        await self.events_equal()
        rows = self.event_rows()
        assert [seq for seq, _ in rows] == list(range(1, len(rows) + 1))
        for key, receipt_id, state in self.rows("SELECT key, receipt_id, state FROM receipts"):
            documents = self.printer.documents(receipt_id)
            assert documents == (1 if state == "delivered" else 0), (key, state, documents)


@asynccontextmanager
async def till(
    folder: Path,
    server: NatsServer,
    *,
    capacity: int = 200,
    boot: bool = True,
    printer: bool = True,
    **buffer: Any,
) -> AsyncIterator[Till]:
    """A provisioned till; with `boot` its first life has passed the boot guard."""
    one = Till(folder, server, capacity=capacity, **buffer)
    async with await Bus.connect(server.url, name="pos-gateway", seed_path=None, stop=Stop()) as bus:
        one.bus = bus
        await provision(bus.client, till_streams(s.TILL, capacity=capacity))
        one.start()
        try:
            if not printer:
                yield one
                return
            async with one.printer.running(server.url):
                if boot:
                    await one.ready()
                yield one
        finally:
            await one.kill()


async def _holds(predicate: Callable[[], Awaitable[bool]]) -> bool:
    try:
        return await predicate()
    except nats.errors.Error:  # the server is away at this moment
        return False


def new_key() -> str:
    return str(uuid.uuid4())


def _wall_ms() -> int:
    return time.time_ns() // 1_000_000


def _threads(pid: int) -> set[str]:
    """States of a process's threads, as the kernel says; T is stopped."""
    stats = Path(f"/proc/{pid}/task").glob("*/stat")
    return {stat.read_text().rpartition(")")[2].split()[0] for stat in stats}
