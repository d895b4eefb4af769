"""All tests and tours of our modules in a real Odoo: install clean, upgrade with tests, uninstall."""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import cluster
import server
import template
from home import ADDONS, ROOT, STATE, TOOLS, Module, our_modules, python
from problem import Unprepared
from table import show

COVERAGE_SETTINGS = TOOLS / "coveragerc"
_LIMIT_S = 1200.0
_COVERAGE_PERCENT = 90.0
# What Odoo 17 itself says on a clean install; everything else is ours to put right.
_NOT_OURS = re.compile(
    r"site-packages/|running as user 'root'|wkhtmltopdf|DeprecationWarning: .*pkg_resources|geoip",
    re.IGNORECASE,
)
# README.rst is what OCA's robot generates from the readme/ fragments; we keep the fragments only.
_CHECKS = ("--disable=all", "--enable=odoolint", "--disable=missing-readme")
_UNINSTALL = """
env["ir.module.module"].search([("name", "=", {name!r})]).button_immediate_uninstall()
state = env["ir.module.module"].search([("name", "=", {name!r})]).state
env.cr.commit()
raise SystemExit(0 if state == "uninstalled" else 1)
"""


@dataclass(kw_only=True)
class Verdict:
    """What the run found out about one module."""

    module: str
    tests: server.Outcome | None = None
    seconds: float = 0.0
    coverage: float | None = None
    problems: list[str] = field(default_factory=list)


def parse(arguments: list[str]) -> argparse.Namespace:
    """Read the command line of `test`."""
    parser = argparse.ArgumentParser(prog="./just test-odoo", description=__doc__)
    parser.add_argument("modules", nargs="*", help="our modules to test; all when none is named")
    parser.add_argument("--tags", help="Odoo test tags in place of /<module>, such as /optics_core:TestOrder")
    parser.add_argument(
        "--keep", action="store_true", help="work on a kept database: upgrade and test only, quick"
    )
    return parser.parse_args(arguments)


def main(arguments: list[str]) -> int:
    """Run the suite; 0 when everything holds, 1 when not."""
    options = parse(arguments)
    modules = _chosen(options.modules)
    shutil.rmtree(STATE / "screenshots", ignore_errors=True)
    verdicts = []
    with cluster.running("test") as postgres:
        base = template.ensure(postgres)
        for module in modules:
            print(f"odoo: {module.name} …", flush=True)
            tags = options.tags or f"/{module.name}"
            examine = _quick if options.keep else _full
            verdicts.append(examine(postgres, base, module, tags))
    shutil.rmtree(STATE / "tmp", ignore_errors=True)
    lint = [] if options.keep else _lint(modules)
    _report(verdicts, lint, linted=not options.keep)
    return 1 if lint or any(verdict.problems for verdict in verdicts) else 0


def _chosen(names: list[str]) -> list[Module]:
    modules = our_modules()
    unknown = set(names) - {module.name for module in modules}
    if unknown or not modules:
        known = ", ".join(module.name for module in modules) or "none"
        raise Unprepared(f"No such module: {', '.join(sorted(unknown))}. Ours are: {known}")
    return [module for module in modules if not names or module.name in names]


def _full(postgres: cluster.Cluster, base: str, module: Module, tags: str) -> Verdict:
    database = f"test_{module.name}"
    verdict = Verdict(module=module.name)
    _coverage_data(module).unlink(missing_ok=True)
    postgres.clone(base, database)
    installed = _odoo(postgres, module, database, "install", "-i", module.name, "--without-demo=all")
    _judge(verdict, "install", installed)
    if not verdict.problems:
        verdict.tests = _tested(postgres, database, module, tags, verdict)
        verdict.coverage = _coverage(module, verdict)
        removed = _odoo(postgres, module, database, "uninstall", stdin=_UNINSTALL.format(name=module.name))
        _judge(verdict, "uninstall", removed)
        postgres.drop(database)
    return verdict


def _quick(postgres: cluster.Cluster, base: str, module: Module, tags: str) -> Verdict:
    database = f"keep_{module.name}"
    verdict = Verdict(module=module.name)
    if database not in postgres.databases():
        postgres.clone(base, database)
        _judge(verdict, "install", _odoo(postgres, module, database, "install", "-i", module.name))
        if verdict.problems:
            postgres.drop(database)
            return verdict
    verdict.tests = _tested(postgres, database, module, tags, verdict)
    return verdict


def _odoo(
    postgres: cluster.Cluster,
    module: Module,
    database: str,
    stage: str,
    *arguments: str,
    stdin: str | None = None,
) -> server.Outcome:
    """Run Odoo on a database, under coverage, and name the log for the stage."""
    start = (
        ["shell", "-d", database, "--no-http"] if stdin is not None else ["-d", database, "--stop-after-init"]
    )
    measured = COVERAGE_SETTINGS if stage != "uninstall" else None
    words = server.command(server.configuration(postgres), *start, *arguments, coverage=measured)
    data = _coverage_data(module)
    data.parent.mkdir(parents=True, exist_ok=True)
    return server.run(
        words,
        log=STATE / "log" / f"{module.name}-{stage}.log",
        limit_s=_LIMIT_S,
        stdin=stdin,
        COVERAGE_FILE=str(data),
        COVERED=str(module.path),
    )


def _coverage_data(module: Module) -> Path:
    return STATE / "coverage" / module.name


def _tested(
    postgres: cluster.Cluster, database: str, module: Module, tags: str, verdict: Verdict
) -> server.Outcome:
    """Upgrade with tests, which proves `-u` as well; refuses a run in which no test took part."""
    outcome = _odoo(
        postgres, module, database, "test", "-u", module.name, "--test-enable", "--test-tags", tags
    )
    verdict.seconds += outcome.seconds
    if outcome.tests == 0:
        verdict.problems.append(f"no test ran; see {outcome.log}")
    elif not outcome.ok:
        verdict.problems.append(f"{outcome.failed} of {outcome.tests} tests failed; see {outcome.log}")
    if outcome.killed:
        verdict.problems.append("killed at the time limit")
    return outcome


def _judge(verdict: Verdict, stage: str, outcome: server.Outcome) -> None:
    verdict.seconds += outcome.seconds
    if not outcome.ok:
        how = "was killed" if outcome.killed else f"failed with exit code {outcome.exit_code}"
        verdict.problems.append(f"{stage} {how}; see {outcome.log}")
    complaints = [line for line in outcome.complaints if not _NOT_OURS.search(line)]
    verdict.problems.extend(f"{stage}: {line}" for line in complaints[:10])


def _coverage(module: Module, verdict: Verdict) -> float | None:
    data, report = _coverage_data(module), STATE / "coverage" / f"{module.name}.json"
    if not data.is_file():
        return None
    words = [
        str(python()),
        "-m",
        "coverage",
        "json",
        "-q",
        f"--rcfile={COVERAGE_SETTINGS}",
        "-o",
        str(report),
    ]
    environment = {**server.environment(), "COVERAGE_FILE": str(data), "COVERED": str(module.path)}
    done = subprocess.run(words, env=environment, cwd=STATE, capture_output=True, text=True)
    if done.returncode:
        verdict.problems.append(f"no coverage: {done.stdout.strip() or done.stderr.strip()}")
        return None
    percent = float(json.loads(report.read_text(encoding="utf-8"))["totals"]["percent_covered"])
    if percent < _COVERAGE_PERCENT:
        verdict.problems.append(f"coverage {percent:.1f} % is below {_COVERAGE_PERCENT:.0f} %")
    return percent


def _lint(modules: list[Module]) -> list[str]:
    words = [
        str(python()),
        "-m",
        "pylint",
        f"--rcfile={TOOLS / 'pylintrc'}",
        *_CHECKS,
        *(str(m.path) for m in modules),
    ]
    done = subprocess.run(words, cwd=ROOT, env=server.environment(), capture_output=True, text=True)
    return [line for line in done.stdout.splitlines() if line and not line.startswith("***")]


def _report(verdicts: list[Verdict], lint: list[str], *, linted: bool) -> None:
    rows = []
    for verdict in verdicts:
        tests = verdict.tests
        counted = [tests.tests, tests.failed, len(tests.tours)] if tests else [0, 0, 0]
        covered = f"{verdict.coverage:.1f} %" if verdict.coverage is not None else "–"
        state = "ok" if not verdict.problems else "FAILED"
        rows.append([verdict.module, *counted, covered, f"{verdict.seconds:.0f} s", state])
        if tests:
            print(f"\n{verdict.module}")
            for name in sorted(tests.names):
                print(f"  {name}")
            for tour in tests.tours:
                print(f"  tour {tour}")
    print()
    show(["module", "tests", "failed", "tours", "coverage", "time", ""], rows)
    for verdict in verdicts:
        for problem in verdict.problems:
            print(f"{verdict.module}: {problem.replace(str(ROOT) + '/', '')}")
    for line in lint:
        print(f"pylint-odoo: {line.replace(str(ADDONS) + '/', '')}")
    print(
        f"pylint-odoo: {len(lint)} findings"
        if lint
        else "pylint-odoo: clean"
        if linted
        else "pylint-odoo: not run"
    )
