"""The till's nats-server through its monitor port, and the hub's port."""

import asyncio
import contextlib
from typing import Final, TypeVar
from urllib.parse import urlsplit

import msgspec

from heartbeat.probes import Server

LIMIT_S: Final = 2.0
MAX_BODY: Final = 1_000_000
HEALTHY: Final = 200

T = TypeVar("T")


class _Remote(msgspec.Struct, frozen=True):
    urls: tuple[str, ...] = ()


class _Leaf(msgspec.Struct, frozen=True):
    remotes: tuple[_Remote, ...] = ()


class _Varz(msgspec.Struct, frozen=True):
    leaf: _Leaf = _Leaf()


class _LeafLink(msgspec.Struct, frozen=True):
    is_spoke: bool = False


class _Leafz(msgspec.Struct, frozen=True):
    leafs: tuple[_LeafLink, ...] = ()


class MonitorAway(Exception):
    """The monitor port does not answer, or not in its language."""


async def read_server(monitor: str) -> Server:
    """What the server says of itself (`/healthz`, `/varz`, `/leafz`); MonitorAway."""
    health, _ = await _get(monitor, "/healthz")
    remotes = (await _read(monitor, "/varz", _Varz)).leaf.remotes
    hubs = tuple(url for remote in remotes for url in remote.urls)
    linked = bool(hubs) and any(leaf.is_spoke for leaf in (await _read(monitor, "/leafz", _Leafz)).leafs)
    return Server(healthy=health == HEALTHY, hubs=hubs, linked=linked)


async def port_answers(address: str) -> bool:
    """Whether somebody accepts connections at host:port."""
    found = urlsplit(f"//{address.rpartition('//')[2]}")
    if found.hostname is None or found.port is None:
        return False
    try:
        async with asyncio.timeout(LIMIT_S):
            _, writer = await asyncio.open_connection(found.hostname, found.port)
    except (OSError, TimeoutError):
        return False
    writer.close()
    return True


async def _read(monitor: str, path: str, kind: type[T]) -> T:
    status, body = await _get(monitor, path)
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.DecodeError as error:
        raise MonitorAway(f"{monitor}{path}: {status}, {error}") from error


async def _get(monitor: str, path: str) -> tuple[int, bytes]:
    """Status and body. By hand, because an HTTP client would cost the process 7 MB for three loopback requests."""
    found = urlsplit(monitor)
    try:
        async with asyncio.timeout(LIMIT_S):
            reader, writer = await asyncio.open_connection(found.hostname, found.port)
            try:
                writer.write(f"GET {path} HTTP/1.0\r\nHost: {found.netloc}\r\n\r\n".encode())
                head, _, body = (await _read_all(reader)).partition(b"\r\n\r\n")
            finally:
                writer.close()
    except (OSError, TimeoutError, ValueError) as error:
        raise MonitorAway(f"{monitor}{path}: {type(error).__name__} {error}") from error
    with contextlib.suppress(ValueError, IndexError):
        return int(head.split(None, 2)[1]), body
    raise MonitorAway(f"{monitor}{path}: not an HTTP answer: {head[:40]!r}")


async def _read_all(reader: asyncio.StreamReader) -> bytes:
    pieces: list[bytes] = []
    while piece := await reader.read(65536):
        pieces.append(piece)
        if sum(map(len, pieces)) > MAX_BODY:
            raise ValueError("the answer does not end")
    return b"".join(pieces)
