"""Micro services on a real server: answers, errors, bounds, stop, discovery."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec
import pytest

from actor import Mailbox, MailboxClosed, Stop
from actor.bus import Bus, Incoming
from actor.bus_errors import NoService, NotSent, ServiceError
from actor.service import CommandFailed, Endpoint, serve
from actor.testing import NatsServer, wait_until


class Ask(msgspec.Struct, frozen=True, tag="probe.ask"):
    n: int


class Yes(msgspec.Struct, frozen=True, tag="yes"):
    n: int


class No(msgspec.Struct, frozen=True, tag="no"):
    why: str


async def double(body: Ask, _: Incoming) -> Yes:
    return Yes(n=body.n * 2)


def endpoint(handler: Any = double, name: str = "ask", **options: Any) -> Endpoint[Ask]:
    return Endpoint(
        name=name, subject=f"probe.{name}", request_type=Ask, reply_type=Yes | No, handler=handler, **options
    )


@asynccontextmanager
async def serving(
    server: NatsServer, *endpoints: Endpoint[Any]
) -> AsyncIterator[tuple[asyncio.Task[None], Stop]]:
    stop = Stop()
    async with await Bus.connect(server.url, name="probe", seed_path=None, stop=stop) as bus:
        task = asyncio.create_task(serve(bus, stop, name="probe", version="0.1.0", endpoints=endpoints))
        try:
            await asyncio.wait_for(stop.wait_ready(), 5)
            yield task, stop
        finally:
            stop.request("end of the test")
            await asyncio.wait({task})


async def answered(bus: Bus) -> Yes:
    """Ask until somebody serves."""
    while True:
        try:
            return await bus.request("probe.ask", Ask(n=1), Yes, 1)
        except NotSent:
            await asyncio.sleep(0.01)


async def error_of(bus: Bus, body: msgspec.Struct, subject: str = "probe.ask") -> ServiceError:
    with pytest.raises(ServiceError) as caught:
        await bus.request(subject, body, Yes | No, 5)
    assert caught.value.body is not None
    return caught.value


async def test_a_request_is_answered_with_schema_and_trace(server: NatsServer, bus: Bus) -> None:
    async with serving(server, endpoint()):
        assert await bus.request("probe.ask", Ask(n=4), Yes | No, 5) == Yes(n=8)


async def test_info_names_the_schemas_and_our_metadata(server: NatsServer, bus: Bus) -> None:
    async with serving(server, endpoint(metadata={"role": "cashier"})):
        info = json.loads((await bus.client.request("$SRV.INFO.probe", b"")).data)
    (found,) = info["endpoints"]
    assert (info["name"], info["version"], found["subject"]) == ("probe", "0.1.0", "probe.ask")
    assert found["metadata"] == {
        "request_schema": "probe.ask/1",
        "reply_schema": "yes/1 | no/1",
        "role": "cashier",
    }


async def test_stats_count_what_really_happened(server: NatsServer, bus: Bus) -> None:
    async def sometimes(body: Ask, _: Incoming) -> Yes:
        await asyncio.sleep(0.02)
        if body.n:
            raise CommandFailed("NO", "not now")
        return Yes(n=0)

    async with serving(server, endpoint(sometimes)):
        await bus.request("probe.ask", Ask(n=0), Yes, 5)
        await error_of(bus, Ask(n=1))
        stats = json.loads((await bus.client.request("$SRV.STATS.probe", b"")).data)
    (found,) = stats["endpoints"]
    assert (found["num_requests"], found["num_errors"], found["last_error"]) == (2, 1, "409:not now")
    assert found["average_processing_time"] > 10_000_000


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (b"{", "truncated"),
        (b"", "truncated"),
        (b'{"type":"probe.ask","n":"x"}', "`$.n`"),
        (b'{"type":"other"}', "other"),
    ],
)
async def test_a_body_that_cannot_be_read_is_400_with_the_field(
    server: NatsServer, bus: Bus, payload: bytes, reason: str
) -> None:
    async with serving(server, endpoint()) as (task, _):
        reply = await bus.client.request("probe.ask", payload, 5)
        assert not task.done()
    assert reply.headers is not None
    assert (reply.headers["Nats-Service-Error-Code"], reply.headers["Nats-Service-Error"]) == (
        "400",
        "INVALID",
    )
    body = json.loads(reply.data)
    assert reason in body.pop("message")
    assert body == {"code": "INVALID", "details": {}, "final": False}


async def test_a_command_that_failed_is_answered_and_the_service_lives(server: NatsServer, bus: Bus) -> None:
    async def refuses(_: Ask, __: Incoming) -> Yes:
        raise CommandFailed("HELD", "нужно решение", status=423, final=True, details={"receipt": "r1"})

    async with serving(server, endpoint(refuses)) as (task, _):
        error = await error_of(bus, Ask(n=1))
        assert not task.done()
    assert error.body is not None
    assert (error.code, error.description, error.body.message) == ("423", "HELD", "нужно решение")
    assert (error.body.final, error.body.details) == (True, {"receipt": "r1"})


async def test_a_closed_mailbox_or_a_service_that_is_down_is_503_and_no_verdict(
    server: NatsServer, bus: Bus
) -> None:
    async def asks_on(body: Ask, _: Incoming) -> Yes:
        return await bus.request("nobody.there", body, Yes, 5)

    async def asks_a_closed_mailbox(body: Ask, _: Incoming) -> Yes:
        mailbox = Mailbox[Ask]()
        mailbox.close()
        return await mailbox.ask(body, Yes, timeout_s=5)

    both = endpoint(asks_on), endpoint(asks_a_closed_mailbox, name="closed")
    async with serving(server, *both) as (task, _):
        errors = [await error_of(bus, Ask(n=1)), await error_of(bus, Ask(n=1), "probe.closed")]
        assert not task.done()
    assert [error.code for error in errors] == ["503", "503"]
    assert all(error.body is not None and not error.body.final for error in errors)
    assert NoService.__name__ in errors[0].body.message  # type: ignore[union-attr]  # asserted above
    assert MailboxClosed.__name__ in errors[1].body.message  # type: ignore[union-attr]  # asserted above


async def test_an_unexpected_error_is_500_the_others_are_answered_and_then_it_is_raised(
    server: NatsServer, bus: Bus
) -> None:
    entered = asyncio.Event()

    async def mixed(body: Ask, _: Incoming) -> Yes:
        if body.n == 0:
            await entered.wait()
            raise LookupError("boom")
        entered.set()
        await asyncio.sleep(0.05)
        return Yes(n=body.n)

    async with serving(server, endpoint(mixed)) as (task, _):
        bad = asyncio.create_task(error_of(bus, Ask(n=0)))
        assert await bus.request("probe.ask", Ask(n=1), Yes, 5) == Yes(n=1)
        error = await bad
        with pytest.raises(LookupError, match="boom"):
            await task
    assert error.code == "500"
    assert error.body is not None
    assert error.body.message == "LookupError: boom"


async def test_each_endpoint_has_its_own_bound(server: NatsServer, bus: Bus) -> None:
    inside = 0
    most = 0
    go_on = asyncio.Event()

    async def slow(body: Ask, _: Incoming) -> Yes:
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        await go_on.wait()
        inside -= 1
        return Yes(n=body.n)

    async with serving(server, endpoint(slow, concurrency=3), endpoint(name="quick", concurrency=1)):
        crowd = [asyncio.create_task(bus.request("probe.ask", Ask(n=n), Yes, 10)) for n in range(10)]
        await wait_until(lambda: inside == 3)
        assert await bus.request("probe.quick", Ask(n=1), Yes, 5) == Yes(n=2)
        assert inside == 3
        go_on.set()
        assert [reply.n for reply in await asyncio.gather(*crowd)] == list(range(10))
    assert most == 3


async def test_the_stop_finishes_what_is_in_hand_and_turns_newcomers_away(
    server: NatsServer, bus: Bus
) -> None:
    entered, go_on = asyncio.Event(), asyncio.Event()

    async def slow(body: Ask, _: Incoming) -> Yes:
        entered.set()
        await go_on.wait()
        return Yes(n=body.n)

    async with serving(server, endpoint(slow)) as (task, stop):
        in_hand = asyncio.create_task(bus.request("probe.ask", Ask(n=1), Yes, 5))
        await entered.wait()
        stop.request("enough")
        await asyncio.sleep(0)
        assert (await error_of(bus, Ask(n=2))).code == "503"
        go_on.set()
        assert await in_hand == Yes(n=1)
        await task
        with pytest.raises(NoService):
            await bus.request("probe.ask", Ask(n=3), Yes, 5)


async def test_what_does_not_finish_after_the_stop_hears_503(
    server: NatsServer, bus: Bus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("actor.service.FINISH_S", 0.05)
    entered = asyncio.Event()

    async def never(_: Ask, __: Incoming) -> Yes:
        entered.set()
        await asyncio.Event().wait()
        raise AssertionError

    async with serving(server, endpoint(never)) as (task, stop):
        in_hand = asyncio.create_task(error_of(bus, Ask(n=1)))
        await entered.wait()
        stop.request("enough")
        error = await in_hand
        await task
    assert (error.code, error.body and error.body.message) == ("503", "the service is stopping")


async def test_a_service_is_found_again_after_the_server_was_killed(server: NatsServer, bus: Bus) -> None:
    async with serving(server, endpoint()):
        await server.restart()
        back = asyncio.create_task(answered(bus))
        await wait_until(back.done, 10)
        assert back.result() == Yes(n=2)


async def test_the_stop_works_without_a_server(server: NatsServer) -> None:
    async with serving(server, endpoint()) as (task, stop):
        await server.kill()
        stop.request("enough")
        await asyncio.wait_for(task, 10)
