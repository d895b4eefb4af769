"""`optics till add` and `optics link` as an administrator meets them, at a running head office."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from optics.folder import CONFIG, LEAF, LINK_KEY, stack_settings, write_till
from optics.hub_folder import TILLS, read_tills
from optics.hub_stack import HubStack
from optics.ports import free_company, free_ports


async def optics(*words: str) -> tuple[int, str]:
    command = await asyncio.create_subprocess_exec(
        sys.executable, "-c", "from optics.cli import main; main()", *words,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    said, _ = await asyncio.wait_for(command.communicate(), 30)
    assert command.returncode is not None
    return command.returncode, said.decode()


@pytest.fixture
async def hub(tmp_path: Path) -> AsyncIterator[HubStack]:
    ports = free_company(1)
    async with HubStack(tmp_path / "hub", ports.hub, ports.tills[0]) as running:
        yield running


async def add(hub: Path, till: str, *words: str) -> tuple[int, str]:
    return await optics("till", "add", till, "--hub", str(hub), *words)


async def test_a_running_hub_takes_a_till_and_a_second_time_has_nothing_to_do(hub: HubStack) -> None:
    code, said = await add(hub.folder, "till-002")
    assert code == 0, said
    assert "создано: stream EVENTS_till-002" in said
    assert "создано: stream EVENTS_ALL" in said
    code, said = await add(hub.folder, "till-003")
    assert (code, "создано: sources of stream EVENTS_ALL" in said) == (0, True), said
    code, said = await add(hub.folder, "till-002")
    assert (code, "создано" in said) == (0, False), said
    seed = hub.folder / "issued" / "till-002" / f"{LINK_KEY}.nk"
    assert seed.stat().st_mode & 0o077 == 0
    public = read_tills(hub.folder)["till-002"]
    assert public in (hub.folder / "hub.conf").read_text()
    assert seed.read_text().strip() not in (hub.folder / "hub.conf").read_text() + json.dumps(
        read_tills(hub.folder)
    )


async def test_another_key_for_a_known_till_is_refused(hub: HubStack) -> None:
    await add(hub.folder, "till-002")
    before = (hub.folder / TILLS).read_text()
    code, said = await add(hub.folder, "till-002", "--public-key", "U" + "A" * 55)
    assert code == 2, said
    assert (hub.folder / TILLS).read_text() == before


async def test_a_bad_name_or_folder_is_named(tmp_path: Path, hub: HubStack) -> None:
    assert (await add(hub.folder, "Till 2"))[0] == 2
    code, said = await add(tmp_path, "till-002")
    assert (code, str(tmp_path) in said) == (2, True)


async def test_a_till_without_a_hub_has_no_line_and_one_that_is_off_is_told_so(tmp_path: Path) -> None:
    write_till(tmp_path / "alone", stack_settings(tmp_path / "alone", free_ports()))
    code, said = await optics("link", "down", "till-001", "--config", str(tmp_path / "alone" / CONFIG))
    assert code == 2, said
    folder = tmp_path / "linked"
    write_till(folder, stack_settings(folder, free_ports(), hub_urls=("nats-leaf://127.0.0.1:1",)))
    assert "disabled: false" in (folder / LEAF).read_text()
    assert (folder / "hub-link.conf").stat().st_mode & 0o077 == 0
    code, said = await optics("link", "down", "till-001", "--config", str(folder / CONFIG))
    assert code == 69, said
    assert "disabled: true" in (folder / LEAF).read_text()
