"""What a stack refuses before it starts anything; whole tills run in the end-to-end tests."""

import asyncio
import sys
from pathlib import Path

import msgspec
import pytest

from actor.lock import DataFolder, FolderInUse
from optics.ports import Ports, free_ports
from optics.stack import PortsTaken, StackError, TillStack
from optics.stale import members
from till_nats.keys import ensure_keys


async def demo(folder: Path, port: int) -> tuple[int, str]:
    """Run the command until it ends by itself."""
    command = await asyncio.create_subprocess_exec(
        sys.executable, "-c", "from optics.cli import main; main()",
        "demo", "--folder", str(folder), "--gateway-port", str(port),
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    said, _ = await asyncio.wait_for(command.communicate(), 60)
    assert command.returncode is not None
    return command.returncode, said.decode()


async def test_a_taken_port_is_named_before_anything_starts(tmp_path: Path) -> None:
    holder = await asyncio.start_server(lambda _reader, _writer: None, "127.0.0.1", 0)
    taken = holder.sockets[0].getsockname()[1]
    ports = msgspec.structs.replace(free_ports(), ofd_control=taken)
    with pytest.raises(PortsTaken, match=str(taken)):
        await TillStack(tmp_path, ports).__aenter__()
    holder.close()
    assert members(tmp_path) == ()
    assert not (tmp_path / "till.toml").exists()


async def test_a_damaged_key_stops_the_start_by_its_name(tmp_path: Path) -> None:
    ensure_keys(tmp_path / "keys", ["sys"])
    (tmp_path / "keys" / "sys.nk").write_bytes(b"")
    with pytest.raises(StackError, match=r"sys\.nk"):
        await TillStack(tmp_path).__aenter__()
    assert members(tmp_path) == ()


async def test_one_folder_has_one_stack(tmp_path: Path) -> None:
    with DataFolder(tmp_path), pytest.raises(FolderInUse):
        await TillStack(tmp_path).__aenter__()


async def test_the_demo_says_that_another_one_runs(tmp_path: Path) -> None:
    with DataFolder(tmp_path):
        code, said = await demo(tmp_path, free_ports().gateway)
    assert code == 1
    assert "демо уже работает" in said
    assert "./just stop" in said


async def test_the_demo_names_the_holder_of_a_taken_port(tmp_path: Path) -> None:
    holder = await asyncio.start_server(lambda _reader, _writer: None, "127.0.0.1", 0)
    taken = holder.sockets[0].getsockname()[1]
    code, said = await demo(tmp_path, taken)
    holder.close()
    assert code == 1
    assert f"порт {taken} занят процессом" in said


def test_the_fixed_ports_are_those_of_the_readme() -> None:
    ports = Ports()
    assert (ports.gateway, ports.nats, ports.nats_monitor) == (8000, 4222, 8222)
    assert (ports.kkt, ports.kkt_control, ports.ofd, ports.ofd_control) == (7778, 7779, 7790, 7791)
