"""What a person may decide about a receipt, and what the FN forbids."""

from contracts.commands import Decision, Resolved, ResolveHeld
from contracts.events import HoldReason, ReceiptAnnulled, ReceiptFiscalised, ReceiptHeld
from contracts.refusals import Code, Refusal
from printer_actor.machine import Phase


def decide(
    decision: Decision, receipt_id: str = "r0", fd: int | None = None, *, stale: bool = False
) -> ResolveHeld:
    return ResolveHeld(receipt_id=receipt_id, key="key", decision=decision, by="manager", fd=fd, stale=stale)


def code_of(answer: Resolved | Refusal) -> Code:
    assert isinstance(answer, Refusal)
    return answer.code


async def test_an_unclear_receipt_stops_the_queue_and_is_reported_with_both_facts(shop, held):
    async with shop() as here:
        await held(here)
        (event,) = [event for event in await here.events() if isinstance(event, ReceiptHeld)]
        assert event.reason is HoldReason.UNKNOWN_OUTCOME
        assert (event.facts["fd_before"], event.facts["last_fd"]) == ("2", "3")
        assert here.parts.board.read().held == ("r0",)


async def test_print_and_annul_are_refused_while_a_document_matches(shop, held):
    async with shop() as here:
        await held(here)
        for decision in (Decision.PRINT, Decision.ANNUL):
            assert code_of(await here.work.decide(decide(decision))) is Code.DOCUMENT_EXISTS
        assert await here.phase("r0") is Phase.HELD


async def test_it_is_document_n(shop, held):
    async with shop() as here:
        await held(here)
        for _ in range(2):
            assert await here.work.decide(decide(Decision.IS_DOCUMENT, fd=3)) == Resolved(
                receipt_id="r0", decision=Decision.IS_DOCUMENT
            )
        events = [event for event in await here.events() if isinstance(event, ReceiptFiscalised)]
        assert [(event.receipt_id, event.document.fd, event.recovered) for event in events[1:]] == [
            ("r0", 3, True)
        ]
        assert not here.work.held


async def test_a_document_that_does_not_fit_is_not_linked(shop, held, sell):
    async with shop() as here:
        await held(here)
        here.device.foreign_receipt(1234)
        for fd in (None, 0, 1, 2, 4, 5, 99):  # before it, the shift, another sum, not there
            assert code_of(await here.work.decide(decide(Decision.IS_DOCUMENT, fd=fd))) is Code.INVALID
        assert await here.phase("r0") is Phase.HELD


async def test_two_receipts_cannot_be_one_document(shop, held):
    async with shop() as here:
        await held(here)
        await here.work.decide(decide(Decision.IS_DOCUMENT, fd=3))
        await held(here, "r1")
        assert code_of(await here.work.decide(decide(Decision.IS_DOCUMENT, "r1", fd=3))) is Code.INVALID


async def test_a_receipt_of_a_replaced_fn_may_be_printed_by_decision_only(shop, sell):
    async with shop() as here:
        await here.settle(sell("before", 1))
        await here.die_in(here.work.receipt(sell("r0")))
        here.device.fn, here.device.documents, here.device.receipt = "9999078900000962", [], None
        here.device.shift_open = False
        await here.settle(sell("r0"))
        (event,) = [event for event in await here.events() if isinstance(event, ReceiptHeld)]
        assert event.reason is HoldReason.FN_CHANGED
        assert isinstance(await here.work.decide(decide(Decision.PRINT)), Resolved)
        assert await here.settle(sell("r0")) == {"r0"}
        assert len(here.device.receipts()) == 1


async def test_a_rejected_receipt_is_printed_from_the_journal_when_its_cause_is_mended(shop, sell):
    async with shop() as here:
        here.device.rejections["operation"] = [0x33]
        assert await here.settle(sell("r0")) == {"r0"}  # its message is acknowledged
        assert await here.phase("r0") is Phase.REJECTED
        assert isinstance(await here.work.decide(decide(Decision.PRINT)), Resolved)
        here.born()
        await here.settle()
        assert await here.phase("r0") is Phase.REGISTERED
        assert len(here.device.receipts()) == 1


async def test_a_rejected_receipt_is_no_document(shop, sell):
    async with shop() as here:
        here.device.rejections["operation"] = [0x33]
        await here.settle(sell("r0"))
        assert code_of(await here.work.decide(decide(Decision.IS_DOCUMENT, fd=2))) is Code.INVALID


async def test_an_annulled_receipt_is_never_printed(shop, sell):
    async with shop() as here:
        here.device.rejections["operation"] = [0x33]
        await here.settle(sell("r0"))
        for _ in range(2):
            assert isinstance(await here.work.decide(decide(Decision.ANNUL)), Resolved)
        assert code_of(await here.work.decide(decide(Decision.PRINT))) is Code.NOT_HELD
        assert await here.settle(sell("r0")) == {"r0"}
        assert here.device.receipts() == []
        assert sum(isinstance(event, ReceiptAnnulled) for event in await here.events()) == 1


async def test_a_receipt_that_needs_no_decision_takes_none(shop, sell):
    async with shop() as here:
        await here.settle(sell("r0"))
        for decision in Decision:
            assert code_of(await here.work.decide(decide(decision, fd=2))) is Code.NOT_HELD
            assert code_of(await here.work.decide(decide(decision, "unknown", fd=2))) is Code.NOT_HELD


async def test_a_stale_receipt_is_annulled_by_a_row_of_its_own_unless_one_is_there(shop, sell):
    async with shop() as here:
        await here.settle(sell("printed"))
        assert isinstance(await here.work.decide(decide(Decision.ANNUL, "stale", stale=True)), Resolved)
        assert code_of(await here.work.decide(decide(Decision.ANNUL, "printed", stale=True))) is Code.NOT_HELD
        assert code_of(await here.work.decide(decide(Decision.PRINT, "other", stale=True))) is Code.NOT_HELD
        assert await here.settle(sell("stale")) == {"stale"}
        assert len(here.device.receipts()) == 1


async def test_only_a_held_receipt_needs_the_device(shop, held, sell):
    async with shop() as here:
        await held(here)
        assert not await here.work.decidable(decide(Decision.PRINT))
        assert await here.work.decidable(decide(Decision.ANNUL, "stale", stale=True))
