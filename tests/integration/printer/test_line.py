"""A line that is no good: what the device says twice, or did not say, is never executed twice."""

import pytest

from contracts.events import ReceiptFiscalised


@pytest.mark.parametrize("noise", ["15", "1515", "06", "ff00ff15", "02ff"])
async def test_noise_that_looks_like_an_answer_has_nothing_executed_twice(till, receipt, noise) -> None:
    await till.start()
    await till.kkt.fault("noise", bytes=noise)
    totals = [100_000, 200_000, 300_000]
    for total in totals:
        await till.fiscalised(await till.accept(receipt(total)))
    assert [document["total"] for document in await till.kkt.documents()] == totals
    assert [event.document.total for event in till.ledger.of(ReceiptFiscalised)] == totals
