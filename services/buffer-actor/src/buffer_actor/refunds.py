"""What may still be given back of a receipt: by line and in total, refunds without a verdict counted too. Pure."""

from collections import Counter
from collections.abc import Iterable
from typing import Final

import msgspec

from buffer_actor.accept import invalid
from buffer_actor.machine import State
from buffer_actor.rows import ReceiptRow
from contracts.refusals import Code, Refusal, refuse
from fiscal.receipt import Line, Operation, Receipt
from fiscal.rules import Fault, Violation
from fiscal.tags import Tag

RETRY_AFTER_S: Final = 30
"""When to ask again for a refund whose original is not delivered yet."""

REFUND_OF: Final = {Operation.SALE_REFUND: Operation.SALE, Operation.EXPENSE_REFUND: Operation.EXPENSE}

FIELD: Final = "original_receipt_id"


class _Sums(msgspec.Struct, frozen=True):
    """Per article: quantity in millionths, money in kopecks."""

    quantity: Counter[str]
    total: Counter[str]


def check_refund(
    receipt: Receipt, original_id: str | None, original: ReceiptRow | None, earlier: Iterable[Receipt]
) -> Refusal | None:
    """Refuse a refund without a delivered original, or of more than is left of it; None for what is no refund."""
    returns = REFUND_OF.get(receipt.operation)
    if returns is None:
        return None
    if original_id is None:
        return invalid([_violation(Fault.EMPTY, "Укажите чек, по которому делается возврат.")])
    if original is None or original.state in (State.REFUSED, State.ANNULLED):
        return refuse(Code.ORIGINAL_UNKNOWN, original_receipt_id=original_id)
    if original.accepted.receipt.operation is not returns:
        return invalid([_violation(Fault.UNSUPPORTED, "По этому чеку возврат невозможен.")])
    if original.state is not State.DELIVERED:
        return refuse(Code.ORIGINAL_NOT_SYNCED, retry_after_s=RETRY_AFTER_S, original_receipt_id=original_id)
    return _check_rest(receipt, original, earlier)


def _check_rest(receipt: Receipt, original: ReceiptRow, earlier: Iterable[Receipt]) -> Refusal | None:
    sold = _sums(original.accepted.receipt.lines)
    back = _sums(line for each in (*earlier, receipt) for line in each.lines)
    over = [
        article
        for article in back.total
        if back.quantity[article] > sold.quantity[article] or back.total[article] > sold.total[article]
    ]
    if not over:
        return None
    return refuse(
        Code.REFUND_EXCEEDS_SALE,
        original_receipt_id=original.receipt_id,
        articles=over,
        left_total=original.total - sum(back.total.values()) + sum(line.total for line in receipt.lines),
    )


def _sums(lines: Iterable[Line]) -> _Sums:
    sums = _Sums(Counter(), Counter())
    for line in lines:
        article = line.sku or line.name
        sums.quantity[article] += line.quantity
        sums.total[article] += line.total
    return sums


def _violation(code: Fault, message_ru: str) -> Violation:
    return Violation(
        field=FIELD,
        code=code,
        tag=Tag.CALCULATION_TYPE,
        message_ru=message_ru,
        message="a refund needs its sale",
    )
