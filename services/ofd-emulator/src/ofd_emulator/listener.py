"""A TCP port that can really refuse connections and come back under the same number."""

import asyncio
import socket
from collections.abc import Awaitable, Callable

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class PortTaken(OSError):
    """Another process listens on the port."""


class Listener:
    """Bind `host:port` (0 = a free port) at once; accept between `open` and `close` only.

    While closed the socket stays bound without listening, so the kernel refuses connections and nobody
    else can take the port.
    """

    def __init__(self, host: str, port: int, serve: Serve) -> None:
        self._serve = serve
        self._socket = _bound(host, port)
        self.host, self.port = host, int(self._socket.getsockname()[1])
        self._server: asyncio.Server | None = None
        self._sessions: set[asyncio.Task[None]] = set()

    async def open(self) -> None:
        """Accept connections; nothing happens when it already does."""
        if self._server is None:
            self._server = await asyncio.start_server(self._run, sock=self._socket)

    async def close(self) -> None:
        """Refuse new connections and cut the running ones."""
        if self._server is None:
            return
        server, self._server = self._server, None
        server.close()
        self._socket = _bound(self.host, self.port)
        for session in self._sessions:
            session.cancel()
        await asyncio.gather(*self._sessions, return_exceptions=True)

    async def shut(self) -> None:
        """Close for good and give the port back."""
        await self.close()
        self._socket.close()

    async def _run(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._sessions.add(task)
        try:
            await self._serve(reader, writer)
        except (ConnectionError, asyncio.CancelledError):
            pass  # the peer left, or the port was closed: both end this connection and nothing else
        finally:
            self._sessions.discard(task)
            writer.close()


def _bound(host: str, port: int) -> socket.socket:
    family, kind, proto, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    bound = socket.socket(family, kind, proto)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind(address)
    except OSError as error:
        bound.close()
        raise PortTaken(f"port {port} on {host} cannot be had: {error.strerror}") from error
    return bound
