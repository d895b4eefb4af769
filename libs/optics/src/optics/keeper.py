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
    """One program and its present life. `on_death` hears of each death that nobody asked for; False: let it lie."""

    def __init__(
        self,
        program: Program,
        folder: Path,
        *,
        restart: bool,
        on_line: Line,
        on_event: Line,
        on_death: Callable[[str], bool],
    ) -> None:
        self.program = program
        self.process = Process(program, folder, on_line)
        self._folder = folder
        self._restart = restart
        self._on_line = on_line
        self._on_event = on_event
        self._on_death = on_death
        self._meant: Process | None = None  # the life that we have ended ourselves
        self._down = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin a life, unless there is one."""
        if self._task is None or self._task.done():
            self._down.clear()
            born = asyncio.Event()
            self._task = asyncio.create_task(self._keep(born), name=f"keep {self.program.name}")
            await born.wait()

    async def kill(self) -> None:
        """SIGKILL and wait for the death."""
        self._meant = self.process
        self.process.send(signal.SIGKILL)
        await self.process.wait()

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
            died = not await self._live()
            if not self._restart or (died and not self._on_death(self.program.name)):
                return
            young = died and time.monotonic() - began < SHORT_LIFE_S
            delay_s = min(2 * delay_s, LAST_DELAY_S) if young else FIRST_DELAY_S
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._down.wait(), delay_s)

    async def _live(self) -> bool:
        """Whether the end of this life was meant."""
        if self._down.is_set():  # asked while it was being born
            await self.process.end()
        code = await self.process.wait()
        meant = self._down.is_set() or self._meant is self.process
        self._on_event(self.program.name, f"{'ended' if meant else 'died'} with {code}")
        return meant
