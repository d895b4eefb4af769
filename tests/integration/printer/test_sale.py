"""From a message in BUFFER to a document in the FN and an event in the ledger."""

from contracts.events import ShiftOpened


async def test_a_receipt_opens_the_shift_and_becomes_one_document(till) -> None:
    await till.start()
    receipt_id = await till.accept()
    event = await till.fiscalised(receipt_id)
    (document,) = await till.kkt.documents()
    assert (event.document.fd, event.document.total) == (document["fd"], document["total"])
    assert event.document.qr == document["qr"]
    assert (event.document.shift, event.document.number) == (document["shift"], document["number"])
    (opened,) = till.ledger.of(ShiftOpened)
    assert opened.task_id is None
    assert till.ledger.names() == ["shift.opened", "receipt.fiscalised"]


async def test_the_same_over_a_serial_port(serial_till) -> None:
    await serial_till.start()
    first, second = await serial_till.accept(), await serial_till.accept()
    await serial_till.fiscalised(first)
    await serial_till.fiscalised(second)
    assert len(await serial_till.kkt.documents()) == 2
