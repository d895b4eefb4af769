"""Asks printer-actor for every open task, with the same id, until there is an outcome; after a restart too."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from actor import log
from actor.bus_errors import BusError
from actor.errors import StopRequested
from actor.mailbox import MailboxError
from actor.stop import Stop
from buffer_actor.bells import Bell
from buffer_actor.rows import TaskResult, TaskRow
from buffer_actor.store import Ledger
from contracts.commands import PerformTask
from contracts.refusals import Refusal

RETRY_S: Final = 0.5
LOOK_EVERY_S: Final = 20.0

Perform = Callable[[PerformTask], Awaitable[TaskResult]]
Settle = Callable[[TaskRow, TaskResult], Awaitable[object]]


class TaskRunner:
    """Oldest first; the KKT does one thing at a time anyway."""

    def __init__(self, ledger: Ledger, perform: Perform, settle: Settle) -> None:
        self._ledger = ledger
        self._perform = perform
        self._settle = settle
        self._bell = Bell()

    def wake(self) -> None:
        """There is a new task."""
        self._bell.ring()

    async def run(self, stop: Stop) -> None:
        """Ask until the stop; what is open then is asked again by the next life."""
        stop.ready()
        pursued: set[str] = set()
        async with asyncio.TaskGroup() as group:
            while not stop.requested:
                for task in await self._ledger.open_tasks():
                    if task.task_id not in pursued:
                        pursued.add(task.task_id)
                        group.create_task(self._pursue(task, stop), name=f"task {task.task_id}")
                await self._bell.wait(LOOK_EVERY_S, stop)

    async def _pursue(self, task: TaskRow, stop: Stop) -> None:
        """Each task by itself: one that waits must not hide the outcome of another."""
        while not stop.requested:
            try:
                if await stop.race(self._ask(task)):
                    return
            except StopRequested:
                return
            await stop.sleep(RETRY_S)

    async def _ask(self, task: TaskRow) -> bool:
        known = await self._ledger.task(task.key)
        if known is None or known.outcome is not None:  # an event was faster
            return True
        try:
            outcome = await self._perform(task.command)
            if isinstance(outcome, Refusal) and not outcome.final:
                return False
            await self._settle(task, outcome)
        except (BusError, MailboxError) as error:
            log.get().info("task_unanswered", task_id=task.task_id, reason=str(error))
            return False
        return True
