"""Provisioning against the real server: idempotent, and drift is an error that changes nothing."""

from collections.abc import Awaitable, Callable

import pytest
from nats.aio.client import Client
from nats.js import JetStreamContext
from nats.js.api import ConsumerConfig

from contracts.drift import stream_differences
from contracts.streams import till_streams
from till_nats.errors import Drifted, JetStreamDown
from till_nats.provision import check_drift, provision

from .conftest import TILL, TillServer

SPECS = till_streams(TILL)
ALL = (
    "stream BUFFER", "consumer printer of BUFFER", "stream EVENTS", "consumer hub-sync of EVENTS",
    "stream DEAD", "stream KV_locks",
)  # fmt: skip


@pytest.fixture
async def admin(server: TillServer) -> Client:
    return await server.connect("provision")


async def test_the_second_run_has_nothing_to_do(admin: Client) -> None:
    assert {str(difference) for difference in await check_drift(admin, SPECS)} == {
        f"{name} is missing" for name in ALL
    }
    assert await provision(admin, SPECS) == ALL
    assert await check_drift(admin, SPECS) == ()
    assert await provision(admin, SPECS) == ()


async def test_what_the_server_holds_survives_its_crash(server: TillServer, admin: Client) -> None:
    await provision(admin, SPECS)
    await server.nats.restart()
    again = await server.connect("provision")
    assert await check_drift(again, SPECS) == ()


async def test_nats_pys_reading_of_a_stream_compares_equal(server: TillServer, admin: Client) -> None:
    await provision(admin, SPECS)
    js = (await server.connect("buffer-actor")).jetstream()
    for spec in SPECS[:2]:
        assert stream_differences(spec, (await js.stream_info(spec.name)).config.as_dict()) == ()


async def _smaller_buffer(js: JetStreamContext) -> None:
    config = (await js.stream_info("BUFFER")).config
    await js.update_stream(config.evolve(max_msgs=100))


async def _longer_ack_wait(js: JetStreamContext) -> None:
    config = (await js.consumer_info("BUFFER", "printer")).config
    await js.add_consumer("BUFFER", config.evolve(ack_wait=60))


async def _second_reader(js: JetStreamContext) -> None:
    await js.add_consumer("BUFFER", ConsumerConfig(durable_name="spy"))


async def _another_stream(js: JetStreamContext) -> None:
    await js.add_stream(name="SPY", subjects=["spy.>"])


async def _wrong_discard(js: JetStreamContext) -> None:
    config = (await js.stream_info("DEAD")).config
    await js.update_stream(config.evolve(discard="old", max_bytes=1 << 20))


DRIFTS: dict[str, tuple[Callable[[JetStreamContext], Awaitable[None]], list[str]]] = {
    "capacity": (_smaller_buffer, ["stream BUFFER: max_msgs is 100, must be 200"]),
    "ack_wait": (
        _longer_ack_wait,
        ["consumer printer of BUFFER: ack_wait is 60000000000, must be 2000000000"],
    ),
    "extra consumer": (_second_reader, ["consumer spy of BUFFER is not ours"]),
    "extra stream": (_another_stream, ["stream SPY is not ours"]),
    "two fields": (
        _wrong_discard,
        [
            "stream DEAD: discard is 'old', must be 'new'",
            "stream DEAD: max_bytes is 1048576, must be 268435456",
        ],
    ),
}


@pytest.mark.parametrize("name", DRIFTS)
async def test_drift_is_told_in_full_and_left_as_it_is(admin: Client, name: str) -> None:
    disturb, expected = DRIFTS[name]
    await provision(admin, SPECS)
    await disturb(admin.jetstream())
    for _ in range(2):
        with pytest.raises(Drifted) as raised:
            await provision(admin, SPECS)
        assert str(raised.value).splitlines() == expected


async def test_nothing_is_created_while_something_else_has_drifted(admin: Client) -> None:
    await provision(admin, SPECS)
    js = admin.jetstream()
    await js.delete_consumer("EVENTS", "hub-sync")
    await _smaller_buffer(js)
    with pytest.raises(Drifted):
        await provision(admin, SPECS)
    assert await js.consumers_info("EVENTS") == []


async def test_a_lost_consumer_is_created_again_and_the_messages_stay(
    admin: Client, server: TillServer
) -> None:
    await provision(admin, SPECS)
    writer = (await server.connect("buffer-actor")).jetstream()
    await writer.publish(SPECS[0].subjects[0].replace(">", "receipt"), b"{}", stream="BUFFER")
    await admin.jetstream().delete_consumer("BUFFER", "printer")
    assert await provision(admin, SPECS) == ("consumer printer of BUFFER",)
    assert (await admin.jetstream().stream_info("BUFFER")).state.messages == 1


async def test_the_ledgers_capacity_is_what_the_server_is_compared_with(admin: Client) -> None:
    await provision(admin, SPECS)
    with pytest.raises(Drifted, match="max_msgs is 200, must be 300"):
        await provision(admin, till_streams(TILL, capacity=300))


async def test_a_user_without_the_permission_is_told_that_nobody_answered(server: TillServer) -> None:
    gateway = await server.connect("pos-gateway")
    with pytest.raises(JetStreamDown):
        await provision(gateway, SPECS)
