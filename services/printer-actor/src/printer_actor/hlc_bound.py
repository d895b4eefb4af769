"""The HLC's bound in a file of its own: written whole, fsynced, renamed."""

import os
from pathlib import Path


class BoundFile:
    """Milliseconds since 1970 that no stamp of an earlier life has passed."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def load(self) -> int | None:
        """The bound, None in the first life."""
        try:
            return int(self._path.read_text(encoding="ascii"))
        except FileNotFoundError:
            return None

    def save(self, bound_ms: int) -> None:
        """Return when the bound is durable."""
        fresh = self._path.with_suffix(".new")
        with fresh.open("w", encoding="ascii") as file:
            file.write(str(bound_ms))
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self._path)
        folder = os.open(self._path.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
