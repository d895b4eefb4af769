"""Check, decide, store, tell: the only owner of the mode."""

import asyncio
from collections.abc import Callable
from typing import Final, Protocol

from actor.stop import Stop
from contracts.events import ModeChanged
from contracts.settings import HeartbeatSection
from contracts.states import Mode, ModeChecks, ModeState
from heartbeat import probes
from heartbeat.link import LinkWatch, note
from heartbeat.machine import Changed, Rules, Watch, advance
from heartbeat.observations import Checked, LinkStuck, Moved, Observe
from heartbeat.probes import Facts
from heartbeat.store import Store

FIRST_CHECKS_EVERY_S: Final = 1.0
"""Until the first mode of a till's life is found."""


class World(Protocol):
    """All that can be found out."""

    async def facts(self) -> Facts:
        """What is true now, within a few seconds."""

    async def hub_answers(self, hubs: tuple[str, ...]) -> bool:
        """Whether a hub's port takes connections."""


class Heart:
    """The mode of one till. `now_s` is monotonic, `wall_ms` the machine's clock."""

    def __init__(
        self,
        till: str,
        world: World,
        store: Store,
        settings: HeartbeatSection,
        *,
        now_s: Callable[[], float],
        wall_ms: Callable[[], int],
        new_id: Callable[[], str],
        observe: Observe,
    ) -> None:
        self._till, self._world, self._store, self._settings = till, world, store, settings
        self._rules = Rules(equal_checks=settings.equal_checks, stay_s=settings.stay_s)
        self._now_s, self._wall_ms, self._new_id = now_s, wall_ms, new_id
        self._observe = observe
        self._watch = Watch()
        self._since_ms: int | None = None
        self._checks = ModeChecks()
        self._link = LinkWatch()
        self.changed = asyncio.Event()

    async def recall(self) -> None:
        """Go on from the mode of the last life: a restart is no change, and no way to change sooner."""
        stored = await self._store.mode()
        if stored is not None:
            lasted_s = max(0.0, (self._wall_ms() - stored.since_ms) / 1000)  # a clock set back counts as none
            self._watch = Watch(now=stored.verdict, since_s=self._now_s() - lasted_s)
            self._since_ms = stored.since_ms

    async def run(self, stop: Stop) -> None:
        """Check until the stop."""
        while not stop.requested:
            await stop.race(self.check())
            await stop.sleep(self._settings.check_every_s if self._watch.now else FIRST_CHECKS_EVERY_S)

    async def check(self) -> None:
        """One check of everything; a change is stored, with its event, before anybody hears of it."""
        facts = await self._world.facts()
        watch, changed = advance(self._watch, probes.verdict(facts), self._now_s(), self._rules)
        if changed is not None:
            await self._change(changed)
        self._watch, self._checks = watch, probes.checks(facts)
        await self._look_at_link(facts)
        self._observe(Checked(self._checks, self.mode))
        self.changed.set()

    def state(self) -> ModeState:
        """The word for the state subject."""
        now = self._watch.now
        return ModeState(
            till=self._till,
            at_ms=self._wall_ms(),
            mode=self.mode,
            since_ms=self._since_ms,
            cause=now.cause if now else None,
            checks=self._checks,
            link_stuck=self._link.stuck,
        )

    @property
    def mode(self) -> Mode | None:
        return self._watch.now.mode if self._watch.now else None

    async def _change(self, changed: Changed) -> None:
        event = ModeChanged(
            event_id=self._new_id(),
            till=self._till,
            mode=changed.verdict.mode,
            before=changed.before,
            cause=changed.verdict.cause,
            at_ms=self._wall_ms(),
        )
        await self._store.change(event)
        after_s = self._now_s() - self._watch.since_s if self._watch.now else 0.0
        self._since_ms = event.at_ms
        self._observe(Moved(event.mode, event.before, event.cause, after_s))

    async def _look_at_link(self, facts: Facts) -> None:
        server = facts.server
        cut = server is not None and bool(server.hubs) and not server.linked
        answers = cut and server is not None and await self._world.hub_answers(server.hubs)
        before = self._link
        self._link = note(
            before, hub_answers=answers, now_s=self._now_s(), limit_s=self._settings.link_stuck_s
        )
        if self._link.stuck and not before.stuck and server is not None:
            self._observe(LinkStuck(server.hubs))
