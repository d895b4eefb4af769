"""Processes that die, come back, stop and never outlive us."""

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest

from actor.testing import wait_until
from optics.keeper import Keeper
from optics.ports import command_line
from optics.process import Process
from optics.programs import SERVICE, Program
from optics.stale import members, stop_all

SERVES = "print('ready', flush=True); import time; time.sleep(600)"
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + SERVES
ORDERLY = "import signal, sys; signal.signal(signal.SIGTERM, lambda *_: sys.exit(7)); " + SERVES


def program(code: str) -> Program:
    return Program(name="thing", argv=(sys.executable, "-u", "-c", code), tier=SERVICE, ready_mark="ready")


class Kept:
    """A keeper and what it told."""

    def __init__(self, folder: Path, code: str, *, restart: bool = True, deaths: int = 99) -> None:
        self.lines: list[str] = []
        self.deaths: list[int] = []
        self._allowed = deaths
        self.keeper = Keeper(
            program(code), folder, restart=restart,
            on_line=lambda _name, line: self.lines.append(line),
            on_death=self._died,
        )  # fmt: skip

    def _died(self, _name: str, code: int) -> bool:
        self.deaths.append(code)
        return len(self.deaths) < self._allowed

    async def __aenter__(self) -> "Kept":
        await self.keeper.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.keeper.end()

    async def alive(self, *, after: int = 0) -> int:
        """The pid of the present life, once it serves and is another than `after`."""
        async with asyncio.timeout(20):
            await wait_until(lambda: self.keeper.process.pid not in (0, after), 20)
            await self.keeper.process.ready.wait()
        return self.keeper.process.pid


async def test_one_that_was_killed_from_outside_comes_back_and_counts_as_a_death(tmp_path: Path) -> None:
    async with Kept(tmp_path, SERVES) as kept:
        pid = await kept.alive()
        os.kill(pid, signal.SIGKILL)
        await kept.alive(after=pid)
        assert kept.deaths == [-signal.SIGKILL]


async def test_one_that_we_killed_comes_back_and_does_not_count(tmp_path: Path) -> None:
    async with Kept(tmp_path, SERVES) as kept:
        pid = await kept.alive()
        await kept.keeper.kill()
        assert command_line(pid) == ""
        await kept.alive(after=pid)
        assert kept.deaths == []


async def test_one_can_be_killed_while_it_is_being_born(tmp_path: Path) -> None:
    async with Kept(tmp_path, SERVES) as kept:
        for _ in range(3):
            dead = kept.keeper.process
            await kept.keeper.kill()
            assert not dead.running
            await wait_until(lambda dead=dead: kept.keeper.process is not dead, 20)
        await kept.alive(after=dead.pid)
        assert kept.deaths == []


async def test_one_that_dies_too_often_is_left_alone(tmp_path: Path) -> None:
    async with Kept(tmp_path, "raise SystemExit(5)", deaths=2) as kept:
        await wait_until(lambda: kept.deaths == [5, 5], 20)
        assert await kept.keeper.end() == 5
        assert kept.deaths == [5, 5]


async def test_without_restart_the_dead_stay_dead_until_they_are_started(tmp_path: Path) -> None:
    async with Kept(tmp_path, SERVES, restart=False) as kept:
        pid = await kept.alive()
        await kept.keeper.kill()
        await wait_until(lambda: not kept.keeper.kept)
        assert not kept.keeper.process.running
        await kept.keeper.start()
        assert await kept.alive() != pid


async def test_the_end_is_asked_for_and_its_code_is_told(tmp_path: Path) -> None:
    async with Kept(tmp_path, ORDERLY) as kept:
        await kept.alive()
        assert await kept.keeper.end() == 7
        assert not kept.keeper.process.running


async def test_one_that_ignores_the_question_is_killed_after_five_seconds(tmp_path: Path) -> None:
    async with Kept(tmp_path, STUBBORN) as kept:
        await kept.alive()
        assert await kept.keeper.end() == -signal.SIGKILL


async def test_everything_it_says_is_in_its_log_and_the_last_words_are_kept(tmp_path: Path) -> None:
    code = "import sys; print('out'); print('err', file=sys.stderr); print('x' * 200_000); print('ready')"
    async with Kept(tmp_path, code, restart=False) as kept:
        await wait_until(lambda: kept.deaths == [0])
        log = (tmp_path / "logs" / "thing.log").read_text().splitlines()
        assert {"out", "err", "ready"} <= set(log)
        assert max(map(len, log)) == 200_000
        assert kept.keeper.process.tail[-1] == "ready"


@pytest.fixture
async def orphan(tmp_path: Path) -> int:
    """The pid of a child whose runner can be killed."""
    runner = (
        "import asyncio, sys\n"
        "from pathlib import Path\n"
        "from optics.process import Process\n"
        "from optics.programs import Program\n"
        "async def main():\n"
        f"    child = Process(Program(name='thing', argv=(sys.executable, '-c', {SERVES!r}), tier=1),\n"
        f"                    Path({str(tmp_path)!r}), lambda name, line: None)\n"
        "    await child.start()\n"
        "    print(child.pid, flush=True)\n"
        "    await child.wait()\n"
        "asyncio.run(main())\n"
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", runner, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    pid = int(await process.stdout.readline())
    assert command_line(pid)
    process.kill()
    await process.wait()
    return pid


async def test_a_child_dies_with_its_runner_even_of_kill_nine(orphan: int) -> None:
    await wait_until(lambda: command_line(orphan) == "", 10)


async def test_stale_processes_are_found_by_their_mark_and_nobody_elses_are_touched(tmp_path: Path) -> None:
    ours, other = tmp_path / "ours", tmp_path / "other"
    process = Process(program(SERVES), ours, lambda _name, _line: None)
    stranger = Process(program(SERVES), other, lambda _name, _line: None)
    await asyncio.gather(process.start(), stranger.start())
    try:
        assert [each.pid for each in members(ours)] == [process.pid]
        ended = await asyncio.to_thread(stop_all, ours)
        assert [each.pid for each in ended] == [process.pid]
        assert await process.wait() == -signal.SIGTERM
        assert stranger.running
    finally:
        await stranger.end()
