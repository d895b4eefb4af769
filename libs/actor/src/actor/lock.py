"""One process for one data folder: two copies in one queue group would share the load of one till."""

import fcntl
import os
import shutil
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from actor.errors import EXIT_IN_USE, FatalError

LOCK_FILE: Final = "lock"


class FolderInUse(FatalError):
    """Another process holds the data folder; stop it first."""

    def __init__(self, path: Path, pid: int | None, command: str) -> None:
        self.path = path
        self.pid = pid
        self.command = command
        super().__init__(
            EXIT_IN_USE, f"{path} is in use by process {pid or '?'} ({command or 'unknown command'})"
        )


class DataFolder:
    """The folder a service owns: mode 0700, locked while the context lasts; the kernel frees it when we die."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock: int | None = None

    def __enter__(self) -> Self:
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.path.chmod(0o700)
        self._lock = _lock(self.path)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def free_bytes(self) -> int:
        """Space left for us on the folder's file system."""
        return shutil.disk_usage(self.path).free


def _lock(folder: Path) -> int:
    handle = os.open(folder / LOCK_FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        pid = _holder(handle)
        os.close(handle)
        raise FolderInUse(folder, pid, _command_line(pid)) from None
    os.ftruncate(handle, 0)
    os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
    return handle


def _holder(handle: int) -> int | None:
    text = os.pread(handle, 32, 0).strip()
    return int(text) if text.isdigit() else None


def _command_line(pid: int | None) -> str:
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:  # gone meanwhile, another user's, or no /proc here
        return ""
    return " ".join(word.decode(errors="replace") for word in words if word)
