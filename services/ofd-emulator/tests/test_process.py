"""The emulator as a process: ready line, control port, signals, kill, taken ports."""

import asyncio
import contextlib
import signal
import sys
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from fiscal.ofd.documents import parse_acknowledgement

HANG_LIMIT_S = 20.0

Build = Callable[..., bytes]


@dataclass
class Process:
    process: asyncio.subprocess.Process
    port: int
    control: str

    async def send(self, data: bytes) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(data)
        answer = await reader.read()
        writer.close()
        return answer

    async def get(self, path: str) -> Any:
        async with aiohttp.ClientSession() as http, http.get(self.control + path) as reply:
            assert reply.status == 200
            return await reply.json()

    async def post_mode(self, **mode: Any) -> int:
        async with aiohttp.ClientSession() as http, http.post(f"{self.control}/mode", json=mode) as reply:
            return reply.status


async def launch(data: Path, port: int = 0) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "ofd_emulator", "--port", str(port), "--control-port", "0", "--data", str(data),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip


@contextlib.asynccontextmanager
async def running(data: Path) -> AsyncIterator[Process]:
    process = await launch(data)
    assert process.stdout is not None
    try:
        async with asyncio.timeout(HANG_LIMIT_S):
            line = (await process.stdout.readline()).decode().split()
        assert line[0] == "ready"
        fields = dict(part.split("=") for part in line[1:])
        yield Process(process, int(fields["port"]), f"http://127.0.0.1:{fields['control']}")
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def test_the_control_port_shows_documents_state_and_mode(
    tmp_path: Path, receipt: Build, fn: str
) -> None:
    async with running(tmp_path) as ofd:
        await ofd.send(receipt(4, total=990))
        await ofd.send(receipt(4, total=991))
        (document,) = await ofd.get("/documents")
        assert document["fn"] == fn
        assert (document["fd"], document["form"], document["total"]) == (4, 3, 990)
        assert bytes.fromhex(document["raw"]) == receipt(4, total=990)
        assert "received_at" in document
        state = await ofd.get("/state")
        assert state["mode"] == "up"
        assert state["counts"] == {"received": 2, "accepted": 1, "repeated": 0, "violations": 1}
        assert state["fns"] == {fn: {"documents": 1, "first_fd": 4, "last_fd": 4}}
        assert [v["rule"] for v in state["violations"]] == ["other_bytes"]


async def test_the_mode_is_in_force_when_post_mode_answers(tmp_path: Path, receipt: Build) -> None:
    async with running(tmp_path) as ofd:
        assert await ofd.post_mode(mode="down") == 200
        assert await ofd.get("/mode") == {"mode": "down", "delay_ms": 5000}
        with pytest.raises(ConnectionRefusedError):
            await ofd.send(receipt(1))
        assert await ofd.post_mode(mode="slow", delay_ms=1) == 200
        assert parse_acknowledgement(await ofd.send(receipt(1))).fd == 1


@pytest.mark.parametrize(
    "body", [{}, {"mode": "sideways"}, {"mode": "slow", "delay_ms": -1}, {"mode": "up", "x": 1}]
)
async def test_a_wrong_mode_is_refused_and_changes_nothing(tmp_path: Path, body: dict[str, Any]) -> None:
    async with running(tmp_path) as ofd:
        assert await ofd.post_mode(**body) == 422
        assert (await ofd.get("/mode"))["mode"] == "up"


async def test_an_acknowledged_document_survives_kill_9(tmp_path: Path, receipt: Build) -> None:
    async with running(tmp_path) as ofd:
        answer = await ofd.send(receipt(1))
        ofd.process.kill()
        await ofd.process.wait()
    async with running(tmp_path) as ofd:
        assert [d["fd"] for d in await ofd.get("/documents")] == [1]
        assert await ofd.send(receipt(1)) == answer


@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_ends_it_with_0_even_while_it_hangs(
    tmp_path: Path, receipt: Build, signum: int
) -> None:
    async with running(tmp_path) as ofd:
        await ofd.post_mode(mode="hang")
        sending = asyncio.ensure_future(ofd.send(receipt(1)))
        await asyncio.wait({sending}, timeout=0.2)
        ofd.process.send_signal(signum)
        async with asyncio.timeout(HANG_LIMIT_S):
            assert await ofd.process.wait() == 0
            await asyncio.wait({sending})
        sending.exception()


async def test_a_taken_port_ends_it_with_2_and_names_the_port(tmp_path: Path) -> None:
    async with running(tmp_path / "one") as ofd:
        second = await launch(tmp_path / "two", port=ofd.port)
        _, errors = await asyncio.wait_for(second.communicate(), HANG_LIMIT_S)
        assert second.returncode == 2
        assert f"port {ofd.port} on 127.0.0.1 cannot be had" in errors.decode()


async def test_a_used_data_folder_ends_it_with_2(tmp_path: Path) -> None:
    async with running(tmp_path):
        second = await launch(tmp_path)
        _, errors = await asyncio.wait_for(second.communicate(), HANG_LIMIT_S)
        assert second.returncode == 2
        assert "another process uses" in errors.decode()
