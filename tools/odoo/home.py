"""Where things are: the Odoo tree, our modules, the environment, the folder for what a run leaves."""

from __future__ import annotations

import ast
import hashlib
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from problem import Unprepared

ROOT = Path(__file__).resolve().parents[2]
ADDONS = ROOT / "odoo"
STATE = ROOT / ".run" / "odoo"
TOOLS = Path(__file__).resolve().parent
LOCK = TOOLS / "requirements.lock"

_NO_HOME = """\
Odoo 17 is not on PyPI and not part of this repository. Unpack a 17.0 community tree (the folder that holds
`odoo-bin` and `odoo/addons`) and name it:

    git clone --depth 1 --branch 17.0 https://github.com/odoo/odoo.git ~/odoo17
    ODOO_HOME=~/odoo17 ./just test-odoo

Debian packages that it needs: postgresql chromium-headless-shell wkhtmltopdf fonts-dejavu-core"""


@dataclass(frozen=True, kw_only=True)
class Module:
    """One of our Odoo modules."""

    name: str
    path: Path
    depends: tuple[str, ...]


def odoo_home() -> Path:
    """Return the unpacked Odoo tree named by ODOO_HOME; raises Unprepared when there is none."""
    named = os.environ.get("ODOO_HOME", "")
    if not named:
        raise Unprepared(_NO_HOME)
    home = Path(named).expanduser().resolve()
    if not (home / "odoo-bin").is_file():
        raise Unprepared(f"ODOO_HOME={named} holds no odoo-bin.\n\n{_NO_HOME}")
    return home


def addons_paths(home: Path) -> list[Path]:
    """Return the folders Odoo looks for modules in, in a source or in a packaged tree, ours last."""
    candidates = [home / "addons", home / "odoo" / "addons"]
    return [path for path in candidates if path.is_dir()] + [ADDONS]


def our_modules() -> list[Module]:
    """Return our modules, those that others depend on first."""
    found: dict[str, Module] = {}
    for manifest in sorted(ADDONS.glob("*/__manifest__.py")):
        facts = ast.literal_eval(manifest.read_text(encoding="utf-8"))
        found[manifest.parent.name] = Module(
            name=manifest.parent.name, path=manifest.parent, depends=tuple(facts.get("depends", []))
        )
    ordered: dict[str, Module] = {}

    def place(module: Module) -> None:
        for name in module.depends:
            if name in found and name not in ordered:
                place(found[name])
        ordered[module.name] = module

    for module in found.values():
        if module.name not in ordered:
            place(module)
    return list(ordered.values())


def digest(*parts: str) -> str:
    """Return a short name made of the parts."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:10]


def python() -> Path:
    """Return the interpreter of Odoo's own environment, made from requirements.lock when it is not there."""
    venv = STATE / "venv"
    stamp = venv / ".stamp"
    wanted = digest(LOCK.read_text(encoding="utf-8"), sys.version)
    if not stamp.is_file() or stamp.read_text(encoding="utf-8") != wanted:
        if sys.version_info[:2] > (3, 11):
            raise Unprepared("Odoo 17's pinned packages have wheels for Python 3.11: set PYTHON=python3.11")
        print("odoo: making the Python environment in .run/odoo/venv", file=sys.stderr)
        shutil.rmtree(venv, ignore_errors=True)
        subprocess.run(["uv", "venv", "--quiet", "--python", sys.executable, str(venv)], check=True)
        install = ["uv", "pip", "sync", "--quiet", "--require-hashes"]
        subprocess.run([*install, "--python", str(venv / "bin" / "python"), str(LOCK)], check=True)
        stamp.write_text(wanted, encoding="utf-8")
    return venv / "bin" / "python"


def browser_folder() -> Path:
    """Return a folder whose `google-chrome` is the headless shell; put it first on PATH.

    Odoo's test runner passes `--window-size=1366x768`; full Chromium understands only a comma there and
    falls back to a phone's viewport, which turns every POS tour into another one.
    """
    for name in ("chromium-headless-shell", "chrome-headless-shell"):
        shell = shutil.which(name)
        if shell:
            break
    else:
        raise Unprepared("Tours need a browser: apt-get install chromium-headless-shell fonts-dejavu-core")
    folder = STATE / "bin"
    folder.mkdir(parents=True, exist_ok=True)
    link = folder / "google-chrome"
    if not link.is_symlink() or os.readlink(link) != shell:
        link.unlink(missing_ok=True)
        link.symlink_to(shell)
    return folder
