"""Exchange with the operator between documents: order, bytes, priorities, and what a cut leaves behind."""

import asyncio

from contracts import services
from contracts.commands import NothingToSend, OfdGive, OfdGiven, OfdMessage, OfdTake
from contracts.refusals import Refusal
from fiscal.ofd.documents import parse_document_message


async def ask(till, bus, verb, body):
    subject = till.subjects.command(verb.service, verb.verb)
    return await bus.request(subject, body, verb.reply, 20.0)


async def test_documents_leave_in_fd_order_byte_for_byte(till, forwarder) -> None:
    await till.start()
    for _ in range(5):
        await till.fiscalised(await till.accept())
    documents = await till.kkt.documents(form=None)
    sent = []
    while True:
        message = await ask(till, forwarder, services.OFD_TAKE, OfdTake())
        if isinstance(message, NothingToSend):
            break
        assert isinstance(message, OfdMessage)
        parsed = parse_document_message(message.data)
        sent.append((parsed.fd, parsed.tlv.hex()))
        assert await till.deliver_one(forwarder) == message.fd
    assert sent == [(each["fd"], each["tlv"]) for each in documents]
    await till.until(lambda: till.delivered() == [fd for fd, _ in sent])
    assert (await till.printer_state()).unsent.count == 0


async def test_a_take_is_the_same_message_until_its_ticket_is_given(till, forwarder) -> None:
    await till.start()
    first = await ask(till, forwarder, services.OFD_TAKE, OfdTake())
    assert await ask(till, forwarder, services.OFD_TAKE, OfdTake()) == first


async def test_nonsense_in_place_of_a_ticket_is_refused_by_the_fn(till, forwarder) -> None:
    await till.start()
    message = await ask(till, forwarder, services.OFD_TAKE, OfdTake())
    give = OfdGive(fn=message.fn, fd=message.fd, data=b"nonsense" * 20)
    assert await ask(till, forwarder, services.OFD_GIVE, give) == OfdGiven(taken=False, error=0x20)
    assert await till.deliver_one(forwarder) == message.fd


LOST = [
    ("drop_answer", "read_message"),
    ("drop_answer", "read_message_block"),
    ("cut_bytes", "read_message_block"),
    ("drop_answer", "begin_answer"),
    ("drop_answer", "write_answer_block"),
    ("drop_ack", "write_answer_block"),
    ("drop_answer", "ticket"),
    ("drop_answer", "exchange_status"),
]


async def test_a_lost_answer_anywhere_costs_a_repeat_and_no_document(till, forwarder) -> None:
    till.write_config(command_timeout_s=0.4, byte_timeout_s=0.2)
    await till.start()
    for hook, command in LOST:
        event = await till.fiscalised(await till.accept())
        await till.kkt.fault(hook, cmd=command)
        await deliver_through(till, forwarder, event.document.fd)


async def deliver_through(till, forwarder, last: int) -> None:
    async with asyncio.timeout(20):
        while till.delivered() != list(range(1, last + 1)):
            message = await ask(till, forwarder, services.OFD_TAKE, OfdTake())
            if isinstance(message, OfdMessage):
                await ask(till, forwarder, services.OFD_GIVE, till.ticket(message))
            else:
                assert isinstance(message, Refusal | NothingToSend)
                await asyncio.sleep(0.05)


async def test_selling_and_delivering_at_once_starve_neither(till, forwarder) -> None:
    await till.start()
    ids = [await till.accept() for _ in range(60)]
    delivered = 0
    while len(await till.kkt.documents()) < 60:
        delivered += await till.deliver_one(forwarder) is not None
    assert delivered >= 15  # a printed document earns the exchange two steps
    for each in ids:
        await till.fiscalised(each)
    while await till.deliver_one(forwarder):
        pass
    await till.until(lambda: till.delivered() == list(range(1, 63)))


async def test_without_the_device_a_take_is_answered_at_once(till, forwarder) -> None:
    await till.start()
    await till.kkt.kill()
    async with asyncio.timeout(5):
        answer = await ask(till, forwarder, services.OFD_TAKE, OfdTake())
    assert isinstance(answer, Refusal)
