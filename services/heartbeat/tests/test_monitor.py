"""The monitor port of a real server, and ports that say something else or nothing."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from actor.testing import NatsServer, free_port, wait_until
from heartbeat.monitor import MonitorAway, port_answers, read_server


def leaf(hub_port: int) -> str:
    return f'leafnodes {{ reconnect: "50ms", remotes: [ {{ urls: ["nats://127.0.0.1:{hub_port}"] }} ] }}\n'


def hub(port: int) -> str:
    return f'leafnodes {{ listen: "127.0.0.1:{port}" }}\n'


async def test_a_server_without_a_hub_stands_alone() -> None:
    async with NatsServer() as server:
        found = await read_server(server.monitor_url)
        assert (found.healthy, found.hubs, found.linked) == (True, (), False)


async def linked(till: NatsServer, *, want: bool) -> None:
    """Return when the till's monitor says so; its log is ahead of its monitor."""
    async with asyncio.timeout(20):
        while (await read_server(till.monitor_url)).linked is not want:  # noqa: ASYNC110 - another process
            await asyncio.sleep(0.02)


async def test_the_link_is_seen_to_come_and_go() -> None:
    port = free_port()
    async with NatsServer(leaf(port)) as till:
        found = await read_server(till.monitor_url)
        assert (found.hubs, found.linked) == ((f"127.0.0.1:{port}",), False)
        assert not await port_answers(found.hubs[0])
        async with NatsServer(hub(port)) as head_office:
            await linked(till, want=True)
            assert await port_answers(found.hubs[0])
            await head_office.kill()
            await linked(till, want=False)


async def test_a_hub_is_no_till_of_its_own_leaf() -> None:
    port = free_port()
    async with NatsServer(hub(port)) as head_office, NatsServer(leaf(port)) as till:
        await wait_until(lambda: any("Leafnode connection created" in line for line in till.log))
        assert not (await read_server(head_office.monitor_url)).linked


@asynccontextmanager
async def speaker(said: bytes) -> AsyncIterator[str]:
    async def serve(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(said)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()


@pytest.mark.parametrize("said", [b"", b"220 smtp ready\r\n", b"HTTP/1.1 200 OK\r\n\r\n<html>", b"HTTP/1.1"])
async def test_another_service_on_the_monitor_port_is_no_server(said: bytes) -> None:
    async with speaker(said) as monitor:
        with pytest.raises(MonitorAway):
            await read_server(monitor)


async def test_a_closed_monitor_port_is_away() -> None:
    with pytest.raises(MonitorAway, match="ConnectionRefused"):
        await read_server(f"http://127.0.0.1:{free_port()}")


@pytest.mark.parametrize("address", ["", "hub.example", "nats://", "tls://127.0.0.1:0"])
async def test_an_address_without_a_port_does_not_answer(address: str) -> None:
    assert not await port_answers(address)
