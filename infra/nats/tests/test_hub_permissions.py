"""What a till that was broken into can say to the hub and hear from it: its own, and nothing of anybody else.

The pirate has till-002's seed and a server of its own with no rules at all; what stops it is the hub's list alone.
"""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import nats
import pytest
from nats.aio.client import Client
from nats.aio.msg import Msg

from contracts.hub_permissions import hub_users
from till_nats.keys import seed_path

from .hub_rig import Hub, Till, linked, until

HUB_API = "$JS.hub.API"
MAY_SAY = {
    "till.till-002.sync.events",
    "till.till-002.beat",
    "hub.till-002.ask.product",
    f"{HUB_API}.CONSUMER.CREATE.KV_catalog",
    f"{HUB_API}.CONSUMER.CREATE.KV_orders",
    f"{HUB_API}.CONSUMER.RESET.COMMANDS.till-002",
    f"{HUB_API}.CONSUMER.INFO.COMMANDS.till-002",
    "$JS.FC.KV_catalog.x.y",
    "$JS.FC.COMMANDS.till-002.x",
    "$JS.ACK.COMMANDS.till-002.1.1.1.1.0",
    "$JSC.R.x",
    "_INBOX_provision.x",
}
MAY_NOT_SAY = {
    "till.till-001.sync.events",
    "till.till-001.beat",
    "till.till-001.event.receipt.fiscalised",
    "till.till-001.buffer.x",
    "till.till-001.cmd.buffer.accept",
    "till.till-001.cmd.printer.task",
    "till.till-001.answer.x",
    "till.till-002.event.receipt.fiscalised",  # the stream carries it, once
    "till.till-002.cmd.buffer.accept",
    "till.till-002.state.buffer",
    "hub.till-001.ask.product",
    "hub.till-001.cmd.hello",
    "hub.till-002.cmd.hello",
    "hub.till-001.sync.commands",
    "hub.sync.all.till-001",
    "hub.sync.all.till-002",
    "$KV.catalog.FR-001",
    "$KV.orders.1",
    "$KV.fleet.till-001",
    *(
        f"{api}.{call}"
        for api in (HUB_API, "$JS.API")
        for call in (
            "INFO", "STREAM.LIST", "STREAM.NAMES", "STREAM.CREATE.SPY", "STREAM.INFO.EVENTS_ALL",
            "STREAM.INFO.EVENTS_till-001", "STREAM.INFO.EVENTS_till-002", "STREAM.UPDATE.EVENTS_ALL",
            "STREAM.DELETE.EVENTS_till-001", "STREAM.PURGE.EVENTS_ALL", "STREAM.MSG.GET.EVENTS_till-001",
            "STREAM.MSG.DELETE.EVENTS_ALL", "STREAM.SNAPSHOT.EVENTS_ALL", "DIRECT.GET.KV_catalog",
            "CONSUMER.CREATE.EVENTS_ALL", "CONSUMER.CREATE.EVENTS_ALL.spy", "CONSUMER.CREATE.EVENTS_till-001",
            "CONSUMER.CREATE.COMMANDS", "CONSUMER.CREATE.COMMANDS.spy",
            "CONSUMER.CREATE.COMMANDS.spy.hub.till-001.cmd.>", "CONSUMER.CREATE.KV_fleet",
            "CONSUMER.CREATE.KV_orders.spy", "CONSUMER.DURABLE.CREATE.COMMANDS.spy",
            "CONSUMER.RESET.COMMANDS.till-001", "CONSUMER.INFO.COMMANDS.till-001",
            "CONSUMER.DELETE.COMMANDS.till-001", "CONSUMER.LIST.COMMANDS", "CONSUMER.PAUSE.COMMANDS.till-001",
            "CONSUMER.MSG.NEXT.EVENTS_ALL.odoo-bridge",
        )
    ),
    "$JS.till-001.API.STREAM.DELETE.EVENTS",
    "$JS.till-001.API.STREAM.INFO.BUFFER",
    "$JS.till-001.API.CONSUMER.RESET.EVENTS.hub-sync",
    "$JS.till-001.API.CONSUMER.INFO.EVENTS.hub-sync",
    "$JS.FC.EVENTS.hub-sync.x",
    "$JS.FC.COMMANDS.till-001.x",
    "$JS.FC.EVENTS_till-001.all-sync.x",
    "$JS.ACK.COMMANDS.till-001.1.1.1.1.0",
    "$JS.ACK.EVENTS_ALL.odoo-bridge.1.1.1.1.0",
    "$SRV.PING",
    "$SYS.REQ.SERVER.PING",
    *(f"_INBOX_{user}.x" for user in ("hq", "odoo_bridge")),
    "_INBOX.x",
}  # fmt: skip

COPIES = {"hub.till-002.cmd.hello", "$KV.catalog.FR-001"}
"""Its own commands and the catalog come under their own names, when the hub's consumers push them."""
MAY_HEAR = {
    "hub.till-002.sync.commands",
    "hub.till-002.sync.x",
    "till.till-002.answer.x",
    "$JS.till-002.API.CONSUMER.RESET.EVENTS.hub-sync",
    "$JS.till-002.API.CONSUMER.INFO.EVENTS.hub-sync",
    "$JS.till-002.API.STREAM.INFO.EVENTS",
    "$JS.FC.EVENTS.hub-sync.x",
    "$JSC.R.x",
}
MAY_NOT_HEAR = {
    "hub.till-001.sync.commands",
    "hub.till-001.cmd.hello",
    "hub.till-001.ask.product",
    "hub.sync.all.till-001",
    "till.till-001.sync.events",
    "till.till-001.beat",
    "till.till-001.answer.x",
    "till.till-001.event.receipt.fiscalised",
    "till.till-001.cmd.buffer.accept",
    "till.till-002.cmd.buffer.accept",
    "$KV.fleet.till-001",
    "$JS.till-001.API.CONSUMER.RESET.EVENTS.hub-sync",
    "$JS.till-001.API.STREAM.DELETE.EVENTS",
    "$JS.till-002.API.STREAM.DELETE.EVENTS",
    "$JS.till-002.API.STREAM.PURGE.BUFFER",
    "$JS.till-002.API.STREAM.MSG.GET.BUFFER",
    "$JS.M.x",
    "$JS.S.x",
    "$JS.FC.COMMANDS.till-001.x",
    "$SRV.PING",
    "_INBOX_hq.x",
    "_INBOX_provision.x",
    "_INBOX.x",
}

STRANGER = '{ user: "stranger", password: "stranger" }'


def with_a_stranger(config: str) -> str:
    """The same server with one more user, who may do everything; only the till's account has a name for it."""
    head, account, rest = config.partition("  TILL {" if "  TILL {" in config else "  POS {")
    return head + account + rest.replace("users: [", f"users: [ {STRANGER}", 1)


class Ends:
    """A user without rules at the hub, at till-001, and at the pirate's."""

    def __init__(self, hub: Client, honest: Client, pirate: Client) -> None:
        self.hub = hub
        self.honest = honest
        self.pirate = pirate


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[tuple[Hub, Till, Till]]:
    async with linked(tmp_path, "till-001", "till-002") as (hub, [honest, pirate]):
        yield hub, honest, pirate


@pytest.fixture
async def ends(site: tuple[Hub, Till, Till]) -> AsyncIterator[Ends]:
    async with AsyncExitStack() as stack:
        clients = []
        for each in site:
            each.server.reload(with_a_stranger(each.config()))
            client = await _connect(each)
            stack.push_async_callback(client.close)
            clients.append(client)
        await until(site[2].linked)
        yield Ends(*clients)


async def _connect(each: Hub | Till) -> Client:
    async def quiet(_error: Exception) -> None:
        """The reload has not reached the server yet."""

    return await nats.connect(
        each.server.url, user="stranger", password="stranger", error_cb=quiet, reconnect_time_wait=0.05
    )


async def collect(client: Client, *subjects: str) -> list[str]:
    """Bodies of what this client hears; each says where it was sent to."""
    heard: list[str] = []

    async def keep(message: Msg) -> None:
        if message.data.startswith(b"to "):
            heard.append(message.data[3:].decode())

    for subject in subjects:
        await client.subscribe(subject, cb=keep)
    for _ in range(2):
        await client.flush()
    return heard


async def say(client: Client, *subjects: str) -> None:
    for subject in subjects:
        await client.publish(subject, f"to {subject}".encode())
    for _ in range(2):
        await client.flush()


async def said_until(heard: list[str], wanted: set[str], *speakers: Client, subjects: set[str]) -> set[str]:
    """Say everything until all that is wanted was heard, then once more: what a link in the making had lost."""

    async def all_heard() -> bool:
        for speaker in speakers:
            await say(speaker, *sorted(subjects))
        return wanted <= set(heard)

    await until(all_heard)
    del heard[:]
    await until(all_heard)
    return set(heard)


STREAMED = {"till.till-002.event.receipt.fiscalised"}
"""Its own event is in its own stream, and comes under its own name when the hub's consumer pushes the mirror on."""


async def test_what_the_hub_and_another_till_hear_from_a_pirate(ends: Ends) -> None:
    at_hub, at_till = await collect(ends.hub, ">"), await collect(ends.honest, ">")
    said = await said_until(at_hub, MAY_SAY, ends.pirate, subjects=MAY_SAY | MAY_NOT_SAY)
    assert said - STREAMED == MAY_SAY
    # What all tills have in common are the server's own replies, whose subjects are random and used once.
    last = "till.till-001.answer.last"
    assert await said_until(at_till, {last}, ends.hub, subjects={last}) <= {last, "$JSC.R.x"}


async def test_what_a_pirate_hears_from_the_hub_and_from_another_till(ends: Ends) -> None:
    every = MAY_HEAR | MAY_NOT_HEAR | COPIES
    heard = await collect(ends.pirate, ">", "*.>", "till.*.>", "hub.*.>", *sorted(every))
    assert await said_until(heard, MAY_HEAR, ends.honest, ends.hub, subjects=every) - COPIES == MAY_HEAR


async def test_a_till_cannot_log_in_as_a_client_of_the_hub(site: tuple[Hub, Till, Till]) -> None:
    hub, _, pirate = site

    async def quiet(_error: Exception) -> None:
        """What the server says is raised too."""

    with pytest.raises(nats.errors.Error, match=r"(?i)authorization violation"):
        await nats.connect(
            hub.server.url,
            nkeys_seed=str(seed_path(pirate.keys, "hub-till-002")),
            allow_reconnect=False,
            error_cb=quiet,
        )


HUB_SAYS = {
    "$JS.API.STREAM.CREATE.SPY": {"provision"},
    "$JS.API.STREAM.DELETE.EVENTS_ALL": {"provision"},
    "$JS.API.STREAM.PURGE.EVENTS_till-001": {"provision"},
    "$JS.API.STREAM.INFO.EVENTS_till-001": {"provision", "fleet-watch", "hq"},
    "$JS.API.STREAM.MSG.GET.EVENTS_till-001": {"provision", "hq"},
    "$JS.API.CONSUMER.CREATE.EVENTS_ALL.spy": {"provision"},
    "$JS.API.CONSUMER.MSG.NEXT.EVENTS_ALL.odoo-bridge": {"provision", "odoo-bridge"},
    "$JS.API.CONSUMER.MSG.NEXT.EVENTS_ALL.fleet-watch": {"provision", "fleet-watch"},
    "$JS.ACK.EVENTS_ALL.odoo-bridge.1.1.1.1.0": {"odoo-bridge"},
    "$JS.till-001.API.CONSUMER.RESET.EVENTS.hub-sync": {"provision"},
    "$JS.till-001.API.STREAM.INFO.EVENTS": {"fleet-watch"},
    "$JS.till-001.API.STREAM.DELETE.EVENTS": set(),
    "hub.till-001.cmd.hello": {"odoo-bridge", "hq"},
    "hub.till-001.sync.commands": set(),
    "hub.sync.all.till-001": set(),
    "till.till-001.answer.x": {"odoo-bridge"},
    "till.till-001.sync.events": set(),
    "till.till-001.cmd.buffer.accept": set(),
    "$KV.catalog.FR-001": {"odoo-bridge", "hq"},
    "$KV.orders.1": {"odoo-bridge", "hq"},
    "$KV.fleet.till-001": {"fleet-watch", "hq"},
    "$SYS.REQ.SERVER.PING": set(),
    "_INBOX_hq.x": set(),
}


@pytest.mark.parametrize("user", [user.name for user in hub_users()])
async def test_a_service_of_head_office_may_say_what_it_needs_and_nothing_else(
    site: tuple[Hub, Till, Till], user: str
) -> None:
    hub = site[0]
    said = set()
    async with hub.client(user) as client:
        for subject in HUB_SAYS:
            hub.errors.clear()
            await client.publish(subject, b"{}")
            for _ in range(2):  # the client writes the first PING before what is still in its buffer
                await client.flush()
            if not hub.errors:
                said.add(subject)
    assert said == {subject for subject, users in HUB_SAYS.items() if user in users}
