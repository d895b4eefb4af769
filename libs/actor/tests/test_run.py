"""run: signals, deadline and exit codes, seen from outside a real process."""

import json
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

HEADER = """
import asyncio, sys, threading, time
from actor import FatalError, Stop, run
"""
FOOTER = """
sys.exit(run(main, name="probe"))
"""


@contextmanager
def process(body: str) -> Iterator[subprocess.Popen[str]]:
    code = HEADER + textwrap.dedent(body) + FOOTER
    child = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        yield child
    finally:
        child.kill()
        child.communicate()


def lines(text: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in text.splitlines() if line.startswith("{")]


def wait_for(child: subprocess.Popen[str], word: str) -> None:
    assert child.stdout is not None
    for line in child.stdout:
        if word in line:
            return
    raise AssertionError(f"{word} was never said")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_asks_to_stop_and_an_orderly_stop_is_zero(number: signal.Signals) -> None:
    body = """
    async def main(stop):
        print("up", flush=True)
        await stop.wait()
        print("flushed", stop.reason, flush=True)
    """
    with process(body) as child:
        wait_for(child, "up")
        child.send_signal(number)
        out, _ = child.communicate(timeout=20)
        assert child.returncode == 0
        assert f"flushed {number.name}" in out
        assert [line["event"] for line in lines(out)] == ["stopping", "stopped"]


def test_a_second_signal_changes_nothing() -> None:
    body = """
    async def main(stop):
        print("up", flush=True)
        await stop.wait()
        print("asked", flush=True)
        await asyncio.sleep(0.3)
        print("flushed", flush=True)
    """
    with process(body) as child:
        wait_for(child, "up")
        child.send_signal(signal.SIGINT)
        wait_for(child, "asked")
        child.send_signal(signal.SIGTERM)
        out, _ = child.communicate(timeout=20)
        assert child.returncode == 0
        assert "flushed" in out


def test_main_that_returns_ends_the_process_with_zero() -> None:
    with process("async def main(stop): pass") as child:
        out, _ = child.communicate(timeout=20)
        assert child.returncode == 0
        assert lines(out)[-1]["reason"] == "done"


def test_a_crash_is_one_and_its_traceback_is_logged_once() -> None:
    with process("async def main(stop): raise ValueError('boom')") as child:
        out, error = child.communicate(timeout=20)
        assert child.returncode == 1
        assert (out + error).count("Traceback") == 1
        (crash,) = [line for line in lines(out) if line["event"] == "crashed"]
        assert "ValueError: boom" in str(crash["exception"])


def test_a_fatal_error_is_one_clear_line_and_its_own_code() -> None:
    body = """
    async def main(stop):
        async with asyncio.TaskGroup() as group:
            group.create_task(broken())

    async def broken():
        raise FatalError(78, "till.toml: nats.url: is missing")
    """
    with process(body) as child:
        out, error = child.communicate(timeout=20)
        assert child.returncode == 78
        assert error == "probe: till.toml: nats.url: is missing\n"
        assert "Traceback" not in out


def test_a_failure_told_by_a_callback_ends_in_order_with_its_code() -> None:
    body = """
    async def main(stop):
        stop.fail(FatalError(69, "gone"))
        await stop.wait()
        print("flushed", flush=True)
    """
    with process(body) as child:
        out, error = child.communicate(timeout=20)
        assert (child.returncode, error) == (69, "probe: gone\n")
        assert "flushed" in out


def test_what_does_not_stop_is_cancelled_at_the_deadline() -> None:
    body = """
    sys.modules["actor.run"].DEADLINE_S = 0.3

    async def main(stop):
        print("up", flush=True)
        try:
            await asyncio.Event().wait()
        finally:
            print("cancelled", flush=True)
    """
    with process(body) as child:
        wait_for(child, "up")
        child.send_signal(signal.SIGTERM)
        out, _ = child.communicate(timeout=20)
        assert child.returncode == 71
        assert "cancelled" in out
        assert "stop_overdue" in [line["event"] for line in lines(out)]


def test_a_hung_thread_cannot_keep_the_process() -> None:
    body = """
    sys.modules["actor.run"].DEADLINE_S = 0.3

    async def main(stop):
        threading.Thread(target=time.sleep, args=(600,)).start()
        print("up", flush=True)
        await stop.wait()
    """
    with process(body) as child:
        wait_for(child, "up")
        child.send_signal(signal.SIGTERM)
        child.communicate(timeout=20)
        assert child.returncode == 71


def test_a_main_that_is_cancelled_from_within_is_a_crash() -> None:
    body = """
    async def main(stop):
        raise asyncio.CancelledError
    """
    with process(body) as child:
        out, _ = child.communicate(timeout=20)
        assert child.returncode == 1
        assert "cancelled from within" in out
