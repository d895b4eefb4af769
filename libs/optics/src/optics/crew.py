"""The programs of one folder, kept alive until they are stopped or one of them cannot work."""

import asyncio
import time
from collections.abc import Coroutine, Sequence
from pathlib import Path
from typing import Any, Final

from actor.supervisor import GaveUp, RestartWindow
from optics.keeper import Keeper
from optics.process import Line, Process
from optics.programs import FRONT, INFRASTRUCTURE, SERVICE, Program

START_LIMIT_S: Final = 30.0


class StackError(Exception):
    """The stack cannot start or go on; the message says why, for a person."""


def silent(_name: str, _text: str) -> None:
    """Tell nobody."""


class Crew:
    """Until `settled` three deaths of a program are too many, afterwards 21 within a minute. `failed` then says so."""

    def __init__(
        self, programs: Sequence[Program], folder: Path, *, restart: bool, on_line: Line, on_event: Line
    ) -> None:
        self.failed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._folder = folder
        self._on_event = on_event
        self._keepers = {
            program.name: Keeper(program, folder, restart=restart, on_line=on_line, on_death=self._count)
            for program in programs
        }
        self._deaths = RestartWindow(2, START_LIMIT_S, time.monotonic)  # broken, not unlucky

    def names(self) -> tuple[str, ...]:
        """Every program, in order of start."""
        return tuple(self._keepers)

    def process(self, name: str) -> Process:
        """The program's present life, or its last one."""
        return self._keepers[name].process

    async def start(self, name: str) -> None:
        """Start a program that was ended with `terminate`, or died while `restart` is off."""
        await self._keepers[name].start()

    async def start_all(self) -> None:
        await asyncio.gather(*(self.start(name) for name in self.names()))

    async def kill(self, name: str) -> None:
        """SIGKILL, and wait for the death; with `restart` it comes back at once."""
        await self._keepers[name].kill()

    async def terminate(self, name: str) -> int:
        """SIGTERM, wait, and leave it down; its exit code."""
        return await self._keepers[name].end()

    async def serving(self) -> None:
        """Return when every program that says so serves."""
        marked = [keeper.process for keeper in self._keepers.values() if keeper.program.ready_mark]
        await asyncio.gather(*(process.ready.wait() for process in marked))

    def settled(self) -> None:
        """All work: from now on single deaths are forgiven."""
        self._deaths = RestartWindow(20, 60.0, time.monotonic)

    async def stop(self) -> None:
        """End all: the front first, then the services, then what they stand on."""
        for tier in (FRONT, SERVICE, INFRASTRUCTURE):
            dying = [keeper for keeper in self._keepers.values() if keeper.program.tier == tier]
            await asyncio.gather(*(keeper.end() for keeper in dying))
        if not self.failed.cancel():
            self.failed.exception()

    async def or_failure(self, work: Coroutine[Any, Any, Any]) -> None:
        """Await `work`; StackError when a program cannot work, or the time is up."""
        task = asyncio.ensure_future(work)
        try:
            await asyncio.wait(
                {task, self.failed}, timeout=START_LIMIT_S, return_when=asyncio.FIRST_COMPLETED
            )
            if self.failed.done():
                self.failed.result()
            if not task.done():
                raise StackError(f"касса не готова за {START_LIMIT_S:g} с; журналы: {self._folder / 'logs'}")
            task.result()
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    def _count(self, name: str, code: int) -> bool:
        """Whether a program that died may come back; if not, the stack has failed."""
        self._on_event(name, f"упал с кодом {code}")
        try:
            self._deaths.note(name)
        except GaveUp:
            words = "\n  ".join(self.process(name).tail)
            if not self.failed.done():
                self.failed.set_exception(
                    StackError(f"{name} не может работать. Его последние слова:\n  {words}")
                )
            return False
        return True
