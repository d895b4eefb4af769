"""Stamps of others: merged when they can be, stored always."""

from pathlib import Path

from actor.testing import NatsServer
from contracts import commands as c
from contracts import events as e
from contracts import services
from hlc import Timestamp

from . import samples as s
from .rig import Till, new_key, till


async def record(one: Till, event_id: str, hlc: str) -> None:
    event = e.FnWarned(event_id=event_id, till=s.TILL, fn=s.FN, warnings=1)
    answer = await one.ask(services.RECORD, c.RecordEvent(event=event, hlc=hlc))
    assert isinstance(answer, c.Recorded)


def hlc_of(one: Till, event_id: str) -> str:
    [(hlc,)] = one.rows("SELECT hlc FROM events WHERE event_id = ?", event_id)
    return str(hlc)


async def sold_at(one: Till) -> Timestamp:
    key = new_key()
    await one.insist(key)
    [(hlc,)] = one.rows("SELECT hlc FROM receipts WHERE key = ?", key)
    return Timestamp.parse(hlc)


async def test_what_comes_after_an_event_is_stamped_after_it(tmp_path: Path, server: NatsServer) -> None:
    async with till(tmp_path, server) as one:
        now = await sold_at(one)
        ahead = Timestamp(now.wall_ms + 20_000, 0, "printer")
        await record(one, "a", str(ahead))
        assert hlc_of(one, "a") == str(ahead)
        assert await sold_at(one) > ahead


async def test_a_stamp_from_too_far_ahead_is_stored_and_drags_nobody_along(
    tmp_path: Path, server: NatsServer
) -> None:
    async with till(tmp_path, server) as one:
        now = await sold_at(one)
        far = Timestamp(now.wall_ms + 3_600_000, 0, "printer")
        await record(one, "a", str(far))
        assert hlc_of(one, "a") == str(far)
        assert await sold_at(one) < far
        await one.kill()
        await one.restart()
        assert await sold_at(one) < far, "nor after a restart"


async def test_an_event_with_a_stamp_that_is_none_gets_ours(tmp_path: Path, server: NatsServer) -> None:
    async with till(tmp_path, server) as one:
        now = await sold_at(one)
        await record(one, "a", "yesterday")
        assert Timestamp.parse(hlc_of(one, "a")) > now
