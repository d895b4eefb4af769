"""The counterexamples of the exactly-once protocol, P1 to P13, against real processes: each was a second document, a
lost one or a lost word without its rule."""

import asyncio
import itertools
import signal

import pytest

from contracts.commands import Decision, Resolved
from contracts.events import HoldReason, ReceiptAnnulled, ReceiptFiscalised
from contracts.refusals import Code, Refusal

SLOW_S = 1.0
STOP_S = 15.0  # it leaves by itself within 5 s; only a hang, or a machine far overloaded, takes longer


async def kill_during(till, command: str, when: str) -> None:
    """Kill printer-actor while the device is at `command`, before or after it has executed it."""
    await till.kkt.hit()
    await till.actor.kill()
    await asyncio.sleep(SLOW_S)  # the device finishes what it is at; it knows nothing of the host's death


async def test_p1_a_message_that_comes_again_is_not_printed_again(till) -> None:
    await till.start()
    receipt_id = await till.accept()
    await till.fiscalised(receipt_id)
    await till.buffer_is_settled()
    await till.nats.restart()
    await till.accept(receipt_id=receipt_id)
    await till.buffer_is_settled()
    other = await till.accept()
    await till.fiscalised(other)
    assert len(await till.kkt.documents()) == 2
    assert len(till.ledger.of(ReceiptFiscalised, receipt_id)) == 1


async def test_p1_after_a_restart_too(till) -> None:
    await till.start()
    receipt_id = await till.accept()
    await till.fiscalised(receipt_id)
    await till.restart()
    await till.accept(receipt_id=receipt_id)
    await till.buffer_is_settled()
    assert len(await till.kkt.documents()) == 1


async def test_p2_an_open_row_is_recovered_before_another_receipt_of_equal_sum(till, receipt) -> None:
    await till.start()
    await till.fiscalised(await till.accept())
    await till.kkt.fault("slow", cmd="document_tlv", seconds=SLOW_S)
    first = await till.accept(receipt(50_000, name="Первый"))
    await kill_during(till, "document_tlv", "before")
    second = await till.accept(receipt(50_000, name="Второй"))
    await till.restart()
    documents = {
        (await till.fiscalised(each)).document.fd: name
        for each, name in ((first, "Первый"), (second, "Второй"))
    }
    printed = {each["fd"]: each["tlv"] for each in (await till.kkt.documents())[1:]}
    assert printed.keys() == documents.keys()
    for fd, name in documents.items():
        assert name.encode("cp866").hex() in printed[fd]


@pytest.mark.parametrize("when", ["before", "after"])
async def test_p3_p12_killed_during_the_close_the_counter_decides(till, when: str) -> None:
    await till.start()
    await till.kkt.fault("slow", cmd="close_receipt", seconds=SLOW_S, when=when)
    receipt_id = await till.accept()
    await kill_during(till, "close_receipt", when)
    await till.restart()
    event = await till.fiscalised(receipt_id)
    assert event.recovered
    assert [each["fd"] for each in await till.kkt.documents()] == [event.document.fd]
    await till.buffer_is_settled()


async def test_p4_a_close_still_at_work_when_we_gave_up_is_found(till) -> None:
    till.write_config(command_timeout_s=0.5)
    await till.start()
    await till.kkt.fault("slow", cmd="close_receipt", seconds=2.5, detached=True)
    event = await till.fiscalised(await till.accept())
    assert event.recovered
    assert len(await till.kkt.documents()) == 1


async def test_p5_a_lost_answer_is_looked_up_and_never_sent_again(till) -> None:
    till.write_config(command_timeout_s=0.4, byte_timeout_s=0.2)
    await till.start()
    ways = itertools.product(["drop_answer", "drop_ack"], [True, False])
    for number, (hook, keep_pending) in enumerate(ways, 1):
        await till.kkt.fault(hook, cmd="close_receipt", keep_pending=keep_pending)
        event = await till.fiscalised(await till.accept())
        assert event.recovered
        documents = await till.kkt.documents()
        assert len(documents) == number
        assert (documents[-1]["fd"], documents[-1]["fpd"]) == (event.document.fd, event.document.fp)
        assert event.document.qr == documents[-1]["qr"]
        assert (event.document.shift, event.document.number) == (1, number)


async def test_p6_an_event_outlives_the_process_that_could_not_hand_it_over(till) -> None:
    await till.start()
    till.ledger.silent = True
    receipt_id = await till.accept()
    await till.buffer_is_settled()
    await till.actor.kill()
    assert not till.ledger.of(ReceiptFiscalised)
    till.ledger.silent = False
    await till.restart()
    await till.fiscalised(receipt_id)
    assert len(await till.kkt.documents()) == 1


async def test_p7_a_message_is_acknowledged_last(till) -> None:
    await till.start()
    await till.fiscalised(await till.accept())
    await till.kkt.fault("slow", cmd="fn_status", seconds=SLOW_S)
    receipt_id = await till.accept()
    await kill_during(till, "fn_status", "before")
    await till.restart()
    await till.fiscalised(receipt_id)
    assert len(await till.kkt.documents()) == 2


async def test_p8_a_ticket_that_the_fn_took_before_the_death_is_reported_after_it(
    till, forwarder, tickets
) -> None:
    await till.start()
    event = await till.fiscalised(await till.accept())
    await till.actor.kill()
    async with till.another_host() as host:
        await tickets(host, event.document.fd)
    await till.restart()
    await till.until(lambda: event.document.fd in till.delivered())
    assert till.delivered() == list(range(1, event.document.fd + 1))
    assert await till.deliver_one(forwarder) is None


async def test_p9_a_held_receipt_stays_held_over_a_restart_until_a_person_decides(
    till, receipt, hold
) -> None:
    receipt_id = await hold(till, receipt(70_000))
    assert (await till.held(receipt_id)).reason is HoldReason.UNKNOWN_OUTCOME
    waiting = await till.accept()
    await till.restart()
    await till.until(lambda: till.state is not None and till.state.held == (receipt_id,))
    refused = await till.resolve(receipt_id, Decision.PRINT)
    assert isinstance(refused, Refusal)
    assert refused.code is Code.DOCUMENT_EXISTS
    before = len(await till.kkt.documents())
    foreign = (await till.kkt.documents())[-1]["fd"]
    for _ in range(2):  # the second time nothing is left to decide, and the answer is the same
        answer = await till.resolve(receipt_id, Decision.IS_DOCUMENT, fd=foreign)
        assert answer == Resolved(receipt_id=receipt_id, decision=Decision.IS_DOCUMENT)
    assert (await till.fiscalised(receipt_id)).document.fd == foreign
    await till.fiscalised(waiting)
    assert len(await till.kkt.documents()) == before + 1


async def test_p10_events_are_handed_over_in_their_order(till, forwarder) -> None:
    await till.start()
    till.ledger.silent = True
    receipt_id = await till.accept()
    await till.buffer_is_settled()
    while await till.deliver_one(forwarder):
        pass
    till.ledger.silent = False
    event = await till.fiscalised(receipt_id)
    await till.until(lambda: event.document.fd in till.delivered())
    fiscalised = till.ledger.events.index(event)
    delivered = till.ledger.names().index("document.delivered", fiscalised)
    assert fiscalised < delivered


async def test_p11_a_receipt_rejected_for_good_is_set_aside_and_the_queue_goes_on(till) -> None:
    await till.start()
    await till.fiscalised(await till.accept())
    await till.kkt.fault("fn_error", cmd="close_receipt", code="09")
    rejected = await till.accept()
    held = await till.held(rejected)
    assert (held.reason, held.facts["error"]) == (HoldReason.REJECTED, "09h")
    await till.fiscalised(await till.accept())
    await till.buffer_is_settled()
    await till.restart()
    await till.until(lambda: till.state is not None and till.state.set_aside == (rejected,))
    await till.resolve(rejected, Decision.ANNUL)
    await till.until(lambda: bool(till.ledger.of(ReceiptAnnulled, rejected)))
    assert len(await till.kkt.documents()) == 2


async def test_p13_what_a_person_wants_printed_needs_no_redelivery(till) -> None:
    await till.start()
    await till.fiscalised(await till.accept())
    await till.kkt.fault("fn_error", cmd="close_receipt", code="09")
    rejected = await till.accept()
    await till.held(rejected)
    await till.buffer_is_settled()
    await till.kkt.fault("slow", cmd="document_tlv", seconds=SLOW_S)
    assert isinstance(await till.resolve(rejected, Decision.PRINT), Resolved)
    await kill_during(till, "document_tlv", "before")
    await till.restart()
    await till.fiscalised(rejected)
    assert len(await till.kkt.documents()) == 2


async def test_a18_a_stale_receipt_that_was_annulled_is_never_printed(till) -> None:
    await till.start()
    stale = "0193c5a0-7a10-7c3e-9b1d-2f6f0a4d8e21"
    for _ in range(2):
        answer = await till.resolve(stale, Decision.ANNUL, stale=True)
        assert answer == Resolved(receipt_id=stale, decision=Decision.ANNUL)
    await till.accept(receipt_id=stale)
    await till.buffer_is_settled()
    printed = await till.accept()
    await till.fiscalised(printed)
    assert len(await till.kkt.documents()) == 1
    assert len(till.ledger.of(ReceiptAnnulled, stale)) == 1
    refused = await till.resolve(printed, Decision.ANNUL, stale=True)
    assert isinstance(refused, Refusal)
    assert refused.code is Code.NOT_HELD


async def test_sigterm_with_a_receipt_in_hand_ends_in_order(till) -> None:
    await till.start()
    await till.kkt.fault("slow", cmd="close_receipt", seconds=SLOW_S)
    receipt_id = await till.accept()
    await till.kkt.hit()
    async with asyncio.timeout(STOP_S):
        assert await till.actor.end(signal.SIGTERM) == 0
    await till.actor.start()
    await till.fiscalised(receipt_id)
    assert len(await till.kkt.documents()) == 1
