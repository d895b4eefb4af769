"""Work of the KKT that is no receipt: stored by key, asked of printer-actor until it has an outcome.

Tasks need no slot, so a Z report works at 200 of 200. The first outcome stays; a repeat is answered from the row.
"""

import hashlib
from typing import Final

import msgspec

from actor import log
from buffer_actor.accept import device_down
from buffer_actor.context import Context
from buffer_actor.faults import Point
from buffer_actor.reception import Joined
from buffer_actor.rows import Drawer, TaskResult, TaskRow
from buffer_actor.store import Waiting
from buffer_actor.tx import Tx
from contracts.commands import PerformTask, RunTask, TaskKind
from contracts.events import TaskRefused
from contracts.refusals import Code, Refusal, refuse
from contracts.states import PrinterState
from hlc import ClockInDoubt

DEADLINE_MS: Final = 30_000
"""A task that the KKT has not begun by then is refused: nobody stands at the till for it any more."""

_WITH_AMOUNT: Final = (TaskKind.CASH_IN, TaskKind.CASH_OUT)


def task_hash(command: RunTask) -> bytes:
    """What a key stands for; the cashier and his patience are no part of it."""
    return hashlib.sha256(msgspec.json.encode((command.till, command.kind, command.amount))).digest()


def check_task(command: RunTask, *, till: str) -> Refusal | None:
    """Refuse what makes no sense; nothing is stored."""
    if command.till != till:
        return refuse(Code.WRONG_TILL, field="pos_id", expected=till)
    if command.kind in _WITH_AMOUNT and command.amount <= 0:
        sentence = "Сумма должна быть больше нуля."
        wrong = {"field": "amount", "code": "not_positive", "tag": 0, "message": sentence}
        return refuse(Code.INVALID, sentence, violations=[wrong])
    return None


def closed_gate(
    command: RunTask,
    *,
    printer: PrinterState | None,
    waiting: Waiting,
    unprinted: tuple[str, ...],
    drawer: Drawer,
) -> Refusal | None:
    """The refusal to store, or None: printer-actor may be asked. Whether a shift is open only the KKT knows."""
    if (down := device_down(printer)) is not None:
        return down
    if command.kind is TaskKind.CLOSE_SHIFT and (waiting.unprinted or waiting.held):
        named = [*unprinted, *waiting.held]
        return refuse(Code.RECEIPTS_UNPRINTED, receipts=named)
    if command.kind is TaskKind.CASH_OUT and drawer.counted and command.amount > drawer.cash:
        return refuse(Code.NOT_ENOUGH_CASH, cash_in_drawer=drawer.cash)
    return None


class TaskDesk:
    """Takes tasks of one till and settles them. Runs in the mailbox; `runner` carries the open ones out."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def take(self, command: RunTask) -> Joined | Refusal:
        """Find or make the key's row."""
        known = await self._context.ledger.known(command.key)
        if known.task is not None:
            if known.task.body_hash != task_hash(command):
                return refuse(Code.KEY_REUSED, task_id=known.task.task_id)
            return Joined(key=command.key, repeated=True)
        if known.receipt is not None:
            return refuse(Code.KEY_REUSED)
        return (
            check_task(command, till=self._context.till)
            or self._context.condition.refusal(device_off=self._context.world.device_off, needs_buffer=False)
            or await self._decide(command)
        )

    async def settle(self, row: TaskRow, outcome: TaskResult) -> None:
        """Store what printer-actor answered, unless an event was faster."""
        first = await self._context.ledger.write(lambda tx: tx.settle_task(row.task_id, outcome))
        self._context.waiters.changed(row.key)
        if first:
            _log(row, outcome)

    async def _decide(self, command: RunTask) -> Joined | Refusal:
        context = self._context
        try:
            hlc = str(context.clock.now())
        except ClockInDoubt as error:
            return refuse(Code.STARTING, waits_for=str(error))
        refusal = await self._gate(command)
        row = self._new_row(command, refusal)

        def store(tx: Tx) -> None:
            tx.insert_task(row)
            if refusal is not None:
                tx.append(self._refused(row, refusal), hlc)

        await context.ledger.write(store)
        await context.at(Point.TASK_STORED)
        if refusal is not None:
            context.events.wake()
            _log(row, refusal)
        return Joined(key=row.key, repeated=False)

    async def _gate(self, command: RunTask) -> Refusal | None:
        context = self._context
        waiting = (await context.ledger.gate_facts()).waiting
        return closed_gate(
            command,
            printer=context.world.printer,
            waiting=waiting,
            unprinted=await context.ledger.unprinted() if waiting.unprinted else (),
            drawer=await context.ledger.meta(Drawer) or Drawer(),
        )

    def _new_row(self, command: RunTask, outcome: Refusal | None) -> TaskRow:
        now_ms = self._context.now_ms()
        perform = PerformTask(
            task_id=self._context.new_id(),
            key=command.key,
            kind=command.kind,
            cashier=command.cashier,
            deadline_ms=now_ms + DEADLINE_MS,
            amount=command.amount,
        )
        return TaskRow(
            key=command.key,
            body_hash=task_hash(command),
            command=perform,
            created_at_ms=now_ms,
            outcome=outcome,
        )

    def _refused(self, row: TaskRow, refusal: Refusal) -> TaskRefused:
        return TaskRefused(
            event_id=f"{row.task_id}:refused",
            till=self._context.till,
            task_id=row.task_id,
            code=refusal.code,
            message=refusal.message,
        )


def _log(row: TaskRow, outcome: TaskResult) -> None:
    code = outcome.code if isinstance(outcome, Refusal) else "done"
    log.canonical("task_settled", task_id=row.task_id, key=row.key, kind=row.command.kind, outcome=code)
