"""Deliver in FD order: take from the FN, hand to the OFD, give the ticket back. No durable state, no queue."""

import asyncio
import contextlib
import math
from collections.abc import Callable
from typing import Protocol

import msgspec

from actor.stop import Stop
from contracts.commands import BreakerReset, OfdMessage, ResetBreaker, Sync, SyncStarted
from contracts.refusals import Code, Refusal, refuse
from contracts.states import OfdState, PrinterState
from ofd_forwarder.breaker import (
    AttemptBegun,
    Breaker,
    BreakerRules,
    Event,
    Failed,
    ProbeAnswered,
    Reset,
    Step,
    Succeeded,
    advance,
)
from ofd_forwarder.errors import OfdError, PrinterAway, TicketNotTaken
from ofd_forwarder.observations import AttemptFailed, BreakerMoved, Observe, RunEnded
from ofd_forwarder.plan import Situation, plan

SLOW_S = 2.0
"""An answer that takes longer is worth telling; it is no outage."""

IDLE_PROBE_S = 15.0
"""How often the link is tested while nothing waits, so that `reachable` is true when the next receipt asks."""


class Printer(Protocol):
    """The FN behind printer-actor."""

    async def take(self) -> OfdMessage | None:
        """Return the first undelivered message, None when there is none; PrinterAway when it cannot say."""

    async def give(self, message: OfdMessage, answer: bytes) -> int | None:
        """Hand over the ticket; return None when it was taken, else the FN's error code."""


class Line(Protocol):
    """The OFD behind TCP."""

    async def probe(self) -> None:
        """Return when the port accepts connections; ConnectFailed when it does not."""

    async def exchange(self, message: OfdMessage, *, more: bool) -> bytes:
        """Return the checked answer, as it came; OfdError otherwise. `more`: another document is likely to follow."""

    async def rest(self) -> None:
        """Let go of what a run kept open."""


class Run(msgspec.Struct, kw_only=True):
    """One delivery run: from its first document to an empty queue or a failure."""

    id: str
    started_ms: int
    started_s: float
    ended_s: float | None = None
    delivered: int = 0
    failed: int = 0


class Forwarder:
    """Owns the breaker and the right to talk to the OFD; everything in memory, a restart begins afresh.

    `now_s` is monotonic, `wall_ms` the machine's clock, `chance` gives [0, 1) for the jitter.
    """

    def __init__(
        self,
        till: str,
        printer: Printer,
        line: Line,
        *,
        now_s: Callable[[], float],
        wall_ms: Callable[[], int],
        chance: Callable[[], float],
        new_id: Callable[[], str],
        observe: Observe,
        rules: BreakerRules | None = None,
    ) -> None:
        self._till = till
        self._printer, self._line = printer, line
        self._now_s, self._wall_ms, self._chance, self._new_id = now_s, wall_ms, chance, new_id
        self._observe = observe
        self._rules = rules or BreakerRules()
        self._breaker = Breaker()
        self._forced: str | None = None  # id of the run a person asked for
        self._run: Run | None = None
        self._backlog = 0
        self._waiting = True  # until the printer said otherwise
        self._contact_at_s = -math.inf  # never
        self._printer_at_s = 0.0
        self._slow = False
        self._last_error = ""
        self._last_success_ms: int | None = None
        self._wake = asyncio.Event()
        self.changed = asyncio.Event()

    async def deliver(self, stop: Stop) -> None:
        """Deliver until the stop; what is in hand then is forgotten, because the FN still has it."""
        await stop.race(self._loop())

    def sync(self, command: Sync) -> SyncStarted | Refusal:
        """Begin a run now; one at a time, and only `force` goes against the breaker."""
        if self._forced or self._running:
            return refuse(Code.SYNC_RUNNING)
        wait_s = self._breaker.next_at_s - self._now_s()
        if not command.force and self._breaker.kind is not None:
            return refuse(Code.OFD_UNREACHABLE, retry_after_s=max(1, round(wait_s)))
        self._forced = self._new_id()
        self._wake.set()
        return SyncStarted(run_id=self._forced)

    def reset(self, _: ResetBreaker) -> BreakerReset:
        """Close the breaker by hand and try at once."""
        before = self._breaker.state
        self._advance(Reset())
        self._contact_at_s = (
            -math.inf
        )  # what is known of the line is forgotten too: with nothing to send, test it
        self._wake.set()
        return BreakerReset(before=before, after=self._breaker.state)

    def heard(self, printer: PrinterState) -> None:
        """Note what printer-actor says about the FN's queue."""
        self._backlog = printer.unsent.count if printer.unsent else 0
        self._waiting = self._backlog > 0
        if printer.settled:
            self._printer_at_s = 0.0  # it is there and free: nothing to wait for
        self._wake.set()

    def state(self) -> OfdState:
        """The forwarder's word on the line, for the state subject."""
        run, breaker = self._run, self._breaker
        waits_ms = round((breaker.next_at_s - self._now_s()) * 1000)
        now_ms = self._wall_ms()
        ended_s = self._now_s() if run is None or run.ended_s is None else run.ended_s
        return OfdState(
            till=self._till,
            at_ms=now_ms,
            reachable=breaker.kind is None and self._contact_at_s > -math.inf,
            breaker=breaker.state,
            slow=self._slow,
            failures_in_row=breaker.failures,
            last_error=self._last_error,
            last_success_ms=self._last_success_ms,
            retry_at_ms=now_ms + max(0, waits_ms) if breaker.kind else None,
            run_started_ms=run.started_ms if run else None,
            run_delivered=run.delivered if run else 0,
            run_failed=run.failed if run else 0,
            run_duration_ms=round((ended_s - run.started_s) * 1000) if run else 0,
        )

    @property
    def _running(self) -> bool:
        return self._run is not None and self._run.ended_s is None

    async def _loop(self) -> None:
        while True:
            self._wake.clear()
            step, until_s = plan(self._situation(), self._now_s(), IDLE_PROBE_S)
            if step is Step.WAIT:
                await self._wait(until_s - self._now_s())
            elif step is Step.PROBE:
                await self._probe()
            else:
                await self._deliver_all()

    def _situation(self) -> Situation:
        return Situation(
            breaker=self._breaker,
            waiting=self._waiting,
            forced=self._forced is not None,
            contact_at_s=self._contact_at_s,
            printer_at_s=self._printer_at_s,
        )

    async def _wait(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._wake.wait(), None if seconds == math.inf else max(0.0, seconds))

    async def _probe(self) -> None:
        try:
            await self._line.probe()
        except OfdError as error:
            self._failed(error)
            return
        finally:
            self._contact_at_s = self._now_s()
        if self._waiting:
            self._advance(ProbeAnswered())
        else:
            # Nothing to prove it with: the port was the fault, the port is back.
            self._advance(AttemptBegun())
            self._advance(Succeeded())

    async def _deliver_all(self) -> None:
        run_id, self._forced = self._forced, None
        run = Run(id=run_id or self._new_id(), started_ms=self._wall_ms(), started_s=self._now_s())
        if run_id:
            self._run = run
        try:
            while await self._deliver_one(run):
                self.changed.set()
        except PrinterAway as away:
            self._printer_at_s = self._now_s() + away.retry_after_s
        finally:
            await self._line.rest()
            run.ended_s = self._now_s()
            if self._run is run:
                self._observe(RunEnded(run.id, run.delivered, run.failed, run.ended_s - run.started_s))
            self.changed.set()

    async def _deliver_one(self, run: Run) -> bool:
        message = await self._printer.take()
        if message is None:
            self._waiting, self._backlog = False, 0
            return False
        self._run = run
        self._advance(AttemptBegun())
        try:
            answer = await self._exchange(message)
            await self._give(message, answer)
        except OfdError as error:
            run.failed += 1
            self._failed(error)
            return False
        run.delivered += 1
        self._backlog = max(0, self._backlog - 1)
        return True

    async def _exchange(self, message: OfdMessage) -> bytes:
        begun_s = self._now_s()
        try:
            return await self._line.exchange(message, more=self._backlog > 1)
        finally:
            self._contact_at_s = self._now_s()
            self._slow = self._contact_at_s - begun_s >= SLOW_S

    async def _give(self, message: OfdMessage, answer: bytes) -> None:
        try:
            error = await self._printer.give(message, answer)
        except PrinterAway:
            # Stored or not, the FN knows and will be asked; the OFD did its part.
            self._advance(Succeeded())
            raise
        if error is not None:
            raise TicketNotTaken(f"the FN answered {error:02X}h to the ticket of document {message.fd}")
        self._last_success_ms = self._wall_ms()
        self._advance(Succeeded())

    def _failed(self, error: OfdError) -> None:
        self._last_error = f"{error.code}: {error}"
        self._observe(AttemptFailed(error.code, str(error)))
        self._advance(Failed(kind=error.kind, chance=self._chance()))

    def _advance(self, event: Event) -> None:
        before = self._breaker
        self._breaker = advance(before, event, self._now_s(), self._rules)
        if before.state is not self._breaker.state:
            self._observe(BreakerMoved(before.state, self._breaker.state))
        self.changed.set()
