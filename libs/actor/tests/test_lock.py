"""DataFolder: one process, freed by any death."""

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from actor.lock import DataFolder, FolderInUse

HOLDER = """
import sys, time
from pathlib import Path
from actor.lock import DataFolder
with DataFolder(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(600)
"""


def test_the_folder_is_made_and_private(tmp_path: Path) -> None:
    path = tmp_path / "a" / "printer-actor"
    with DataFolder(path) as folder:
        assert stat.S_IMODE(path.stat().st_mode) == 0o700
        assert (path / "lock").read_text() == f"{os.getpid()}\n"
        assert folder.free_bytes() > 0


def test_an_open_folder_becomes_private(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    with DataFolder(tmp_path):
        assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o700


def test_a_second_process_is_told_who_holds_it_and_a_kill_frees_it(tmp_path: Path) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(FolderInUse) as caught, DataFolder(tmp_path):
            pass
        assert caught.value.pid == holder.pid
        assert str(tmp_path) in caught.value.command
        assert f"in use by process {holder.pid}" in caught.value.text
        assert caught.value.exit_code == 75
    finally:
        holder.send_signal(signal.SIGKILL)
        holder.communicate()
    with DataFolder(tmp_path):
        assert (tmp_path / "lock").read_text() == f"{os.getpid()}\n"


def test_it_can_be_taken_again_after_the_context(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    for _ in range(2):
        with folder, pytest.raises(FolderInUse), DataFolder(tmp_path):
            pass
