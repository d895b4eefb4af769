"""Commands to a Штрих-М device over one session: reconnects are the caller's, "busy" is waited out here."""

import asyncio
from collections.abc import Awaitable, Callable

from fiscal.errors import FiscalError
from fiscal.kkt import errors as kkt
from fiscal.kkt import printing, service
from fiscal.kkt.command import DEFAULT_TIMEOUT_S, A, Authorised, Command, Q
from fiscal.kkt.errors import ErrorClass
from fiscal.kkt.fields import FieldError
from fiscal.kkt.service import ShortStatusReply
from printer_actor.exchange import ENQUIRIES
from printer_actor.link import Address, Link, LinkLost
from printer_actor.printer import DeviceStatus, Mode, NotSent, Paper, PaperOut, Rejected
from printer_actor.session import Observe, Pipe, Session
from printer_actor.shtrih_errors import bad_request, translate

BUSY_LIMIT_S = 60.0
POLL_S = 0.025
"""Between two 10h while the device prints: what a receipt may lose to polling; one 10h takes 7–25 ms itself."""

MODES = {2: Mode.SHIFT_OPEN, 3: Mode.SHIFT_EXPIRED, 4: Mode.SHIFT_CLOSED, 8: Mode.DOCUMENT_OPEN}
SUBMODES = {
    0: Paper.READY,
    1: Paper.OUT,
    2: Paper.OUT,
    3: Paper.WAITING,
    4: Paper.PRINTING,
    5: Paper.PRINTING,
}
COVER_OPEN_FLAG = 1 << 10

Sleep = Callable[[float], Awaitable[None]]
Open = Callable[[Address], Awaitable[Pipe]]
Witness = Callable[[bytes], None]


class ShtrihLine:
    """One port with one device behind it."""

    def __init__(
        self,
        address: Address,
        *,
        password: int,
        byte_timeout_s: float,
        command_timeout_s: float,
        witness: Witness,
        observe: Observe | None = None,
        open_link: Open = Link.open,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self.password = password
        self._address = address
        self._byte_s = byte_timeout_s
        self._command_s = command_timeout_s
        self._witness = witness
        self._observe = observe
        self._open_link = open_link
        self._sleep = sleep
        self._session: Session | None = None

    @property
    def authorised(self) -> Authorised:
        return Authorised(password=self.password)

    async def open(self) -> None:
        """Open the port anew; NotSent when nothing is there."""
        await self.close()
        try:
            link = await self._open_link(self._address)
        except LinkLost as error:
            raise NotSent(str(error)) from error
        self._session = Session(
            link, byte_timeout_s=self._byte_s, witness=self._witness, observe=self._observe
        )

    async def close(self) -> None:
        """Close the port; safe to repeat."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def once(self, command: Command[Q, A], request: Q, *, enquiries: int = ENQUIRIES) -> A:
        """One attempt; Rejected for any error of the device."""
        if self._session is None:
            raise NotSent(f"{command}: the port is closed")
        timeout_s = self._command_s if command.timeout_s == DEFAULT_TIMEOUT_S else command.timeout_s
        try:
            return await self._session.ask(command, request, timeout_s=timeout_s, enquiries=enquiries)
        except kkt.Rejected as error:
            raise translate(error) from error
        except (FieldError, FiscalError) as error:
            raise bad_request(command.name, error) from error

    async def ask(self, command: Command[Q, A], request: Q) -> A:
        """Repeat while the device says that it is busy: such a command was not executed (50h, 58h, 72h, 4Bh)."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + BUSY_LIMIT_S
        while True:
            try:
                return await self.once(command, request)
            except Rejected as error:
                if error.kind not in (ErrorClass.BUSY, ErrorClass.CONTINUE) or loop.time() > deadline:
                    raise
            await self.rest(deadline)

    async def rest(self, deadline: float) -> None:
        """Wait until printing ends; PaperOut when it cannot."""
        loop = asyncio.get_running_loop()
        while loop.time() < deadline:
            await self._sleep(POLL_S)
            match read_status(await self.once(service.SHORT_STATUS, self.authorised)).paper:
                case Paper.WAITING:
                    await self.once(printing.CONTINUE_PRINT, self.authorised)
                case Paper.OUT | Paper.COVER_OPEN:
                    raise PaperOut("short_status", 0x6B, ErrorClass.PAPER, "no paper or cover open")
                case Paper.READY:
                    return


def read_status(reply: ShortStatusReply) -> DeviceStatus:
    """Answer to 10h as mode and paper (Штрих-М protocol v2.0, modes and submodes)."""
    paper = SUBMODES.get(reply.submode, Paper.PRINTING)
    if paper is Paper.OUT and reply.flags & COVER_OPEN_FLAG:
        paper = Paper.COVER_OPEN
    return DeviceStatus(
        mode=MODES.get(reply.mode, Mode.OTHER),
        paper=paper,
        detail=f"mode {reply.mode_byte:02X}h submode {reply.submode} flags {reply.flags:04X}h",
    )
