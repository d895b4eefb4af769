"""A till without its other services: real nats-server with the real permissions, the real KKT emulator, printer-actor
as a process, and a ledger that records what it is told."""

import asyncio
import contextlib
import itertools
import json
import signal
import sys
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import aiohttp
import msgspec
import pytest

from actor.bus import Bus, Incoming
from actor.service import Endpoint, serve
from actor.stop import Stop
from actor.testing import NatsServer, free_port, wait_until
from contracts import services
from contracts.codec import encode
from contracts.commands import (
    Decision,
    OfdGive,
    OfdGiven,
    OfdMessage,
    OfdTake,
    PerformTask,
    ReadPrinterState,
    Recorded,
    RecordEvent,
    Resolved,
    ResolveHeld,
    TaskDone,
    TaskKind,
)
from contracts.events import (
    AnyEvent,
    DocumentDelivered,
    ReceiptAccepted,
    ReceiptFiscalised,
    ReceiptHeld,
    event_name,
)
from contracts.refusals import Refusal
from contracts.settings import KktSection
from contracts.states import PrinterState
from contracts.streams import BUFFER, PRINTER_CONSUMER, till_streams
from contracts.subjects import Subjects
from fiscal.money import Kopecks, Quantity
from fiscal.ofd.documents import Acknowledgement, encode_acknowledgement, message_sign
from fiscal.receipt import Cashier, Line, Operation, Payment, Receipt, Tender, VatRate
from printer_actor.assembly import shtrih_printer
from printer_actor.shtrih import ShtrihPrinter
from till_nats.keys import ensure_keys, seed_path
from till_nats.provision import provision
from till_nats.render import LeafSettings, render, user_names

TILL = "till-001"
SUBJECTS = Subjects(TILL)
LIMIT_S = 12.0  # only a hang takes that long
CASHIER = Cashier(name="Иванова А. П.", inn="500100732259")


def receipt(
    total: int = 150_000,
    *,
    operation: Operation = Operation.SALE,
    name: str = "Оправа «Полароид» — чёрная",
    tender: Tender = Tender.CARD,
) -> Receipt:
    """Two lines, 22 % and no VAT."""
    second = total // 3
    return Receipt(
        operation=operation,
        lines=(
            Line(name=name, quantity=Quantity(1_000_000), price=Kopecks(total - second),
                 total=Kopecks(total - second), vat=VatRate.NO_VAT),
            Line(name="Очки солнцезащитные", quantity=Quantity(1_000_000), price=Kopecks(second),
                 total=Kopecks(second), vat=VatRate.VAT_22),
        ),
        payments=(Payment(tender=tender, amount=Kopecks(total)),),
        buyer_contact="+79161234567",
    )  # fmt: skip


class Ledger:
    """Answers `ledger.record` as buffer-actor does: a known id gets the same answer, nothing else."""

    def __init__(self) -> None:
        self.events: list[AnyEvent] = []
        self.requests = 0
        self.silent = False
        self._known: dict[str, int] = {}

    async def record(self, request: RecordEvent, _: Incoming) -> Recorded:
        self.requests += 1
        if self.silent:
            await asyncio.sleep(3600)
        event = request.event
        if event.event_id not in self._known:
            self.events.append(event)
            self._known[event.event_id] = len(self.events)
        return Recorded(event_id=event.event_id, seq=self._known[event.event_id])

    def of(self, kind: type[Any], receipt_id: str | None = None) -> list[Any]:
        """Events of a type, of one receipt if it is named."""
        return [
            event
            for event in self.events
            if isinstance(event, kind) and receipt_id in (None, getattr(event, "receipt_id", None))
        ]

    def names(self) -> list[str]:
        return [event_name(event) for event in self.events]


class Process:
    """A child process with its output, killed at the end."""

    def __init__(self, *arguments: str, log: Path) -> None:
        self._arguments = arguments
        self._log = log
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        with self._log.open("ab") as out:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", *self._arguments, stdout=out, stderr=out
            )

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.returncode is None

    def send(self, number: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(number)

    async def end(self, how: signal.Signals) -> int:
        assert self._process is not None
        if self._process.returncode is None:
            self._process.send_signal(how)
        return await self._process.wait()

    async def kill(self) -> None:
        if self.running:
            await self.end(signal.SIGKILL)

    def output(self) -> str:
        return self._log.read_text(errors="replace")


class Kkt(Process):
    """The emulator's process and its control port; ports and data outlive a kill."""

    def __init__(self, folder: Path, *, pty: bool = False, options: tuple[str, ...] = ()) -> None:
        self.port, self.control = free_port(), free_port()
        self.tty = folder / "kkt.tty"
        link = ("--pty", str(self.tty)) if pty else ()
        super().__init__(
            "kkt_emulator", "--port", str(self.port), "--control-port", str(self.control),
            "--data", str(folder / "kkt"), *link, *options,
            log=folder / "kkt.log",
        )  # fmt: skip
        self.uri = (
            f"shtrih+serial://{self.tty}?baudrate=115200" if pty else f"shtrih+tcp://127.0.0.1:{self.port}"
        )

    async def start(self) -> None:
        lines = self.output().count("kkt-emulator ready") if self._log.exists() else 0
        await super().start()
        await wait_until(lambda: self.output().count("kkt-emulator ready") > lines, LIMIT_S)

    async def documents(self, form: int | None = 3) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = await self._call("GET", "/documents")
        return [each for each in found if form in (None, each["form"])]

    async def state(self) -> dict[str, Any]:
        found: dict[str, Any] = await self._call("GET", "/state")
        return found

    async def fault(self, hook: str, **fields: Any) -> None:
        await self._call("POST", "/faults", {"hook": hook, **fields})

    async def hit(self) -> None:
        """Wait until every planted fault has met its command."""
        async with asyncio.timeout(LIMIT_S):
            while (await self.state())["faults"]:  # noqa: ASYNC110 - another process, there is no event
                await asyncio.sleep(0.01)

    async def mend(self) -> None:
        await self._call("DELETE", "/faults")

    async def _call(self, method: str, path: str, body: Any = None) -> Any:
        url = f"http://127.0.0.1:{self.control}{path}"
        async with aiohttp.ClientSession() as http, http.request(method, url, json=body) as answer:
            text = await answer.text()
            assert answer.status < 300, f"{method} {path}: {answer.status} {text}"
            return json.loads(text) if text else None


class Till:
    """Everything around the printer-actor of one test."""

    def __init__(
        self, folder: Path, nats: NatsServer, keys: Path, kkt: Kkt, bus: Bus, ledger: Ledger
    ) -> None:
        self.folder = folder
        self.subjects = SUBJECTS
        self.nats = nats
        self.keys = keys
        self.kkt = kkt
        self.bus = bus
        self.ledger = ledger
        self.state: PrinterState | None = None
        self.actor = Process(
            "printer_actor", "--config", str(folder / "till.toml"), log=folder / "printer.log"
        )
        self._numbers = itertools.count(1)

    def write_config(self, **kkt: Any) -> None:
        """till.toml; `kkt` changes its section."""
        fields = {"uri": self.kkt.uri, "byte_timeout_s": 0.5, "command_timeout_s": 3.0, **kkt}
        section = "\n".join(f"{name} = {json.dumps(value)}" for name, value in fields.items())
        (self.folder / "till.toml").write_text(
            f'[till]\nid = "{TILL}"\ndata = "{self.folder / "data"}"\n'
            f'[nats]\nurl = "{self.nats.url}"\nmonitor = "{self.nats.monitor_url}"\nkeys = "{self.keys}"\n'
            f"[kkt]\n{section}\n"
            '[ofd]\nhost = "127.0.0.1"\nport = 1\n'
            f'[gateway]\ntokens = "{self.folder}/tokens.json"\n'
            "[metrics]\nbuffer_actor = 0\nprinter_actor = 0\nofd_forwarder = 0\ncatalog_cache = 0\n"
        )

    async def start(self) -> None:
        """Start printer-actor and wait until it serves and has looked at the device."""
        await self.actor.start()
        await self.until(lambda: self.state is not None and self.state.settled)

    async def restart(self) -> None:
        """SIGKILL, and a new life."""
        await self.actor.kill()
        self.state = None
        await self.actor.start()

    async def accept(self, body: Receipt | None = None, receipt_id: str | None = None) -> str:
        """Put a receipt into BUFFER as buffer-actor does; the receipt's id."""
        number = next(self._numbers)
        accepted = ReceiptAccepted(
            event_id=str(uuid.uuid4()),
            till=TILL,
            receipt_id=receipt_id or str(uuid.uuid4()),
            key=str(uuid.uuid4()),
            receipt=body or receipt(100_000 + 100 * number),
            cashier=CASHIER,
            accepted_at_ms=time.time_ns() // 1_000_000,
        )
        await wait_until(lambda: self.bus.connected, LIMIT_S)
        js = self.bus.jetstream
        await js.publish(SUBJECTS.buffer(accepted.receipt_id), encode(accepted), stream=BUFFER)
        return accepted.receipt_id

    async def fiscalised(self, receipt_id: str) -> ReceiptFiscalised:
        """Wait until the ledger has heard that a receipt is printed."""
        await self.until(lambda: bool(self.ledger.of(ReceiptFiscalised, receipt_id)))
        found: ReceiptFiscalised = self.ledger.of(ReceiptFiscalised, receipt_id)[0]
        return found

    async def held(self, receipt_id: str) -> ReceiptHeld:
        """Wait until the ledger has heard that a receipt waits for a person."""
        await self.until(lambda: bool(self.ledger.of(ReceiptHeld, receipt_id)))
        found: ReceiptHeld = self.ledger.of(ReceiptHeld, receipt_id)[-1]
        return found

    async def task(
        self, kind: TaskKind, amount: int = 0, *, task_id: str | None = None, wait_ms: int = 20_000
    ) -> TaskDone | Refusal:
        """Ask for a task as buffer-actor does."""
        body = PerformTask(
            task_id=task_id or str(uuid.uuid4()),
            key=str(uuid.uuid4()),
            kind=kind,
            cashier=CASHIER,
            amount=Kopecks(amount),
            deadline_ms=time.time_ns() // 1_000_000 + wait_ms,
        )
        return await self._ask(services.PERFORM, body, TaskDone | Refusal)  # type: ignore[no-any-return]

    async def resolve(
        self, receipt_id: str, decision: Decision, *, fd: int | None = None, stale: bool = False
    ) -> Resolved | Refusal:
        """Pass on a person's decision as buffer-actor does."""
        body = ResolveHeld(
            receipt_id=receipt_id, key="key", decision=decision, by="manager", fd=fd, stale=stale
        )
        return await self._ask(services.RESOLVE_HELD, body, Resolved | Refusal)  # type: ignore[no-any-return]

    async def printer_state(self) -> PrinterState:
        """Ask for the state now."""
        return await self._ask(services.PRINTER_STATE, ReadPrinterState(), PrinterState)  # type: ignore[no-any-return]

    @contextlib.asynccontextmanager
    async def another_host(self) -> AsyncIterator[ShtrihPrinter]:
        """The device in the hands of somebody else; printer-actor must not hold the port."""
        printer = shtrih_printer(KktSection(uri=self.kkt.uri, byte_timeout_s=0.5))
        await printer.connect()
        try:
            yield printer
        finally:
            await printer.close()

    async def buffer_is_settled(self) -> None:
        """Wait until every message of BUFFER is acknowledged."""
        async with asyncio.timeout(LIMIT_S):
            while True:
                info = await self.bus.jetstream.consumer_info(BUFFER, PRINTER_CONSUMER)
                if not info.num_ack_pending and not info.num_pending:
                    return
                await asyncio.sleep(0.01)

    async def deliver_one(self, forwarder: Bus) -> int | None:
        """One exchange with an operator that accepts: the FD, None when there is nothing to send."""
        subject = SUBJECTS.command(services.OFD_TAKE.service, services.OFD_TAKE.verb)
        message = await forwarder.request(subject, OfdTake(), services.OFD_TAKE.reply, LIMIT_S)
        if not isinstance(message, OfdMessage):
            return None
        give = self.ticket(message)
        subject = SUBJECTS.command(services.OFD_GIVE.service, services.OFD_GIVE.verb)
        given = await forwarder.request(subject, give, OfdGiven | Refusal, LIMIT_S)
        assert given == OfdGiven(taken=True), given
        return message.fd

    def ticket(self, message: OfdMessage) -> OfdGive:
        """The answer of an operator that takes everything."""
        return OfdGive(fn=message.fn, fd=message.fd, data=acknowledge(message))

    def delivered(self) -> list[int]:
        """FDs of the tickets that the ledger has heard of, in order."""
        return [event.fd for event in self.ledger.of(DocumentDelivered)]

    async def until(self, predicate: Any) -> None:
        """Wait; show the service's log when it never comes true."""
        try:
            await wait_until(predicate, LIMIT_S)
        except AssertionError:
            tail = "\n".join(self.actor.output().splitlines()[-40:])
            raise AssertionError(f"not true: {predicate}\nevents {self.ledger.names()}\n{tail}") from None

    async def _ask(self, verb: services.Verb, body: msgspec.Struct, reply: Any) -> Any:
        return await self.bus.request(SUBJECTS.command(verb.service, verb.verb), body, reply, LIMIT_S)


def acknowledge(message: OfdMessage) -> bytes:
    """The answer of an operator that takes everything."""
    ack = Acknowledgement(
        ofd_inn="7709364346", fn=message.fn, fd=message.fd, at=local_minute(), operator_sign=bytes(18)
    )
    return encode_acknowledgement(ack, trailer=message_sign(b"test"))


def local_minute() -> Any:
    from datetime import datetime

    return datetime.now().replace(second=0, microsecond=0)


async def connect(nats: NatsServer, keys: Path, user: str, stop: Stop) -> Bus:
    """A connection with the permissions of a user."""
    return await Bus.connect(nats.url, name=user, seed_path=seed_path(keys, user), stop=stop)


@contextlib.asynccontextmanager
async def open_till(folder: Path, kkt: Kkt) -> AsyncIterator[Till]:
    """Everything but printer-actor, which the test starts."""
    stop, keys = Stop(), folder / "keys"
    async with contextlib.AsyncExitStack() as stack:
        leaf = LeafSettings(till=TILL, listen="127.0.0.1:0", monitor="127.0.0.1:0", store_dir=str(folder))
        nats = NatsServer(render(leaf, ensure_keys(keys, user_names(TILL))))
        await stack.enter_async_context(nats)
        async with await connect(nats, keys, "provision", stop) as bus:
            await provision(bus.client, till_streams(TILL))
        await kkt.start()
        stack.push_async_callback(kkt.kill)
        ledger = Ledger()
        bus = await stack.enter_async_context(await connect(nats, keys, "buffer-actor", stop))
        till = Till(folder, nats, keys, kkt, bus, ledger)
        till.write_config()
        stack.push_async_callback(till.actor.kill)

        async def heard(state: PrinterState, _: Incoming) -> None:
            till.state = state

        await bus.subscribe(SUBJECTS.state("printer"), PrinterState, heard)
        endpoint: Endpoint[RecordEvent] = Endpoint(
            name="record",
            subject=SUBJECTS.command(services.RECORD.service, services.RECORD.verb),
            request_type=RecordEvent,
            reply_type=services.RECORD.reply,
            handler=ledger.record,
        )
        serving = asyncio.ensure_future(
            serve(bus, stop, name="buffer-actor", version="0.0.0", endpoints=[endpoint])
        )
        yield till
        await till.actor.kill()
        stop.request("the test is over")
        await serving


@pytest.fixture
async def till(tmp_path: Path) -> AsyncIterator[Till]:
    """A till with a KKT on TCP."""
    async with open_till(tmp_path, Kkt(tmp_path)) as opened:
        yield opened


@pytest.fixture
async def serial_till(tmp_path: Path) -> AsyncIterator[Till]:
    """A till with a KKT on a pseudo-terminal."""
    async with open_till(tmp_path, Kkt(tmp_path, pty=True)) as opened:
        yield opened


@pytest.fixture
async def forwarder(till: Till) -> AsyncIterator[Bus]:
    """A connection with ofd-forwarder's permissions."""
    async with await connect(till.nats, till.keys, "ofd-forwarder", Stop()) as bus:
        yield bus


@pytest.fixture(name="receipt")
def receipt_maker() -> Callable[..., Receipt]:
    """Make a receipt."""
    return receipt


@pytest.fixture
def tickets() -> Callable[[ShtrihPrinter, int], Awaitable[None]]:
    """Let another host deliver all documents up to an FD."""

    async def give(host: ShtrihPrinter, through: int) -> None:
        while (queue := await host.ofd_queue()).count and queue.first_fd <= through:
            fn = (await host.fn_status()).fn
            answer = acknowledge(OfdMessage(fn=fn, fd=queue.first_fd, data=b""))
            head, content = await host.ofd_head(), b""
            while len(content) < head.size:
                content += await host.ofd_block(len(content), min(head.block, head.size - len(content)))
            block = await host.ofd_answer(len(answer))
            for offset in range(0, len(answer), block):
                await host.ofd_answer_block(offset, answer[offset : offset + block])

    return give


@pytest.fixture
def hold() -> Callable[[Till, Receipt], Awaitable[str]]:
    """Bring about a receipt whose truth nobody can establish: another host sold the same sum in between."""

    async def make(till: Till, body: Receipt) -> str:
        await till.start()
        await till.fiscalised(await till.accept())
        await till.kkt.fault("slow", cmd="document_tlv", seconds=1.0)
        receipt_id = await till.accept(body)
        await till.kkt.hit()
        await till.actor.kill()
        await asyncio.sleep(1.0)  # the device finishes the command it is at
        async with till.another_host() as host:
            await host.cancel_document()
            total = sum(line.total for line in body.lines)
            await till.kkt.fault("foreign_receipt", total=total)
        await till.restart()
        await till.held(receipt_id)
        return receipt_id

    return make
