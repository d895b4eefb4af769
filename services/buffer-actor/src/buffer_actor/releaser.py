"""Frees the slots of receipts that are delivered or annulled: again and again until they are gone."""

from collections.abc import Callable
from typing import Final

from actor import log
from actor.stop import Stop
from buffer_actor.bells import Bell
from buffer_actor.buffer_stream import BufferStream
from buffer_actor.faults import Checkpoint, Point
from buffer_actor.jetstream import ServerSilent

RETRY_S: Final = 0.5
IDLE_S: Final = 3600.0


class Releaser:
    """Receipt ids whose final state is stored. What a crash forgets here the guard finds again."""

    def __init__(self, buffer: BufferStream, at: Checkpoint) -> None:
        self._buffer = buffer
        self._at = at
        self._waiting: dict[str, None] = {}  # in order, each once
        self._bell = Bell()
        self.on_freed: Callable[[], None] = lambda: None

    def free(self, receipt_id: str) -> None:
        """The receipt's final state is stored: its message may go."""
        self._waiting[receipt_id] = None
        self._bell.ring()

    async def run(self, stop: Stop) -> None:
        """Purge until the stop."""
        stop.ready()
        while not stop.requested:
            await self._bell.wait(RETRY_S if self._waiting else IDLE_S, stop)
            await self._purge_all(stop)

    async def _purge_all(self, stop: Stop) -> None:
        while self._waiting and not stop.requested:
            receipt_id = next(iter(self._waiting))
            await self._at(Point.FREED)
            try:
                await self._buffer.release(receipt_id)
            except ServerSilent as error:
                log.get().info("release_unanswered", receipt_id=receipt_id, reason=str(error))
                return
            self._waiting.pop(receipt_id, None)
            self.on_freed()
