"""The boot guard: what must agree before the first sale."""

import asyncio
from pathlib import Path

import pytest

from actor.testing import NatsServer
from buffer_actor.__main__ import clear
from buffer_actor.faults import Point
from buffer_actor.server_check import StreamsDrifted, server_health
from contracts import commands as c
from contracts import services
from contracts.refusals import Code, Refusal
from contracts.states import Link
from contracts.streams import BUFFER, EVENTS, PRINTER_CONSUMER

from . import samples as s
from .rig import Till, new_key, till


async def refused(one: Till) -> Refusal:
    answer = await one.sell()
    assert isinstance(answer, Refusal), answer
    return answer


async def stopped(one: Till) -> str:
    """The text of the contradiction, as soon as there is one."""
    texts: list[str] = []

    async def told() -> bool:
        status = await one.try_ask(services.STATUS, c.ReadBufferStatus(), 1.0)
        if isinstance(status, c.BufferStatus) and status.stopped:
            texts.append(status.stopped)
        return bool(texts)

    await one.until(told)
    return texts[0]


async def test_a_capacity_that_is_not_the_ledgers_ends_the_start_and_names_the_field(
    tmp_path: Path, server: NatsServer
) -> None:
    async with till(tmp_path, server) as one:
        await one.kill()
        info = await one.bus.jetstream.stream_info(BUFFER)
        await one.bus.jetstream.update_stream(info.config.evolve(max_msgs=100))
        one.start()
        error = await one.ended()
        assert isinstance(error, StreamsDrifted)
        assert error.exit_code != 0
        assert str(error) == "stream BUFFER: max_msgs is 100, must be 200"


async def test_a_lost_consumer_and_a_lost_stream_are_named(tmp_path: Path, server: NatsServer) -> None:
    async with till(tmp_path, server) as one:
        await one.kill()
        await one.bus.jetstream.delete_consumer(BUFFER, PRINTER_CONSUMER)
        await one.bus.jetstream.delete_stream(EVENTS)
        one.start()
        error = await one.ended()
        assert str(error) == "consumer printer of BUFFER is missing; stream EVENTS is missing"


async def test_a_consumer_that_is_lost_while_we_live_is_noticed_at_the_reconnect(
    tmp_path: Path, server: NatsServer
) -> None:
    async with till(tmp_path, server) as one:
        await one.bus.jetstream.delete_consumer(BUFFER, PRINTER_CONSUMER)
        await one.server.restart()
        error = await one.ended()
        assert "consumer printer of BUFFER is missing" in str(error)


async def test_before_the_printer_has_spoken_a_sale_hears_starting_and_status_works(
    tmp_path: Path, server: NatsServer
) -> None:
    async with till(tmp_path, server, printer=False) as one:

        async def serves() -> bool:
            return isinstance(await one.try_ask(services.STATUS, c.ReadBufferStatus(), 1.0), c.BufferStatus)

        await one.until(serves)
        answer = await refused(one)
        assert (answer.code, answer.final) == (Code.STARTING, False)
        task = c.RunTask(key=new_key(), till=s.TILL, kind=c.TaskKind.X_REPORT, cashier=s.CASHIER)
        assert (await one.ask(services.TASK, task)).code is Code.STARTING
        status = await one.status()
        assert (status.boot_passed, status.printer) == (False, None)
        assert one.rows("SELECT count(*) FROM receipts") == [(0,)], "nothing was stored"


async def test_a_kkt_that_is_off_refuses_sales_for_good_and_stops_nothing_else(
    tmp_path: Path, server: NatsServer
) -> None:
    async with till(tmp_path, server) as one:
        await one.kill()
        one.printer.link = Link.DOWN
        one.start()

        async def knows(link: Link) -> bool:
            status = await one.try_ask(services.STATUS, c.ReadBufferStatus(), 1.0)
            return isinstance(status, c.BufferStatus) and bool(status.printer) and status.printer.link is link

        await one.until(lambda: knows(Link.DOWN))
        key = new_key()
        answer = await one.insist(key)
        assert isinstance(answer, Refusal)
        assert (answer.code, answer.final) == (Code.DEVICE_DOWN, True)
        assert not (await one.status()).boot_passed
        one.printer.link = Link.UP
        await one.ready()
        await one.until(lambda: knows(Link.UP))
        assert await one.sell(key) == answer
        assert isinstance(await one.sell(), c.ReceiptAnswer)


async def test_a_silent_printer_actor_refuses_sales_as_a_kkt_that_is_off(
    tmp_path: Path, server: NatsServer
) -> None:
    async with till(tmp_path, server, printer_silence_s=0.4) as one:
        one.printer.speaking = False

        async def silent() -> bool:
            return (await one.status()).printer is None

        await one.until(silent)
        answer = await refused(one)
        assert (answer.code, answer.final) == (Code.DEVICE_DOWN, True)


async def test_an_fn_that_is_behind_the_ledger_stops_the_till_until_a_person_has_looked(
    tmp_path: Path, server: NatsServer
) -> None:
    async with till(tmp_path, server) as one:
        keys = [new_key(), new_key()]
        for key in keys:
            await one.insist(key)
        await one.settled(*keys)
        await one.kill()
        printed = one.printer.fn.copy()
        del one.printer.fn[1:]
        one.start()
        text = await stopped(one)
        assert s.FN in text
        assert (await refused(one)).code is Code.STOPPED
        await one.kill()
        one.printer.fn[:] = printed
        assert await clear(one.settings, "admin") == 1
        await one.restart()
        assert isinstance(await one.sell(), c.ReceiptAnswer)


async def test_another_fn_begins_its_own_count(tmp_path: Path, server: NatsServer) -> None:
    async with till(tmp_path, server) as one:
        key = new_key()
        await one.insist(key)
        await one.settled(key)
        await one.kill()
        one.printer.fn.clear()
        one.printer.delivered_through = 0
        one.printer.fn_number = "9999078900000962"
        await one.restart()
        assert isinstance(await one.sell(), c.ReceiptAnswer)


async def test_a_message_that_the_ledger_does_not_know_stops_the_till(
    tmp_path: Path, server: NatsServer
) -> None:
    async with till(tmp_path, server) as one:
        await one.kill()
        await one.printer.pause()
        await one.bus.jetstream.publish(one.subjects.buffer(s.id_of(1)), b"{}")
        one.start()
        assert s.id_of(1) in await stopped(one)
        assert (await refused(one)).code is Code.STOPPED


async def test_a_contradiction_of_an_event_outlives_a_restart(tmp_path: Path, server: NatsServer) -> None:
    async with till(tmp_path, server) as one:
        one.printer.outbox.append(s.fiscalised(9, 1))
        text = await stopped(one)
        assert s.id_of(9) in text
        await one.kill()
        one.start()
        assert await stopped(one) == text
        page = await one.ask(services.JOURNAL, c.ReadJournal())
        assert "receipt.fiscalised" in [type(row.event).__struct_config__.tag for row in page.rows]


async def test_events_are_recorded_before_the_boot_has_passed(tmp_path: Path, server: NatsServer) -> None:
    async with till(tmp_path, server) as one:
        key = new_key()
        await one.die_at(Point.EVENT_RECEIVED, one.insist(key))
        one.printer.link = Link.DOWN
        one.start()

        async def recorded() -> bool:
            return one.state_of(key) == "delivered"

        await one.until(recorded)
        assert not (await one.status()).boot_passed


async def test_the_health_of_the_server_is_its_monitors_word(server: NatsServer) -> None:
    assert await server_health(server.monitor_url) == ""
    assert "Error" in await server_health("http://127.0.0.1:1")


async def test_a_clock_far_past_its_bound_still_opens_the_shop_and_never_goes_back(
    tmp_path: Path, server: NatsServer
) -> None:
    async with till(tmp_path, server) as one:
        key = new_key()
        await one.insist(key)
        await one.settled(key)
        await one.kill()
        one.offset_ms += 5 * 24 * 3_600_000
        await one.restart()
        later = new_key()
        await one.insist(later)
        await one.kill()
        one.offset_ms = 0
        (one.folder / "data" / "buffer-actor" / "hlc.bound").unlink()
        await one.restart()
        again = new_key()
        await one.insist(again)
        stamps = [hlc for (hlc,) in one.rows("SELECT hlc FROM receipts ORDER BY n")]
        assert stamps == sorted(stamps)
        assert len(set(stamps)) == 3


async def test_two_copies_do_not_share_one_ledger(tmp_path: Path, server: NatsServer) -> None:
    async with till(tmp_path, server) as one:
        first = one._life
        one.start()
        error = await one.ended()
        assert "is in use by process" in str(error)
        one._life = first


@pytest.mark.parametrize("busy", [False, True])
async def test_a_stop_in_order_ends_what_is_in_hand(tmp_path: Path, server: NatsServer, busy: bool) -> None:
    async with till(tmp_path, server) as one:
        if busy:
            await one.printer.pause()
        key = new_key()
        answer = asyncio.create_task(one.try_ask(services.ACCEPT, one.command(key)))

        async def stored() -> bool:
            return bool(one.state_of(key))

        await one.until(stored)
        await asyncio.wait_for(one.stop(), 5)
        said = await answer
        if isinstance(said, c.ReceiptAnswer):
            assert said.status in (c.ReceiptStatus.ACCEPTED, c.ReceiptStatus.PRINTED)
        one.printer.printing = True
        await one.restart()
        assert isinstance(await one.insist(key), c.ReceiptAnswer)
        await one.settled(key)
