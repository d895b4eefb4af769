"""Bus against a real server: what is known after each kind of failure, and no ghosts."""

import asyncio
import json
import os
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from io import StringIO
from pathlib import Path

import msgspec
import nkeys
import pytest
from nats.aio.msg import Msg
from nats.js.api import AckPolicy, ConsumerConfig, DiscardPolicy, StreamConfig

from actor import FatalError, Stop, StopRequested, log
from actor.bus import Bus, Incoming, PubAck
from actor.bus_errors import (
    BadReply,
    Disconnected,
    NoAnswer,
    NoService,
    NotSent,
    OutcomeUnknown,
    Refused,
    TooLarge,
)
from actor.testing import FakeClock, NatsServer, Recorder, free_port, wait_until
from hlc import Clock, Timestamp


class Ask(msgspec.Struct, frozen=True, tag="ask"):
    n: int


class Yes(msgspec.Struct, frozen=True, tag="yes"):
    n: int


class No(msgspec.Struct, frozen=True, tag="no"):
    why: str


BOTH = StreamConfig(name="S", subjects=["s.>"], max_msgs=2, discard=DiscardPolicy.NEW)


@pytest.fixture
def logged() -> StringIO:
    stream = StringIO()
    log.configure("test", stream=stream)
    return stream


@pytest.fixture
async def other(server: NatsServer) -> AsyncIterator[Bus]:
    async with await Bus.connect(server.url, name="other", seed_path=None, stop=Stop()) as connected:
        yield connected


def _states(pid: int) -> set[str]:
    """State letters of a process's threads, from /proc/<pid>/task/<tid>/stat, third field."""
    return {
        stat.read_text().rpartition(")")[2].split()[0] for stat in Path(f"/proc/{pid}/task").glob("*/stat")
    }


async def answer(bus: Bus, subject: str, payload: bytes) -> list[Msg]:
    """Answer every request on a subject with these bytes; the requests that came."""
    came: list[Msg] = []

    async def on_request(message: Msg) -> None:
        came.append(message)
        await message.respond(payload)

    await bus.client.subscribe(subject, cb=on_request)
    await bus.flush()
    return came


@asynccontextmanager
async def frozen(server: NatsServer) -> AsyncIterator[None]:
    """A server that holds its connections and does nothing."""
    os.kill(server.pid, signal.SIGSTOP)
    await wait_until(lambda: _states(server.pid) == {"T"})
    try:
        yield
    finally:
        os.kill(server.pid, signal.SIGCONT)


# --- requests ------------------------------------------------------------------------------------------


async def test_a_request_gets_one_of_the_replies_of_a_union(bus: Bus, other: Bus) -> None:
    came = await answer(other, "q", b'{"type":"no","why":"full"}')
    assert await bus.request("q", Ask(n=1), Yes | No, 5) == No(why="full")
    (request,) = came
    assert json.loads(request.data) == {"type": "ask", "n": 1}
    assert request.headers is not None
    assert request.headers["Schema"] == "ask/1"
    assert request.headers["traceparent"].startswith("00-")
    assert "Hlc" not in request.headers


async def test_no_service_is_known_at_once(bus: Bus) -> None:
    with pytest.raises(NoService, match="nobody serves q"):
        await bus.request("q", Ask(n=1), Yes, 30)


async def test_silence_is_no_answer(bus: Bus, other: Bus) -> None:
    await other.client.subscribe("q")
    await other.flush()
    with pytest.raises(NoAnswer, match=r"no answer within 0\.05 s"):
        await bus.request("q", Ask(n=1), Yes, 0.05)


@pytest.mark.parametrize("payload", [b"", b"{", b'{"type":"other"}', b'{"type":"yes","n":"x"}'])
async def test_another_thing_than_expected_is_a_bad_reply(bus: Bus, other: Bus, payload: bytes) -> None:
    await answer(other, "q", payload)
    with pytest.raises(BadReply):
        await bus.request("q", Ask(n=1), Yes | No, 5)


async def test_a_body_over_the_servers_limit_is_told(bus: Bus) -> None:
    with pytest.raises(TooLarge):
        await bus.request("q", No(why="x" * 2_000_000), Yes, 5)


# --- no connection -------------------------------------------------------------------------------------


async def test_without_a_server_everything_fails_fast_and_nothing_is_sent_later(
    server: NatsServer, bus: Bus
) -> None:
    await bus.jetstream.add_stream(BOTH)
    await server.kill()
    await wait_until(lambda: not bus.connected)
    with pytest.raises(Disconnected):
        await bus.request("s.ghost", Ask(n=1), Yes, 30)
    with pytest.raises(OutcomeUnknown):
        await bus.publish_stream("s.ghost", b"", stream="S", headers={}, timeout_s=30)
    assert not await bus.publish("s.ghost", Ask(n=1))
    await server.start()
    await wait_until(lambda: bus.connected)
    assert (await bus.jetstream.stream_info("S")).state.messages == 0


async def test_what_was_queued_but_not_written_when_the_link_broke_is_dropped(
    server: NatsServer, bus: Bus
) -> None:
    await bus.jetstream.add_stream(BOTH)
    await bus.client._send_command(b"PUB s.ghost 0\r\n\r\n")
    await server.kill()
    await wait_until(lambda: not bus.connected)
    await server.start()
    await wait_until(lambda: bus.connected)
    await bus.flush()
    assert (await bus.jetstream.stream_info("S")).state.messages == 0


async def test_who_waits_for_an_answer_hears_at_once_that_the_connection_is_lost(
    server: NatsServer, bus: Bus, other: Bus
) -> None:
    """Not after the whole time-out: the answer has most likely gone with the server."""
    asked = await other.client.subscribe("q")
    stored = await other.client.subscribe("s.1")
    await other.flush()
    question = asyncio.create_task(bus.request("q", Ask(n=1), Yes, 3600))
    publish = asyncio.create_task(bus.publish_stream("s.1", b"1", stream="S", headers={}, timeout_s=3600))
    await asked.next_msg()
    await stored.next_msg()
    await server.kill()
    with pytest.raises(NoAnswer):
        await question
    with pytest.raises(OutcomeUnknown):
        await publish
    await server.start()


async def test_disconnected_and_no_service_both_say_that_nobody_got_it() -> None:
    assert issubclass(Disconnected, NotSent)
    assert issubclass(NoService, NotSent)
    assert not issubclass(NoAnswer, NotSent)


async def test_the_connection_comes_back_and_subscriptions_with_it(
    server: NatsServer, bus: Bus, other: Bus
) -> None:
    heard: list[Ask] = []

    async def keep(body: Ask, _: Incoming) -> None:
        heard.append(body)

    await bus.subscribe("tell", Ask, keep)
    await server.restart()
    await wait_until(lambda: bus.connected and other.connected)
    await bus.flush()
    assert await other.publish("tell", Ask(n=1))
    await wait_until(lambda: heard == [Ask(n=1)])


async def test_callbacks_are_awaited_after_every_reconnect(server: NatsServer, bus: Bus) -> None:
    times: list[bool] = []

    async def guard() -> None:
        times.append(bus.connected)

    bus.on_reconnect(guard)
    for count in (1, 2):
        await server.restart()
        await wait_until(lambda n=count: len(times) == n)  # type: ignore[misc]  # a default binds the loop's value
    assert times == [True, True]


async def test_a_callback_that_fails_ends_the_process_in_order(
    server: NatsServer, bus: Bus, stop: Stop, logged: StringIO
) -> None:
    async def guard() -> None:
        raise LookupError("ledger and stream differ")

    bus.on_reconnect(guard)
    await server.restart()
    await asyncio.wait_for(stop.wait(), 10)
    assert stop.failure is not None
    assert stop.failure.exit_code == 1
    assert "ledger and stream differ" in stop.failure.text


async def test_the_same_error_is_logged_once_while_the_server_is_away(
    server: NatsServer, bus: Bus, logged: StringIO
) -> None:
    await server.kill()
    await wait_until(lambda: any(known.reconnects >= 4 for known in bus.client._server_pool), 10)
    events = [json.loads(line)["event"] for line in logged.getvalue().splitlines()]
    assert events.count("nats_disconnected") == 1
    assert 1 <= events.count("nats_error") <= 3


async def test_a_connection_that_the_server_closes_for_good_ends_the_process(
    server: NatsServer, bus: Bus, stop: Stop, logged: StringIO
) -> None:
    await bus.client._send_command(b"NONSENSE\r\n")
    await bus.client._flush_pending()
    await asyncio.wait_for(stop.wait(), 10)
    assert stop.failure is not None
    assert stop.failure.exit_code == 69


# --- connecting and closing ----------------------------------------------------------------------------


async def test_connect_waits_for_a_server_that_starts_later() -> None:
    port = free_port()
    url = f"nats://127.0.0.1:{port}"
    task = asyncio.create_task(Bus.connect(url, name="early", seed_path=None, stop=Stop()))
    async with NatsServer(port=port):
        bus = await task
        assert bus.connected
        await bus.close()


async def test_connect_gives_up_when_the_stop_comes() -> None:
    stop = Stop()
    asyncio.get_running_loop().call_later(0.05, stop.request, "SIGTERM")
    with pytest.raises(StopRequested):
        await Bus.connect(f"nats://127.0.0.1:{free_port()}", name="x", seed_path=None, stop=stop)
    assert stop.failure is None


async def test_connect_gives_up_on_a_server_that_accepts_and_says_nothing() -> None:
    stop = Stop()
    with socket.create_server(("127.0.0.1", 0)) as mute:
        asyncio.get_running_loop().call_later(0.05, stop.request, "SIGTERM")
        with pytest.raises(StopRequested):
            await Bus.connect(
                f"nats://127.0.0.1:{mute.getsockname()[1]}", name="x", seed_path=None, stop=stop
            )


async def test_the_inbox_carries_the_users_name(server: NatsServer) -> None:
    async with await Bus.connect(server.url, name="pos-gateway", seed_path=None, stop=Stop()) as bus:
        assert bus.client.new_inbox().startswith("_INBOX_pos_gateway.")


async def test_a_user_with_a_seed_and_a_narrow_inbox_can_ask(tmp_path: Path) -> None:
    seed = nkeys.encode_seed(os.urandom(32), nkeys.PREFIX_BYTE_USER)
    public = nkeys.from_seed(bytearray(seed)).public_key.decode()
    (tmp_path / "asker.nk").write_bytes(seed + b"\n")
    config = f"""accounts {{ A {{ jetstream: enabled, users: [
        {{ user: all, password: x }},
        {{ nkey: {public}, permissions {{ publish: ["q"], subscribe: ["_INBOX_asker.>"] }} }}
    ] }} }}"""
    async with NatsServer(config) as server:
        url = f"nats://all:x@127.0.0.1:{server.port}"
        async with (
            await Bus.connect(url, name="all", seed_path=None, stop=Stop()) as serves,
            await Bus.connect(server.url, name="asker", seed_path=tmp_path / "asker.nk", stop=Stop()) as asks,
        ):
            await answer(serves, "q", b'{"type":"yes","n":1}')
            assert await asks.request("q", Ask(n=1), Yes, 5) == Yes(n=1)
            with pytest.raises(NoAnswer):
                await asks.request("forbidden", Ask(n=1), Yes, 0.1)


async def test_a_missing_seed_is_told_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(FatalError, match=r"the NKey seed of asker cannot be read: .*absent\.nk"):
        await Bus.connect("nats://127.0.0.1:1", name="asker", seed_path=tmp_path / "absent.nk", stop=Stop())


async def test_close_after_a_pull_does_not_hang(bus: Bus) -> None:
    await bus.jetstream.add_stream(BOTH)
    await bus.jetstream.add_consumer("S", ConsumerConfig(durable_name="p", ack_policy=AckPolicy.EXPLICIT))
    pull = await bus.pull("S", "p")
    with pytest.raises(TimeoutError):
        await pull.fetch(1, timeout=0.05)
    async with asyncio.timeout(0.9):
        await bus.close()
    assert not bus.connected


async def test_close_with_a_frozen_or_absent_server_ends_soon(
    server: NatsServer, bus: Bus, other: Bus
) -> None:
    async with frozen(server), asyncio.timeout(4):
        await bus.close()
    await server.kill()
    await wait_until(lambda: not other.connected)
    async with asyncio.timeout(4):
        await other.close()


async def test_close_lets_a_message_in_hand_be_finished(bus: Bus, other: Bus) -> None:
    begun, done = asyncio.Event(), asyncio.Event()

    async def slow(_: Ask, __: Incoming) -> None:
        begun.set()
        await asyncio.sleep(0.05)
        done.set()

    await bus.subscribe("tell", Ask, slow)
    await bus.flush()
    await other.publish("tell", Ask(n=1))
    await begun.wait()
    await bus.close()
    assert done.is_set()


# --- streams -------------------------------------------------------------------------------------------


async def test_a_stored_message_is_acknowledged_with_its_sequence(bus: Bus) -> None:
    await bus.jetstream.add_stream(BOTH)
    headers = {"Nats-Msg-Id": "a"}
    assert await bus.publish_stream("s.a", b"1", stream="S", headers=headers) == PubAck(stream="S", seq=1)
    again = await bus.publish_stream("s.a", b"1", stream="S", headers=headers)
    assert again == PubAck(stream="S", seq=1, duplicate=True)


async def test_a_full_stream_and_a_wrong_sequence_are_direct_refusals(bus: Bus) -> None:
    await bus.jetstream.add_stream(BOTH)
    for n in range(2):
        await bus.publish_stream(f"s.{n}", b"", stream="S", headers={})
    with pytest.raises(Refused) as full:
        await bus.publish_stream("s.2", b"", stream="S", headers={})
    assert (full.value.err_code, full.value.description) == (10077, "maximum messages exceeded")
    with pytest.raises(Refused) as wrong:
        await bus.publish_stream("s.0", b"", stream="S", headers={"Nats-Expected-Last-Subject-Sequence": "0"})
    assert wrong.value.err_code == 10071


async def test_the_wrong_stream_is_refused(bus: Bus) -> None:
    await bus.jetstream.add_stream(BOTH)
    with pytest.raises(Refused) as caught:
        await bus.publish_stream("s.0", b"", stream="OTHER", headers={})
    assert caught.value.err_code == 10060


async def test_no_stream_a_strange_answer_and_silence_are_unknown(
    server: NatsServer, bus: Bus, other: Bus
) -> None:
    with pytest.raises(OutcomeUnknown, match="no responders"):
        await bus.publish_stream("s.0", b"", stream="S", headers={})
    await answer(other, "strange", b"not json")
    with pytest.raises(OutcomeUnknown):
        await bus.publish_stream("strange", b"", stream="S", headers={})
    await answer(other, "empty", b"{}")
    with pytest.raises(OutcomeUnknown):
        await bus.publish_stream("empty", b"", stream="S", headers={})
    async with frozen(server):
        with pytest.raises(OutcomeUnknown, match="no answer"):
            await bus.publish_stream("s.0", b"", stream="S", headers={}, timeout_s=0.05)


async def test_a_pulled_message_is_received_with_its_stamp(bus: Bus) -> None:
    await bus.jetstream.add_stream(BOTH)
    await bus.jetstream.add_consumer("S", ConsumerConfig(durable_name="p", ack_policy=AckPolicy.EXPLICIT))
    stamp = "2026-03-01T09:15:02.417Z+0004@till-002"
    await bus.publish_stream("s.a", b"1", stream="S", headers={"Hlc": stamp})
    (message,) = await (await bus.pull("S", "p")).fetch(1, timeout=2)
    assert bus.receive(message).stamp == Timestamp.parse(stamp)


# --- telling and time ----------------------------------------------------------------------------------


async def test_what_cannot_be_read_and_a_failing_handler_are_logged_and_the_next_one_is_served(
    bus: Bus, other: Bus, logged: StringIO
) -> None:
    heard: list[int] = []

    async def keep(body: Ask, incoming: Incoming) -> None:
        if body.n == 2:
            raise LookupError("boom")
        heard.append(body.n)

    await bus.subscribe("tell", Ask, keep)
    await bus.flush()
    await other.client.publish("tell", b"nonsense")
    for n in (1, 2, 3):
        await other.publish("tell", Ask(n=n))
    await wait_until(lambda: heard == [1, 3])
    events = [json.loads(line)["event"] for line in logged.getvalue().splitlines()]
    assert "message_undecodable" in events
    assert "message_handler_failed" in events


async def test_stamps_travel_and_are_merged(server: NatsServer) -> None:
    ahead, behind = FakeClock(1_772_000_002_000), FakeClock(1_772_000_000_000)
    fast = Clock("fast", ahead.now_ms, max_drift_ms=60_000)
    slow = Clock("slow", behind.now_ms, max_drift_ms=60_000)
    stamps: list[Timestamp | None] = []

    async def keep(_: Ask, incoming: Incoming) -> None:
        stamps.append(incoming.stamp)

    async with (
        await Bus.connect(server.url, name="fast", seed_path=None, stop=Stop(), clock=fast) as sender,
        await Bus.connect(server.url, name="slow", seed_path=None, stop=Stop(), clock=slow) as receiver,
    ):
        await receiver.subscribe("tell", Ask, keep)
        await receiver.flush()
        await sender.publish("tell", Ask(n=1))
        await wait_until(lambda: len(stamps) == 1)
    assert stamps[0] is not None
    assert (stamps[0].node, stamps[0].wall_ms) == ("fast", 1_772_000_002_000)
    assert slow.now() > stamps[0]


async def test_a_stamp_from_too_far_ahead_is_kept_alarmed_and_not_merged(
    server: NatsServer, bus: Bus, logged: StringIO
) -> None:
    clock = Clock("slow", FakeClock(1_772_000_000_000).now_ms, max_drift_ms=1000)
    stamps: list[Timestamp | None] = []

    async def keep(_: Ask, incoming: Incoming) -> None:
        stamps.append(incoming.stamp)

    far = "2030-01-01T00:00:00.000Z+0000@till-009"
    async with await Bus.connect(
        server.url, name="slow", seed_path=None, stop=Stop(), clock=clock
    ) as receiver:
        await receiver.subscribe("tell", Ask, keep)
        await receiver.flush()
        for stamp in (far, "nonsense"):
            await bus.client.publish("tell", b'{"type":"ask","n":1}', headers={"Hlc": stamp})
        await wait_until(lambda: len(stamps) == 2)
    assert stamps == [Timestamp.parse(far), None]
    assert clock.now().wall_ms == 1_772_000_000_000
    events = [json.loads(line)["event"] for line in logged.getvalue().splitlines()]
    assert "hlc_too_far_ahead" in events
    assert "hlc_malformed" in events


async def test_a_clock_in_doubt_sends_no_stamp(server: NatsServer) -> None:
    clock = Clock("late", FakeClock().now_ms, max_drift_ms=1000, bound_ms=0)
    assert clock.doubt is not None
    async with (
        Recorder(server.url, "tell") as heard,
        await Bus.connect(server.url, name="late", seed_path=None, stop=Stop(), clock=clock) as bus,
    ):
        await bus.publish("tell", Ask(n=1))
        (message,) = await heard.wait_for(1)
    assert "Hlc" not in message.headers
