"""A whole till of real processes: start, watch, kill, stop. The demo, smoke and the tests run on it.

async with TillStack(folder) as stack:            # on free ports, past its boot guard
    await stack.kill("buffer-actor")              # comes back by itself
    …                                             # stack.url, stack.tokens["cashier"], stack.ports.ofd_control
"""

import asyncio
import contextlib
import json
import time
from collections.abc import Coroutine
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import aiohttp

from actor.lock import DataFolder
from actor.supervisor import GaveUp, RestartWindow
from contracts.settings import TillSettings
from optics.folder import TOKENS, stack_settings, write_till
from optics.keeper import Keeper
from optics.ports import LOOPBACK, Holder, Ports, free_ports, holders
from optics.process import Line, Process
from optics.programs import FRONT, INFRASTRUCTURE, SERVICE, programs
from optics.provisioning import provision_till
from till_nats.errors import TillNatsError

START_LIMIT_S: Final = 30.0
POLL_S: Final = 0.03
LINE_UP: Final = ("up", "slow")
LINE_LIMIT_S: Final = 3.0
"""How long a till that already sells is given to find the operator before it is called ready without."""


class StackError(Exception):
    """The stack cannot start or go on; the message says why, for a person."""


class PortsTaken(StackError):
    """Other processes hold our ports."""

    def __init__(self, taken: tuple[Holder, ...]) -> None:
        self.taken = taken
        super().__init__("\n".join(map(str, taken)))


def silent(_name: str, _text: str) -> None:
    """Tell nobody."""


class TillStack:
    """One till in `folder`. `restart` False: the dead stay dead until `start`. `on_line` hears every line of output,
    `on_event` of deaths and of what was made, in Russian; each with the program's name."""

    def __init__(
        self,
        folder: Path,
        ports: Ports | None = None,
        *,
        restart: bool = True,
        screen_role: str = "",
        on_line: Line = silent,
        on_event: Line = silent,
    ) -> None:
        self.folder = folder.absolute()
        self.ports = ports or free_ports()
        self.settings: TillSettings = stack_settings(self.folder, self.ports, screen_role=screen_role)
        self.tokens: dict[str, str] = {}
        self.failed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._on_event = on_event
        self._keepers = {
            program.name: Keeper(
                program,
                self.folder,
                restart=restart,
                on_line=on_line,
                on_death=self._count,
            )
            for program in programs(self.folder, self.ports)
        }
        self._deaths = RestartWindow(
            2, START_LIMIT_S, time.monotonic
        )  # until it is ready: broken, not unlucky
        self._held = contextlib.ExitStack()

    @property
    def url(self) -> str:
        """Of the POS screen and the REST API."""
        return f"http://{LOOPBACK}:{self.ports.gateway}"

    def names(self) -> tuple[str, ...]:
        """Every program, in order of start."""
        return tuple(self._keepers)

    def process(self, name: str) -> Process:
        """The program's present life, or its last one."""
        return self._keepers[name].process

    async def __aenter__(self) -> Self:
        self._held.enter_context(DataFolder(self.folder))
        try:
            await self._begin()
        except BaseException:
            await self.stop()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def start(self, name: str) -> None:
        """Start a program that was ended with `terminate`, or died while `restart` is off."""
        await self._keepers[name].start()

    async def kill(self, name: str) -> None:
        """SIGKILL, and wait for the death; with `restart` it comes back at once."""
        await self._keepers[name].kill()

    async def terminate(self, name: str) -> int:
        """SIGTERM, wait, and leave it down; its exit code."""
        return await self._keepers[name].end()

    async def ready(self) -> None:
        """Return when the till has passed its boot guard; StackError when it cannot, or not in 30 s."""
        await self._or_failure(self._ready())

    async def stop(self) -> None:
        """End all: the front first, then the services, then what they stand on."""
        for tier in (FRONT, SERVICE, INFRASTRUCTURE):
            dying = [keeper for keeper in self._keepers.values() if keeper.program.tier == tier]
            await asyncio.gather(*(keeper.end() for keeper in dying))
        self._held.close()
        if not self.failed.cancel():
            self.failed.exception()

    async def _begin(self) -> None:
        taken = holders(self.ports.all())
        if taken:
            raise PortsTaken(taken)
        try:
            await self._begin_server()
        except TillNatsError as error:
            raise StackError(f"{type(error).__name__}: {error}") from error
        await asyncio.gather(*(self.start(name) for name in self.names()))
        await self.ready()
        self._deaths = RestartWindow(20, 60.0, time.monotonic)

    async def _begin_server(self) -> None:
        write_till(self.folder, self.settings)
        self.tokens = json.loads((self.folder / TOKENS).read_text(encoding="utf-8"))
        await self.start("nats-server")
        await self._or_failure(self.process("nats-server").ready.wait())
        for created in await provision_till(self.settings):
            self._on_event("nats-server", f"создано: {created}")

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

    async def _ready(self) -> None:
        marked = [keeper.process for keeper in self._keepers.values() if keeper.program.ready_mark]
        await asyncio.gather(*(process.ready.wait() for process in marked))
        headers = {"Authorization": f"Bearer {self.tokens['manager']}"}
        async with aiohttp.ClientSession(headers=headers) as session:
            until = time.monotonic() + LINE_LIMIT_S
            while not await self._says_ready(session, patient=time.monotonic() < until):  # noqa: ASYNC110 - HTTP
                await asyncio.sleep(POLL_S)

    async def _says_ready(self, session: aiohttp.ClientSession, *, patient: bool) -> bool:
        """Whether it sells; while `patient`, also whether it has found the operator."""
        try:
            async with session.get(f"{self.url}/v1/kkt/buffer/status") as response:
                status: dict[str, Any] = await response.json()
        except (aiohttp.ClientError, OSError, ValueError):
            return False
        if status.get("stopped"):
            raise StackError(f"касса остановлена: {status['stopped']}")
        line: dict[str, Any] = status.get("ofd") or {}
        return bool(status.get("ready")) and (not patient or line.get("status") in LINE_UP)

    async def _or_failure(self, work: Coroutine[Any, Any, Any]) -> None:
        """Await `work`; StackError when the stack fails first or the time is up."""
        task = asyncio.ensure_future(work)
        try:
            await asyncio.wait(
                {task, self.failed}, timeout=START_LIMIT_S, return_when=asyncio.FIRST_COMPLETED
            )
            if self.failed.done():
                self.failed.result()
            if not task.done():
                raise StackError(f"касса не готова за {START_LIMIT_S:g} с; журналы: {self.folder / 'logs'}")
            task.result()
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
