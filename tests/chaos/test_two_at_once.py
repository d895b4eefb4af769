"""Two kills at once, or a kill while the line to the KKT lies: the same promises, the same checker."""

import asyncio
import contextlib
import random
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from optics.stack import TillStack

from ..e2e.cash_desk import CashDesk, eventually
from .test_kill_rounds import History, check, client

ROUNDS = 14
CLIENTS = 4
PER_CLIENT_AND_ROUND = 3
SEED = 4  # in its second round a stray NAK once had every later command executed twice

FAULTS: tuple[dict[str, Any], ...] = (
    {"hook": "noise", "bytes": "ff00ff15"},
    {"hook": "power_cut", "point": "before_fn", "cmd": "FF45", "annul": True},
    {"hook": "power_cut", "point": "after_fn", "cmd": "FF45"},
    {"hook": "power_cut", "point": "before_answer", "cmd": "FF45", "restart_s": 0.5},
    {"hook": "slow", "seconds": 0.5, "cmd": "FF45", "detached": True},
    {"hook": "slow", "seconds": 0.5, "cmd": "FF45", "when": "after"},
    {"hook": "cut_bytes", "cmd": "FF45", "after": 5},
    {"hook": "bad_lrc", "cmd": "FF45", "n": 2},
    {"hook": "stale_answer", "cmd": "FF45"},
    {"hook": "busy", "cmd": "FF45"},
)


async def plant(desk: CashDesk, fault: dict[str, Any]) -> None:
    async def planted() -> bool:
        with contextlib.suppress(aiohttp.ClientResponseError):  # the device refuses it in its present state
            await desk.kkt("/faults", fault)
        return True

    await eventually(planted)


async def hurt(desk: CashDesk, rng: random.Random, fault: dict[str, Any]) -> None:
    """Two victims, or a fault and one."""
    stack = desk.stack
    victims = [name for name in stack.names() if name != "pos-gateway"]
    await asyncio.sleep(rng.uniform(0.0, 0.15))
    if rng.random() < 0.5:
        await asyncio.gather(*(stack.kill(name) for name in rng.sample(victims, 2)))
    else:
        await plant(desk, fault)
        await asyncio.sleep(rng.uniform(0.0, 0.15))
        await stack.kill(rng.choice(["printer-actor", "buffer-actor", "nats-server", "kkt-emulator"]))


@pytest.mark.alone
@pytest.mark.timeout(400)
async def test_two_kills_at_once_and_a_line_that_lies_lose_nothing_and_double_nothing(tmp_path: Path) -> None:
    rng = random.Random(SEED)
    history = History()
    async with TillStack(tmp_path) as stack, CashDesk(stack) as desk:
        for number in range(ROUNDS):
            fault = FAULTS[number % len(FAULTS)]
            print(f"round {number} (seed {SEED}): {fault}")
            work = (client(desk, history, rng, PER_CLIENT_AND_ROUND) for _ in range(CLIENTS))
            await asyncio.gather(*work, hurt(desk, rng, fault))
        assert sum(answer.status in (200, 202) for answer in history.verdicts.values()) >= 100
        await check(desk, history)
        assert (await desk.ofd("/state"))["violations"] == []
