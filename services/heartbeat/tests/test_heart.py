"""The owner of the mode: what it stores, tells and counts."""

from pathlib import Path

import pytest

from contracts.states import Mode, ModeCause, Reach
from heartbeat.beats import beat
from heartbeat.observations import Checked, LinkStuck, Moved

from .rig import ALONE, CUT, HUB, LINKED, TILL, Rig, but, ofd, printer


async def test_before_the_first_verdict_there_is_no_mode_and_no_event(rig: Rig) -> None:
    await rig.run(60, but(ALONE, ofd=None))
    state = rig.heart.state()
    assert (state.mode, state.since_ms, state.cause) == (None, None, None)
    assert state.checks.ofd is Reach.UNKNOWN
    assert await rig.events() == []


async def test_a_till_without_a_hub_is_online_by_its_ofd_alone(rig: Rig) -> None:
    await rig.run(3, ALONE, every_s=1)
    state = rig.heart.state()
    assert (state.mode, state.cause) == (Mode.ONLINE, ModeCause.ALL_UP)
    assert state.checks.odoo is Reach.NOT_CONFIGURED
    assert state.since_ms == rig.clock.now_ms()


async def test_a_change_is_stored_with_its_event_before_it_is_told(rig: Rig) -> None:
    await rig.run(200, ALONE)
    await rig.store.close()
    rig.world.script = lambda _: but(ALONE, ofd=ofd(up=False))
    for _ in range(2):
        rig.clock.advance(10_000)
        await rig.heart.check()
    with pytest.raises(ValueError, match="no active connection"):
        await rig.heart.check()
    assert rig.heart.mode is Mode.ONLINE
    assert [moved.mode for moved in rig.observed if isinstance(moved, Moved)] == [Mode.ONLINE]


async def test_the_mode_outlives_the_process_and_a_clock_that_was_set_back(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    async with rig.life():
        await rig.run(30, ALONE)
        since_ms = rig.heart.state().since_ms
    rig.clock.advance(-3_600_000)
    async with rig.life():
        state = rig.heart.state()
        assert (state.mode, state.cause, state.since_ms) == (Mode.ONLINE, ModeCause.ALL_UP, since_ms)
        await rig.run(80, but(ALONE, ofd=ofd(up=False)))
        assert rig.heart.mode is Mode.ONLINE, "its ninety seconds count from the start, when the clock lies"
        await rig.run(10, but(ALONE, ofd=ofd(up=False)))
        assert rig.heart.mode is Mode.OFFLINE


async def test_a_link_that_is_stuck_for_ten_minutes_is_told_once_and_shown_while_it_lasts(rig: Rig) -> None:
    await rig.run(600, CUT)
    assert not rig.heart.state().link_stuck
    await rig.run(60, CUT)
    assert rig.heart.state().link_stuck
    assert [each for each in rig.observed if isinstance(each, LinkStuck)] == [LinkStuck(HUB)]
    await rig.run(10, LINKED)
    assert not rig.heart.state().link_stuck


async def test_a_hub_that_does_not_answer_is_away_and_the_link_is_not_stuck(rig: Rig) -> None:
    rig.world.hub_open = False
    await rig.run(3600, CUT)
    rig.world.hub_open = True
    await rig.run(590, CUT)
    assert not rig.heart.state().link_stuck


async def test_each_check_is_observed_with_the_mode_after_it(rig: Rig) -> None:
    await rig.run(30, ALONE)
    seen = [each for each in rig.observed if isinstance(each, Checked)]
    assert [each.mode for each in seen] == [None, None, Mode.ONLINE]
    assert {each.checks.ofd for each in seen} == {Reach.UP}


async def test_a_beat_says_what_is_known_and_nothing_else(rig: Rig) -> None:
    await rig.run(30, ALONE)
    sent = beat(
        rig.heart.state(), printer(), None, ledger_seq=None, events_seq=7, version="0.1.0", uptime_s=30.9
    )
    assert (sent.till, sent.mode, sent.uptime_s) == (TILL, Mode.ONLINE, 30)
    assert (sent.events_seq, sent.ledger_seq, sent.queued, sent.fn) == (7, None, None, None)
    assert sent.delivered_through is None, "a watermark without its FN says nothing"
