"""A whole till of real processes: start, watch, kill, stop. The demo, smoke and the tests run on it.

async with TillStack(folder) as stack:            # on free ports, past its boot guard
    await stack.kill("buffer-actor")              # comes back by itself
    …                                             # stack.url, stack.tokens["cashier"], stack.ports.ofd_control
"""

import asyncio
import contextlib
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import aiohttp

from actor.lock import DataFolder
from contracts.settings import TillSettings
from optics.crew import Crew, StackError, silent
from optics.folder import TILL, stack_settings, write_till
from optics.ports import LOOPBACK, Holder, Ports, free_ports, holders
from optics.process import Line, Process
from optics.programs import programs
from optics.provisioning import provision_till
from till_nats.errors import TillNatsError

__all__ = ["PortsTaken", "StackError", "TillStack", "require_free"]

POLL_S: Final = 0.03
LINE_UP: Final = ("up", "slow")
LINE_LIMIT_S: Final = 3.0
"""How long a till that already sells is given to find the operator before it is called ready without."""


class PortsTaken(StackError):
    """Other processes hold our ports."""

    def __init__(self, taken: tuple[Holder, ...]) -> None:
        self.taken = taken
        super().__init__("\n".join(map(str, taken)))


def require_free(ports: Sequence[int]) -> None:
    """PortsTaken, unless a server could take them all now."""
    taken = holders(ports)
    if taken:
        raise PortsTaken(taken)


class TillStack:
    """One till in `folder`. `restart` False: the dead stay dead until `start`. `on_line` hears every line of output,
    `on_event` of deaths and of what was made, in Russian; each with the program's name. `hub_urls`: head office, where
    the till is known already. `ofd` False: somebody else runs the operator at these ports. `tokens`: a file that tills
    share."""

    def __init__(
        self,
        folder: Path,
        ports: Ports | None = None,
        *,
        till: str = TILL,
        hub_urls: tuple[str, ...] = (),
        ofd: bool = True,
        restart: bool = True,
        screen_role: str = "",
        tokens: Path | None = None,
        on_line: Line = silent,
        on_event: Line = silent,
    ) -> None:
        self.folder = folder.absolute()
        self.ports = ports or free_ports()
        self.settings: TillSettings = stack_settings(
            self.folder, self.ports, till=till, hub_urls=hub_urls, screen_role=screen_role, tokens=tokens
        )
        self.tokens: dict[str, str] = {}
        self._own_ports = self.ports.all() if ofd else self.ports.without_ofd()
        self._on_event = on_event
        self._crew = Crew(
            programs(self.folder, self.ports, till=till, ofd=ofd),
            self.folder,
            restart=restart,
            on_line=on_line,
            on_event=on_event,
        )
        self._held = contextlib.ExitStack()

    @property
    def url(self) -> str:
        """Of the POS screen and the REST API."""
        return f"http://{LOOPBACK}:{self.ports.gateway}"

    @property
    def till(self) -> str:
        return self.settings.till.id

    @property
    def failed(self) -> asyncio.Future[None]:
        """Done with a StackError when the till cannot go on."""
        return self._crew.failed

    def names(self) -> tuple[str, ...]:
        """Every program, in order of start."""
        return self._crew.names()

    def process(self, name: str) -> Process:
        """The program's present life, or its last one."""
        return self._crew.process(name)

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
        await self._crew.start(name)

    async def kill(self, name: str) -> None:
        """SIGKILL, and wait for the death; with `restart` it comes back at once."""
        await self._crew.kill(name)

    async def terminate(self, name: str) -> int:
        """SIGTERM, wait, and leave it down; its exit code."""
        return await self._crew.terminate(name)

    async def ready(self) -> None:
        """Return when the till has passed its boot guard; StackError when it cannot, or not in 30 s."""
        await self._crew.or_failure(self._ready())

    async def stop(self) -> None:
        """End all: the front first, then the services, then what they stand on."""
        await self._crew.stop()
        self._held.close()

    async def _begin(self) -> None:
        require_free(self._own_ports)
        try:
            await self._begin_server()
        except TillNatsError as error:
            raise StackError(f"{type(error).__name__}: {error}") from error
        await self._crew.start_all()
        await self.ready()
        self._crew.settled()

    async def _begin_server(self) -> None:
        self.tokens = write_till(self.folder, self.settings)
        await self.start("nats-server")
        await self._crew.or_failure(self.process("nats-server").ready.wait())
        if created := await provision_till(self.settings):
            self._on_event("nats-server", f"создано: {', '.join(created)}")

    async def _ready(self) -> None:
        await self._crew.serving()
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
