"""H1 of the exactly-once protocol: why the hub syncs every message before it acknowledges it."""

import re
from pathlib import Path

from actor.testing import NatsServer
from contracts.hub_streams import events_of

from .hub_rig import Hub, linked, until


def lose_the_last_message(hub: Hub, stream: str) -> None:
    """What a power cut does to a server that acknowledged before it synced: the end of the newest block is gone."""
    [folder] = hub.server.folder.rglob(f"streams/{stream}/msgs")
    newest = max(folder.glob("*.blk"), key=lambda block: int(block.stem))
    newest.write_bytes(newest.read_bytes()[:-1])
    (folder / "index.db").unlink(missing_ok=True)


async def test_h1_a_hub_that_loses_its_last_message_has_a_hole_for_ever(tmp_path: Path) -> None:
    async with linked(tmp_path, "till-001") as (hub, [till]):
        mirror = events_of(till.till)
        await till.sell(5)
        await until(till.floor, want=5)
        await hub.server.kill()
        lose_the_last_message(hub, mirror)
        await hub.server.start()
        await until(till.linked)
        await till.sell(1)

        async def newest() -> int:
            async with hub.client("provision") as client:
                return int((await client.jetstream().stream_info(mirror)).state.last_seq)

        await until(newest, want=6)
        async with hub.client("provision") as client:
            state = (await client.jetstream().stream_info(mirror)).state
        assert (state.messages, state.num_deleted) == (5, 1), (
            "number 5 is never fetched again, and the hole shows"
        )


def test_h1_so_the_hub_acknowledges_only_what_is_on_its_disk(tmp_path: Path) -> None:
    config = Hub(NatsServer(), tmp_path / "hub", ("till-001",)).config()
    assert re.search(r"^ *sync_interval: always\b", config, re.MULTILINE)
