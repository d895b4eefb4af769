"""The one mailbox: everything that changes the ledger goes through it, one message at a time."""

import msgspec

from actor.mailbox import Letter, Mailbox
from actor.stop import Stop
from buffer_actor.context import Context
from buffer_actor.decisions import Decisions
from buffer_actor.keeper import Keeper
from buffer_actor.reception import Reception
from buffer_actor.recorder import Recorder
from buffer_actor.rows import Maintenance, TaskResult, TaskRow
from buffer_actor.task_desk import TaskDesk
from buffer_actor.tx import Tx
from contracts.commands import (
    AcceptReceipt,
    RecordEvent,
    ResolveHeld,
    ResolveReceipt,
    RunTask,
    SetMaintenance,
)
from contracts.dead import DeadLetter
from contracts.events import BootPassed, MaintenanceChanged


class CheckBuffer(msgspec.Struct, frozen=True):
    """Compare BUFFER with the ledger; the answer says whether they agree."""


class SettleTask(msgspec.Struct, frozen=True):
    """printer-actor answered."""

    row: TaskRow
    outcome: TaskResult


class DecisionTaken(msgspec.Struct, frozen=True):
    """printer-actor has stored a person's decision."""

    question: ResolveHeld


class PassBoot(msgspec.Struct, frozen=True):
    """Ledger, streams and FN agree."""

    event: BootPassed


class LetterTold(msgspec.Struct, frozen=True):
    """DEAD has the letter of this number."""

    number: int


class Done(msgspec.Struct, frozen=True):
    """It is stored."""


Message = (
    AcceptReceipt | RecordEvent | RunTask | ResolveReceipt | SetMaintenance
    | CheckBuffer | SettleTask | DecisionTaken | PassBoot | LetterTold | DeadLetter
)  # fmt: skip


class BufferActor:
    """Serves the mailbox. An unexpected error ends this life; the next one begins with the guard set."""

    def __init__(self, context: Context, keeper: Keeper, mailbox: Mailbox[Message]) -> None:
        self._context = context
        self._mailbox = mailbox
        self._keeper = keeper
        self._reception = Reception(context, keeper)
        self._recorder = Recorder(context)
        self._tasks = TaskDesk(context)
        self._decisions = Decisions(context, keeper)

    async def run(self, stop: Stop) -> None:
        """Serve until the stop."""
        self._context.condition.guard()
        stop.ready()
        await self._mailbox.serve(self._handle, stop)

    async def _handle(self, letter: Letter[Message]) -> None:
        letter.reply(await self._answer(letter.message))

    async def _answer(self, message: Message) -> object:
        match message:
            case AcceptReceipt():
                return await self._reception.take(message)
            case RecordEvent():
                return await self._recorder.take(message)
            case RunTask():
                return await self._tasks.take(message)
            case ResolveReceipt():
                return await self._decisions.take(message)
            case CheckBuffer():
                return await self._keeper.check()
            case _:
                await self._store(message)
                return Done()

    async def _store(
        self, message: SetMaintenance | SettleTask | DecisionTaken | PassBoot | LetterTold | DeadLetter
    ) -> None:
        match message:
            case SetMaintenance():
                await self._maintain(message)
            case SettleTask():
                await self._tasks.settle(message.row, message.outcome)
            case DecisionTaken():
                await self._decisions.taken(message.question)
            case PassBoot():
                await self._recorder.store(message.event, str(self._context.clock.now()))
            case LetterTold():
                await self._context.ledger.write(lambda tx: tx.letter_told(message.number))
            case DeadLetter():
                await self._keeper.contradict(message)

    async def _maintain(self, command: SetMaintenance) -> None:
        context = self._context
        wanted = Maintenance(command.on, command.by, command.reason)
        if (await context.ledger.meta(Maintenance) or Maintenance()).on == command.on:
            return
        event = MaintenanceChanged(
            event_id=context.new_id(), till=context.till, on=command.on, by=command.by, reason=command.reason
        )
        hlc = str(context.clock.now())

        def store(tx: Tx) -> None:
            tx.set_meta(wanted)
            tx.append(event, hlc)

        await context.ledger.write(store)
        context.events.wake()
