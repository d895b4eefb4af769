"""A PostgreSQL of our own: a cluster in the temporary folder, reached by a socket only we can open."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from home import ROOT, STATE, digest
from problem import Unprepared

ROLE = "odoo"
_SYSTEM_USER = "postgres"  # PostgreSQL refuses to run as root; Debian's package makes this user


@dataclass(frozen=True, kw_only=True)
class Cluster:
    """A running cluster; `folder` is its socket folder too, so `host=folder` connects."""

    folder: Path
    binaries: Path

    def databases(self) -> set[str]:
        """Return the names of all databases."""
        answer = self._psql("SELECT datname FROM pg_database")
        return set(answer.split())

    def clone(self, template: str, name: str) -> None:
        """Make `name` a copy of `template`, database and filestore, in place of an older one."""
        self.drop(name)
        self._psql(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        source, target = filestore(template), filestore(name)
        if source.is_dir():
            shutil.copytree(source, target)

    def create(self, name: str) -> None:
        """Make an empty database, in place of an older one."""
        self.drop(name)
        self._psql(f"CREATE DATABASE \"{name}\" TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C'")

    def rename(self, old: str, new: str) -> None:
        """Give a database and its filestore another name."""
        self.drop(new)
        self._psql(f'ALTER DATABASE "{old}" RENAME TO "{new}"')
        if filestore(old).is_dir():
            filestore(old).rename(filestore(new))

    def drop(self, name: str) -> None:
        """Remove a database and its filestore; absence is fine."""
        self._psql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        shutil.rmtree(filestore(name), ignore_errors=True)

    def _psql(self, statement: str) -> str:
        connect = ["-h", str(self.folder), "-U", ROLE, "-d", "postgres"]
        command = [str(self.binaries / "psql"), "-qAtX", "-v", "ON_ERROR_STOP=1", *connect, "-c", statement]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        return done.stdout


def filestore(database: str) -> Path:
    """Return the folder Odoo keeps the attachments of a database in."""
    return STATE / "data" / "filestore" / database


@contextmanager
def running(name: str, *, durable: bool = False) -> Iterator[Cluster]:
    """Run the cluster `name` of this checkout, made on first use, and stop it at the end.

    Not durable means fsync off: right for tests, which can be run again; wrong for anything measured or kept.
    """
    binaries = _binaries()
    folder = Path(tempfile.gettempdir()) / f"opticserp-odoo-{os.getuid()}-{digest(str(ROOT))}" / name
    if not (folder / "PG_VERSION").is_file():
        _make(binaries, folder)
    settings = "-c listen_addresses='' -c shared_buffers=256MB -c max_connections=60"
    if not durable:
        settings += " -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
    control = [binaries / "pg_ctl", "-D", folder, "-s", "-w"]
    if (folder / "postmaster.pid").is_file():
        _as_owner([*control, "-m", "fast", "stop"], check=False)
    _as_owner([*control, "-l", folder / "log", "-o", f"{settings} -k {folder}", "start"])
    try:
        yield Cluster(folder=folder, binaries=binaries)
    finally:
        _as_owner([*control, "-m", "fast", "stop"])


def _make(binaries: Path, folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    if os.getuid() == 0:
        shutil.chown(folder, _SYSTEM_USER)
    folder.chmod(0o700)
    _as_owner(
        [binaries / "initdb", "-D", folder, "-U", ROLE, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"]
    )


def _as_owner(command: list[object], *, check: bool = True) -> None:
    words = [str(word) for word in command]
    if os.getuid() == 0:
        words = ["runuser", "-u", _SYSTEM_USER, "--", *words]
    subprocess.run(words, check=check, cwd="/", stdout=subprocess.DEVNULL)


def _binaries() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    on_path = shutil.which("initdb")
    if not found and not on_path:
        raise Unprepared("PostgreSQL is missing: apt-get install postgresql")
    if os.getuid() == 0:
        try:
            pwd.getpwnam(_SYSTEM_USER)
        except KeyError:
            text = (
                "As root the cluster runs as the system user postgres, which is missing: install postgresql"
            )
            raise Unprepared(text) from None
    return found[-1].parent if found else Path(str(on_path)).resolve().parent
