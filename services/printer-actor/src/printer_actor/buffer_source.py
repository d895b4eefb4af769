"""Fetches receipts from BUFFER, one at a time, and acknowledges each one last."""

import asyncio
from collections.abc import Callable

import nats.errors
import nats.js.errors
from nats.aio.msg import Msg
from nats.js import JetStreamContext

from actor import log
from actor.bus import Bus
from actor.stop import Stop
from contracts.codec import Undecodable, decode
from contracts.events import ReceiptAccepted
from contracts.streams import BUFFER, PRINTER_CONSUMER
from contracts.subjects import Subjects
from printer_actor.inbox import Inbox

FETCH_S = 2.0
PAUSE_S = 0.2
IN_PROGRESS_S = 0.5  # a quarter of the consumer's ack_wait
HELD_DELAY_S = 0.5
UNREADABLE_DELAY_S = 60.0


class BufferSource:
    """The pull consumer `printer`. A message that the owner cannot print now goes back and comes again."""

    def __init__(self, bus: Bus, subjects: Subjects, inbox: Inbox) -> None:
        self._bus = bus
        self._subjects = subjects
        self._inbox = inbox
        self.redelivered: Callable[[], None] = lambda: None

    async def run(self, stop: Stop) -> None:
        """Fetch while the owner is hungry, until the stop."""
        pull = await self._bus.pull(BUFFER, PRINTER_CONSUMER)
        stop.ready()
        while not stop.requested:
            await stop.race(self._inbox.hunger())
            message = await stop.race(self._fetch(pull))
            if message is None:
                continue
            try:
                await self._serve(message)
            except (nats.errors.Error, OSError) as error:
                # An ack that is lost only brings the message again; the journal knows it.
                log.get().warning("ack_lost", reason=str(error))

    async def _fetch(self, pull: JetStreamContext.PullSubscription) -> Msg | None:
        try:
            return (await pull.fetch(1, timeout=FETCH_S))[0]
        except TimeoutError:
            return None
        except (nats.errors.Error, OSError) as error:
            log.get().debug("fetch_failed", reason=str(error))
            await asyncio.sleep(PAUSE_S)
            return None

    async def _serve(self, message: Msg) -> None:
        self._bus.receive(message)
        if message.metadata.num_delivered and message.metadata.num_delivered > 1:
            self.redelivered()
        try:
            slot = decode(message.data, ReceiptAccepted)
        except Undecodable as error:
            log.get().critical("buffer_message_unreadable", subject=message.subject, reason=str(error))
            await message.nak(delay=UNREADABLE_DELAY_S)
            return
        if self._subjects.receipt_id(message.subject) != slot.receipt_id:
            log.get().critical(
                "buffer_message_misplaced", subject=message.subject, receipt_id=slot.receipt_id
            )
            await message.nak(delay=UNREADABLE_DELAY_S)
            return
        await self._settle(message, slot)

    async def _settle(self, message: Msg, slot: ReceiptAccepted) -> None:
        beat = asyncio.ensure_future(self._keep(message))
        try:
            settled = await self._inbox.hand_over(slot)
        finally:
            beat.cancel()
        if settled:
            await message.ack()
        else:
            await message.nak(delay=HELD_DELAY_S)

    async def _keep(self, message: Msg) -> None:
        """While the device prints or waits for paper the message stays ours."""
        while True:
            await asyncio.sleep(IN_PROGRESS_S)
            try:
                await message.in_progress()
            except (nats.errors.Error, OSError) as error:
                log.get().debug("in_progress_lost", reason=str(error))
