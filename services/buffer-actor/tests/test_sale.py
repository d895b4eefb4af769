"""A till that sells: answers, states, slots."""

import asyncio
from pathlib import Path

from actor.testing import NatsServer
from contracts import commands as c
from contracts.refusals import Code, Refusal

from . import samples as s
from .rig import new_key, till


async def test_a_sale_is_printed_and_ends_delivered_with_its_slot_free(
    tmp_path: Path, server: NatsServer
) -> None:
    async with till(tmp_path, server) as one:
        key = new_key()
        answer = await one.sell(key)
        assert isinstance(answer, c.ReceiptAnswer)
        assert answer.status is c.ReceiptStatus.PRINTED
        assert answer.document is not None
        assert (answer.document.fd, answer.total, answer.final, answer.repeated) == (1, 10_000, True, False)
        await one.settled(key)
        again = await one.sell(key)
        assert isinstance(again, c.ReceiptAnswer)
        assert (again.document, again.repeated, again.delivered) == (answer.document, True, True)
        names = [name for (name,) in one.rows("SELECT name FROM events ORDER BY seq")]
        assert names == ["boot.passed", "receipt.accepted", "receipt.fiscalised", "document.delivered"]


async def test_ten_requests_at_once_with_one_key_make_one_message_and_ten_equal_answers(
    tmp_path: Path, server: NatsServer
) -> None:
    async with till(tmp_path, server) as one:
        one.printer.delivering = False
        key = new_key()
        answers = await asyncio.gather(*(one.sell(key) for _ in range(10)))
        assert {type(answer) for answer in answers} == {c.ReceiptAnswer}
        facts = {(a.receipt_id, a.status, a.document.fd, a.total) for a in answers}  # type: ignore[union-attr]
        assert len(facts) == 1
        assert sum(not answer.repeated for answer in answers) == 1  # type: ignore[union-attr]
        assert len(await one.in_buffer()) == 1
        assert len(one.printer.fn) == 1
        other = await one.sell(key, s.receipt(s.line(price=5)))
        assert isinstance(other, Refusal)
        assert (other.code, other.final) == (Code.KEY_REUSED, True)


async def test_two_spellings_of_a_key_are_one_payment(tmp_path: Path, server: NatsServer) -> None:
    async with till(tmp_path, server) as one:
        key = new_key()
        lower, upper = await asyncio.gather(one.sell(key), one.sell(key.upper()))
        assert isinstance(lower, c.ReceiptAnswer)
        assert isinstance(upper, c.ReceiptAnswer)
        assert lower.receipt_id == upper.receipt_id
        assert len(one.printer.fn) == 1
