"""Processes of a stack whose runner is gone: found by the mark in their environment, ended one by one by pid."""

import contextlib
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec

from optics.ports import command_line
from optics.process import MARK

GRACE_S: Final = 6.0
POLL_S: Final = 0.05


class Stale(msgspec.Struct, frozen=True, kw_only=True):
    """A process of this folder's stack."""

    pid: int
    command: str


def members(folder: Path) -> tuple[Stale, ...]:
    """Processes of the stack in `folder`, whoever started them."""
    return tuple(Stale(pid=pid, command=command_line(pid)) for pid in _marked(folder) if pid != os.getpid())


def runner(folder: Path) -> int | None:
    """The pid that holds the folder's lock file, if it lives."""
    try:
        text = (folder / "lock").read_text().strip()
    except OSError:
        return None
    return int(text) if text.isdigit() and "optics" in command_line(int(text)) else None


def stop_all(folder: Path) -> tuple[Stale, ...]:
    """End the runner in order, then what is left; returns what was ended."""
    pid = runner(folder)
    ended = [Stale(pid=pid, command=command_line(pid))] if pid else []
    if pid:
        _end([pid])
    left = members(folder)
    _end([each.pid for each in left])
    return (*ended, *left)


def _marked(folder: Path) -> Iterator[int]:
    mark = f"{MARK}={folder.absolute()}".encode()
    below = mark + b"/"  # a till of a demo
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # another user's, or gone meanwhile
            found = (process / "environ").read_bytes().split(b"\0")
            if any(entry == mark or entry.startswith(below) for entry in found):
                yield int(process.name)


def _end(pids: list[int]) -> None:
    """SIGTERM, time to end in order, SIGKILL."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)
        deadline = time.monotonic() + GRACE_S
        while any(command_line(pid) for pid in pids) and time.monotonic() < deadline:
            time.sleep(POLL_S)
