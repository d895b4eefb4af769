"""kill -9 of each process in turn with receipts in flight: none lost, none twice, none invented.

Generator (clients that insist), nemesis (kills), checker (FN, ledger, OFD). A time-out is *unknown*: the client
keeps its key and asks again; only a final answer is a verdict.
"""

import asyncio
import random
import uuid
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from optics.stack import TillStack

from ..e2e.cash_desk import Answer, CashDesk, eventually, sale

ROUNDS = 30
CLIENTS = 4
PER_CLIENT_AND_ROUND = 3
SEED = 20261121


@dataclass
class History:
    """What each key heard."""

    verdicts: dict[str, Answer] = field(default_factory=dict)
    totals: dict[str, int] = field(default_factory=dict)


async def client(desk: CashDesk, history: History, rng: random.Random, count: int) -> None:
    for _ in range(count):
        key = str(uuid.UUID(int=rng.getrandbits(128), version=4))
        kopecks = rng.randrange(100, 1_000_000)
        history.totals[key] = kopecks
        history.verdicts[key] = await desk.insist(sale(f"{kopecks // 100}.{kopecks % 100:02d}"), key)


async def a_round(desk: CashDesk, history: History, rng: random.Random, victim: str) -> None:
    work = asyncio.gather(*(client(desk, history, rng, PER_CLIENT_AND_ROUND) for _ in range(CLIENTS)))
    await asyncio.sleep(rng.uniform(0.0, 0.15))
    await desk.stack.kill(victim)
    await work


async def check(desk: CashDesk, history: History) -> None:
    yes = {key for key, answer in history.verdicts.items() if answer.status in (200, 202)}
    refused = {key for key, answer in history.verdicts.items() if answer.status not in (200, 202)}

    async def all_printed() -> bool:
        rows = desk.ledger("select count(*) from receipts where state not in ('delivered', 'refused')")
        return rows == [(0,)]

    await eventually(all_printed, within_s=60)
    delivered = await desk.delivered()
    in_fn = [d for d in await desk.kkt() if d["form"] == 3]
    at_ofd = [d for d in delivered if d["form"] == 3]
    ledger = {row[0]: row[1:] for row in desk.ledger("select key, state, fd from receipts")}

    assert sorted(history.totals[key] for key in yes) == sorted(d["total"] for d in in_fn), (
        "FN holds each yes once"
    )
    assert [(d["fd"], d["total"]) for d in at_ofd] == [(d["fd"], d["total"]) for d in in_fn], (
        "the OFD holds the same"
    )
    assert [d["fd"] for d in delivered] == list(range(1, len(delivered) + 1)), "in FD order"
    fds = [ledger[key][1] for key in yes]
    assert sorted(fds) == [d["fd"] for d in in_fn], "the ledger names each document once"
    by_fd = {d["fd"]: d["total"] for d in in_fn}
    assert all(by_fd[ledger[key][1]] == history.totals[key] for key in yes), "and the right one"
    assert all(ledger[key][0] == "refused" for key in refused if key in ledger), (
        "a refused one is never printed"
    )


@pytest.mark.alone
@pytest.mark.timeout(600)
async def test_thirty_rounds_of_kill_nine_lose_nothing_and_double_nothing(tmp_path: Path) -> None:
    rng = random.Random(SEED)
    history = History()
    async with TillStack(tmp_path) as stack, CashDesk(stack) as desk:
        victims = stack.names()
        for number in range(ROUNDS):
            victim = victims[number % len(victims)]
            print(f"round {number}: kill -9 {victim} (seed {SEED})")
            await a_round(desk, history, rng, victim)
        acknowledged = sum(answer.status in (200, 202) for answer in history.verdicts.values())
        print(f"{acknowledged} acknowledged of {len(history.verdicts)}")
        assert acknowledged >= 300
        await check(desk, history)
