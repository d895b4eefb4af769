"""`python -m buffer_actor` as the till starts it: real signals, real exit codes."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from actor.testing import NatsServer
from contracts import commands as c
from contracts.refusals import Refusal
from till_nats.keys import ensure_keys

from .rig import Till, new_key, till

STOP_LIMIT_S = 5.0
CONFIG = """
[till]
id = "till-001"
data = "{folder}/data"
[nats]
url = "{url}"
monitor = "{monitor}"
keys = "{folder}/keys"
[kkt]
uri = "shtrih+tcp://127.0.0.1:1"
[ofd]
host = "127.0.0.1"
port = 1
[gateway]
tokens = "{folder}/tokens.json"
[metrics]
buffer_actor = 0
"""


async def start(one: Till, *arguments: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "buffer_actor", "--config", str(one.folder / "till.toml"), *arguments,
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip


@asynccontextmanager
async def installed(folder: Path, server: NatsServer) -> AsyncIterator[Till]:
    """A till whose buffer-actor is no task of ours."""
    async with till(folder, server) as one:
        await one.kill()
        ensure_keys(folder / "keys", ["buffer-actor"])
        config = CONFIG.format(folder=folder, url=server.url, monitor=server.monitor_url)
        (folder / "till.toml").write_text(config)
        yield one


async def test_kill_minus_nine_with_receipts_in_flight_loses_and_doubles_nothing(
    tmp_path: Path, server: NatsServer
) -> None:
    async with installed(tmp_path, server) as one:
        keys: list[str] = []

        async def client() -> None:
            for _ in range(4):
                key = new_key()
                keys.append(key)
                assert isinstance(await one.insist(key), c.ReceiptAnswer)

        process = await start(one)
        for _ in range(3):
            work = asyncio.gather(*(client() for _ in range(4)))
            target = len(one.printer.fn) + 5

            async def some_printed(target: int = target) -> bool:
                return len(one.printer.fn) >= target

            await one.until(some_printed)
            process.kill()
            await process.wait()
            process = await start(one)
            await work
        await one.settled(*keys)
        assert len(one.printer.fn) == len(keys) == 48
        process.send_signal(signal.SIGTERM)
        assert await process.wait() == 0


async def test_sigterm_with_callers_waiting_ends_in_order_and_exits_with_zero(
    tmp_path: Path, server: NatsServer
) -> None:
    async with installed(tmp_path, server) as one:
        process = await start(one)
        assert isinstance(await one.insist(new_key()), c.ReceiptAnswer)
        await one.printer.pause()
        keys = [new_key() for _ in range(8)]
        waiting = [asyncio.create_task(one.sell(key)) for key in keys]

        async def all_taken() -> bool:
            return all(one.state_of(key) == "accepted" for key in keys)

        await one.until(all_taken)
        asked = time.monotonic()
        process.send_signal(signal.SIGTERM)
        assert await process.wait() == 0
        assert time.monotonic() - asked < STOP_LIMIT_S
        answers = await asyncio.gather(*waiting)
        assert {answer.status for answer in answers if not isinstance(answer, Refusal)} == {
            c.ReceiptStatus.ACCEPTED
        }
        assert not any(isinstance(answer, Refusal) for answer in answers)


async def test_what_is_wrong_at_the_start_is_said_with_its_exit_code(
    tmp_path: Path, server: NatsServer
) -> None:
    async with installed(tmp_path, server) as one:
        running = await start(one)
        await one.ready_elsewhere()
        second = await start(one)
        _, said = await second.communicate()
        assert second.returncode == 75
        assert f"in use by process {running.pid}".encode() in said
        running.terminate()
        await running.wait()
        cleared = await start(one, "--clear-contradictions", "admin")
        assert await cleared.wait() == 0
        os.truncate(one.folder / "till.toml", 20)
        broken = await start(one)
        _, said = await broken.communicate()
        assert broken.returncode == 78
        assert b"nats: is missing" in said or b"till" in said
