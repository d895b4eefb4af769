"""Head office and two tills: sales never wait for the line, and everything arrives in order and once."""

import uuid
from pathlib import Path

import nats
import nats.errors
from nats.aio.client import Client

from contracts.hub_streams import EVENTS_ALL, events_of
from contracts.permissions import inbox
from optics.company import Company

from .cash_desk import CashDesk, eventually, sale

Rows = list[tuple[int, str]]


def rows(desk: CashDesk) -> Rows:
    """Sequence and message id of every event of a till, as its ledger has them."""
    till = desk.stack.till
    found = desk.ledger("SELECT seq, event_id, name FROM events ORDER BY seq")
    return [(seq, f"{till}:{event_id}:{name}") for seq, event_id, name in found]


async def stored(hub: Client, stream: str) -> Rows:
    js = hub.jetstream()
    state = (await js.stream_info(stream)).state
    return [
        (seq, ((await js.get_msg(stream, seq=seq)).headers or {})["Nats-Msg-Id"])
        for seq in range(1, state.last_seq + 1)
    ]


async def sell(desk: CashDesk, count: int) -> None:
    for _ in range(count):
        answer = await desk.insist({**sale(), "pos_id": desk.stack.till}, str(uuid.uuid4()))
        assert answer.status == 200, answer


async def arrived(hub: Client, *desks: CashDesk) -> None:
    """The hub holds every event of these tills under its own number, and all of them once together, in order."""

    async def equal() -> bool:
        try:
            together = [message_id for _, message_id in await stored(hub, EVENTS_ALL)]
            copies = [await stored(hub, events_of(desk.stack.till)) for desk in desks]
        except nats.errors.Error:  # the hub is away at this moment
            return False
        ledgers = [rows(desk) for desk in desks]
        in_order = [[each for each in together if each.startswith(f"{desk.stack.till}:")] for desk in desks]
        return copies == ledgers and in_order == [[each for _, each in ledger] for ledger in ledgers]

    await eventually(equal, within_s=60)


async def quiet(_error: Exception) -> None:
    """The hub is killed on purpose."""


async def lag(desk: CashDesk) -> int:
    """As the till itself says it, by its gauge."""
    async with desk._session.get(f"http://127.0.0.1:{desk.stack.ports.buffer_metrics}/metrics") as reply:
        text = await reply.text()
    [value] = [line.split()[-1] for line in text.splitlines() if line.startswith("till_hub_lag_events")]
    return int(float(value))


async def test_a_cut_line_and_killed_servers_neither_stop_a_sale_nor_lose_an_event(tmp_path: Path) -> None:
    async with Company(tmp_path, 2) as company:
        one, two = company.tills
        async with CashDesk(one) as first, CashDesk(two) as second:
            hub = await nats.connect(
                company.hub.url,
                nkeys_seed=str(company.hub.folder / "keys" / "hq.nk"),
                inbox_prefix=inbox("hq"),
                error_cb=quiet,
                max_reconnect_attempts=-1,
                reconnect_time_wait=0.1,
            )
            await sell(first, 2)
            await sell(second, 1)
            await arrived(hub, first, second)

            company.link("till-001", up=False)
            await sell(first, 5)
            await sell(second, 1)

            async def behind() -> bool:
                return await lag(first) >= 5

            await eventually(behind)
            await company.hub.kill()
            await one.kill("nats-server")
            await one.kill("buffer-actor")
            await sell(first, 1)
            company.link("till-001", up=True)
            await arrived(hub, first, second)

            async def level() -> bool:
                return await lag(first) == await lag(second) == 0

            await eventually(level)
            made = [document["tlv"] for desk in (first, second) for document in await desk.kkt()]
            there = [document["raw"] for document in await first.delivered(len(made))]
            assert [tlv for tlv in made if not any(tlv in raw for raw in there)] == []
            assert len(there) == len(made)
            await hub.close()
