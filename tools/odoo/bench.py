"""Measurements of our modules in a real Odoo, on a PostgreSQL that really syncs.

A module that has something to measure keeps `benchmarks/<name>.py` with `run(env)`, which yields
`(what, seconds, limit in seconds)`; the file is no part of the installed module.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import cluster
import server
import template
from home import STATE, Module, our_modules
from problem import Unprepared
from table import show

_LIMIT_S = 1800.0
_SHELL = """
import json, runpy
rows = [list(row) for row in runpy.run_path({script!r})["run"](env)]
open({answer!r}, "w").write(json.dumps(rows))
"""


def main(arguments: list[str]) -> int:
    """Run every benchmark (or those of the named modules) on a fresh database; 1 when a limit is passed."""
    parser = argparse.ArgumentParser(prog="./just bench odoo", description=__doc__)
    parser.add_argument("modules", nargs="*")
    chosen = parser.parse_args(arguments).modules
    rows: list[tuple[str, float, float]] = []
    with cluster.running("bench", durable=True) as postgres:
        base = template.ensure(postgres)
        for module in our_modules():
            if chosen and module.name not in chosen:
                continue
            for script in sorted(module.path.glob("benchmarks/*.py")):
                rows += _measure(postgres, base, module, script)
    if not rows:
        raise Unprepared("No module has a benchmarks/ folder: nothing was measured")

    def verdict(took: float, limit: float) -> str:
        return "ok" if took <= limit else "TOO SLOW"

    show(
        ["what", "took", "limit", ""],
        [[what, f"{took:.2f} s", f"{limit:g} s", verdict(took, limit)] for what, took, limit in rows],
    )
    return int(any(took > limit for _, took, limit in rows))


def _measure(
    postgres: cluster.Cluster, base: str, module: Module, script: Path
) -> list[tuple[str, float, float]]:
    database, answer = f"bench_{module.name}", STATE / "bench.json"
    answer.unlink(missing_ok=True)
    postgres.clone(base, database)
    conf, log = server.configuration(postgres), STATE / "log" / f"bench-{module.name}-{script.stem}.log"
    installed = server.run(
        server.command(conf, "-d", database, "-i", module.name, "--without-demo=all", "--stop-after-init"),
        log=log,
        limit_s=_LIMIT_S,
    )
    if not installed.ok:
        raise Unprepared(f"{module.name} does not install; see {log}")
    shell = server.command(conf, "shell", "-d", database, "--no-http")
    stdin = _SHELL.format(script=str(script), answer=str(answer))
    outcome = server.run(shell, log=log, limit_s=_LIMIT_S, stdin=stdin)
    postgres.drop(database)
    if not answer.is_file():
        raise Unprepared(f"{script.name} gave no figures (exit code {outcome.exit_code}); see {log}")
    return [(f"{module.name}: {what}", took, limit) for what, took, limit in json.loads(answer.read_text())]
