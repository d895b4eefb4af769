"""A device on the bench: everything real but time and the cable. `host` is the other end of the cable."""

import asyncio
import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from fiscal.kkt import sale, service, storage
from fiscal.kkt.command import A, Authorised, Command, Q
from fiscal.kkt.commands import encode_request, parse_reply
from fiscal.kkt.frame import ACK, ENQ, NAK, Control, Decoder, Frame, encode_frame
from kkt_emulator.conversation import Conversation
from kkt_emulator.device import Device
from kkt_emulator.faults import FaultPlan
from kkt_emulator.fn import Fn
from kkt_emulator.identity import IdentityKind, identity
from kkt_emulator.kkt import Kkt
from kkt_emulator.paper import Paper
from kkt_emulator.store import FnStore, KktStore

START = dt.datetime(2026, 11, 20, 9, 0)


class Silence(Exception):
    """The device said nothing where a host expects something."""


class Clock:
    """Time that moves when told; timers fire on the way."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._timers: list[tuple[float, Callable[[], None]]] = []

    def wall(self) -> dt.datetime:
        return START + dt.timedelta(seconds=self.seconds)

    def monotonic(self) -> float:
        return self.seconds

    def call_later(self, delay: float, act: Callable[[], None]) -> asyncio.TimerHandle:
        entry = (self.seconds + delay, act)
        self._timers.append(entry)
        timers = self._timers

        class Handle:
            def cancel(self) -> None:
                if entry in timers:
                    timers.remove(entry)

        return Handle()  # type: ignore[return-value]

    def advance(self, **by: float) -> None:
        target = self.seconds + dt.timedelta(**by).total_seconds()
        while due := sorted((e for e in self._timers if e[0] <= target), key=lambda e: e[0]):
            self._timers.remove(due[0])
            self.seconds = max(self.seconds, due[0][0])
            due[0][1]()
        self.seconds = target


class Host:
    """A host that follows the exchange of the manual, over a cable in memory."""

    def __init__(self, conversation: Conversation) -> None:
        self.conversation = conversation
        self.said = bytearray()
        self.cut = False
        conversation.connect(self)

    def write(self, data: bytes) -> None:
        self.said += data

    def close(self) -> None:
        self.cut = True
        self.conversation.disconnect(self)

    def send(self, data: bytes) -> bytes:
        """Send raw bytes, return what the device says at once."""
        self.said.clear()
        self.conversation.received(data)
        return bytes(self.said)

    def enquire(self) -> bytes:
        return self.send(bytes([ENQ]))

    def exchange(self, data: bytes) -> bytes:
        """ENQ, message, answer, ACK; return DATA of the answer."""
        assert self.enquire() == bytes([NAK]), "the device holds an answer"
        events = list(Decoder().feed(self.send(encode_frame(data))))
        if not events or events[0] != Control(ACK):
            raise Silence(events)
        answers = [event.data for event in events if isinstance(event, Frame)]
        if not answers:
            raise Silence(events)
        self.send(bytes([ACK]))
        return answers[0]

    def do(self, command: Command[Q, A], request: Q | None = None) -> A:
        """Run a command with the system administrator's password."""
        return parse_reply(command, self.exchange(encode_request(command, request or Authorised())))  # type: ignore[arg-type]


class Bench:
    """A device, its plan of faults and its data folder; `restart` is what kill -9 leaves."""

    silence = Silence

    def __init__(
        self, folder: Path, clock: Clock, kind: IdentityKind = IdentityKind.DESKTOP, real: bool = False
    ):
        self.folder, self.clock, self.kind, self.real = folder, clock, kind, real
        self.start()

    def start(self) -> None:
        self.plan = FaultPlan()
        self.fn_store, self.kkt_store = FnStore(self.folder), KktStore(self.folder)
        fn = Fn(self.fn_store, self.clock.wall, "seed")
        paper = Paper(self.plan, self.clock.monotonic, real=self.real)
        self.kkt = Kkt(identity(self.kind, "seed"), self.kkt_store, fn, paper, self.plan, self.clock.wall)
        self.device = Device(self.kkt)
        self.conversation = Conversation(self.device, self.plan, self.clock.call_later, lambda _code: 0.0)
        self.host = Host(self.conversation)

    def restart(self) -> Host:
        """Die without a word and start again from the disk."""
        self.close()
        self.start()
        return self.host

    def close(self) -> None:
        self.fn_store.close()
        self.kkt_store.close()


class Till:
    """The use cases: what a driver does with a device, without recovery."""

    def __init__(self, host: Host) -> None:
        self.host = host

    def open_shift(self) -> None:
        self.host.do(sale.OPEN_SHIFT)

    def begin(self, *prices: int, kind: int = 0, tax: int = 8, password: int = 30) -> None:
        operation = {0: 1, 2: 2, 1: 3, 3: 4}[kind & 0x0F]
        self.host.do(sale.OPEN_RECEIPT, sale.OpenReceiptRequest(kind=kind, password=password))
        for price in prices:
            self.host.do(sale.OPERATION, line(price, operation=operation, tax=tax))

    def pay(self, *payments: int) -> sale.CloseReceiptReply:
        return self.host.do(sale.CLOSE_RECEIPT, sale.CloseReceiptRequest(payments=payments, tax_system=1))

    def pay_all(self) -> sale.CloseReceiptReply:
        return self.pay(self.host.do(sale.SUBTOTAL).subtotal)

    def sell(self, *prices: int, kind: int = 0, tax: int = 8) -> sale.CloseReceiptReply:
        self.begin(*prices, kind=kind, tax=tax)
        return self.pay(sum(prices))

    def last_fd(self) -> int:
        return self.host.do(storage.FN_STATUS).last_fd

    def mode(self) -> int:
        return self.host.do(service.SHORT_STATUS).mode

    def submode(self) -> int:
        return self.host.do(service.SHORT_STATUS).submode


def line(price: int, *, operation: int = 1, tax: int = 8, **fields: object) -> sale.OperationRequest:
    values = {
        "operation": operation,
        "quantity": 1_000_000,
        "price": price,
        "tax": tax,
        "method": 4,
        "subject": 1,
        "name": "Оправа",
    }
    return sale.OperationRequest(**{**values, **fields})  # type: ignore[arg-type]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def bench(tmp_path: Path, clock: Clock) -> Iterator[Bench]:
    made = Bench(tmp_path, clock)
    yield made
    made.close()


@pytest.fixture
def host(bench: Bench) -> Host:
    return bench.host


@pytest.fixture
def till(host: Host) -> Till:
    return Till(host)


@pytest.fixture
def make_line() -> Callable[..., sale.OperationRequest]:
    return line


@pytest.fixture
def make_till() -> type[Till]:
    return Till


@pytest.fixture
def make_bench(tmp_path: Path, clock: Clock) -> Iterator[Callable[..., Bench]]:
    made: list[Bench] = []

    def make(**options: object) -> Bench:
        folder = tmp_path / str(len(made))
        folder.mkdir()
        made.append(Bench(folder, clock, **options))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for bench in made:
        bench.close()
