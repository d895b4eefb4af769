"""Imports go one way, and subjects are spelled in `contracts` only."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

ALLOWED: dict[str, set[str]] = {
    "hlc": set(),
    "fiscal": set(),
    "contracts": {"hlc", "fiscal"},
    "actor": {"hlc", "fiscal", "contracts"},
    "till_nats": {"hlc", "fiscal", "contracts", "actor"},
    "optics": {"hlc", "fiscal", "contracts", "actor", "till_nats"},
    "kkt_emulator": {"fiscal"},
    "ofd_emulator": {"fiscal"},
}
SERVICE = {"hlc", "fiscal", "contracts", "actor"}
SUBJECT = re.compile(r"\b(?:till|hub)\.[{%<*]|\$JS\.|\$KV\.|\.(?:cmd|event|buffer|dead|state)\.[a-z<{*>]")
METRIC = re.compile(r"(?:kkt|pos|http|catalog|ofd)_[a-z_]+")


def packages() -> dict[str, Path]:
    found = [*ROOT.glob("libs/*/src/*"), *ROOT.glob("services/*/src/*"), *ROOT.glob("infra/*/src/*")]
    return {p.name: p for p in found if (p / "__init__.py").exists()}


def modules() -> Iterator[tuple[str, Path]]:
    for name, folder in packages().items():
        for path in sorted(folder.rglob("*.py")):
            yield name, path


def imported(tree: ast.AST) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            names.add(node.module.split(".")[0])
    return names


@pytest.mark.parametrize("name", sorted(packages()))
def test_imports_go_one_way(name: str) -> None:
    ours = set(packages())
    allowed = ALLOWED.get(name, SERVICE) | {name}
    for path in sorted(packages()[name].rglob("*.py")):
        foreign = (imported(ast.parse(path.read_text())) & ours) - allowed
        assert not foreign, f"{path.relative_to(ROOT)} imports {sorted(foreign)}"


@pytest.mark.parametrize("name", ["hlc", "fiscal"])
def test_the_pure_libraries_do_no_io_and_read_no_clock(name: str) -> None:
    forbidden = {"asyncio", "socket", "time", "os", "pathlib", "random", "uuid", "sqlite3", "threading"}
    allowed = {"hlc": {"threading"}, "fiscal": set[str]()}[name]
    for path in sorted(packages()[name].rglob("*.py")):
        bad = imported(ast.parse(path.read_text())) & (forbidden - allowed)
        assert not bad, f"{path.relative_to(ROOT)} imports {sorted(bad)}"


@pytest.mark.parametrize("name", ["buffer_actor", "printer_actor", "ofd_forwarder"])
def test_neither_sale_nor_delivery_knows_the_mode(name: str) -> None:
    for path in sorted(packages()[name].rglob("*.py")):
        known = {
            node.attr if isinstance(node, ast.Attribute) else node.id
            for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.Attribute | ast.Name)
        }
        assert not known & {"ModeState", "ModeChanged", "ModeCause", "Beat"}, path.relative_to(ROOT)


def test_subjects_are_spelled_in_contracts_only() -> None:
    for name, path in modules():
        if name == "contracts":
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and "\n" not in node.value:
                assert not SUBJECT.search(node.value), (
                    f"{path.relative_to(ROOT)}:{node.lineno}: {node.value!r}"
                )


def test_a_metric_has_one_owner() -> None:
    owners: dict[str, set[str]] = {}
    for name, path in modules():
        if path.name in ("metrics.py", "gauges.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if (
                    isinstance(node, ast.Constant)
                    and isinstance(node.value, str)
                    and METRIC.fullmatch(node.value)
                ):
                    owners.setdefault(node.value, set()).add(name)
    assert owners
    assert {metric: names for metric, names in owners.items() if len(names) > 1} == {}
