"""`optics provision` as an administrator meets it, on a real server."""

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from contracts.permissions import inbox
from optics.folder import CONFIG, LEAF, stack_settings, write_till
from optics.ports import free_ports
from optics.process import Process
from optics.programs import programs


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[str]:
    """A running nats-server of a till in `tmp_path`; its URL."""
    ports = free_ports()
    write_till(tmp_path, stack_settings(tmp_path, ports))
    nats_server = Process(programs(tmp_path, ports)[0], tmp_path, lambda _name, _line: None)
    await nats_server.start()
    await asyncio.wait_for(nats_server.ready.wait(), 10)
    yield f"nats://127.0.0.1:{ports.nats}"
    await nats_server.end()


async def optics(*words: str) -> tuple[int, str]:
    command = await asyncio.create_subprocess_exec(
        sys.executable, "-c", "from optics.cli import main; main()", *words,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    said, _ = await asyncio.wait_for(command.communicate(), 30)
    assert command.returncode is not None
    return command.returncode, said.decode()


async def provision(folder: Path, *words: str) -> tuple[int, str]:
    return await optics("provision", "--config", str(folder / CONFIG), *words)


async def test_it_says_what_it_made_and_then_that_all_is_well(server: str, tmp_path: Path) -> None:
    code, said = await provision(tmp_path)
    assert code == 0
    assert "создано: stream BUFFER" in said
    code, said = await provision(tmp_path)
    assert code == 0
    assert "создано" not in said


async def test_drift_ends_with_three_and_names_every_difference(server: str, tmp_path: Path) -> None:
    import nats

    await provision(tmp_path)
    client = await nats.connect(
        server, nkeys_seed=str(tmp_path / "keys" / "provision.nk"), inbox_prefix=inbox("provision")
    )
    js = client.jetstream()
    await js.update_stream((await js.stream_info("BUFFER")).config.evolve(max_msgs=300))
    await js.delete_consumer("EVENTS", "hub-sync")
    await client.close()
    code, said = await provision(tmp_path)
    assert code == 3
    assert "stream BUFFER: max_msgs is 300, must be 200" in said
    assert (await provision(tmp_path, "--capacity", "300"))[0] == 0


async def test_without_a_server_it_writes_the_configuration_and_says_how_to_start_one(tmp_path: Path) -> None:
    settings = stack_settings(tmp_path, free_ports())
    write_till(tmp_path, settings)
    (tmp_path / LEAF).unlink()
    code, said = await provision(tmp_path)
    assert code == 69
    assert f"nats-server -c {tmp_path / LEAF}" in said
    assert (tmp_path / LEAF).exists()


async def test_mistakes_in_the_settings_are_told_together(tmp_path: Path) -> None:
    (tmp_path / CONFIG).write_text('[till]\nid = "till-001"\n[nats]\nport = 1\n')
    code, said = await provision(tmp_path)
    assert code == 78
    assert "till.data: is missing" in said
    assert "nats.port: no such setting" in said
