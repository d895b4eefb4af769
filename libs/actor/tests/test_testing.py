"""The test tools, on a real server."""

import pytest
from nats.aio.client import Client
from nats.js.api import StreamConfig

from actor.bus import Bus
from actor.testing import FakeClock, NatsServer, Recorder, free_port, wait_until


def test_the_clock_moves_only_when_told() -> None:
    clock = FakeClock(1000)
    clock.advance(5)
    assert clock.now_ms() == 1005
    clock.advance(-10)
    assert clock.now_ms() == 995


async def test_wait_until_returns_when_it_holds_and_fails_when_it_never_does() -> None:
    looks = iter([False, False, True])
    await wait_until(lambda: next(looks))
    with pytest.raises(AssertionError, match=r"still not true after 0\.02 s"):
        await wait_until(lambda: False, timeout_s=0.02)


async def test_what_a_stream_acknowledged_survives_a_kill(server: NatsServer, bus: Bus) -> None:
    await bus.jetstream.add_stream(StreamConfig(name="S", subjects=["s.>"]))
    await bus.publish_stream("s.a", b"1", stream="S", headers={})
    pid, url = server.pid, server.url
    await server.restart()
    assert (server.pid != pid, server.url) == (True, url)
    await wait_until(lambda: bus.connected)
    assert (await bus.jetstream.stream_info("S")).state.messages == 1


async def test_a_whole_configuration_may_be_given_and_changed() -> None:
    text = 'accounts { A { jetstream: enabled, users: [ { user: "a", password: "%s" } ] } }\nlisten: 127.0.0.1:4222\n'
    async with NatsServer(text % "one") as server:
        client = Client()
        await client.connect(f"nats://a:one@127.0.0.1:{server.port}")
        assert (await client.jetstream().account_info()).streams == 0
        await client.close()
        server.reload(text % "two")
        await wait_until(lambda: any("Reloaded" in line for line in server.log))
        await client.connect(f"nats://a:two@127.0.0.1:{server.port}")
        await client.close()


async def test_a_server_that_cannot_start_shows_its_log() -> None:
    with pytest.raises(RuntimeError, match="Parse error on line 1"):
        async with NatsServer("nonsense { nonsense: 1 "):
            pass


async def test_the_folder_is_gone_afterwards() -> None:
    async with NatsServer() as server:
        folder = server.folder
        assert folder.exists()
    assert not folder.exists()


async def test_the_recorder_hears_what_is_published(server: NatsServer) -> None:
    async with Recorder(server.url, "a.*") as heard:
        client = Client()
        await client.connect(server.url)
        await client.publish("a.b", b'{"n": 1}', headers={"Schema": "probe/1"})
        await client.publish("b.c", b"{}")
        await client.publish("a.d", b"{}")
        assert [m.subject for m in await heard.wait_for(2)] == ["a.b", "a.d"]
        (message,) = heard.on("a.b")
        assert (message.json(), message.headers) == ({"n": 1}, {"Schema": "probe/1"})
        await client.close()


def test_free_ports_can_be_bound() -> None:
    assert 1024 <= free_port() <= 65535
