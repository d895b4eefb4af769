"""Small parts: the world's freshness, the clock's file, bells and waiters."""

import asyncio
from pathlib import Path

from actor.stop import Stop
from buffer_actor.bells import Bell
from buffer_actor.bound import read_bound, store_bound
from buffer_actor.condition import Condition, Stage
from buffer_actor.waiters import Waiters
from buffer_actor.world import World
from contracts.dead import DeadLetter
from contracts.refusals import Code
from contracts.states import BreakerState, Link, OfdState, PrinterState

from . import samples as s

PRINTER = PrinterState(till=s.TILL, at_ms=0, link=Link.UP, settled=True)
OFD = OfdState(till=s.TILL, at_ms=0, reachable=True, breaker=BreakerState.CLOSED)


def test_a_word_holds_for_as_long_as_its_speaker_is_not_silent() -> None:
    now = [100.0]
    world = World(lambda: now[0], printer_silence_s=10)
    assert world.printer is None
    assert not world.device_off, "it has ten seconds to speak after our start"
    world.hear_printer(PRINTER)
    world.hear_ofd(OFD)
    assert (world.printer, world.ofd, world.ofd_reachable) == (PRINTER, OFD, True)
    now[0] += 5.1
    assert (world.printer, world.ofd, world.ofd_reachable) == (PRINTER, None, False)
    now[0] += 5
    assert world.printer is None
    assert world.device_off


def test_a_link_that_is_down_and_a_service_that_never_spoke_are_a_device_that_is_off() -> None:
    now = [0.0]
    world = World(lambda: now[0], printer_silence_s=10)
    now[0] = 10.1
    assert world.device_off
    world.hear_printer(PrinterState(till=s.TILL, at_ms=0, link=Link.DOWN, settled=False))
    assert world.device_off
    world.hear_printer(PrinterState(till=s.TILL, at_ms=0, link=Link.CONNECTING, settled=False))
    assert not world.device_off


def test_the_bound_of_the_clock_is_read_back_and_absent_in_a_first_life(tmp_path: Path) -> None:
    assert read_bound(tmp_path) is None
    for bound in (5, 1_772_000_000_000):
        store_bound(tmp_path, bound)
        assert read_bound(tmp_path) == bound
    assert [each.name for each in tmp_path.iterdir()] == ["hlc.bound"]


def test_the_guard_is_set_at_first_by_a_reconnect_and_on_demand() -> None:
    connection = [0]
    condition = Condition(lambda: connection[0])
    assert condition.guarded
    condition.compared(condition.connection())
    assert not condition.guarded
    connection[0] += 1
    assert condition.guarded
    before = condition.connection()
    connection[0] += 1
    condition.compared(before)
    assert condition.guarded, "what was compared over the old connection says nothing about the new one"
    condition.compared(condition.connection())
    condition.guard()
    assert condition.guarded


def test_what_is_refused_at_each_stage() -> None:
    condition = Condition(lambda: 0)
    condition.compared(0)

    def code(*, device_off: bool = False) -> Code | None:
        refusal = condition.refusal(device_off=device_off)
        assert refusal is None or not refusal.final
        return refusal.code if refusal else None

    assert code() is Code.STARTING
    assert code(device_off=True) is Code.STARTING
    condition.stage = Stage.COMPARED
    assert code() is Code.STARTING
    assert code(device_off=True) is None, "the gates refuse for good: the cashier can mend it"
    condition.stage = Stage.PASSED
    assert code() is None
    condition.stop(
        [DeadLetter(letter_id="1", till=s.TILL, kind="contradiction", text="Так нельзя.", at_ms=0)]
    )
    assert code() is Code.STOPPED
    assert condition.stopped == "Так нельзя."


async def test_a_ring_is_heard_later_and_many_rings_are_one() -> None:
    bell, stop = Bell(), Stop()
    bell.ring()
    bell.ring()
    assert await bell.wait(10, stop)
    assert not await bell.wait(0.001, stop)
    stop.request("test")
    assert not await bell.wait(10, stop)


async def test_a_waiter_is_woken_by_its_key_by_the_stop_and_by_its_patience() -> None:
    waiters, stop, values = Waiters(), Stop(), {"a": 0}

    async def read() -> int:
        return values["a"]

    async def wait(patience_s: float) -> int:
        return await waiters.until("a", read, lambda value: value > 1, patience_s=patience_s, stop=stop)

    assert await wait(0.001) == 0
    waiting = asyncio.create_task(wait(30))
    for value in (1, 2):
        await asyncio.sleep(0)
        values["a"] = value
        waiters.changed("a")
        waiters.changed("b")
    assert await waiting == 2
    values["a"] = 0
    waiting = asyncio.create_task(wait(30))
    await asyncio.sleep(0)
    stop.request("SIGTERM")
    assert await waiting == 0
    assert waiters._bells == {}
