"""A byte pipe to the KKT: TCP or a serial port (a pty is one too), behind one class.

`shtrih+tcp://127.0.0.1:7778`, `shtrih+serial:///dev/ttyACM0?baudrate=115200`
"""

import asyncio
import contextlib
import socket
from urllib.parse import parse_qs, urlsplit

import msgspec
import serial
import serial_asyncio

READ_SIZE = 4096
CONNECT_TIMEOUT_S = 3.0


class BadAddress(ValueError):
    """The setting `kkt.uri` cannot be read; the text says why."""


class LinkLost(Exception):
    """The port could not be opened, or it ended while in use."""


class TcpAddress(msgspec.Struct, frozen=True, kw_only=True):
    """A device, or a converter, in the network. It serves one host at a time."""

    host: str
    port: int


class SerialAddress(msgspec.Struct, frozen=True, kw_only=True):
    """A serial port: 8N1, no flow control."""

    path: str
    baudrate: int = 115200


Address = TcpAddress | SerialAddress


def parse_uri(uri: str) -> Address:
    """Read the setting; BadAddress says what is wrong with it."""
    parts = urlsplit(uri)
    try:
        if parts.scheme == "shtrih+tcp" and parts.hostname:
            return TcpAddress(host=parts.hostname, port=parts.port or 7778)
        if parts.scheme == "shtrih+serial" and parts.path:
            return SerialAddress(path=parts.path, baudrate=_baudrate(parts.query))
    except ValueError as error:
        raise BadAddress(f"{uri}: {error}") from error
    raise BadAddress(f"{uri}: must be shtrih+tcp://host:port or shtrih+serial:///dev/tty…?baudrate=115200")


def _baudrate(query: str) -> int:
    values = parse_qs(query, strict_parsing=True) if query else {}
    if unknown := values.keys() - {"baudrate"}:
        raise ValueError(f"unknown parameter {', '.join(sorted(unknown))}")
    return int(values.get("baudrate", ["115200"])[0])


class Link:
    """An open port."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    @classmethod
    async def open(cls, address: Address, *, timeout_s: float = CONNECT_TIMEOUT_S) -> "Link":
        """Open the port; LinkLost when nothing is there or somebody else holds it."""
        try:
            async with asyncio.timeout(timeout_s):
                return cls(*await _open(address))
        except (OSError, serial.SerialException, TimeoutError) as error:
            raise LinkLost(f"{address}: {error or 'no answer'}") from error

    async def read(self) -> bytes:
        """The next bytes, at least one; LinkLost at the end."""
        try:
            received = await self._reader.read(READ_SIZE)
        except (OSError, serial.SerialException) as error:
            raise LinkLost(str(error)) from error
        if not received:
            raise LinkLost("the other side closed the line")
        return received

    async def write(self, outgoing: bytes) -> None:
        """Send; LinkLost says nothing about how much of it has arrived."""
        if self._writer.is_closing():
            raise LinkLost("the line is closed")
        try:
            self._writer.write(outgoing)
            await self._writer.drain()
        except (OSError, serial.SerialException) as error:
            raise LinkLost(str(error)) from error

    async def close(self) -> None:
        """Close at once, dropping what was not sent; safe to repeat."""
        self._writer.transport.abort()
        with contextlib.suppress(OSError, serial.SerialException):
            await self._writer.wait_closed()


async def _open(address: Address) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    if isinstance(address, SerialAddress):
        reader, writer = await serial_asyncio.open_serial_connection(
            url=address.path, baudrate=address.baudrate, exclusive=True
        )
        return reader, writer
    reader, writer = await asyncio.open_connection(address.host, address.port)
    writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return reader, writer
