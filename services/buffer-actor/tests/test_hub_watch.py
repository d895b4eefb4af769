"""What the till knows of the hub's copy, and what EVENTS may forget then. A local mirror stands for the hub's."""

from pathlib import Path

import msgspec
import pytest
from msgspec import UNSET

from actor.testing import NatsServer
from buffer_actor.hub_watch import KEPT_MS, keep_from
from contracts.drift import stream_config
from contracts.hub_streams import hub_streams
from contracts.settings import HubSection
from contracts.streams import EVENTS, Source

from . import samples as s
from .rig import Till, new_key, till


@pytest.mark.parametrize(
    ("floor", "first_young", "last_seq", "kept"),
    [(10, None, 20, 11), (10, None, 10, 10), (10, 4, 20, 4), (0, None, 20, 1)],
    ids=["at the hub and old", "the last message", "young", "nothing at the hub"],
)
def test_what_stays_in_events(floor: int, first_young: int | None, last_seq: int, kept: int) -> None:
    assert keep_from(floor=floor, first_young=first_young, last_seq=last_seq) == kept


async def make_hub_copy(one: Till) -> None:
    """The hub's mirror, on the till's own server."""
    [mirror] = [spec for spec in hub_streams([s.TILL]) if spec.mirror]
    assert mirror.mirror is not None
    source = Source(
        name=EVENTS, consumer=mirror.mirror.consumer, deliver_subject=mirror.mirror.deliver_subject
    )
    body = stream_config(msgspec.structs.replace(mirror, mirror=source))
    reply = await one.bus.client.request(
        f"$JS.API.STREAM.CREATE.{mirror.name}", msgspec.json.encode(body), timeout=5
    )
    assert b'"error"' not in reply.data


def with_hub(one: Till) -> None:
    one.settings = msgspec.structs.replace(one.settings, hub=HubSection(urls=("nats-leaf://127.0.0.1:1",)))


async def sold(one: Till, count: int) -> int:
    """The last sequence when all is quiet again."""
    keys = [new_key() for _ in range(count)]
    for key in keys:
        await one.insist(key)
    await one.settled(*keys)
    return one.event_rows()[-1][0]


async def caught_up(one: Till) -> None:
    async def all_there() -> bool:
        return (await one.status()).hub_lag == 0

    await one.until(all_there)


async def test_a_till_alone_says_nothing_of_a_hub(tmp_path: Path, server: NatsServer) -> None:
    async with till(tmp_path, server) as one:
        await sold(one, 1)
        status = await one.status()
        assert (status.hub_floor, status.hub_lag) == (UNSET, UNSET)


async def test_the_till_knows_what_the_hub_holds(tmp_path: Path, server: NatsServer) -> None:
    async with till(tmp_path, server, boot=False) as one:
        with_hub(one)
        await one.kill()
        await one.restart()
        last = await sold(one, 2)

        async def behind() -> bool:
            status = await one.status()
            return (status.hub_floor, status.hub_lag) == (0, last)

        await one.until(behind)
        await make_hub_copy(one)
        await caught_up(one)
        assert (await one.status()).hub_floor == last


async def test_what_the_hub_holds_and_is_old_leaves_events_and_the_rest_stays(
    tmp_path: Path, server: NatsServer
) -> None:
    async with till(tmp_path, server, boot=False) as one:
        with_hub(one)
        await one.kill()
        await one.restart()
        await make_hub_copy(one)
        old = await sold(one, 3)
        await caught_up(one)
        state = (await one.bus.jetstream.stream_info(EVENTS)).state
        assert state.first_seq == 1, "young"
        await one.kill()
        one.offset_ms = KEPT_MS + 86_400_000
        await one.restart()

        async def purged() -> bool:
            return (await one.bus.jetstream.stream_info(EVENTS)).state.first_seq >= old

        await one.until(purged)
        assert (await one.bus.jetstream.stream_info(EVENTS)).state.messages >= 1
        key = new_key()
        await one.insist(key)
        await caught_up(one)
        copied = await one.bus.jetstream.stream_info(f"{EVENTS}_{s.TILL}")
        assert copied.state.first_seq == 1
        assert copied.state.last_seq == copied.state.messages == one.event_rows()[-1][0]


async def test_old_events_stay_while_the_hub_lacks_them(tmp_path: Path, server: NatsServer) -> None:
    async with till(tmp_path, server, boot=False) as one:
        with_hub(one)
        await one.kill()
        await one.restart()
        await sold(one, 2)
        await one.kill()
        one.offset_ms = KEPT_MS + 86_400_000
        await one.restart()

        async def known() -> bool:
            return (await one.status()).hub_floor == 0

        await one.until(known)
        await one.insist(new_key())
        assert (await one.bus.jetstream.stream_info(EVENTS)).state.first_seq == 1
