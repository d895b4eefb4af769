"""BUFFER: one message for each receipt the OFD has not confirmed, each on a subject of its own.

What the server's answers prove (nats-server 2.15.1): with the expected sequence 0 on the receipt's own subject, OK
and 10071 prove presence; `duplicate` means that the id is remembered, not that the message is there; 10077 proves
absence only in direct answer to the one publish that was ever made.
"""

import enum
from collections.abc import Callable
from typing import Final

from actor import log
from actor.bus import Bus, PubAck
from actor.bus_errors import OutcomeUnknown, Refused
from buffer_actor.jetstream import ServerSilent, call
from contracts.codec import encode
from contracts.envelope import EXPECTED_LAST_SUBJECT_SEQUENCE, event_msg_id, headers
from contracts.events import ReceiptAccepted
from contracts.streams import BUFFER
from contracts.subjects import Subjects

_WRONG_LAST_SEQUENCE: Final = 10071
_STORE_FAILED: Final = 10077
_NO_ROOM: Final = "maximum messages exceeded"


class Published(enum.Enum):
    """What is known after a publish."""

    STORED = enum.auto()
    NO_ROOM = enum.auto()  # direct answer of the server: it has the most messages it may have
    UNKNOWN = enum.auto()  # it may have the message, or get it yet


class BufferStream:
    """The only one that writes to BUFFER and deletes from it."""

    def __init__(self, bus: Bus, subjects: Subjects, new_id: Callable[[], str]) -> None:
        self._bus = bus
        self._subjects = subjects
        self._new_id = new_id

    async def publish(self, slot: ReceiptAccepted, hlc: str, *, first: bool) -> Published:
        """One publish. `first`: no life of this process has published the receipt before."""
        suffix = "buffer" if first else f"buffer:{self._new_id()}"
        try:
            ack = await self._send(slot, hlc, suffix)
            if ack.duplicate and not await self._holds(slot):
                log.get().warning("buffer_duplicate_without_message", receipt_id=slot.receipt_id)
                await self._send(slot, hlc, f"buffer:{self._new_id()}")
        except Refused as error:
            return self._judge(slot, error)
        except (OutcomeUnknown, ServerSilent) as error:
            log.get().warning("buffer_publish_unknown", receipt_id=slot.receipt_id, reason=str(error))
            return Published.UNKNOWN
        return Published.STORED

    async def present(self) -> frozenset[str]:
        """Receipt ids that BUFFER holds now; ServerSilent."""
        body = {"subjects_filter": self._subjects.all_buffer}
        state = (await call(self._bus, f"STREAM.INFO.{BUFFER}", body))["state"]
        return frozenset(self._subjects.receipt_id(subject) for subject in state.get("subjects") or {})

    async def release(self, receipt_id: str) -> None:
        """Free the slot, by its subject: sequence numbers are used again after a lost tail. ServerSilent."""
        await call(self._bus, f"STREAM.PURGE.{BUFFER}", {"filter": self._subjects.buffer(receipt_id)})

    async def _send(self, slot: ReceiptAccepted, hlc: str, suffix: str) -> PubAck:
        named = headers(slot, hlc=hlc, msg_id=event_msg_id(slot.till, slot.receipt_id, suffix))
        return await self._bus.publish_stream(
            self._subjects.buffer(slot.receipt_id),
            encode(slot),
            stream=BUFFER,
            headers={**named, EXPECTED_LAST_SUBJECT_SEQUENCE: "0"},
        )

    async def _holds(self, slot: ReceiptAccepted) -> bool:
        body = {"subjects_filter": self._subjects.buffer(slot.receipt_id)}
        return bool((await call(self._bus, f"STREAM.INFO.{BUFFER}", body))["state"].get("subjects"))

    def _judge(self, slot: ReceiptAccepted, error: Refused) -> Published:
        if error.err_code == _WRONG_LAST_SEQUENCE:
            return Published.STORED
        if error.err_code == _STORE_FAILED and error.description == _NO_ROOM:
            return Published.NO_ROOM
        log.get().error("buffer_publish_refused", receipt_id=slot.receipt_id, reason=str(error))
        return Published.UNKNOWN
