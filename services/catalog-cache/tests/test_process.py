"""The process as it runs in a shop: a real nats-server with the till's users, a real stop."""

import asyncio
import signal
import sys
from pathlib import Path

from actor.bus import Bus
from actor.bus_errors import NoService
from actor.stop import Stop
from actor.testing import NatsServer, free_port
from contracts import services
from contracts.commands import FoundProducts, SearchCatalog
from contracts.subjects import Subjects
from till_nats.keys import ensure_keys, seed_path
from till_nats.render import LeafSettings, render, user_names

TILL = "till-001"
HANG_S = 20.0
PRICE_LIST = "sku,ean,name,price,vat,subject,category,stock\nAC-1,,Футляр жёсткий,490,22%,1,Аксессуары,5\n"


async def test_the_service_answers_the_gateway_and_leaves_in_order(tmp_path: Path) -> None:
    keys, port = tmp_path / "keys", free_port()
    users = ensure_keys(keys, user_names(TILL))
    leaf = LeafSettings(till=TILL, listen="127.0.0.1:0", monitor="127.0.0.1:0", store_dir=str(tmp_path))
    config = write_settings(tmp_path, keys, port)
    async with NatsServer(render(leaf, users), port=port):
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "catalog_cache", "--config", str(config), stdout=asyncio.subprocess.DEVNULL
        )
        try:
            found = await ask(port, seed_path(keys, "pos-gateway"))
            assert (found.total, found.source) == (1, "cache")
            assert [(p.sku, p.price, p.vat) for p in found.products] == [("AC-1", 49_000, 11)]
            process.send_signal(signal.SIGTERM)
            async with asyncio.timeout(5.0):
                assert await process.wait() == 0
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()


async def ask(port: int, seed: Path) -> FoundProducts:
    """As soon as the service is there."""
    subject = Subjects(TILL).command("catalog", "search")
    url = f"nats://127.0.0.1:{port}"
    async with await Bus.connect(url, name="pos-gateway", seed_path=seed, stop=Stop()) as bus:
        async with asyncio.timeout(HANG_S):
            while True:
                try:
                    found = await bus.request(subject, SearchCatalog(text="футл"), services.SEARCH.reply, 2.0)
                except NoService:
                    await asyncio.sleep(0.05)
                else:
                    assert isinstance(found, FoundProducts)
                    return found


def write_settings(folder: Path, keys: Path, port: int) -> Path:
    (folder / "base.csv").write_text(PRICE_LIST)
    config = folder / "till.toml"
    config.write_text(
        f"""
        [till]
        id = "{TILL}"
        data = "{folder}/data"
        [nats]
        url = "nats://127.0.0.1:{port}"
        keys = "{keys}"
        [kkt]
        uri = "shtrih+tcp://127.0.0.1:1"
        [ofd]
        host = "127.0.0.1"
        port = 1
        [gateway]
        tokens = "unused"
        [catalog]
        base = "{folder}/base.csv"
        [metrics]
        catalog_cache = 0
        """
    )
    return config
