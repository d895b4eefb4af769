"""The one owner of the device: connects, recovers first, then takes work in its order, one piece at a time.

Order: a person's decision, what is due in the journal, tasks, the exchange with the operator that printed documents
have earned, the next receipt, the rest of the exchange, a look at the device.
"""

import asyncio
import datetime as dt
import time
from collections.abc import Awaitable, Callable

from actor import log
from actor.mailbox import ActorDied
from actor.stop import Stop
from contracts.refusals import Code, refuse
from contracts.states import Link
from fiscal.kkt.errors import ErrorClass
from printer_actor.board import Board
from printer_actor.inbox import Inbox
from printer_actor.machine import Phase
from printer_actor.printer import (
    DeviceIdentity,
    FiscalPrinter,
    NotSent,
    OutcomeUnknown,
    Rejected,
    WrongDevice,
)
from printer_actor.work import Work, answer, cause_of

LOOK_EVERY_S = 1.0
LOOK_AT_LEAST_S = 5.0  # even when receipts wait
OBSTACLE_PAUSE_S = 1.0
CONFIG_PAUSE_S = 60.0
RECONNECT_PAUSES_S = (0.1, 0.4, 1.0)
CONNECTS_UNTIL_DOWN = 3
SECONDS_UNTIL_DOWN = 10.0
WRONG_DEVICE_PAUSE_S = 5.0

Job = Callable[[], Awaitable[None]]


class Owner:
    """Runs the device until the stop; what it cannot finish is left to the journal."""

    def __init__(
        self,
        printer: FiscalPrinter,
        work: Work,
        inbox: Inbox,
        board: Board,
        *,
        confirm_clock: Callable[[dt.datetime], None] = lambda _: None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._printer = printer
        self._work = work
        self._confirm_clock = confirm_clock
        self._inbox = inbox
        self._board = board
        self._monotonic = monotonic
        self._look_at = 0.0
        self._free_at = 0.0
        self._failures = 0
        self._heard_at = monotonic()

    async def run(self, stop: Stop) -> None:
        """Own the device until the stop."""
        waker = asyncio.ensure_future(self._wake_on(stop))
        stop.ready()
        try:
            while not stop.requested:
                await self._one_connection(stop)
        finally:
            waker.cancel()
            self._inbox.feed(wanted=False)
            await self._printer.close()

    async def _one_connection(self, stop: Stop) -> None:
        pause_s = 0.0
        try:
            identity = await self._printer.connect()
            self._connected(identity)
            await self._serve(stop)
        except WrongDevice as error:
            log.get().error("wrong_device", reason=str(error))
            self._board.show_blocked("Подключено неподходящее устройство: вызовите администратора")
            pause_s = WRONG_DEVICE_PAUSE_S
        except (NotSent, OutcomeUnknown) as error:
            pause_s = self._lost(error)
        except Rejected as error:
            await self._work.obstacle(error)
            pause_s = pause_after(error)
        self._work.recovered = False
        self._board.put(settled=False)
        await self._without_device(pause_s, stop)

    # --- connected ----------------------------------------------------------------------------------------

    async def _serve(self, stop: Stop) -> None:
        while not stop.requested:
            job = self._next()
            self._inbox.feed(wanted=self._work.recovered and not self._work.held)
            if job is None:
                await self._inbox.wait(self._idle_s())
                continue
            try:
                await job()
            except Rejected as error:
                await self._work.obstacle(error)
                self._free_at = self._monotonic() + pause_after(error)
            self._heard_at = self._monotonic()

    def _next(self) -> Job | None:
        work, inbox = self._work, self._inbox
        now = self._monotonic()
        free = now >= self._free_at
        if not work.recovered:
            return work.recover if free else None
        if work.held:
            inbox.give_back()
        if inbox.decisions:
            return self._decide
        if free and not work.held and work.of_phase(Phase.DUE):
            return work.run_due
        if inbox.tasks:
            return self._task if free else self._expire_tasks
        overdue = now - self._look_at > LOOK_AT_LEAST_S
        receipt = inbox.slot is not None and free and not work.held
        if inbox.exchange and (work.earned > 0 or not receipt):
            return self._exchange
        if receipt and not overdue:
            return self._receipt
        if work.delivery.behind or now >= self._look_at + LOOK_EVERY_S:
            return self._look
        return None

    def _idle_s(self) -> float:
        """Until the next look, or until an obstacle is tried again."""
        now = self._monotonic()
        moments = [self._look_at + LOOK_EVERY_S]
        if self._free_at > now:
            moments.append(self._free_at)
        return max(0.0, min(moments) - now) if self._work.recovered else max(0.01, self._free_at - now)

    async def _look(self) -> None:
        self._look_at = self._monotonic()
        await self._work.look()
        if self._inbox.slot is None:
            self._work.forget_obstacle()

    async def _receipt(self) -> None:
        letter = self._inbox.slot
        if letter is None:
            return
        with self._inbox.printing():
            settled = await self._work.receipt(letter.message)
        letter.reply(settled)
        self._inbox.slot = None

    async def _decide(self) -> None:
        letter = self._inbox.decisions[0]
        try:
            answered = await self._work.decide(letter.message)
        except Rejected as error:
            answered = refuse(Code.DEVICE_BUSY, f"{cause_of(error)}. Повторите.")
        self._inbox.decisions.popleft()
        letter.reply(answered)

    async def _task(self) -> None:
        letter = self._inbox.tasks[0]
        self._look_at = 0.0
        intent = await self._work.task(letter.message)
        if (done := answer(intent)) is not None:
            self._inbox.tasks.popleft()
            letter.reply(done)

    async def _expire_tasks(self) -> None:
        """While nothing can be begun a task still hears that it is too late for it."""
        letter = self._inbox.tasks[0]
        intent = await self._work.expire(letter.message)
        if intent is not None:
            self._inbox.tasks.popleft()
            letter.reply(answer(intent))
        else:
            await self._inbox.wait(min(self._idle_s(), LOOK_EVERY_S))

    async def _exchange(self) -> None:
        letter = self._inbox.exchange.popleft()
        if not letter.wanted:
            return
        pause = self._let_receipt_through if self._work.earned == 0 else _go_on
        self._work.earned = max(0, self._work.earned - 1)
        try:
            letter.reply(await self._work.exchange(letter.message, pause))
        except Rejected as error:
            # What the operator gets later is no reason to refuse a buyer now.
            log.get().warning("exchange_rejected", error=str(error))
            letter.reply(refuse(Code.DEVICE_DOWN, reason=str(error)))
        except (NotSent, OutcomeUnknown) as error:
            letter.reply(refuse(Code.DEVICE_DOWN, reason=str(error)))
            raise
        except BaseException as error:
            letter.fail(ActorDied(f"{type(error).__name__}: {error}"))
            raise

    async def _let_receipt_through(self) -> bool:
        """Between two blocks; a receipt that meets an obstacle waits, the exchange goes on."""
        if self._inbox.slot is None or self._work.held or self._monotonic() < self._free_at:
            return False
        try:
            await self._receipt()
        except Rejected as error:
            await self._work.obstacle(error)
            self._free_at = self._monotonic() + pause_after(error)
        return True

    # --- not connected ------------------------------------------------------------------------------------

    def _connected(self, identity: DeviceIdentity) -> None:
        self._heard_at = self._monotonic()
        self._failures = 0
        self._free_at = 0.0
        self._look_at = 0.0
        self._work.recovered = False
        if identity.clock is not None:
            self._confirm_clock(identity.clock)
        log.canonical("device_connected", device=identity.name, serial=identity.serial)
        self._board.put(link=Link.UP, device=identity.name)

    def _lost(self, error: Exception) -> float:
        now = self._monotonic()
        if self._failures == 0:
            log.get().warning("device_lost", reason=f"{type(error).__name__}: {error}")
        self._failures += 1
        late = now - self._heard_at >= SECONDS_UNTIL_DOWN
        down = late or self._failures >= CONNECTS_UNTIL_DOWN
        self._board.put(link=Link.DOWN if down else Link.CONNECTING)
        return RECONNECT_PAUSES_S[min(self._failures, len(RECONNECT_PAUSES_S)) - 1]

    async def _without_device(self, pause_s: float, stop: Stop) -> None:
        """Answer what can be answered without the device, then wait before the next attempt."""
        self._inbox.feed(wanted=False)
        await self._printer.close()
        until = self._monotonic() + pause_s
        while not stop.requested:
            await self._answer_without_device()
            left_s = until - self._monotonic()
            if left_s <= 0:
                return
            await self._inbox.wait(left_s)

    async def _answer_without_device(self) -> None:
        inbox = self._inbox
        while inbox.exchange:
            inbox.exchange.popleft().reply(refuse(Code.DEVICE_DOWN))
        while inbox.decisions:
            letter = inbox.decisions.popleft()
            decidable = await self._work.decidable(letter.message)
            letter.reply(await self._work.decide(letter.message) if decidable else refuse(Code.DEVICE_BUSY))
        for task in list(inbox.tasks):
            if (intent := await self._work.expire(task.message)) is not None:
                inbox.tasks.remove(task)
                task.reply(answer(intent))

    async def _wake_on(self, stop: Stop) -> None:
        await stop.wait()
        self._inbox.wake()


def pause_after(error: Rejected) -> float:
    """Seconds until the same is tried again; a device may lock itself when a wrong password (4Fh) is repeated."""
    return CONFIG_PAUSE_S if error.kind is ErrorClass.CONFIG else OBSTACLE_PAUSE_S


async def _go_on() -> bool:
    """A step that was earned is not interrupted."""
    return False
