"""The delivery loop against an FN and an OFD in memory."""

import asyncio
import contextlib
import itertools
from collections import deque
from collections.abc import AsyncIterator, Callable

import pytest

from actor.stop import Stop, StopRequested
from actor.testing import wait_until
from contracts.commands import OfdMessage, ResetBreaker, Sync, SyncStarted
from contracts.refusals import Code, Refusal
from contracts.states import BreakerState, Link, PrinterState, Unsent
from ofd_forwarder.actor import SLOW_S, Forwarder
from ofd_forwarder.breaker import BreakerRules
from ofd_forwarder.errors import AnswerOverdue, ClosedWithoutAnswer, ConnectFailed, OfdError, PrinterAway
from ofd_forwarder.observations import AttemptFailed, BreakerMoved, Observation, RunEnded

FN = "9999078900000961"
QUICK = BreakerRules(probe_s=0.01, first_backoff_s=0.01, open_s=0.01, longest_backoff_s=0.02)
PATIENT = BreakerRules(first_backoff_s=3600.0, open_s=3600.0, longest_backoff_s=3600.0)


class MemoryFn:
    """Gives its head until it gets the head's ticket, as a real FN does."""

    def __init__(self, documents: int = 0) -> None:
        self.undelivered = deque(range(1, documents + 1))
        self.tickets: list[int] = []
        self.takes = 0
        self.refuses_tickets = False
        self.away = False
        self.loses_answers: int = 0

    async def take(self) -> OfdMessage | None:
        self.takes += 1
        if self.away:
            raise PrinterAway("nobody serves it", 3600.0)
        if not self.undelivered:
            return None
        return OfdMessage(fn=FN, fd=self.undelivered[0], data=b"document %d" % self.undelivered[0])

    async def give(self, message: OfdMessage, answer: bytes) -> int | None:
        if self.refuses_tickets or message.fd != self.undelivered[0]:
            return 0x20
        assert answer == b"ticket %d" % message.fd
        self.tickets.append(self.undelivered.popleft())
        if self.loses_answers:
            self.loses_answers -= 1
            raise PrinterAway("no answer", 0.0)
        return None


class MemoryOfd:
    """Acknowledges, or fails as `failure` says."""

    def __init__(self) -> None:
        self.failure: OfdError | None = None
        self.port_refuses = False
        self.attempts: list[int] = []
        self.probes = 0
        self.before_answer: Callable[[], None] = lambda: None
        self.hold = asyncio.Event()
        self.hold.set()

    async def probe(self) -> None:
        self.probes += 1
        if self.port_refuses:
            raise ConnectFailed("refused")

    async def exchange(self, message: OfdMessage, *, more: bool) -> bytes:
        self.attempts.append(message.fd)
        self.before_answer()
        await self.hold.wait()
        if self.port_refuses:
            raise ConnectFailed("refused")
        if self.failure is not None:
            raise self.failure
        return b"ticket %d" % message.fd

    async def rest(self) -> None:
        """Nothing is kept open."""


class Bench:
    """A forwarder between the two; `skip_s` moves its clock."""

    def __init__(self, documents: int, rules: BreakerRules) -> None:
        self.fn, self.ofd = MemoryFn(documents), MemoryOfd()
        self.skip_s = 0.0
        self.seen: list[Observation] = []
        ids = itertools.count(1)
        self.forwarder = Forwarder(
            "till-001",
            self.fn,
            self.ofd,
            now_s=lambda: asyncio.get_running_loop().time() + self.skip_s,
            wall_ms=lambda: 1_772_000_000_000,
            chance=lambda: 0.0,
            new_id=lambda: f"run-{next(ids)}",
            observe=self.seen.append,
            rules=rules,
        )
        self.stop = Stop()

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        delivery = asyncio.ensure_future(self.forwarder.deliver(self.stop))
        try:
            yield
        finally:
            self.stop.request("the test ends")
            with contextlib.suppress(StopRequested):
                await delivery

    def hear(self, unsent: int) -> None:
        self.forwarder.heard(
            PrinterState(
                till="till-001",
                at_ms=0,
                link=Link.UP,
                settled=True,
                unsent=Unsent(count=unsent, first_fd=1),
            )
        )

    def failures(self) -> list[str]:
        return [seen.code for seen in self.seen if isinstance(seen, AttemptFailed)]


async def test_a_backlog_is_delivered_in_fd_order_and_each_ticket_given_back() -> None:
    bench = Bench(5, QUICK)
    async with bench.running():
        await wait_until(lambda: not bench.fn.undelivered)
        await wait_until(lambda: any(isinstance(seen, RunEnded) for seen in bench.seen))
    assert bench.ofd.attempts == bench.fn.tickets == [1, 2, 3, 4, 5]
    state = bench.forwarder.state()
    assert (state.run_delivered, state.run_failed) == (5, 0)
    assert (state.reachable, state.breaker, state.last_success_ms) == (
        True,
        BreakerState.CLOSED,
        1_772_000_000_000,
    )
    assert [(s.delivered, s.failed) for s in bench.seen if isinstance(s, RunEnded)] == [(5, 0)]


async def test_a_new_document_goes_when_the_printer_tells_of_it() -> None:
    bench = Bench(0, PATIENT)
    async with bench.running():
        await wait_until(lambda: bench.fn.takes == 1)
        bench.fn.undelivered.append(1)
        bench.hear(unsent=1)
        await wait_until(lambda: bench.fn.tickets == [1])


async def test_a_printer_that_was_away_is_asked_as_soon_as_it_speaks() -> None:
    bench = Bench(1, PATIENT)
    bench.fn.away = True
    async with bench.running():
        await wait_until(lambda: bench.fn.takes == 1)
        bench.fn.away = False
        bench.hear(unsent=1)
        await wait_until(lambda: bench.fn.tickets == [1])


async def test_with_nothing_to_send_the_line_is_tested_as_soon_as_the_printer_says_so() -> None:
    bench = Bench(0, PATIENT)
    bench.fn.away = True
    async with bench.running():
        await wait_until(lambda: bench.fn.takes == 1)
        bench.hear(unsent=0)
        await wait_until(lambda: bench.forwarder.state().reachable)
    assert bench.fn.takes == 1


async def test_f1_after_a_failure_the_same_document_goes_again_and_never_the_next() -> None:
    bench = Bench(2, QUICK)
    bench.ofd.failure = ClosedWithoutAnswer("closed")
    async with bench.running():
        await wait_until(lambda: len(bench.ofd.attempts) >= 8)
        bench.ofd.failure = None
        await wait_until(lambda: bench.fn.tickets == [1, 2])
    assert bench.ofd.attempts[:8] == [1] * 8


async def test_an_ofd_that_is_down_gets_probes_and_then_the_document_at_once() -> None:
    bench = Bench(1, BreakerRules(probe_s=0.01, first_backoff_s=3600.0, open_s=3600.0))
    bench.ofd.port_refuses = True
    async with bench.running():
        await wait_until(lambda: bench.ofd.probes >= 6)
        assert bench.forwarder.state().breaker is BreakerState.OPEN
        assert bench.ofd.attempts == [1]
        bench.ofd.port_refuses = False
        await wait_until(lambda: bench.fn.tickets == [1])
    assert bench.forwarder.state().breaker is BreakerState.CLOSED
    moves = [(s.before, s.after) for s in bench.seen if isinstance(s, BreakerMoved)]
    assert moves == [
        (BreakerState.CLOSED, BreakerState.OPEN),
        (BreakerState.OPEN, BreakerState.HALF_OPEN),
        (BreakerState.HALF_OPEN, BreakerState.CLOSED),
    ]


async def test_a_hang_is_not_tried_before_its_time_although_the_port_answers() -> None:
    bench = Bench(1, PATIENT)
    bench.ofd.failure = AnswerOverdue("silent")
    async with bench.running():
        await wait_until(lambda: bench.failures() == ["hang"])
        bench.ofd.failure = None
        state = bench.forwarder.state()
        assert (state.reachable, state.failures_in_row) == (False, 1)
        assert state.retry_at_ms is not None
        assert state.retry_at_ms > state.at_ms
        assert state.last_error == "hang: silent"
        assert bench.ofd.attempts == [1]
        bench.skip_s = 3600.0
        bench.hear(unsent=1)
        await wait_until(lambda: bench.fn.tickets == [1])


async def test_a_lost_answer_of_the_printer_is_asked_about_and_breaks_nothing() -> None:
    bench = Bench(2, QUICK)
    bench.fn.loses_answers = 1
    async with bench.running():
        await wait_until(lambda: bench.fn.tickets == [1, 2])
    assert bench.ofd.attempts == [1, 2]
    assert bench.failures() == []


async def test_a_ticket_the_fn_does_not_take_stays_first_and_opens_the_breaker() -> None:
    bench = Bench(2, BreakerRules(first_backoff_s=0.01, open_s=3600.0))
    bench.fn.refuses_tickets = True
    async with bench.running():
        await wait_until(lambda: bench.forwarder.state().breaker is BreakerState.OPEN)
    assert bench.failures() == ["ticket_not_taken"] * 5
    assert set(bench.ofd.attempts) == {1}
    assert "20h" in bench.forwarder.state().last_error


async def test_a_line_that_was_never_tried_is_not_called_reachable() -> None:
    bench = Bench(0, PATIENT)
    assert not bench.forwarder.state().reachable
    async with bench.running():
        await wait_until(lambda: bench.forwarder.state().reachable)
        bench.forwarder.reset(ResetBreaker(by="admin"))
        assert not bench.forwarder.state().reachable
        await wait_until(lambda: bench.forwarder.state().reachable)
    assert bench.ofd.probes == 2


async def test_a_slow_answer_is_told_and_is_no_failure() -> None:
    bench = Bench(1, QUICK)

    def pass_time() -> None:
        bench.skip_s += SLOW_S

    bench.ofd.before_answer = pass_time
    async with bench.running():
        await wait_until(lambda: bench.fn.tickets == [1])
    state = bench.forwarder.state()
    assert (state.slow, state.reachable) == (True, True)


async def test_an_idle_link_is_tested_and_comes_back_without_a_document() -> None:
    bench = Bench(0, BreakerRules(probe_s=0.01))
    bench.ofd.port_refuses = True
    async with bench.running():
        await wait_until(lambda: not bench.forwarder.state().reachable)
        await wait_until(lambda: bench.forwarder.state().breaker is BreakerState.OPEN)
        bench.ofd.port_refuses = False
        await wait_until(lambda: bench.forwarder.state().reachable)
    assert bench.forwarder.state().breaker is BreakerState.CLOSED
    assert bench.ofd.attempts == []


async def test_one_run_at_a_time() -> None:
    bench = Bench(1, QUICK)
    bench.ofd.hold.clear()
    async with bench.running():
        await wait_until(lambda: bench.ofd.attempts == [1])
        answer = bench.forwarder.sync(Sync(by="manager", force=True))
        assert isinstance(answer, Refusal)
        assert answer.code is Code.SYNC_RUNNING
        bench.ofd.hold.set()
        await wait_until(lambda: bench.fn.tickets == [1])
        await wait_until(lambda: bench.forwarder.sync(Sync(by="manager")).__class__ is not Refusal)


async def test_two_syncs_at_once_are_one_run() -> None:
    bench = Bench(0, PATIENT)
    async with bench.running():
        await wait_until(lambda: bench.ofd.probes == 1)
        first, second = (bench.forwarder.sync(Sync(by="manager")) for _ in range(2))
        assert isinstance(first, SyncStarted)
        assert isinstance(second, Refusal)
        assert second.code is Code.SYNC_RUNNING
        await wait_until(lambda: any(isinstance(seen, RunEnded) for seen in bench.seen))
    assert [seen.run_id for seen in bench.seen if isinstance(seen, RunEnded)] == [first.run_id]


async def test_sync_goes_against_the_backoff_only_by_force() -> None:
    bench = Bench(1, PATIENT)
    bench.ofd.failure = ClosedWithoutAnswer("closed")
    async with bench.running():
        await wait_until(lambda: bench.failures() == ["refusal"])
        await wait_until(lambda: bench.forwarder.state().run_failed == 1)
        refused = bench.forwarder.sync(Sync(by="manager"))
        assert isinstance(refused, Refusal)
        assert refused.code is Code.OFD_UNREACHABLE
        assert refused.retry_after_s == pytest.approx(3600, abs=60)
        bench.ofd.failure = None
        assert isinstance(bench.forwarder.sync(Sync(by="manager", force=True)), SyncStarted)
        await wait_until(lambda: bench.fn.tickets == [1])


async def test_reset_closes_the_breaker_and_tries_at_once() -> None:
    bench = Bench(1, BreakerRules(failures_to_open=1, open_s=3600.0, longest_backoff_s=3600.0))
    bench.ofd.failure = AnswerOverdue("silent")
    async with bench.running():
        await wait_until(lambda: bench.forwarder.state().breaker is BreakerState.OPEN)
        bench.ofd.failure = None
        answer = bench.forwarder.reset(ResetBreaker(by="admin"))
        assert (answer.before, answer.after) == (BreakerState.OPEN, BreakerState.CLOSED)
        await wait_until(lambda: bench.fn.tickets == [1])


async def test_the_stop_does_not_wait_for_a_silent_ofd() -> None:
    bench = Bench(1, PATIENT)
    bench.ofd.hold.clear()
    async with asyncio.timeout(20.0), bench.running():
        await wait_until(lambda: bench.ofd.attempts == [1])
    assert list(bench.fn.undelivered) == [1]
