"""Head office and its tills on one machine: what the demo runs, and the tests of what goes between them.

async with Company(folder, 2) as company:      # on free ports
    await company.tills[0].kill("nats-server")
    company.link("till-002", up=False)
"""

import asyncio
import contextlib
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from actor.lock import DataFolder
from optics.crew import silent
from optics.folder import LEAF, LINK_KEY, TOKENS
from optics.hub_folder import add_till
from optics.hub_stack import HubStack
from optics.link import set_link
from optics.odoo_word import odoo_answers
from optics.ports import CompanyPorts, free_company
from optics.process import Line
from optics.stack import TillStack, require_free
from till_nats.keys import ensure_keys

HUB: Final = "hub"


def till_name(number: int) -> str:
    """`till-001` is the first."""
    return f"till-{number:03}"


class Company:
    """A hub in `<folder>/hub` and tills in `<folder>/till-001` …; one operator and one tokens.json for all."""

    def __init__(
        self,
        folder: Path,
        tills: int = 1,
        ports: CompanyPorts | None = None,
        *,
        screen_role: str = "",
        on_line: Line = silent,
        on_event: Line = silent,
    ) -> None:
        self.folder = folder.absolute()
        self.ports = ports or free_company(tills)
        self._held = contextlib.ExitStack()
        self._word = contextlib.AsyncExitStack()
        self._told = (on_line, on_event)
        self.hub = HubStack(
            self.folder / HUB, self.ports.hub, self.ports.tills[0], on_line=on_line, on_event=on_event
        )
        self.tills = tuple(self._till(number, screen_role) for number in range(1, tills + 1))

    def _till(self, number: int, screen_role: str) -> TillStack:
        name = till_name(number)
        on_line, on_event = self._told
        return TillStack(
            self.folder / name,
            self.ports.tills[number - 1],
            till=name,
            hub_urls=(self.hub.leaf_url,),
            ofd=False,
            screen_role=screen_role,
            tokens=self.folder / TOKENS,
            on_line=lambda program, text: on_line(f"{name}/{program}", text),
            on_event=lambda program, text: on_event(f"{name}/{program}", text),
        )

    @property
    def failed(self) -> tuple[asyncio.Future[None], ...]:
        """One of them is done with a StackError when not everything can go on."""
        return (self.hub.failed, *(till.failed for till in self.tills))

    def link(self, till: str, *, up: bool) -> None:
        """Cut a till's line to head office, or mend it."""
        [found] = [each for each in self.tills if each.till == till]
        set_link(found.folder / LEAF, found.settings, up=up)

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

    async def stop(self) -> None:
        """Tills first: what they have still to say goes up."""
        await asyncio.gather(*(till.stop() for till in self.tills))
        await self._word.aclose()
        await self.hub.stop()
        self._held.close()

    async def _begin(self) -> None:
        tills = (port for each in self.ports.tills for port in each.without_ofd())
        operator = self.ports.tills[0]
        require_free((*self.ports.hub.all(), operator.ofd, operator.ofd_control, *tills))
        for till in self.tills:
            keys = ensure_keys(Path(till.settings.nats.keys), [LINK_KEY])
            add_till(self.hub.folder, till.till, keys[LINK_KEY])
        await self.hub.__aenter__()
        await self._word.enter_async_context(odoo_answers(self.hub.url, Path(self.hub.settings.hub.keys)))
        begun = await asyncio.gather(*(till.__aenter__() for till in self.tills), return_exceptions=True)
        for each in begun:
            if isinstance(each, BaseException):
                raise each
