"""Everything the emulator can break, with receipts on their way: one document each, in the FN and in the ledger."""

import datetime as dt

import pytest

from contracts.events import ForeignDocument, PaperChanged, ReceiptFiscalised, ShiftClosed, ShiftOpened
from contracts.states import Link
from fiscal.kkt import service, storage

RESTART_S = 0.3


async def sell_and_compare(till, count: int = 1) -> list[ReceiptFiscalised]:
    """Sell, and see that FN and ledger agree on every receipt so far."""
    ids = [await till.accept() for _ in range(count)]
    events = [await till.fiscalised(each) for each in ids]
    documents = await till.kkt.documents()
    told = till.ledger.of(ReceiptFiscalised)
    assert sorted((each["fd"], each["total"], each["fpd"]) for each in documents) == sorted(
        (each.document.fd, each.document.total, each.document.fp) for each in told
    )
    return events


LINK_FAULTS = [
    {"hook": "nak", "cmd": "close_receipt", "n": 2},
    {"hook": "bad_lrc", "cmd": "close_receipt", "n": 2},
    {"hook": "noise", "bytes": "ffff"},
    {"hook": "noise", "bytes": "41"},
    {"hook": "stale_answer", "cmd": "close_receipt", "of": "10"},
    {"hook": "cut_bytes", "cmd": "close_receipt", "after": 4},
    {"hook": "cut_bytes", "cmd": "operation", "after": 1},
    {"hook": "drop_answer", "cmd": "operation"},
    {"hook": "drop_ack", "cmd": "open_receipt"},
    {"hook": "busy", "cmd": "close_receipt", "n": 2},
    {"hook": "busy", "cmd": "open_receipt", "n": 3},
    {"hook": "fn_error", "cmd": "close_receipt", "code": "2F"},
    {"hook": "overheat"},
    {"hook": "cutter_jam"},
]


async def test_one_document_whatever_the_line_does(till) -> None:
    till.write_config(command_timeout_s=0.4, byte_timeout_s=0.2)
    await till.start()
    await sell_and_compare(till)
    for fault in LINK_FAULTS:
        await till.kkt.fault(**fault)
        await sell_and_compare(till, 2)


POWER_POINTS = ["inside_request", "before_fn", "after_fn", "before_answer", "printing"]


async def test_one_document_whenever_the_kkt_loses_its_power(till) -> None:
    till.write_config(command_timeout_s=0.4, byte_timeout_s=0.2)
    await till.start()
    await sell_and_compare(till)
    for point in POWER_POINTS:
        await till.kkt.fault("power_cut", cmd="close_receipt", point=point, restart_s=RESTART_S)
        await sell_and_compare(till, 2)


async def test_a_document_left_open_in_the_fn_alone_is_dropped(till) -> None:
    await till.start()
    await sell_and_compare(till)
    await till.kkt.fault("power_cut", cmd="close_receipt", point="before_fn", restart_s=RESTART_S, annul=True)
    await sell_and_compare(till, 2)


async def test_a_receipt_of_another_operator_is_cancelled_with_the_system_password(till) -> None:
    till.write_config(password=1)
    await till.start()
    await till.kkt.fault("wrong_operator", cmd="cancel")
    await till.kkt.fault("fn_error", cmd="close_receipt", code="2F")
    await sell_and_compare(till, 2)


async def test_the_kkts_process_is_killed_in_the_middle_of_a_receipt_again_and_again(till) -> None:
    till.write_config(command_timeout_s=0.5, byte_timeout_s=0.2)
    await till.start()
    for command in ("open_receipt", "operation", "close_receipt", "close_receipt"):
        await till.kkt.fault("slow", cmd=command, seconds=0.2, when="after")
        receipt_id = await till.accept()
        await till.kkt.hit()
        await till.kkt.kill()
        await till.kkt.start()
        await till.fiscalised(receipt_id)
    await sell_and_compare(till)
    assert len(await till.kkt.documents()) == 5


async def test_both_sides_are_killed_in_turn_and_nothing_is_lost_or_doubled(till) -> None:
    till.write_config(command_timeout_s=0.5, byte_timeout_s=0.2)
    await till.start()
    ids = []
    for turn in range(6):
        ids += [await till.accept() for _ in range(3)]
        if turn % 3 == 0:
            await till.restart()
        elif turn % 3 == 1:
            await till.kkt.kill()
            await till.kkt.start()
        else:
            await till.nats.restart()
    for each in ids:
        await till.fiscalised(each)
    await sell_and_compare(till)
    assert len(await till.kkt.documents()) == len(ids) + 1


async def test_link_down_is_told_and_the_device_is_found_again(till) -> None:
    await till.start()
    await till.kkt.kill()
    await till.until(lambda: till.state.link is Link.DOWN)
    receipt_id = await till.accept()
    assert not till.state.settled
    await till.kkt.start()
    await till.fiscalised(receipt_id)
    await till.until(lambda: till.state.link is Link.UP and till.state.settled)


async def test_paper_out_and_open_cover_stop_printing_and_are_told(till) -> None:
    await till.start()
    await sell_and_compare(till)
    for hook, cause in (("paper_out", "Нет чековой ленты"), ("cover_open", "Открыта крышка принтера")):
        await till.kkt.fault(hook)
        await till.until(lambda cause=cause: till.state.cause == cause and not till.state.can_print)
        receipt_id = await till.accept()
        await till.kkt.fault("load_paper")
        await till.fiscalised(receipt_id)
        await till.until(lambda: till.state.can_print)
    await till.until(lambda: len(till.ledger.of(PaperChanged)) == 4)
    assert [event.can_print for event in till.ledger.of(PaperChanged)] == [False, True, False, True]


async def test_paper_that_ends_inside_a_receipt_is_the_same_receipt(till) -> None:
    await till.start()
    await sell_and_compare(till)
    await till.kkt.fault("paper_out", at_line=3)
    receipt_id = await till.accept()
    await till.until(lambda: not till.state.can_print)
    await till.kkt.fault("load_paper")
    await till.fiscalised(receipt_id)
    await sell_and_compare(till)


async def test_a_shift_over_24_hours_is_closed_for_a_receipt_that_is_due(till) -> None:
    await till.start()
    await sell_and_compare(till)
    await till.kkt.fault("shift_age", hours=25)
    await till.until(lambda: till.state.shift.over_24h)
    (event,) = await sell_and_compare(till)
    assert event.document.shift == 2
    shifts = [type(each) for each in till.ledger.events if isinstance(each, ShiftOpened | ShiftClosed)]
    assert shifts == [ShiftOpened, ShiftClosed, ShiftOpened]
    (closed,) = till.ledger.of(ShiftClosed)
    assert (closed.totals.sales, closed.task_id) == (1, None)


@pytest.mark.parametrize("seconds", [-3600, 900])
async def test_a_wrong_clock_is_set_before_the_receipt_goes_again(till, seconds: int) -> None:
    await till.start()
    await sell_and_compare(till)
    await till.kkt.fault("clock_jump", seconds=seconds)
    await sell_and_compare(till)


async def test_the_fn_waits_for_the_operator_and_the_receipt_waits_for_the_fn(till, forwarder) -> None:
    await till.start()
    await sell_and_compare(till)
    await till.kkt.fault("ofd_age", days=31)
    receipt_id = await till.accept()
    await till.until(lambda: till.state.ofd_blocked)
    while await till.deliver_one(forwarder):
        pass
    await till.fiscalised(receipt_id)
    await till.until(lambda: not till.state.ofd_blocked)


async def test_a_receipt_of_another_host_is_an_alarm(till) -> None:
    await till.start()
    await sell_and_compare(till)
    await till.kkt.fault("foreign_receipt", total=12_345)
    await till.until(lambda: bool(till.ledger.of(ForeignDocument)))
    assert [each.total for each in till.ledger.of(ForeignDocument)] == [12_345]
    await till.fiscalised(await till.accept())
    assert len(till.ledger.of(ForeignDocument)) == 1


async def test_what_a_dead_host_left_half_done_is_ended_at_the_next_connect(till) -> None:
    await till.start()
    (event,) = await sell_and_compare(till)
    await till.actor.kill()
    async with till.another_host() as host:
        request = storage.FdRequest(fd=event.document.fd)
        await host._line.ask(storage.OPEN_DOCUMENT, request)
    await till.restart()
    await sell_and_compare(till)
    await till.actor.kill()
    async with till.another_host() as host:
        today = service.DateRequest(date=dt.date.fromisoformat(event.document.at[:10]))
        await host._line.ask(service.SET_DATE, today)
    await till.restart()
    await sell_and_compare(till)


async def test_receipts_go_on_while_the_ledger_is_away(till) -> None:
    await till.start()
    till.ledger.silent = True
    ids = [await till.accept() for _ in range(5)]
    await till.buffer_is_settled()
    assert len(await till.kkt.documents()) == 5
    assert not till.state.settled
    till.ledger.silent = False
    for each in ids:
        await till.fiscalised(each)
    await till.until(lambda: till.state.settled)
    assert len(till.ledger.of(ReceiptFiscalised)) == 5
