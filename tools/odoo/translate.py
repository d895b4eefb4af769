"""Bring i18n/<module>.pot and ru.po up to date with a module's texts; says what lacks a translation."""

from __future__ import annotations

import argparse
import subprocess

import cluster
import server
import template
from home import STATE, TOOLS, Module, odoo_home, our_modules, python

_LIMIT_S = 600.0


def main(arguments: list[str]) -> int:
    """Export the texts of the named modules (all when none is named); 1 when a Russian text is missing."""
    parser = argparse.ArgumentParser(prog="./just odoo-i18n", description=__doc__)
    parser.add_argument("modules", nargs="*")
    chosen = parser.parse_args(arguments).modules
    modules = [module for module in our_modules() if not chosen or module.name in chosen]
    with cluster.running("test") as postgres:
        base = template.ensure(postgres)
        return max([_export(postgres, base, module) for module in modules], default=0)


def _export(postgres: cluster.Cluster, base: str, module: Module) -> int:
    database = f"i18n_{module.name}"
    conf, log = server.configuration(postgres), STATE / "log" / f"{module.name}-i18n.log"
    folder = module.path / "i18n"
    folder.mkdir(exist_ok=True)
    pot, po = folder / f"{module.name}.pot", folder / "ru.po"
    exported = STATE / f"{module.name}.po"
    postgres.clone(base, database)
    for step in (
        ["-i", module.name, "--without-demo=all"],
        ["--modules", module.name, "--i18n-export", str(exported)],
    ):
        words = server.command(conf, "-d", database, *step, "--stop-after-init")
        outcome = server.run(words, log=log, limit_s=_LIMIT_S)
        if not outcome.ok:
            print(f"{module.name}: export failed; see {log}")
            return 1
    postgres.drop(database)
    merge = [str(python()), str(TOOLS / "merge_po.py"), str(exported), str(pot), str(po)]
    merge += [
        str(odoo_home() / "odoo" / "addons" / name / "i18n" / "ru.po")
        for name in ("base", "web", "mail", "stock")
    ]
    return subprocess.run(merge).returncode
