"""The demo shop: one command from nothing to a back office in Russian with a story in it."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys

import cluster
import server
from home import STATE, our_modules
from problem import Unprepared

DATABASE = "optics_demo"
_LIMIT_S = 900.0


def main(arguments: list[str]) -> int:
    """Make the demo database when it is not there (or `--fresh`), then serve it until Ctrl-C."""
    parser = argparse.ArgumentParser(prog="./just odoo-demo", description=__doc__)
    parser.add_argument("--fresh", action="store_true", help="throw the old demo database away first")
    parser.add_argument("--port", type=int, default=8069)
    parser.add_argument("--build-only", action="store_true", help="make the database and stop")
    options = parser.parse_args(arguments)
    with cluster.running("demo") as postgres:
        ensure(postgres, fresh=options.fresh)
        if options.build_only:
            return 0
        conf = server.configuration(postgres, port=options.port, max_cron_threads=1)
        print(f"\n  http://127.0.0.1:{options.port}/   admin / admin, Ctrl-C stops\n", flush=True)
        words = server.command(conf, "-d", DATABASE, "--db-filter", f"^{DATABASE}$", "--log-level=warn")
        odoo = subprocess.Popen(words, env={**os.environ, **server.environment()}, cwd=STATE)
        try:
            return odoo.wait()
        except KeyboardInterrupt:
            return 0
        finally:
            odoo.terminate()
            odoo.wait(timeout=30)


def ensure(postgres: cluster.Cluster, *, fresh: bool = False) -> str:
    """Return the name of the demo database, installed with all our modules when it is not there."""
    if not fresh and DATABASE in postgres.databases():
        return DATABASE
    draft = f"{DATABASE}_draft"
    postgres.create(draft)
    names = ",".join(module.name for module in our_modules())
    print(f"odoo: installing {names}", file=sys.stderr)
    arguments = ["-d", draft, "-i", names, "--load-language=ru_RU", "--without-demo=all", "--stop-after-init"]
    words = server.command(server.configuration(postgres), *arguments)
    outcome = server.run(words, log=STATE / "log" / "demo.log", limit_s=_LIMIT_S)
    if not outcome.ok:
        raise Unprepared(f"The demo does not install; see {outcome.log}")
    postgres.rename(draft, DATABASE)
    print(f"odoo: the demo database is ready after {outcome.seconds:.0f} s", file=sys.stderr)
    return DATABASE
