"""What stands in the way of one receipt, or of the exchange, does not stop the sales after it for ever."""

import asyncio
import signal

from contracts.commands import Decision, OfdTake, Resolved
from contracts.events import HoldReason
from contracts.refusals import Refusal
from contracts.services import OFD_TAKE
from contracts.states import Link
from contracts.subjects import Subjects

SUBJECTS = Subjects("till-001")


def blocked(till) -> bool:
    return till.state is not None and not till.state.can_print


async def test_a_receipt_that_is_set_aside_leaves_the_way_free(till) -> None:
    await till.start()
    await till.kkt.fault("fn_error", cmd="FF45", code="02", n=3)
    held = await till.held(await till.accept())
    assert held.reason is HoldReason.REJECTED
    await till.until(lambda: till.state.can_print and till.state.set_aside == (held.receipt_id,))
    await till.fiscalised(await till.accept())


async def test_a_second_receipt_set_aside_in_a_row_stops_the_sales_until_a_person_has_decided(till) -> None:
    await till.start()
    await till.kkt.fault("fn_error", cmd="FF45", code="02", n=6)
    await till.held(await till.accept())
    second = (await till.held(await till.accept())).receipt_id
    seen = (await till.printer_state()).at_ms
    await till.until(lambda: till.state.at_ms > seen + 2500)  # two looks at the device, which is well
    assert blocked(till)
    assert isinstance(await till.resolve(second, Decision.PRINT), Resolved)
    await till.fiscalised(second)
    await till.until(lambda: till.state.can_print)


async def test_an_error_of_a_reading_is_forgotten_after_a_good_one(till) -> None:
    await till.start()
    await till.kkt.fault("fn_error", cmd="FF39", code="03")
    await till.until(lambda: blocked(till))
    await till.until(lambda: till.state.can_print and till.state.cause == "")


async def test_while_a_receipt_waits_for_the_device_no_sale_is_let_in_between_two_attempts(till) -> None:
    await till.start()
    await till.fiscalised(await till.accept())
    before = (await till.printer_state()).fn.last_fd
    await till.kkt.fault("fn_error", cmd="FF45", code="03", n=4)
    receipt_id = await till.accept()
    await till.until(lambda: blocked(till))
    seen = []
    while till.state.fn.last_fd == before:  # the state that tells of the document says that the way is free
        seen.append(till.state.can_print)
        await asyncio.sleep(0.01)
    assert seen
    assert not any(seen)
    await till.fiscalised(receipt_id)


async def test_an_error_of_the_exchange_is_no_obstacle_for_a_sale(till, forwarder) -> None:
    await till.start()
    await till.fiscalised(await till.accept())
    await till.kkt.fault("fn_error", cmd="FF30", code="0C")
    subject = SUBJECTS.command(OFD_TAKE.service, OFD_TAKE.verb)
    assert isinstance(await forwarder.request(subject, OfdTake(), OFD_TAKE.reply, 10.0), Refusal)
    assert (await till.printer_state()).can_print


async def test_a_device_that_keeps_the_line_and_says_nothing_is_down_after_three_enquiries(till) -> None:
    till.write_config(byte_timeout_s=1.5)
    await till.start()
    till.kkt.send(signal.SIGSTOP)
    try:
        await till.until(lambda: till.state.link is Link.DOWN)  # ten enquiries would take longer than that
    finally:
        till.kkt.send(signal.SIGCONT)
    await till.fiscalised(await till.accept())
