"""Append-only file of records: a record is durable when `append` returns, and survives a kill."""

import fcntl
import os
from pathlib import Path
from typing import Self

import msgspec

from ofd_emulator.records import Record

_ENCODER = msgspec.json.Encoder()
_DECODER = msgspec.json.Decoder(Record)


class ArchiveError(Exception):
    """The archive cannot be used: another process holds it, or its content is damaged."""


class Archive:
    """The file `documents.jsonl` in the data folder, locked for this process."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._file)
            raise ArchiveError(f"another process uses {path}") from None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._file)

    def load(self) -> list[Record]:
        """Read all records; a line cut short by a kill was never acknowledged and is dropped."""
        content = self._path.read_bytes()
        whole = content.rfind(b"\n") + 1
        os.ftruncate(self._file, whole)
        try:
            return _DECODER.decode_lines(content[:whole])
        except msgspec.MsgspecError as error:
            raise ArchiveError(f"{self._path} is damaged: {error}") from error

    def append(self, record: Record) -> None:
        """Write one record and return when it is on disk."""
        line = _ENCODER.encode(record) + b"\n"
        while line:
            line = line[os.write(self._file, line) :]
        os.fdatasync(self._file)
