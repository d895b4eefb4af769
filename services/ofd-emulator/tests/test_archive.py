from pathlib import Path

import pytest

from ofd_emulator.archive import Archive, ArchiveError
from ofd_emulator.records import Document, Record, Violation

RECORDS: list[Record] = [
    Document(
        fn="9999078900000961",
        fd=1,
        form=3,
        total=100,
        received_at="2026-11-20T12:00:00.000+03:00",
        raw="2a08",
    ),
    Violation(rule="other_bytes", detail="…", received_at="2026-11-20T12:00:01.000+03:00", raw="2a09"),
]


def fill(path: Path) -> None:
    with Archive(path) as archive:
        for record in RECORDS:
            archive.append(record)


def test_records_come_back_in_order(tmp_path: Path) -> None:
    fill(tmp_path / "a.jsonl")
    with Archive(tmp_path / "a.jsonl") as archive:
        assert archive.load() == RECORDS


@pytest.mark.parametrize("cut", [1, 10, 100])
def test_a_line_cut_short_by_a_kill_is_dropped_and_the_next_one_stands_alone(
    tmp_path: Path, cut: int
) -> None:
    path = tmp_path / "a.jsonl"
    fill(path)
    path.write_bytes(path.read_bytes()[:-cut])
    with Archive(path) as archive:
        assert archive.load() == RECORDS[:1]
        archive.append(RECORDS[1])
        assert archive.load() == RECORDS


def test_a_damaged_archive_is_not_guessed_at(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    fill(path)
    path.write_bytes(b"?" + path.read_bytes())
    with Archive(path) as archive, pytest.raises(ArchiveError, match="damaged"):
        archive.load()


def test_two_processes_do_not_share_it(tmp_path: Path) -> None:
    with Archive(tmp_path / "a.jsonl"), pytest.raises(ArchiveError, match="another process"):
        Archive(tmp_path / "a.jsonl")
