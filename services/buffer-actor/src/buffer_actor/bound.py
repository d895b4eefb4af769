"""The clock's bound in a file of its own: it is stored while a transaction of the ledger may be open."""

import os
from pathlib import Path
from typing import Final

FILE: Final = "hlc.bound"


def read_bound(folder: Path) -> int | None:
    """Milliseconds since 1970 UTC that no stamp of an earlier life exceeds; None in the first life."""
    try:
        return int((folder / FILE).read_text())
    except FileNotFoundError:
        return None


def store_bound(folder: Path, bound_ms: int) -> None:
    """Replace the file; when this returns the new bound survives a power cut."""
    fresh = folder / f"{FILE}.new"
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    try:
        os.write(handle, str(bound_ms).encode())
        os.fsync(handle)
    finally:
        os.close(handle)
    fresh.rename(folder / FILE)
    directory = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
