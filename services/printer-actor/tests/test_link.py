"""The setting `kkt.uri`, and the pipe over a real socket."""

import asyncio

import pytest

from actor.testing import free_port
from printer_actor.link import BadAddress, Link, LinkLost, SerialAddress, TcpAddress, parse_uri


@pytest.mark.parametrize(
    ("uri", "address"),
    [
        ("shtrih+tcp://192.168.1.5:12345", TcpAddress(host="192.168.1.5", port=12345)),
        ("shtrih+tcp://kkt", TcpAddress(host="kkt", port=7778)),
        ("shtrih+serial:///dev/ttyACM0", SerialAddress(path="/dev/ttyACM0")),
        ("shtrih+serial:///dev/ttyS0?baudrate=4800", SerialAddress(path="/dev/ttyS0", baudrate=4800)),
    ],
)
def test_an_address_is_read(uri: str, address: TcpAddress | SerialAddress):
    assert parse_uri(uri) == address


@pytest.mark.parametrize(
    "uri",
    ["", "tcp://127.0.0.1:1", "shtrih+tcp://:7778", "shtrih+tcp://a:port", "shtrih+serial://", "shtrih+serial:///d?x=1",
     "shtrih+serial:///dev/ttyS0?baudrate=fast"],
)  # fmt: skip
def test_a_wrong_address_is_named(uri: str):
    with pytest.raises(BadAddress, match=r".*"):
        parse_uri(uri)


async def test_nobody_at_the_port_is_a_lost_link():
    with pytest.raises(LinkLost):
        await Link.open(TcpAddress(host="127.0.0.1", port=free_port()))


async def test_no_such_serial_port_is_a_lost_link():
    with pytest.raises(LinkLost):
        await Link.open(SerialAddress(path="/dev/does-not-exist"))


async def test_bytes_go_both_ways_and_the_end_is_noticed():
    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(await reader.readexactly(3))
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    async with server:
        link = await Link.open(TcpAddress(host="127.0.0.1", port=server.sockets[0].getsockname()[1]))
        await link.write(b"\x05\x06\x15")
        assert await link.read() == b"\x05\x06\x15"
        with pytest.raises(LinkLost):
            await link.read()
        await link.close()
        await link.close()
        with pytest.raises(LinkLost):
            await link.write(b"\x05")
