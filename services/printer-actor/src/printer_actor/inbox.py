"""What waits for the one owner of the device, by kind, so that it can choose; each letter carries its answer."""

import asyncio
import contextlib
from collections import deque
from collections.abc import Iterator
from typing import TypeVar

import msgspec

from actor.mailbox import AskTimeout, Letter, MailboxClosed
from contracts.commands import OfdGive, OfdTake, PerformTask, ResolveHeld
from contracts.events import ReceiptAccepted

R = TypeVar("R", bound=msgspec.Struct)

Request = PerformTask | ResolveHeld | OfdTake | OfdGive


class Inbox:
    """Letters for the owner. It outlives the owner: what waits is served by the next life."""

    def __init__(self) -> None:
        self.tasks: deque[Letter[PerformTask]] = deque()
        self.decisions: deque[Letter[ResolveHeld]] = deque()
        self.exchange: deque[Letter[OfdTake | OfdGive]] = deque()
        self.slot: Letter[ReceiptAccepted] | None = None
        self._changed = asyncio.Event()
        self._hungry = asyncio.Event()
        self._printing = False
        self._closed = False

    # --- for those who ask --------------------------------------------------------------------------------

    async def ask(self, request: Request, *, timeout_s: float) -> msgspec.Struct:
        """Leave a request and wait for its answer; AskTimeout says nothing about what becomes of it."""
        reply: asyncio.Future[msgspec.Struct] = asyncio.get_running_loop().create_future()
        letter = Letter(request, reply)
        self._post(letter)
        try:
            async with asyncio.timeout(timeout_s):
                return await reply
        except TimeoutError as error:
            raise AskTimeout(f"{type(request).__name__}: no answer within {timeout_s:g} s") from error

    async def hand_over(self, slot: ReceiptAccepted) -> bool:
        """Offer a receipt and wait until it is settled; False when the owner gave it back."""
        if self._closed:
            return False
        reply: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self.slot = Letter(slot, reply)
        self.wake()
        try:
            return await reply
        finally:
            self.slot = None

    async def hunger(self) -> None:
        """Wait until the owner would take a receipt."""
        await self._hungry.wait()

    # --- for the owner ------------------------------------------------------------------------------------

    def feed(self, *, wanted: bool) -> None:
        """Say whether receipts may come."""
        if wanted:
            self._hungry.set()
        else:
            self._hungry.clear()

    def wake(self) -> None:
        """Let the owner look again."""
        self._changed.set()

    async def wait(self, timeout_s: float) -> None:
        """Return when something has come, or after the time."""
        try:
            async with asyncio.timeout(timeout_s):
                await self._changed.wait()
        except TimeoutError:
            return
        finally:
            self._changed.clear()

    @contextlib.contextmanager
    def printing(self) -> Iterator[None]:
        """While the receipt in hand is at the device it is not given back."""
        self._printing = True
        try:
            yield
        finally:
            self._printing = False

    def give_back(self) -> None:
        """Return the receipt in hand to the stream unless it is being printed: it comes again."""
        if self.slot is not None and not self._printing:
            self.slot.reply(False)

    def close(self) -> None:
        """The process stops: nobody will answer what waits, no receipt is taken any more."""
        self._closed = True
        self.feed(wanted=False)
        for queue in (self.tasks, self.decisions, self.exchange):
            while queue:
                queue.popleft().fail(MailboxClosed("the service is stopping"))
        self.give_back()

    def _post(self, letter: Letter[Request]) -> None:
        if self._closed:
            raise MailboxClosed("the service is stopping")
        match letter.message:
            case PerformTask():
                self.tasks.append(letter)  # type: ignore[arg-type]  # the letter's message was just matched
            case ResolveHeld():
                self.decisions.append(letter)  # type: ignore[arg-type]
            case _:
                self.exchange.append(letter)  # type: ignore[arg-type]
        self.wake()
