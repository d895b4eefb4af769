"""How the operator misbehaves, switched by the control port."""

import asyncio
import enum
from typing import Annotated

import msgspec


class Mode(enum.StrEnum):
    """What a connecting KKT meets."""

    UP = "up"  # answers at once
    DOWN = "down"  # the TCP port refuses
    HANG = "hang"  # accepts, never reads, never answers
    SLOW = "slow"  # stores at once, answers after the delay
    REFUSE = "refuse"  # reads, stores nothing, closes without an answer
    LOSE_ANSWER = "lose_answer"  # stores, closes without an answer


class Fault(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A mode; `delay_ms` matters to SLOW only."""

    mode: Mode
    delay_ms: Annotated[int, msgspec.Meta(ge=0, le=600_000)] = 5_000


class FaultSwitch:
    """The fault in force, and a way to wait for the next one."""

    def __init__(self) -> None:
        self.current = Fault(mode=Mode.UP)
        self._changed = asyncio.Event()

    def set(self, fault: Fault) -> None:
        """Put a fault in force and wake all who wait for a change."""
        self.current = fault
        self._changed.set()
        self._changed = asyncio.Event()

    async def changed(self) -> None:
        """Return when another fault is set."""
        await self._changed.wait()
