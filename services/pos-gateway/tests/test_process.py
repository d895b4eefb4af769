"""The process as it runs in a shop: real settings, a real nats-server with the till's users, real signals."""

import asyncio
import json
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from actor.testing import NatsServer, free_port
from contracts import services
from till_nats.keys import ensure_keys, seed_path
from till_nats.render import LeafSettings, render, user_names

from .responders import Responders
from .samples import PRINTED, STATUS, TILL, TOKENS, bearer, sale

HANG_S = 20.0


class Shop:
    """Folder, ports and processes of one till."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.keys = folder / "keys"
        self.port = free_port()
        self.nats_port = free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        users = ensure_keys(self.keys, user_names(TILL))
        leaf = LeafSettings(till=TILL, listen="127.0.0.1:0", monitor="127.0.0.1:0", store_dir=str(folder))
        self.server = NatsServer(render(leaf, users), port=self.nats_port)
        (folder / "tokens.json").write_text(json.dumps(TOKENS))
        (folder / "till.toml").write_text(
            f"""
            [till]
            id = "{TILL}"
            data = "data"
            [nats]
            url = "nats://127.0.0.1:{self.nats_port}"
            keys = "{self.keys}"
            [kkt]
            uri = "shtrih+tcp://127.0.0.1:1"
            [ofd]
            host = "127.0.0.1"
            port = 1
            [gateway]
            tokens = "{folder}/tokens.json"
            port = {self.port}
            """
        )

    @asynccontextmanager
    async def gateway(self) -> AsyncIterator[asyncio.subprocess.Process]:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "pos_gateway", "--config", str(self.folder / "till.toml"),
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        try:
            yield process
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()

    async def listening(self, process: asyncio.subprocess.Process, event: str = "http_listening") -> None:
        assert process.stdout is not None
        async with asyncio.timeout(HANG_S):
            async for line in process.stdout:
                if event.encode() in line:
                    return
        raise AssertionError("the gateway ended before it listened")


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)


async def ended(process: asyncio.subprocess.Process) -> int:
    async with asyncio.timeout(5.0):
        return await process.wait()


async def test_a_request_in_hand_is_finished_after_sigterm(shop: Shop) -> None:
    seed = seed_path(shop.keys, "buffer-actor")
    async with (
        shop.server as server,
        Responders(server.url, TILL, seed_path=seed) as desk,
        shop.gateway() as process,
    ):
        gate = asyncio.Event()
        await desk.answer(services.STATUS, STATUS)
        await desk.answer(services.ACCEPT, PRINTED, after=gate)
        await shop.listening(process, "nats_connected")
        async with aiohttp.ClientSession() as http:
            selling = asyncio.create_task(
                http.post(f"{shop.base}/v1/kkt/receipt", json=sale(), headers=bearer()).__aenter__()
            )
            await desk.heard.wait()
            process.send_signal(signal.SIGTERM)
            await shop.listening(process, "stopping")
            gate.set()
            response = await selling
            assert (response.status, (await response.json())["status"]) == (200, "printed")
        assert await ended(process) == 0


async def test_health_tells_the_truth_before_nats_is_there(shop: Shop) -> None:
    async with shop.gateway() as process, aiohttp.ClientSession() as http:
        await shop.listening(process)
        async with http.get(f"{shop.base}/v1/health") as response:
            assert (response.status, (await response.json())["components"]["buffer"]) == (503, "unknown")
        process.send_signal(signal.SIGTERM)
        assert await ended(process) == 0


async def test_a_taken_port_is_named_with_its_holder(shop: Shop) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", shop.port))
        holder.listen()
        async with shop.gateway() as process:
            async with asyncio.timeout(HANG_S):
                output, _ = await process.communicate()
            assert process.returncode == 2
            text = output.decode()
            assert f"port {shop.port} is taken by" in text
            assert f"(pid {os.getpid()})" in text


async def test_weak_tokens_are_refused_at_the_start(shop: Shop) -> None:
    (shop.folder / "tokens.json").write_text('{"cashier": "1234"}')
    async with shop.gateway() as process:
        async with asyncio.timeout(HANG_S):
            output, _ = await process.communicate()
        assert process.returncode == 78
        assert "shorter than 16 characters: cashier" in output.decode()
