"""Start, stop, start again."""

import asyncio
import signal
import time
import uuid
from pathlib import Path

import pytest

from optics.stack import TillStack

from .cash_desk import CashDesk, sale

SERVICES = ("buffer-actor", "printer-actor", "ofd-forwarder", "catalog-cache", "heartbeat", "pos-gateway")
STOP_LIMIT_S = 5.0


@pytest.mark.parametrize("name", SERVICES)
async def test_sigterm_with_work_in_hand_ends_in_order_within_five_seconds(tmp_path: Path, name: str) -> None:
    async with TillStack(tmp_path, restart=False) as stack, CashDesk(stack) as desk:
        keys = [str(uuid.uuid4()) for _ in range(8)]
        work = [asyncio.create_task(desk.sell(sale(f"{n + 1}.00"), key=key)) for n, key in enumerate(keys)]
        await asyncio.sleep(0.02)
        asked = time.monotonic()
        code = await stack.terminate(name)
        assert code == 0
        assert time.monotonic() - asked < STOP_LIMIT_S
        await asyncio.gather(*work, return_exceptions=True)
        await stack.start(name)
        for number, key in enumerate(keys):
            answer = await desk.insist(sale(f"{number + 1}.00"), key)
            assert answer.status == 200
        assert sorted(d["total"] for d in await desk.receipts()) == [100 * (n + 1) for n in range(8)]


async def test_a_second_start_goes_on_from_the_data_of_the_first(tmp_path: Path) -> None:
    key = str(uuid.uuid4())
    async with TillStack(tmp_path) as stack, CashDesk(stack) as desk:
        first = await desk.sell(key=key)
        tokens = dict(stack.tokens)
    async with TillStack(tmp_path) as stack, CashDesk(stack) as desk:
        assert stack.tokens == tokens
        again = await desk.insist(sale(), key)
        assert again.body["fiscal_doc"] == first.body["fiscal_doc"]
        second = await desk.sell()
        assert second.body["fiscal_doc"]["fd"] == first.body["fiscal_doc"]["fd"] + 1
        assert [d["fd"] for d in await desk.delivered(4)] == [1, 2, 3, 4]


async def test_the_demo_names_the_holder_of_a_taken_port_and_leaves_nobody_behind(
    root: Path, tmp_path: Path
) -> None:
    holder = await asyncio.start_server(lambda _r, _w: None, "127.0.0.1", 0)
    port = holder.sockets[0].getsockname()[1]
    demo = await asyncio.create_subprocess_exec(
        str(root / ".venv/bin/optics"), "demo", "--folder", str(tmp_path), "--gateway-port", str(port),
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    said, _ = await asyncio.wait_for(demo.communicate(), 60)
    holder.close()
    assert demo.returncode not in (0, None, -signal.SIGKILL)
    assert str(port) in said.decode()
