"""A journal on the model device that can be killed at any point and started again."""

import itertools
from collections.abc import Awaitable, Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

import pytest

from contracts.commands import PerformTask, TaskDone
from contracts.events import ReceiptAccepted
from contracts.refusals import Refusal
from contracts.settings import KktSection
from contracts.subjects import Subjects
from fiscal.money import Kopecks, Quantity
from fiscal.receipt import Cashier, Line, Operation, Payment, Receipt, Tender, VatRate
from printer_actor.assembly import Assembly, Sources
from printer_actor.machine import Phase
from printer_actor.printer import NotSent, OutcomeUnknown, Rejected
from printer_actor.store import Store
from printer_actor.testing import NOON, Device, Fault, ModelPrinter
from printer_actor.work import answer

CASHIER = Cashier(name="Иванова А. П.")

T = TypeVar("T")


class Killed(BaseException):
    """The process dies here."""


def receipt(total: int = 1000, name: str = "Оправа", operation: Operation = Operation.SALE) -> Receipt:
    return Receipt(
        operation=operation,
        lines=(
            Line(
                name=name,
                quantity=Quantity(1_000_000),
                price=Kopecks(total),
                total=Kopecks(total),
                vat=VatRate.NO_VAT,
            ),
        ),
        payments=(Payment(tender=Tender.CASH, amount=Kopecks(total)),),
    )


def slot(receipt_id: str, body: Receipt | None = None) -> ReceiptAccepted:
    return ReceiptAccepted(
        event_id=f"accepted {receipt_id}",
        till="till-001",
        receipt_id=receipt_id,
        key=f"key of {receipt_id}",
        receipt=body or receipt(),
        cashier=CASHIER,
        accepted_at_ms=0,
    )


async def no_time(_: float) -> None:
    """A pause of the journal, which the model device does not need."""


class Shop:
    """A device, a journal file and the life of the process that serves them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.device = Device()
        self.faults: dict[int, Fault] = {}  # number of the call over all lives → what goes wrong with it
        self.deaths: set[int] = set()  # numbers of the points where the process dies
        self.points: list[str] = []
        self.calls = 0
        self.now_ms = 1_000_000
        self.auto_open_shift = True
        self._numbers = itertools.count(1)
        self.store: Store

    async def __aenter__(self) -> Self:
        self.store = await Store.open(
            self.folder / "printer.db", stamp=lambda: "stamp", now_ms=lambda: self.now_ms
        )
        self.born()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.store.close()

    def born(self) -> None:
        """A new life of the process: nothing but the file and the device is left."""
        self.printer = ModelPrinter(self.device, self._fault)
        sources = Sources(
            now_ms=lambda: self.now_ms,
            local_now=lambda: NOON,
            new_id=lambda: f"id-{next(self._numbers)}",
            stamp=lambda: "stamp",
            sleep=no_time,
        )
        kkt = KktSection(uri="shtrih+tcp://127.0.0.1:1", auto_open_shift=self.auto_open_shift)
        self.parts = Assembly(self.printer, self.store, kkt, Subjects("till-001"), sources, at=self._point)
        self.work = self.parts.work

    async def settle(self, *slots: ReceiptAccepted, lives: int = 40) -> set[str]:
        """Serve these messages as the owner does, over deaths and lost lines; the ids that may be acknowledged."""
        acknowledged: set[str] = set()

        async def serve() -> set[str]:
            while not self.work.held and self.work.of_phase(Phase.DUE):
                await self.work.run_due()
            for each in slots:
                if not self.work.held and await self.work.receipt(each):
                    acknowledged.add(each.receipt_id)
            return acknowledged

        return await self.insist(serve, lives)

    async def perform(self, request: PerformTask) -> TaskDone | Refusal:
        """Carry a task out, over deaths and lost lines."""

        async def serve() -> Any:
            return answer(await self.work.task(request))

        done = await self.insist(serve, 30)
        assert done is not None
        return done

    async def insist(self, work: Callable[[], Awaitable[T]], lives: int) -> T:
        """Recover first and do it, as often as it takes."""
        for _ in range(lives):
            try:
                if not self.work.recovered:
                    await self.work.recover()
                return await work()
            except Killed:
                self.born()
            except (NotSent, OutcomeUnknown):
                self.work.recovered = False
            except Rejected as error:
                await self.work.obstacle(error)
        raise AssertionError(f"not done in {lives} attempts: {self.points[-20:]}")

    async def die_in(self, work: Awaitable[Any]) -> None:
        """The process dies at the first point of this work; a new one stands ready."""
        self.deaths = {len(self.points) + 1}
        with pytest.raises(Killed):
            await work
        self.born()

    async def events(self) -> list[Any]:
        return [row.event for row in await self.store.outbox.rows(0, 1000)]

    async def phase(self, intent_id: str) -> Phase:
        intent = await self.store.get(intent_id)
        return intent.phase if intent else Phase.NONE

    def _fault(self, _: str) -> Fault | None:
        self.calls += 1
        return self.faults.get(self.calls)

    def _point(self, name: str) -> None:
        self.points.append(name)
        if len(self.points) in self.deaths:
            raise Killed(name)


@pytest.fixture
def shop(tmp_path: Path) -> Callable[[], Shop]:
    """Make a shop with a journal of its own."""
    numbers = itertools.count(1)

    def make() -> Shop:
        folder = tmp_path / str(next(numbers))
        folder.mkdir()
        return Shop(folder)

    return make


@pytest.fixture
def sell() -> Callable[..., ReceiptAccepted]:
    """Make the message of a receipt."""
    return lambda receipt_id, total=1000, name="Оправа": slot(receipt_id, receipt(total, name))


@pytest.fixture
def held() -> Callable[[Shop], Any]:
    """Bring about a held receipt `r0` of 1000: another host sold the same sum, its own document is not there."""

    async def make(here: Shop, receipt_id: str = "r0") -> None:
        await here.settle(slot("before", receipt(1)))
        await here.die_in(here.work.receipt(slot(receipt_id)))
        here.device.receipt = None
        here.device.foreign_receipt(1000)
        await here.work.recover()
        assert here.work.held

    return make
