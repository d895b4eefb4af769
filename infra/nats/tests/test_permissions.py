"""Every user tries everything on the real server: what it needs goes through, all the rest is refused."""

import uuid

import nats
import nats.errors
import nkeys
import pytest
from nats.aio.client import Client

from contracts import services
from contracts.permissions import till_users
from contracts.streams import till_streams
from contracts.subjects import Subjects
from till_nats.provision import provision

from .conftest import TILL, TillServer

S = Subjects(TILL)
OTHER = Subjects("till-002")
USERS = tuple(user.name for user in till_users(TILL))
RECEIPT = str(uuid.UUID(int=1))

BUFFER, PRINTER, FORWARDER = {"buffer-actor"}, {"printer-actor"}, {"ofd-forwarder"}
CATALOG, GATEWAY, INTEGRATOR, ADMIN = {"catalog-cache"}, {"pos-gateway"}, {"integrator"}, {"provision"}
HEARTBEAT = {"heartbeat"}
NOBODY: set[str] = set()

ASKS = {
    services.ACCEPT: GATEWAY | INTEGRATOR,
    services.RECEIPT: GATEWAY | INTEGRATOR,
    services.TASK: GATEWAY | INTEGRATOR,
    services.STATUS: GATEWAY | INTEGRATOR | HEARTBEAT,
    services.RESOLVE: GATEWAY,
    services.MAINTENANCE: GATEWAY,
    services.JOURNAL: GATEWAY | HEARTBEAT,
    services.RECORD: PRINTER | HEARTBEAT,
    services.PERFORM: BUFFER,
    services.PRINTER_STATE: BUFFER,
    services.RESOLVE_HELD: BUFFER,
    services.OFD_TAKE: FORWARDER,
    services.OFD_GIVE: FORWARDER,
    services.SYNC: GATEWAY,
    services.OFD_STATE: GATEWAY,
    services.RESET_BREAKER: GATEWAY,
    services.SEARCH: GATEWAY | INTEGRATOR,
}

SAYS = {
    **{S.command(verb.service, verb.verb): users for verb, users in ASKS.items()},
    S.buffer(RECEIPT): BUFFER,
    S.event("receipt.fiscalised"): BUFFER,
    S.dead("receipt"): BUFFER,
    S.state("buffer"): BUFFER,
    S.state("printer"): PRINTER,
    S.state("ofd"): FORWARDER,
    S.state("catalog"): CATALOG,
    S.sync_events: NOBODY,
    S.state("mode"): HEARTBEAT,
    S.beat: HEARTBEAT,
    OTHER.buffer(RECEIPT): NOBODY,
    OTHER.command("buffer", "accept"): NOBODY,
    OTHER.event("receipt.fiscalised"): NOBODY,
    "$JS.API.INFO": BUFFER | ADMIN,
    "$JS.API.STREAM.CREATE.SPY": ADMIN,
    "$JS.API.STREAM.DELETE.EVENTS": ADMIN,
    "$JS.API.STREAM.UPDATE.BUFFER": BUFFER | ADMIN,
    "$JS.API.STREAM.UPDATE.EVENTS": ADMIN,
    "$JS.API.STREAM.INFO.BUFFER": BUFFER | ADMIN,
    "$JS.API.STREAM.INFO.EVENTS": BUFFER | HEARTBEAT | ADMIN,
    "$JS.API.DIRECT.GET.KV_catalog.$KV.catalog.status.odoo": HEARTBEAT | ADMIN,
    "$JS.API.DIRECT.GET.KV_catalog.$KV.catalog.product.1": ADMIN,
    "$JS.API.STREAM.PURGE.BUFFER": BUFFER | ADMIN,
    "$JS.API.STREAM.PURGE.EVENTS": BUFFER | ADMIN,
    "$JS.API.STREAM.PURGE.DEAD": ADMIN,
    "$JS.API.STREAM.MSG.GET.EVENTS": BUFFER | ADMIN,
    "$JS.API.STREAM.MSG.DELETE.BUFFER": ADMIN,
    "$JS.API.STREAM.SNAPSHOT.EVENTS": ADMIN,
    "$JS.API.CONSUMER.CREATE.EVENTS": ADMIN,
    "$JS.API.CONSUMER.CREATE.BUFFER.spy": ADMIN,
    "$JS.API.CONSUMER.DELETE.BUFFER.printer": ADMIN,
    "$JS.API.CONSUMER.INFO.BUFFER.printer": BUFFER | PRINTER | ADMIN,
    "$JS.API.CONSUMER.MSG.NEXT.BUFFER.printer": PRINTER | ADMIN,
    "$JS.API.CONSUMER.RESET.EVENTS.hub-sync": ADMIN,
    "$JS.ACK.BUFFER.printer.1.1.1.1.0": PRINTER,
    "$JS.ACK.EVENTS.hub-sync.1.1.1.1.0": NOBODY,
    "$KV.locks.printer": NOBODY,
    "$SRV.INFO": ADMIN | INTEGRATOR,
    "$SRV.PING.buffer-actor": ADMIN | INTEGRATOR,
    "$SRV.STATS": ADMIN,
    "$SYS.REQ.SERVER.PING": NOBODY,
    **{f"{prefix}.reply": NOBODY for prefix in ("_INBOX", "_INBOX_pos_gateway", "_INBOX_buffer_actor")},
}

HEARS = {
    ">": NOBODY,
    "*.>": NOBODY,
    f"{S.root}.>": NOBODY,
    OTHER.all_events: NOBODY,
    S.all_buffer: NOBODY,
    S.all_dead: NOBODY,
    S.all_events: GATEWAY | INTEGRATOR,
    S.all_states: BUFFER | GATEWAY | INTEGRATOR,
    S.state("printer"): BUFFER | FORWARDER | GATEWAY | INTEGRATOR | HEARTBEAT,
    S.state("ofd"): BUFFER | GATEWAY | INTEGRATOR | HEARTBEAT,
    S.sync_events: NOBODY,
    S.commands("buffer"): BUFFER,
    S.commands("ledger"): BUFFER,
    S.commands("printer"): PRINTER,
    S.commands("ofd"): FORWARDER,
    S.commands("catalog"): CATALOG,
    "$JS.API.>": NOBODY,
    "$JS.ACK.>": NOBODY,
    "$KV.>": NOBODY,
    "$SYS.>": NOBODY,
    "$SRV.>": BUFFER | PRINTER | FORWARDER | CATALOG,
    "_INBOX.>": NOBODY,
    **{f"_INBOX_{user.replace('-', '_')}.>": {user} for user in USERS},
}


async def refused(server: TillServer, client: Client, user: str) -> bool:
    """Whether the server complained about what was sent just now: its error comes before its PONG.

    Two PINGs, because the client writes the first one before what is still in its buffer.
    """
    await client.flush()
    await client.flush()
    complaints, server.errors[user][:] = list(server.errors[user]), []
    return bool(complaints)


@pytest.mark.parametrize("user", USERS)
async def test_a_user_may_say_what_it_needs_and_nothing_else(server: TillServer, user: str) -> None:
    client = await server.connect(user)
    said = set()
    for subject in SAYS:
        await client.publish(subject, b"{}")
        if not await refused(server, client, user):
            said.add(subject)
    assert said == {subject for subject, users in SAYS.items() if user in users}


@pytest.mark.parametrize("user", USERS)
async def test_a_user_may_hear_what_it_needs_and_nothing_else(server: TillServer, user: str) -> None:
    client = await server.connect(user)
    heard = set()
    for subject in HEARS:
        await client.subscribe(subject)
        if not await refused(server, client, user):
            heard.add(subject)
    assert heard == {subject for subject, users in HEARS.items() if user in users}


def test_every_verb_is_tried() -> None:
    assert set(services.VERBS) == set(ASKS)


async def test_strangers_are_turned_away(server: TillServer) -> None:
    async def quiet(_error: Exception) -> None:
        """What the server says is raised too."""

    seed = nkeys.encode_seed(b"\x01" * 32, nkeys.PREFIX_BYTE_USER).decode()
    for credentials in ({}, {"user": "admin", "password": "admin"}, {"nkeys_seed_str": seed}):
        with pytest.raises(nats.errors.Error, match=r"(?i)authorization violation"):
            await nats.connect(server.nats.url, allow_reconnect=False, error_cb=quiet, **credentials)


async def test_a_service_may_answer_a_request_once_and_only_to_its_asker(server: TillServer) -> None:
    actor, gateway = await server.connect("buffer-actor"), await server.connect("pos-gateway")
    subject = S.command("buffer", "accept")
    requests = await actor.subscribe(subject)
    await actor.flush()
    await actor.flush()  # the client's first PING may overtake the subscription
    inbox = gateway.new_inbox()
    replies = await gateway.subscribe(inbox)
    await gateway.publish(subject, b"{}", reply=inbox)
    request = await requests.next_msg(5)
    await actor.publish(request.reply, b"yes")
    assert not await refused(server, actor, "buffer-actor")
    assert (await replies.next_msg(5)).data == b"yes"
    await actor.publish(request.reply, b"and again")
    assert await refused(server, actor, "buffer-actor")
    await actor.publish(gateway.new_inbox(), b"unasked")
    assert await refused(server, actor, "buffer-actor")


async def test_buffer_actor_stores_reads_counts_and_frees_a_slot(server: TillServer) -> None:
    await provision(await server.connect("provision"), till_streams(TILL))
    js = (await server.connect("buffer-actor")).jetstream()
    ack = await js.publish(
        S.buffer(RECEIPT), b"{}", stream="BUFFER", headers={"Nats-Expected-Last-Subject-Sequence": "0"}
    )
    await js.publish(
        S.event("boot.passed"), b"{}", stream="EVENTS", headers={"Nats-Expected-Last-Sequence": "0"}
    )
    assert (await js.get_msg("BUFFER", seq=ack.seq)).subject == S.buffer(RECEIPT)
    info = await js.stream_info("BUFFER", subjects_filter=S.all_buffer)
    assert info.state.subjects == {S.buffer(RECEIPT): 1}
    assert [consumer.name for consumer in await js.consumers_info("EVENTS")] == ["hub-sync"]
    assert (await js.consumer_info("BUFFER", "printer")).num_pending == 1
    await js.update_stream(info.config.evolve(max_msgs=300))
    await js.purge_stream("BUFFER", subject=S.buffer(RECEIPT))
    assert (await js.stream_info("BUFFER")).state.messages == 0


async def test_printer_actor_takes_hands_back_and_acknowledges_a_receipt(server: TillServer) -> None:
    await provision(await server.connect("provision"), till_streams(TILL))
    await (
        (await server.connect("buffer-actor")).jetstream().publish(S.buffer(RECEIPT), b"{}", stream="BUFFER")
    )
    js = (await server.connect("printer-actor")).jetstream()
    consumer = await js.pull_subscribe_bind(stream="BUFFER", durable="printer")
    [receipt] = await consumer.fetch(1, timeout=5)
    await receipt.in_progress()
    await receipt.nak()
    [again] = await consumer.fetch(1, timeout=5)
    assert again.metadata.num_delivered == 2
    await again.ack_sync()
    assert (await consumer.consumer_info()).ack_floor.stream_seq == 1
    assert server.errors["printer-actor"] == []


async def test_nothing_goes_up_to_a_hub_that_there_is_not(server: TillServer) -> None:
    """The push consumer for the hub exists and waits; nobody of the till can bind to it."""
    await provision(await server.connect("provision"), till_streams(TILL))
    actor = await server.connect("buffer-actor")
    await actor.jetstream().publish(S.event("boot.passed"), b"{}", stream="EVENTS")
    [hub_sync] = await actor.jetstream().consumers_info("EVENTS")
    assert not hub_sync.push_bound
    assert hub_sync.num_pending == 1
