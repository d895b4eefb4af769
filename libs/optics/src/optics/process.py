"""One child process: it dies with us, its output goes to its log, its warnings to whoever listens."""

import asyncio
import contextlib
import ctypes
import os
import signal
import sys
from collections import deque
from collections.abc import Callable
from io import FileIO
from pathlib import Path
from typing import Final

from optics.programs import Program

STOP_S: Final = 5.0
KEPT_LINES: Final = 40
LOG_LIMIT_BYTES: Final = 10 * 1024**2
MARK: Final = "OPTICS_STACK"
"""Environment variable of every child: the folder of its stack. `optics stop` knows our stale processes by it."""

_PR_SET_PDEATHSIG: Final = 1
_LIBC: Final = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None

Line = Callable[[str, str], None]


class Process:
    """A running program."""

    def __init__(self, program: Program, folder: Path, on_line: Line) -> None:
        self.program = program
        self.tail: deque[str] = deque(maxlen=KEPT_LINES)
        self.ready = asyncio.Event()
        self._born = asyncio.Event()
        self._folder = folder
        self._on_line = on_line
        self._process: asyncio.subprocess.Process | None = None
        self._reader: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int:
        """0 before it is born."""
        return self._process.pid if self._process else 0

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.returncode is None

    async def start(self) -> None:
        """Begin; in a session of its own, so that Ctrl-C reaches us alone and we choose the order."""
        try:
            self._process = await self._spawn()
        finally:
            self._born.set()
        self._reader = asyncio.create_task(self._read(), name=f"log {self.program.name}")

    async def _spawn(self) -> asyncio.subprocess.Process:
        ours = os.getpid()
        return await asyncio.create_subprocess_exec(
            *self.program.argv,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            env={**os.environ, MARK: str(self._folder), "PYTHONUNBUFFERED": "1"},
            start_new_session=True,
            preexec_fn=lambda: _die_with(ours),
        )

    async def wait(self) -> int:
        """Its exit code, once it was born, has ended, and all it said is in the log."""
        await self._born.wait()
        assert self._process is not None
        assert self._reader is not None
        code = await self._process.wait()
        await asyncio.shield(self._reader)
        return code

    async def send(self, number: signal.Signals) -> None:
        """Send a signal, once it was born and if it still runs."""
        await self._born.wait()
        if self.running:
            with contextlib.suppress(ProcessLookupError):
                assert self._process is not None
                self._process.send_signal(number)

    async def end(self) -> int:
        """SIGTERM, after 5 s SIGKILL; the exit code."""
        await self.send(signal.SIGTERM)
        ended = asyncio.ensure_future(self.wait())
        await asyncio.wait({ended}, timeout=STOP_S)
        if not ended.done():
            await self.send(signal.SIGKILL)
        return await ended

    async def _read(self) -> None:
        assert self._process is not None
        assert self._process.stdout is not None
        with _open_log(self._folder / "logs" / f"{self.program.name}.log") as log:
            while line := await _read_line(self._process.stdout):
                with contextlib.suppress(
                    OSError
                ):  # a full disk: the log suffers, the process must not wait for us
                    log.write(line)
                self._take(line.decode(errors="replace").rstrip())

    def _take(self, line: str) -> None:
        self.tail.append(line)
        if self.program.ready_mark and self.program.ready_mark in line:
            self.ready.set()
        self._on_line(self.program.name, line)


async def _read_line(stream: asyncio.StreamReader) -> bytes:
    """A line, or what fits into the buffer of one that is longer."""
    try:
        return await stream.readuntil()
    except asyncio.IncompleteReadError as error:
        return error.partial
    except asyncio.LimitOverrunError as error:
        return await stream.readexactly(error.consumed)


def _open_log(path: Path) -> FileIO:
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and path.stat().st_size > LOG_LIMIT_BYTES:
        path.replace(path.with_suffix(".log.1"))
    return path.open("ab", buffering=0)


def _die_with(parent: int) -> None:
    """In the child, before its program: the kernel kills it when we die, even of SIGKILL (Linux, prctl(2))."""
    if _LIBC is None:
        return
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # we died in between
        os._exit(1)
