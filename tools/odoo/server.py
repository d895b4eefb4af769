"""Odoo as a process: its settings, a run under a hard time limit, and what its log says."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

from cluster import ROLE, Cluster
from home import STATE, addons_paths, browser_folder, odoo_home, python

_RESULT = re.compile(r"odoo\.tests\.result: (\d+) failed, (\d+) error\(s\) of (\d+) tests when loading")
_TOUR = re.compile(r"Evaluate test code \"odoo\.startTour\('([^']+)'")
_STARTED = re.compile(r"Starting (\w+\.test\w+)")
_LEVEL = re.compile(r"^\S+ \S+ \d+ (WARNING|ERROR|CRITICAL) (?P<rest>.*)")
_GRACE_S = (
    20.0  # from "Initiating shutdown" to the end: after a broken POS boot the process never ends by itself
)


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What one run of Odoo did."""

    exit_code: int
    seconds: float
    log: Path
    tests: int = 0
    failed: int = 0
    names: list[str] = field(default_factory=list)
    tours: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    killed: bool = False

    @property
    def ok(self) -> bool:
        """True when the process said so and the log agrees."""
        return self.exit_code == 0 and not self.failed and not self.killed


def free_port() -> int:
    """Return a TCP port that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def configuration(cluster: Cluster, *, port: int | None = None, **more: object) -> Path:
    """Write odoo.conf for this cluster and return its path."""
    settings: dict[str, object] = {
        "db_host": cluster.folder,
        "db_user": ROLE,
        "addons_path": ",".join(str(path) for path in addons_paths(odoo_home())),
        "data_dir": STATE / "data",
        "http_interface": "127.0.0.1",
        "http_port": port or free_port(),
        "gevent_port": free_port(),
        "max_cron_threads": 0,
        "limit_time_cpu": 0,
        "limit_time_real": 0,
        "limit_memory_hard": 0,
        "limit_memory_soft": 0,
        "screenshots": STATE / "screenshots",
        "screencasts": "",
        "list_db": False,
        **more,
    }
    path = STATE / f"odoo-{cluster.folder.name}.conf"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("[options]\n" + "".join(f"{key} = {value}\n" for key, value in settings.items()))
    return path


def environment() -> dict[str, str]:
    """Return the process environment: our browser first on PATH, browser profiles in a folder we clean."""
    scratch = STATE / "tmp"
    scratch.mkdir(parents=True, exist_ok=True)
    path = f"{browser_folder()}{os.pathsep}{os.environ.get('PATH', '')}"
    return {**os.environ, "PATH": path, "TMPDIR": str(scratch), "TZ": "UTC"}


def command(conf: Path, *arguments: str, coverage: Path | None = None) -> list[str]:
    """Return the command line of odoo-bin; with `coverage` it runs under the settings in that file."""
    start = [str(python())]
    if coverage is not None:
        start += ["-m", "coverage", "run", "--append", f"--rcfile={coverage}"]
    return [*start, str(odoo_home() / "odoo-bin"), *arguments, "-c", str(conf)]


def run(words: list[str], *, log: Path, limit_s: float, stdin: str | None = None, **env: str) -> Outcome:
    """Run Odoo to its end, or kill its whole process group at the limit, and read its log."""
    log.parent.mkdir(parents=True, exist_ok=True)
    begun = time.monotonic()
    with log.open("w", encoding="utf-8") as sink:
        process = subprocess.Popen(
            words,
            stdin=subprocess.PIPE if stdin is not None else subprocess.DEVNULL,
            stdout=sink,
            stderr=subprocess.STDOUT,
            env={**environment(), **env},
            cwd=STATE,
            text=True,
            start_new_session=True,
        )
        if stdin is not None and process.stdin is not None:
            process.stdin.write(stdin)
            process.stdin.close()
        # `odoo-bin shell` says that it shuts down before it runs its script: there the word means nothing.
        killed = not _ends(process, log, limit_s, heeds_shutdown=stdin is None)
    return _read(log, process.returncode, time.monotonic() - begun, killed)


def _ends(process: subprocess.Popen[str], log: Path, limit_s: float, *, heeds_shutdown: bool) -> bool:
    deadline = time.monotonic() + limit_s
    shutdown_seen: float | None = None
    while True:
        try:
            process.wait(timeout=1)
            return True
        except subprocess.TimeoutExpired:
            now = time.monotonic()
            if heeds_shutdown and shutdown_seen is None and b"Initiating shutdown" in _tail(log):
                shutdown_seen = now
            if now > deadline or (shutdown_seen is not None and now > shutdown_seen + _GRACE_S):
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
                return False


def _tail(log: Path) -> bytes:
    with log.open("rb") as stream:
        stream.seek(max(0, log.stat().st_size - 4096))
        return stream.read()


def _read(log: Path, exit_code: int, seconds: float, killed: bool) -> Outcome:
    text = log.read_text(encoding="utf-8", errors="replace")
    results = _RESULT.findall(text)
    names = list(dict.fromkeys(_STARTED.findall(text)))
    complaints = [line for line in text.splitlines() if _LEVEL.match(line)]
    return Outcome(
        exit_code=exit_code,
        seconds=seconds,
        log=log,
        tests=sum(int(total) for _, _, total in results),
        failed=sum(int(failed) + int(errors) for failed, errors, _ in results),
        names=names,
        tours=list(dict.fromkeys(_TOUR.findall(text))),
        complaints=complaints,
        killed=killed,
    )
