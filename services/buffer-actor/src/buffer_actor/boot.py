"""The boot guard: server, streams, ledger and FN are compared before the first sale.

Meanwhile events are recorded, status is answered, old keys are answered; a new key hears STARTING, not final. A KKT
that is off stops only the last step: then a new key is refused for good with DEVICE_DOWN, which the cashier can mend.
"""

from collections.abc import Awaitable, Callable
from typing import Final

from actor import log
from actor.bus import Bus
from actor.bus_errors import BusError
from actor.mailbox import Mailbox
from actor.stop import Stop
from buffer_actor.actor import CheckBuffer, Done, Message, PassBoot
from buffer_actor.condition import Stage
from buffer_actor.context import Context
from buffer_actor.jetstream import ServerSilent
from buffer_actor.keeper import Keeper
from buffer_actor.rows import Capacity
from buffer_actor.server_check import check_streams, server_health
from contracts import services
from contracts.commands import ReadPrinterState
from contracts.events import BootPassed
from contracts.refusals import Refusal
from contracts.states import FnState, PrinterState
from contracts.subjects import Subjects

RETRY_S: Final = 0.2
TAIL_S: Final = 10.0
"""For the tail of EVENTS; what remains then goes out beside the sale, which never waits for it."""
ASK_S: Final = 1.0
BEHIND_LIMIT: Final = 3
"""Readings of an FN that is behind the ledger before it is believed: the first may be older than the last event."""


async def prepare(context: Context, keeper: Keeper, *, capacity: int) -> None:
    """Before anything is served: the file is whole, the capacity is known, old `received` rows are held."""
    await context.ledger.check()
    if await context.ledger.meta(Capacity) is None:
        await context.ledger.write(lambda tx: tx.set_meta(Capacity(receipts=capacity)))
    context.condition.stop(await context.ledger.contradictions())
    await keeper.age()


class Boot:
    """One comparison for each life of the process."""

    def __init__(
        self,
        context: Context,
        keeper: Keeper,
        mailbox: Mailbox[Message],
        bus: Bus,
        *,
        monitor: str,
        monotonic: Callable[[], float],
    ) -> None:
        self._context = context
        self._keeper = keeper
        self._mailbox = mailbox
        self._bus = bus
        self._monitor = monitor
        self._monotonic = monotonic
        self._subjects = Subjects(context.till)

    async def run(self, stop: Stop) -> None:
        """Compare step by step, each until it succeeds; return when sales may begin, or at the stop."""
        started_s = self._monotonic()
        condition = self._context.condition
        steps = (("nats-server", self._server_is_well), ("streams", self._streams_are_ours),
                 ("BUFFER", self._buffer_agrees), ("EVENTS", self._events_agree))  # fmt: skip
        if condition.stage is Stage.STARTING:
            for name, step in steps:
                await self._until(name, step, stop)
            condition.stage = Stage.COMPARED
        if condition.stage is Stage.COMPARED:
            fn = await self._fn_agrees(stop)
            await self._until("clock", self._clock_is_believed, stop)
            await self._pass(fn, started_s)

    async def check_again(self) -> None:
        """After a reconnect: a server that lost a consumer would leave receipts unprinted. StreamsDrifted ends us."""
        try:
            await self._streams_are_ours()
        except ServerSilent as error:
            log.get().info("streams_unreadable", reason=str(error))

    # --- steps ----------------------------------------------------------------------------------------------

    async def _until(self, name: str, step: Callable[[], Awaitable[bool]], stop: Stop) -> None:
        self._context.condition.waits_for = name
        while not await stop.race(self._try(step)):
            await stop.sleep(RETRY_S)

    async def _try(self, step: Callable[[], Awaitable[bool]]) -> bool:
        try:
            return await step()
        except ServerSilent as error:
            log.get().info("boot_waits", reason=str(error))
            return False

    async def _server_is_well(self) -> bool:
        wrong = await server_health(self._monitor)
        if wrong:
            log.get().warning("nats_unhealthy", reason=wrong)
        return not wrong

    async def _streams_are_ours(self) -> bool:
        capacity = await self._context.ledger.meta(Capacity)
        assert capacity is not None, "prepare stored it"
        await check_streams(self._bus, self._context.till, capacity=capacity.receipts)
        return True

    async def _buffer_agrees(self) -> bool:
        agrees = await self._mailbox.ask(CheckBuffer(), bool, timeout_s=60.0)
        return agrees or bool(self._context.condition.stopped)

    async def _events_agree(self) -> bool:
        events, condition = self._context.events, self._context.condition
        end_s = self._monotonic() + TAIL_S
        ours = await self._context.ledger.last_seq()
        while not condition.stopped and (events.through is None or events.through < ours):
            if self._monotonic() > end_s:
                return events.compared.is_set()
            await events.advanced(RETRY_S)
        return True

    async def _fn_agrees(self, stop: Stop) -> FnState:
        """The FN's counter is not below the greatest FD that the ledger knows of this FN."""
        self._context.condition.waits_for = "printer"
        behind = 0
        while True:
            known = {fn: await self._context.ledger.highest_fd(fn) for fn in await self._context.ledger.fns()}
            state = await stop.race(self._settled_printer(stop))
            fn = state.fn
            if fn is None:
                continue
            if fn.last_fd >= known.get(fn.number, 0):
                return fn
            behind += 1
            if behind == BEHIND_LIMIT:
                await self._contradict(fn, known[fn.number])
            await stop.sleep(RETRY_S)

    async def _settled_printer(self, stop: Stop) -> PrinterState:
        """A word of printer-actor from now on: no open row, empty outbox, FN freshly read."""
        while True:
            state = await self._ask_printer()
            if state is not None and state.settled and state.fn is not None:
                return state
            await stop.sleep(RETRY_S)

    async def _ask_printer(self) -> PrinterState | None:
        verb = services.PRINTER_STATE
        subject = self._subjects.command(verb.service, verb.verb)
        try:
            answer = await self._bus.request(subject, ReadPrinterState(), PrinterState | Refusal, ASK_S)
        except BusError:
            return None
        if isinstance(answer, Refusal):
            return None
        self._context.world.hear_printer(answer)
        return answer

    async def _contradict(self, fn: FnState, known: int) -> None:
        text = (
            f"В ФН {fn.number} последний документ {fn.last_fd}, а журнал кассы знает документ {known}: "
            "ФН или журнал подменён."
        )
        letter = self._context.letter(f"fn:{fn.number}:{known}", text, fn=fn.number, last_fd=str(fn.last_fd))
        await self._mailbox.ask(letter, Done, timeout_s=60.0)

    async def _clock_is_believed(self) -> bool:
        clock = self._context.clock
        if clock.doubt is None:
            return True
        # Nothing on the till tells another time yet, and a shop that was closed for a holiday has to open.
        log.get().error("clock_unwitnessed", reason=str(clock.doubt))
        return clock.confirm(self._context.now_ms())

    async def _pass(self, fn: FnState, started_s: float) -> None:
        context = self._context
        event = BootPassed(
            event_id=context.new_id(),
            till=context.till,
            fn=fn.number,
            last_fd=fn.last_fd,
            republished=self._keeper.republished + context.events.published,
            released=self._keeper.released,
            took_ms=round((self._monotonic() - started_s) * 1000),
        )
        await self._mailbox.ask(PassBoot(event), Done, timeout_s=60.0)
        context.condition.waits_for = ""
        context.condition.stage = Stage.PASSED
        log.canonical("boot_passed", fn=fn.number, last_fd=fn.last_fd, republished=event.republished,
                      released=event.released, took_ms=event.took_ms)  # fmt: skip
