"""Usage: python tools/odoo test|demo|bench|i18n|shots [arguments]; see README.md beside this file."""

from __future__ import annotations

import fcntl
import importlib
import signal
import subprocess
import sys

from home import STATE, odoo_home
from problem import Unprepared

_COMMANDS = {"test": "suite", "demo": "demo", "bench": "bench", "i18n": "translate", "shots": "shots"}


def main(arguments: list[str]) -> int:
    """Run one command; two runs of one command in one checkout wait for each other."""
    if not arguments or arguments[0] not in _COMMANDS:
        print(__doc__, file=sys.stderr)
        return 2
    name, *rest = arguments
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))  # stops what was started
    STATE.mkdir(parents=True, exist_ok=True)
    shared = "test" if name == "i18n" else "demo" if name == "shots" else name  # who uses whose cluster
    with (STATE / f"{shared}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            odoo_home()
            return int(importlib.import_module(_COMMANDS[name]).main(rest))
        except Unprepared as problem:
            print(problem, file=sys.stderr)
            return 2
        except subprocess.CalledProcessError as failed:
            print(f"{failed}\n{failed.stderr or ''}", file=sys.stderr)
            return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
