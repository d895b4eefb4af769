"""The FN behind printer-actor, asked over NATS."""

from typing import Final

from actor.bus import Bus
from actor.bus_errors import BusError
from contracts import services
from contracts.commands import NothingToSend, OfdGive, OfdGiven, OfdMessage, OfdTake
from contracts.refusals import Refusal
from contracts.services import Verb
from contracts.subjects import Subjects
from ofd_forwarder.errors import PrinterAway

ANSWER_TIMEOUT_S: Final = 5.0
"""printer-actor answers between two documents, or after 4 s that it could not; so silence means that it died with the
question, and its next life is asked. Asking twice is harmless."""

AWAY_RETRY_S: Final = 1.0
BUSY_RETRY_S: Final = 0.2
"""printer-actor is there and says "not now": between two receipts it will serve."""


class PrinterClient:
    """`printer.ofd_take` and `printer.ofd_give`."""

    def __init__(self, bus: Bus, subjects: Subjects) -> None:
        self._bus = bus
        self._subjects = subjects

    async def take(self) -> OfdMessage | None:
        """Return the first undelivered message, None when there is none; PrinterAway when it cannot say."""
        try:
            reply = await self._bus.request(
                self._subject(services.OFD_TAKE),
                OfdTake(),
                OfdMessage | NothingToSend | Refusal,
                ANSWER_TIMEOUT_S,
            )
        except BusError as error:
            raise PrinterAway(str(error), AWAY_RETRY_S) from error
        if isinstance(reply, Refusal):
            raise _away(reply)
        return reply if isinstance(reply, OfdMessage) else None

    async def give(self, message: OfdMessage, answer: bytes) -> int | None:
        """Hand over the ticket; return None when it was taken, else the FN's error code. PrinterAway: nobody knows."""
        ticket = OfdGive(fn=message.fn, fd=message.fd, data=answer)
        try:
            reply = await self._bus.request(
                self._subject(services.OFD_GIVE), ticket, OfdGiven | Refusal, ANSWER_TIMEOUT_S
            )
        except BusError as error:
            raise PrinterAway(str(error), AWAY_RETRY_S) from error
        if isinstance(reply, Refusal):
            raise _away(reply)
        return None if reply.taken else reply.error

    def _subject(self, verb: Verb) -> str:
        return self._subjects.command(verb.service, verb.verb)


def _away(refusal: Refusal) -> PrinterAway:
    return PrinterAway(f"{refusal.code}: {refusal.message}", refusal.retry_after_s or BUSY_RETRY_S)
