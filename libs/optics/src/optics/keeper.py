"""Keeps one program running: it comes back when it dies, later and later when it dies young."""

import asyncio
import contextlib
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from optics.process import Line, Process
from optics.programs import Program

FIRST_DELAY_S: Final = 0.1
LAST_DELAY_S: Final = 2.0
SHORT_LIFE_S: Final = 3.0


class Keeper:
    """One program and its present life. `on_death` hears of each death that we did not cause, with the exit code;
    when it says False, the dead stays dead."""

    def __init__(
        self,
        program: Program,
        folder: Path,
        *,
        restart: bool,
        on_line: Line,
        on_death: Callable[[str, int], bool],
    ) -> None:
        self.program = program
        self.process = Process(program, folder, on_line)
        self._folder = folder
        self._restart = restart
        self._on_line = on_line
        self._on_death = on_death
        self._meant: Process | None = None  # the life that we have ended ourselves
        self._down = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    @property
    def kept(self) -> bool:
        """Whether there is a life, or one will follow."""
        return self._task is not None and not self._task.done()

    async def start(self) -> None:
        """Begin a life, unless there is one or will be."""
        if not self.kept:
            self._down.clear()
            born = asyncio.Event()
            self._task = asyncio.create_task(self._keep(born), name=f"keep {self.program.name}")
            await born.wait()

    async def kill(self) -> None:
        """SIGKILL and wait for the death."""
        self._meant = self.process
        await self._meant.send(signal.SIGKILL)
        await self._meant.wait()

    async def end(self) -> int:
        """SIGTERM, after 5 s SIGKILL, and leave it down; the exit code of the last life."""
        self._down.set()
        if self._task is None:
            return 0
        code = await self.process.end()
        await self._task
        return code

    async def _keep(self, born: asyncio.Event) -> None:
        delay_s = FIRST_DELAY_S
        while not self._down.is_set():
            self.process = Process(self.program, self._folder, self._on_line)
            began = time.monotonic()
            await self.process.start()
            born.set()
            code = await self._live()
            died = not self._down.is_set() and self._meant is not self.process
            if died and not self._on_death(self.program.name, code):
                return
            if not self._restart:
                return
            young = died and time.monotonic() - began < SHORT_LIFE_S
            delay_s = min(2 * delay_s, LAST_DELAY_S) if young else FIRST_DELAY_S
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._down.wait(), delay_s)

    async def _live(self) -> int:
        """The exit code of the present life."""
        if self._down.is_set():  # asked while it was being born
            await self.process.end()
        return await self.process.wait()
