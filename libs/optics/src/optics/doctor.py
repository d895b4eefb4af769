"""`optics doctor`: what on this machine keeps the till from working, and the way out."""

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec

from optics.ports import Ports, holders
from optics.stale import members, runner
from till_nats.binary import server_binary
from till_nats.errors import ServerMissing

PYTHON = (3, 11)
FREE_MB = 1024


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One thing looked at."""

    good: bool
    text: str


def run(folder: Path) -> int:
    """Print every finding; 1 when one of them is bad."""
    findings = list(examine(folder))
    for finding in findings:
        print(f"{'  ок ' if finding.good else 'ПЛОХО'}  {finding.text}")
    return 0 if all(finding.good for finding in findings) else 1


def examine(folder: Path) -> Iterator[Finding]:
    """Look at everything and change nothing."""
    version = ".".join(map(str, sys.version_info[:3]))
    yield Finding(good=sys.version_info >= PYTHON, text=f"Python {version} (нужен 3.11 или новее)")
    yield Finding(good=sys.platform == "linux", text=f"система {sys.platform} (касса работает на Linux)")
    yield _server()
    yield _disk(folder)
    yield from _processes(folder)


def _server() -> Finding:
    try:
        return Finding(good=True, text=f"nats-server: {server_binary()}")
    except ServerMissing:
        return Finding(good=False, text="нет nats-server: выполните ./just env")


def _disk(folder: Path) -> Finding:
    existing = next(place for place in (folder.absolute(), *folder.absolute().parents) if place.exists())
    free_mb = shutil.disk_usage(existing).free // 1024**2
    return Finding(good=free_mb >= FREE_MB, text=f"свободно {free_mb} МБ в {existing} (нужно {FREE_MB})")


def _processes(folder: Path) -> Iterator[Finding]:
    pid = runner(folder)
    if pid:
        yield Finding(good=True, text=f"демо работает: процесс {pid}")
        return
    for stale in members(folder):
        yield Finding(good=False, text=f"забытый процесс {stale.pid}: {stale.command}; ./just stop")
    taken = holders(Ports().all())
    for holder in taken:
        yield Finding(good=False, text=str(holder))
    if not taken:
        yield Finding(good=True, text="порты кассы свободны")
