"""Head office of real processes: one server of the hub, and the operator's emulator that its tills share."""

import asyncio
import contextlib
from pathlib import Path
from types import TracebackType
from typing import Self

from actor.lock import DataFolder
from optics.crew import Crew, StackError, silent
from optics.hub_folder import demo_hub_settings, write_hub
from optics.ports import HubPorts, Ports
from optics.process import Line, Process
from optics.programs import hub_programs
from optics.provisioning import provision_hub
from optics.stack import require_free
from till_nats.errors import TillNatsError

SERVER = "hub-server"


class HubStack:
    """The hub in `folder` with the tills of its inventory, past provisioning; its tills find the OFD at `ofd`."""

    def __init__(
        self, folder: Path, ports: HubPorts, ofd: Ports, *, on_line: Line = silent, on_event: Line = silent
    ) -> None:
        self.folder = folder.absolute()
        self.ports = ports
        self.settings = demo_hub_settings(self.folder, ports)
        self._used = (*ports.all(), ofd.ofd, ofd.ofd_control)
        self._on_event = on_event
        self._crew = Crew(
            hub_programs(self.folder, ofd), self.folder, restart=True, on_line=on_line, on_event=on_event
        )
        self._held = contextlib.ExitStack()

    @property
    def url(self) -> str:
        """Of the hub, for clients with a key of its folder."""
        return self.settings.hub.url

    @property
    def leaf_url(self) -> str:
        """Where tills link to."""
        return f"nats-leaf://{self.settings.hub.leaf}"

    @property
    def failed(self) -> asyncio.Future[None]:
        """Done with a StackError when the hub cannot go on."""
        return self._crew.failed

    def process(self, name: str) -> Process:
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

    async def kill(self) -> None:
        """SIGKILL the server; it comes back at once."""
        await self._crew.kill(SERVER)

    async def stop(self) -> None:
        await self._crew.stop()
        self._held.close()

    async def _begin(self) -> None:
        require_free(self._used)
        tills = write_hub(self.folder, self.settings)
        await self._crew.start_all()
        await self._crew.or_failure(self._crew.serving())
        try:
            if created := await provision_hub(self.settings, tuple(tills)):
                self._on_event(SERVER, f"создано: {', '.join(created)}")
        except TillNatsError as error:
            raise StackError(f"{type(error).__name__}: {error}") from error
        self._crew.settled()
