"""The main screens of the demo back office, in Russian, as pictures in docs/img/.

A module lists its screens in `screens.json`: `name`, `action` (XML id), and as needed `record` (XML id, or a
search as `{"model", "domain"}`), `view`, `click` (selectors pressed one after another), `wait` (a selector that
must be seen), `login`.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import time
import urllib.request
from urllib.error import URLError

import cluster
import demo
import server
from home import ROOT, STATE, TOOLS, our_modules, python
from problem import Unprepared

_START_LIMIT_S = 120.0


def main(arguments: list[str]) -> int:
    """Take the screens of the named modules (all when none is named) from the demo database."""
    parser = argparse.ArgumentParser(prog="./just odoo-shots", description=__doc__)
    parser.add_argument("modules", nargs="*")
    chosen = parser.parse_args(arguments).modules
    screens = []
    for module in our_modules():
        listed = module.path / "screens.json"
        if listed.is_file() and (not chosen or module.name in chosen):
            screens += json.loads(listed.read_text(encoding="utf-8"))
    if not screens:
        raise Unprepared("No module lists screens in screens.json")
    with cluster.running("demo") as postgres:
        database = demo.ensure(postgres)
        return _take(postgres, database, screens)


def _take(postgres: cluster.Cluster, database: str, screens: list[dict[str, object]]) -> int:
    port = server.free_port()
    words = server.command(server.configuration(postgres, port=port), "-d", database, "--log-level=warn")
    log = STATE / "log" / "shots.log"
    with log.open("w", encoding="utf-8") as sink:
        odoo = subprocess.Popen(
            words,
            stdout=sink,
            stderr=subprocess.STDOUT,
            env={**os.environ, **server.environment()},
            cwd=STATE,
        )
        try:
            base = f"http://127.0.0.1:{port}"
            _await(base, odoo)
            taker = [str(python()), str(TOOLS / "take_shots.py"), base, database, str(ROOT / "docs" / "img")]
            done = subprocess.run(taker, input=json.dumps(screens), text=True, env=server.environment())
            return done.returncode
        finally:
            odoo.terminate()
            odoo.wait(timeout=30)


def _await(base: str, odoo: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _START_LIMIT_S
    while time.monotonic() < deadline and odoo.poll() is None:
        try:
            urllib.request.urlopen(f"{base}/web/health", timeout=5).close()
            return
        except (URLError, OSError):
            time.sleep(0.5)
    raise Unprepared(f"Odoo did not start; see {STATE / 'log' / 'shots.log'}")
