"""POC-5 on a clock that is set: which events of the network change the mode, and which do not."""

from pathlib import Path

from contracts.states import Mode, ModeCause, Reach
from heartbeat.probes import Facts, Word

from .rig import CUT, LINKED, Rig, but, ofd

ONLINE, DEGRADED, OFFLINE = Mode.ONLINE, Mode.DEGRADED, Mode.OFFLINE


async def online(rig: Rig) -> None:
    """Long enough in ONLINE that a change is allowed."""
    await rig.run(200, LINKED)
    assert rig.heart.mode is ONLINE
    rig.moves.clear()


async def test_poc_5_1_odoo_away_but_ofd_reachable(rig: Rig) -> None:
    await online(rig)
    began = rig.second
    await rig.run(300, but(LINKED, word=Word(up=False)))
    assert rig.moves == [(began + 30, DEGRADED, ModeCause.ODOO_DOWN)]
    assert (rig.heart.state().checks.ofd, rig.heart.state().checks.odoo) == (Reach.UP, Reach.DOWN)
    back = rig.second
    await rig.run(300, LINKED)
    assert rig.moves[1:] == [(back + 30, ONLINE, ModeCause.ALL_UP)]
    assert [(e.mode, e.before) for e in await rig.events()] == [
        (ONLINE, None), (DEGRADED, ONLINE), (ONLINE, DEGRADED),
    ]  # fmt: skip


async def test_poc_5_1_the_silence_of_head_office_is_an_outage_too(rig: Rig) -> None:
    await online(rig)
    await rig.run(60, but(LINKED, word=None))
    assert [(mode, cause) for _, mode, cause in rig.moves] == [(DEGRADED, ModeCause.ODOO_SILENT)]


async def test_poc_5_2_five_seconds_latency(rig: Rig) -> None:
    await online(rig)
    await rig.run(3600, but(LINKED, ofd=ofd(slow=True)))
    assert rig.moves == []
    assert rig.heart.state().checks.ofd is Reach.SLOW


async def test_poc_5_3_flapping(rig: Rig) -> None:
    await online(rig)
    for phase in range(0, 30, 3):  # whatever part of the 30 s it begins with

        def flapping(second: float, phase: int = phase) -> Facts:
            return but(LINKED, ofd=ofd(up=(second + phase) % 30 >= 10))

        await rig.run(600, flapping)
    await rig.run(600, lambda second: LINKED if second % 30 >= 10 else CUT)
    assert rig.moves == []


async def test_poc_5_3_an_outage_within_the_first_ninety_seconds_of_a_mode_waits(rig: Rig) -> None:
    await rig.run(30, LINKED)
    assert rig.moves == [(30, ONLINE, ModeCause.ALL_UP)]
    await rig.run(300, but(LINKED, ofd=ofd(up=False)))
    assert rig.moves[1:] == [(120, OFFLINE, ModeCause.OFD_DOWN)]
    await rig.run(300, LINKED)
    assert rig.moves[2:] == [(360, ONLINE, ModeCause.ALL_UP)]


async def test_poc_5_4_split_brain(rig: Rig) -> None:
    """The link is cut. Each side holds a word of the other that was true: the till's mirror still says that Odoo is
    well. Neither side acts on it; after the return one change heals the mode."""
    await online(rig)
    began = rig.second
    stale = but(CUT, word=Word(up=True))
    await rig.run(3600, stale)
    assert rig.moves == [(began + 30, DEGRADED, ModeCause.LINK_DOWN)]
    assert rig.heart.state().checks.odoo is Reach.DOWN

    # The link is back, the mirror not yet: head office's word is old and counts for nothing.
    await rig.run(30, but(LINKED, word=None))
    assert rig.heart.mode is DEGRADED
    healed = rig.second
    await rig.run(600, LINKED)
    assert rig.moves[1:] == [(healed + 30, ONLINE, ModeCause.ALL_UP)]


async def test_poc_5_4_the_ofd_decides_whatever_head_office_believes(rig: Rig) -> None:
    await online(rig)
    await rig.run(300, but(LINKED, ofd=ofd(up=False), word=Word(up=True)))
    await rig.run(300, but(CUT, ofd=ofd(up=False)))
    await rig.run(300, but(CUT, ofd=ofd()))
    assert [(mode, cause) for _, mode, cause in rig.moves] == [
        (OFFLINE, ModeCause.OFD_DOWN), (DEGRADED, ModeCause.LINK_DOWN),
    ]  # fmt: skip


async def test_poc_5_4_a_crash_loop_neither_changes_the_mode_nor_hastens_it(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    async with rig.life():
        await rig.run(30, LINKED)
    for _ in range(20):  # dies after two checks, each time
        async with rig.life():
            assert (rig.heart.mode, rig.heart.state().since_ms) == (ONLINE, rig._began_ms + 30_000)
            await rig.run(20, but(LINKED, ofd=ofd(up=False)))
    async with rig.life():
        assert rig.heart.mode is ONLINE
        await rig.run(30, but(LINKED, ofd=ofd(up=False)))
        assert rig.heart.mode is OFFLINE
        assert [event.mode for event in await rig.events()] == [ONLINE, OFFLINE]
