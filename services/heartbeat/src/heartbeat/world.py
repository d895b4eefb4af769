"""What can be found out on a till: its server, the words of its services, the mirrored word of head office."""

import asyncio
from collections.abc import Callable
from typing import Final

import nats.errors
import nats.js.errors
from nats.aio.subscription import Subscription

from actor import log
from actor.bus import Bus, Incoming
from contracts.head_office import CATALOG_STREAM, ODOO_STATUS_SUBJECT, OdooStatus, read_odoo_status
from contracts.settings import HeartbeatSection
from contracts.states import OfdState, PrinterState
from contracts.subjects import Subjects
from heartbeat.hearing import HeadOfficeWord, Hearing, Seconds
from heartbeat.monitor import MonitorAway, port_answers, read_server
from heartbeat.probes import Facts, Server

_NO_WORD: Final = (nats.js.errors.NotFoundError, nats.js.errors.NoStreamResponseError)
_NO_KEY_NOW: Final = (nats.errors.Error, nats.js.errors.Error, TimeoutError, OSError)


class TillWorld:
    """The probes of one till. `start` before the first question."""

    def __init__(
        self,
        bus: Bus,
        subjects: Subjects,
        monitor: str,
        settings: HeartbeatSection,
        *,
        now_s: Seconds,
        wall_ms: Callable[[], int],
    ) -> None:
        self._bus, self._subjects, self._monitor = bus, subjects, monitor
        self.printer: Hearing[PrinterState] = Hearing(now_s, settings.silence_s)
        self.ofd: Hearing[OfdState] = Hearing(now_s, settings.silence_s)
        self._word = HeadOfficeWord(now_s, wall_ms, settings.word_fresh_s)

    async def subscribe(self) -> tuple[Subscription, ...]:
        """Listen to the services; the subscriptions, to be ended."""

        async def on_printer(state: PrinterState, _: Incoming) -> None:
            self.printer.hear(state)

        async def on_ofd(state: OfdState, _: Incoming) -> None:
            self.ofd.hear(state)

        return (
            await self._bus.subscribe(self._subjects.state("printer"), PrinterState, on_printer),
            await self._bus.subscribe(self._subjects.state("ofd"), OfdState, on_ofd),
        )

    async def facts(self) -> Facts:
        """What is true now. While we are cut off from NATS ourselves, nobody is called silent."""
        server = await self._server()
        if server is not None and server.hubs:
            await self._read_word()
        deaf = not self._bus.connected
        return Facts(
            server=server,
            printer=self.printer.state,
            printer_silent=self.printer.silent and not deaf,
            ofd=self.ofd.state,
            ofd_silent=self.ofd.silent and not deaf,
            word=self._word.word,
        )

    async def hub_answers(self, hubs: tuple[str, ...]) -> bool:
        """Whether a hub's port takes connections."""
        return any(await asyncio.gather(*map(port_answers, hubs)))

    async def _server(self) -> Server | None:
        try:
            return await read_server(self._monitor)
        except MonitorAway as error:
            log.get().debug("monitor_away", reason=str(error))
            return None

    async def _read_word(self) -> None:
        """Read the key from the till's own mirror; when it cannot be read now, the last word just grows old."""
        try:
            self._word.take(await self._stored_word())
        except _NO_WORD:
            self._word.take(None)
        except _NO_KEY_NOW as error:
            log.get().debug("head_office_word_unread", reason=f"{type(error).__name__} {error}")

    async def _stored_word(self) -> OdooStatus | None:
        message = await self._bus.jetstream.get_last_msg(CATALOG_STREAM, ODOO_STATUS_SUBJECT, direct=True)
        return read_odoo_status(message.data or b"")
