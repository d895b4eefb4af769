"""A till's mode on a clock that is set: the real store, a world that is told what to say."""

import contextlib
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import msgspec

from actor.testing import FakeClock
from contracts.events import ModeChanged
from contracts.settings import HeartbeatSection
from contracts.states import BreakerState, Link, Mode, ModeCause, OfdState, PrinterState
from heartbeat.actor import Heart
from heartbeat.observations import Observation
from heartbeat.probes import Facts, Server, Word
from heartbeat.store import Store

TILL = "till-001"
HUB = ("hub.example:7422",)
SETTINGS = HeartbeatSection()


def ofd(*, up: bool = True, slow: bool = False) -> OfdState:
    return OfdState(
        till=TILL, at_ms=0, reachable=up, slow=slow, breaker=BreakerState.CLOSED,
        failures_in_row=0 if up else 1, last_error="" if up else "hang",
    )  # fmt: skip


def printer(link: Link = Link.UP) -> PrinterState:
    return PrinterState(till=TILL, at_ms=0, link=link, settled=True)


ALONE = Facts(server=Server(healthy=True), printer=printer(), ofd=ofd())
LINKED = msgspec.structs.replace(
    ALONE, server=Server(healthy=True, hubs=HUB, linked=True), word=Word(up=True)
)
CUT = msgspec.structs.replace(LINKED, server=Server(healthy=True, hubs=HUB, linked=False))


def but(facts: Facts, **changes: object) -> Facts:
    return msgspec.structs.replace(facts, **changes)


class ScriptedWorld:
    """Says what `script` makes of the seconds since the start."""

    def __init__(self, clock: FakeClock) -> None:
        self._clock, self._began_ms = clock, clock.now_ms()
        self.script: Callable[[float], Facts] = lambda _: ALONE
        self.hub_open = True

    async def facts(self) -> Facts:
        return self.script((self._clock.now_ms() - self._began_ms) / 1000)

    async def hub_answers(self, hubs: tuple[str, ...]) -> bool:
        assert hubs == HUB
        return self.hub_open


class Rig:
    """`await rig.run(60, script)`: checks each 10 s; `rig.moves` are the changes so far, as (second, mode, cause)."""

    def __init__(self, folder: Path) -> None:
        self.clock = FakeClock()
        self.world = ScriptedWorld(self.clock)
        self.observed: list[Observation] = []
        self.moves: list[tuple[float, Mode, ModeCause]] = []
        self.store: Store
        self.heart: Heart
        self._folder = folder
        self._began_ms = self.clock.now_ms()
        self._ids = iter(range(10_000))

    @contextlib.asynccontextmanager
    async def life(self) -> AsyncIterator["Rig"]:
        """From a start of the process to its death."""
        self.store = await Store.open(self._folder / "heartbeat.db", stamp=lambda: "stamp")
        try:
            self.heart = Heart(
                TILL, self.world, self.store, SETTINGS,
                now_s=lambda: self.clock.now_ms() / 1000, wall_ms=self.clock.now_ms,
                new_id=lambda: f"event-{next(self._ids)}", observe=self.observed.append,
            )  # fmt: skip
            await self.heart.recall()
            yield self
        finally:
            await self.store.close()

    @property
    def second(self) -> float:
        return (self.clock.now_ms() - self._began_ms) / 1000

    async def run(
        self, seconds: float, script: Callable[[float], Facts] | Facts, *, every_s: float = 10
    ) -> None:
        """Check for so long."""
        self.world.script = script if callable(script) else lambda _: script
        end = self.second + seconds
        while self.second < end:
            self.clock.advance(round(every_s * 1000))
            before = self.heart.mode
            await self.heart.check()
            state = self.heart.state()
            if state.mode is not before:
                assert state.mode is not None
                assert state.cause is not None
                self.moves.append((self.second, state.mode, state.cause))

    async def events(self) -> list[ModeChanged]:
        """What is stored for the ledger."""
        return [
            row.event for row in await self.store.outbox.rows(0, 1000) if isinstance(row.event, ModeChanged)
        ]
