"""`optics demo` from outside: what it says, and that whoever ends it, and however, nobody stays behind."""

import asyncio
import json
import os
import signal
import sys
import urllib.error
import urllib.request
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from actor.testing import wait_until
from optics.ports import Ports
from optics.programs import programs
from optics.stale import members

START_S = 60.0


def command(folder: Path) -> list[str]:
    return [
        sys.executable, "-c", "from optics.cli import main; main()", "demo", "--folder", str(folder), "--free-ports",
    ]  # fmt: skip


@asynccontextmanager
async def demo(folder: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    """The command, on free ports; killed at the end if it is still there."""
    process = await asyncio.create_subprocess_exec(
        *command(folder), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def url_of_the_screen(process: asyncio.subprocess.Process) -> str:
    """From the last line that it prints when the till is ready."""
    assert process.stdout is not None
    async with asyncio.timeout(START_S):
        async for line in process.stdout:
            if "экран кассира" in line.decode():
                return line.decode().split()[-1]
    raise AssertionError("the demo ended before it was ready")


def last_word(terminal: int) -> str:
    """The URL of the screen, read from a terminal."""
    said = b""
    while "экран кассира".encode() not in said or not said.endswith(b"\n"):
        said += os.read(terminal, 4096)
    return said.decode().split()[-1]


def health(url: str) -> str:
    try:
        with urllib.request.urlopen(f"{url}v1/health", timeout=10) as answer:
            return str(json.load(answer)["status"])
    except urllib.error.HTTPError as error:
        return str(json.load(error)["status"])


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
async def test_a_signal_ends_the_till_in_order(tmp_path: Path, number: signal.Signals) -> None:
    async with demo(tmp_path) as process:
        url = await url_of_the_screen(process)
        assert await asyncio.to_thread(health, url) == "healthy"
        tokens = json.loads((tmp_path / "tokens.json").read_text())
        assert set(tokens) == {"cashier", "manager", "accountant", "admin"}
        assert len(members(tmp_path)) == len(programs(tmp_path, Ports())) + 1, "and the server of head office"
        process.send_signal(number)
        assert await asyncio.wait_for(process.wait(), 20) == 0
        assert members(tmp_path) == ()


async def test_kill_nine_of_the_demo_takes_the_whole_till_with_it(tmp_path: Path) -> None:
    async with demo(tmp_path) as process:
        await url_of_the_screen(process)
        process.kill()
        await wait_until(lambda: members(tmp_path) == (), 10)
    async with demo(tmp_path) as process:
        assert await asyncio.to_thread(health, await url_of_the_screen(process)) == "healthy"


async def test_a_signal_during_the_start_ends_it_too(tmp_path: Path) -> None:
    async with demo(tmp_path) as process:
        await wait_until(lambda: len(members(tmp_path)) > 1, START_S)
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), 20) == 0
        assert members(tmp_path) == ()


async def test_a_terminal_that_is_gone_does_not_end_the_till(tmp_path: Path) -> None:
    def printer() -> list[int]:
        return [each.pid for each in members(tmp_path) if "printer_actor" in each.command]

    terminal, screen = os.openpty()
    process = await asyncio.create_subprocess_exec(*command(tmp_path), stdout=screen, stderr=screen)
    os.close(screen)
    try:
        url = await asyncio.to_thread(last_word, terminal)
        os.close(terminal)
        [victim] = printer()
        os.kill(victim, signal.SIGKILL)  # now the demo has something to say
        await wait_until(lambda: printer() not in ([], [victim]), 20)
        await wait_until(lambda: health(url) == "healthy", 20)
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), 20) == 0
        assert members(tmp_path) == ()
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
