"""Where hosts come in: TCP, one client at a time, and a pty."""

import asyncio
import os
import socket
import tty
from pathlib import Path

from kkt_emulator.conversation import Conversation

CHUNK = 4096


class PortTaken(Exception):
    """Somebody else listens there."""


def listening_socket(host: str, port: int) -> socket.socket:
    """Return a bound socket; PortTaken names the address."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((host, port))
    except OSError as error:
        sock.close()
        raise PortTaken(f"cannot listen on {host}:{port}: {error.strerror}") from error
    sock.listen(8)
    sock.setblocking(False)
    return sock


class TcpWire(asyncio.Protocol):
    """One connection; `gone` is set when it has ended."""

    def __init__(self, conversation: Conversation) -> None:
        self._conversation = conversation
        self._transport: asyncio.Transport | None = None
        self.gone = asyncio.Event()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._conversation.connect(self)

    def data_received(self, data: bytes) -> None:
        """Hand over."""
        self._conversation.connect(self)
        self._conversation.received(data)

    def connection_lost(self, exc: Exception | None) -> None:
        """End."""
        self._conversation.disconnect(self)
        self.gone.set()

    def write(self, data: bytes) -> None:
        """Send to the host."""
        if self._transport is not None:
            self._transport.write(data)

    def close(self) -> None:
        """Send what is buffered, then close."""
        if self._transport is not None:
            self._transport.close()


async def serve_tcp(sock: socket.socket, conversation: Conversation) -> None:
    """Serve clients one after another; the next waits unanswered until the one before has gone."""
    loop = asyncio.get_running_loop()
    while True:
        client, _ = await loop.sock_accept(sock)
        wire = TcpWire(conversation)
        try:
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            await loop.connect_accepted_socket(lambda wire=wire: wire, client)  # type: ignore[misc]
            await wire.gone.wait()
        except OSError:  # gone between accept and here
            client.close()
        finally:
            wire.close()


class PtyWire:
    """A pseudo-terminal whose slave stands under a name of ours."""

    def __init__(self, link: Path, conversation: Conversation) -> None:
        self._link, self._conversation = link, conversation
        # The slave stays open here too: else the master reads an error whenever a host closes it.
        self._master, self._slave = os.openpty()
        tty.setraw(self._slave)
        os.set_blocking(self._master, False)
        link.unlink(missing_ok=True)
        link.symlink_to(os.ttyname(self._slave))

    def open(self) -> None:
        """Begin to listen."""
        asyncio.get_running_loop().add_reader(self._master, self._read)

    def _read(self) -> None:
        self._conversation.connect(self)
        self._conversation.received(os.read(self._master, CHUNK))

    def write(self, data: bytes) -> None:
        """Send to the host; what a host does not read is lost, as on a real line."""
        try:
            os.write(self._master, data)
        except BlockingIOError:
            return

    def close(self) -> None:
        """A serial line cannot be cut."""

    def remove(self) -> None:
        """Take the name away."""
        self._link.unlink(missing_ok=True)
        os.close(self._master)
        os.close(self._slave)
