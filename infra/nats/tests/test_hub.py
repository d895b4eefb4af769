"""Till and hub with their real configurations: everything goes up in order and once, commands and catalog come down."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from nats.js.errors import NotFoundError

from contracts.head_office import CATALOG_STREAM, ODOO_STATUS_SUBJECT
from contracts.hub_streams import EVENTS_ALL, events_of, hub_streams
from contracts.streams import till_streams
from till_nats.errors import Drifted
from till_nats.keys import ensure_keys
from till_nats.provision import check_drift, provision

from .hub_rig import Hub, Till, linked, stored, until


@pytest.fixture
async def one(tmp_path: Path) -> AsyncIterator[tuple[Hub, Till]]:
    async with linked(tmp_path, "till-001") as (hub, [till]):
        yield hub, till


async def same(hub: Hub, till: Till) -> None:
    """The hub has the till's events under the same numbers, and all of them once in EVENTS_ALL."""
    async with till.client("provision") as client:
        wanted = await stored(client, "EVENTS")
        last = wanted[-1][0]

    async def complete() -> tuple[int, int]:
        async with hub.client("hq") as client:
            js = client.jetstream()
            mirror, everything = [
                (await js.stream_info(name)).state.last_seq for name in (events_of(till.till), EVENTS_ALL)
            ]
            return mirror, everything

    await until(complete, want=(last, last))
    assert await hub.stored(events_of(till.till)) == wanted
    assert [each[1:] for each in await hub.stored(EVENTS_ALL)] == [each[1:] for each in wanted]


async def test_the_second_run_of_provisioning_has_nothing_to_do(one: tuple[Hub, Till]) -> None:
    hub, till = one
    assert await hub.provision() == ()
    async with till.client("provision") as client:
        assert await provision(client, till_streams(till.till, hub=True)) == ()


async def test_drift_at_the_hub_is_an_error_and_a_missing_stream_is_none(one: tuple[Hub, Till]) -> None:
    hub, _ = one
    async with hub.client("provision") as client:
        js = client.jetstream()
        config = (await js.stream_info("COMMANDS")).config
        await js.update_stream(config.evolve(max_age=3600))
        with pytest.raises(Drifted, match="COMMANDS: max_age"):
            await hub.provision()
        await js.update_stream(config)
        await js.delete_stream("KV_fleet")
        assert await hub.provision() == ("stream KV_fleet",)
        assert await check_drift(client, hub_streams(["till-001"])) == ()


async def test_events_arrive_under_their_own_numbers_and_the_till_knows_it(one: tuple[Hub, Till]) -> None:
    hub, till = one
    await till.sell(20)
    await same(hub, till)
    await until(till.floor, want=20)


async def test_a_cut_line_loses_nothing(one: tuple[Hub, Till]) -> None:
    hub, till = one
    await till.sell(5)
    await same(hub, till)
    await till.link(up=False)
    await till.sell(200)
    await till.link(up=True)
    await same(hub, till)
    await until(till.floor, want=205)


@pytest.mark.parametrize("who", ["leaf", "hub"])
async def test_a_killed_server_loses_nothing(one: tuple[Hub, Till], who: str) -> None:
    hub, till = one
    await till.sell(5)
    victim = till.server if who == "leaf" else hub.server
    await victim.kill()
    if who == "hub":
        await till.sell(100)
    await victim.start()
    await till.sell(100)
    await same(hub, till)


async def test_a_purge_below_the_floor_leaves_the_hubs_copy_whole(one: tuple[Hub, Till]) -> None:
    hub, till = one
    await till.sell(30)
    await until(till.floor, want=30)
    async with till.client("provision") as client:
        wanted = await stored(client, "EVENTS")
        await client.jetstream().purge_stream("EVENTS", seq=30)
    await till.sell(10)
    await until(till.floor, want=40)
    found = await hub.stored(events_of(till.till))
    assert found[:30] == wanted
    assert [seq for seq, _, _ in found] == list(range(1, 41))


async def test_a_mirror_that_the_hub_lost_is_filled_again_from_the_beginning(one: tuple[Hub, Till]) -> None:
    hub, till = one
    await till.sell(30)
    await until(till.floor, want=30)
    async with hub.client("provision") as client:
        await client.jetstream().delete_stream(events_of(till.till))
    await hub.provision()
    await till.sell(5)
    await same(hub, till)


async def test_commands_come_down_and_wait_while_the_line_is_cut(one: tuple[Hub, Till]) -> None:
    hub, till = one

    async def heard() -> list[bytes]:
        async with till.client("provision") as client:
            js = client.jetstream()
            last = (await js.stream_info("COMMANDS")).state.last_seq
            return [(await js.get_msg("COMMANDS", seq=seq + 1)).data for seq in range(last)]

    async with hub.client("hq") as client:
        await client.jetstream().publish(till.subjects.hub_command("hello"), b"1")
        await until(heard, want=[b"1"])
        await till.link(up=False)
        await client.jetstream().publish(till.subjects.hub_command("hello"), b"2")
        await client.jetstream().publish("hub.till-002.cmd.hello", b"not yours")
        await till.link(up=True)
        await client.jetstream().publish(till.subjects.hub_command("hello"), b"3")
        await until(heard, want=[b"1", b"2", b"3"])


async def test_the_catalog_is_mirrored_and_is_read_without_a_line(one: tuple[Hub, Till]) -> None:
    hub, till = one

    async def price() -> bytes | None:
        async with till.client("provision") as client:
            messages = (await client.jetstream().stream_info("KV_catalog")).state.messages
            if not messages:
                return None
            entry = await (await client.jetstream().key_value("catalog")).get("FR-001")
            return entry.value

    async with hub.client("hq") as client:
        catalog = await client.jetstream().key_value("catalog")
        await catalog.put("FR-001", b"799000")
        await until(price, want=b"799000")
        await catalog.put("FR-001", b"699000")
        await until(price, want=b"699000")
    await till.link(up=False)
    await till.server.restart()
    assert await price() == b"699000"


async def test_heartbeat_reads_head_offices_word_in_the_mirror_and_nothing_beside_it(
    one: tuple[Hub, Till],
) -> None:
    hub, till = one
    async with hub.client("odoo-bridge") as bridge, till.client("heartbeat") as client:
        catalog = await bridge.jetstream().key_value("catalog")
        await catalog.put("FR-001", b"799000")
        await catalog.put("status.odoo", b"word")
        js = client.jetstream()

        async def word() -> bytes | None:
            try:
                return (await js.get_last_msg(CATALOG_STREAM, ODOO_STATUS_SUBJECT, direct=True)).data
            except NotFoundError:
                return None

        await until(word, want=b"word")
        assert (await js.stream_info("EVENTS")).state.last_seq == 0
        with pytest.raises(TimeoutError):
            await js.get_last_msg(
                CATALOG_STREAM, ODOO_STATUS_SUBJECT.replace("status.odoo", "FR-001"), direct=True
            )


async def test_a_till_that_is_added_leaves_the_others_links_alone(tmp_path: Path) -> None:
    async with linked(tmp_path, "till-001") as (hub, [till]):
        await till.sell(5)
        await same(hub, till)
        public = ensure_keys(tmp_path / "till-002", ["hub-till-002"])["hub-till-002"]
        hub.tills["till-002"] = public
        hub.server.reload(hub.config())
        assert await hub.provision() == (
            "consumer till-002 of COMMANDS",
            "stream EVENTS_till-002",
            "consumer all-sync of EVENTS_till-002",
            "sources of stream EVENTS_ALL",
        )
        await till.sell(5)
        await same(hub, till)
        assert not [line for line in till.server.log if "leafnode connection closed" in line.lower()]
