"""What makes a receipt refusable before paper: every fault at once, each with its field and tag.

Order ЕД-7-20/662@ (FFD 1.2): lengths, codes, equations between sums, what a payment method allows.
Field names are those of the till's HTTP API (`items[0].qty`); `items[n]` is line n of the receipt.
"""

import datetime
from collections.abc import Iterator

from fiscal import settlement
from fiscal.line_rules import Registration, check_line
from fiscal.money import MAX_MONEY, Kopecks, format_roubles
from fiscal.parties import is_contact, is_inn
from fiscal.receipt import Cashier, Operation, Receipt, Tender
from fiscal.tags import Tag
from fiscal.violations import Fault, Violation, check_text, too_large, violation

__all__ = ["CORRECTION_UNSUPPORTED", "Fault", "Registration", "Violation", "check_receipt"]

MAX_LINES = 100

_ANY_TAX_SYSTEM = Registration()
_GIVES_CHANGE = {Operation.SALE, Operation.EXPENSE_REFUND}

CORRECTION_UNSUPPORTED = Violation(
    field="type",
    code=Fault.UNSUPPORTED,
    tag=Tag.CORRECTION_TYPE,
    message_ru="Чек коррекции на этой кассе пока не поддерживается.",
    message="correction receipts are not supported",
)


def check_receipt(
    receipt: Receipt,
    *,
    on: datetime.date,
    cashier: Cashier | None = None,
    registration: Registration = _ANY_TAX_SYSTEM,
) -> tuple[Violation, ...]:
    """Return every violation of a receipt settled on this local date, in the order of the fields."""
    return tuple(_violations(receipt, on, cashier, registration))


def _violations(
    receipt: Receipt, on: datetime.date, cashier: Cashier | None, registration: Registration
) -> Iterator[Violation]:
    yield from _check_count(receipt)
    for index, line in enumerate(receipt.lines):
        yield from check_line(index, line, receipt.operation, on, registration)
    yield from _check_payments(receipt)
    yield from _check_parties(receipt, cashier)
    if not receipt.tax_system & registration.tax_systems:
        yield violation(
            "tax_system",
            Fault.NOT_REGISTERED,
            Tag.APPLIED_TAXATION_TYPE,
            "Касса не зарегистрирована с этой системой налогообложения.",
            f"tax system {receipt.tax_system} is not among those registered ({registration.tax_systems})",
        )


def _check_count(receipt: Receipt) -> Iterator[Violation]:
    count = len(receipt.lines)
    if not count:
        yield violation("items", Fault.EMPTY, Tag.ITEM, "В чеке нет ни одной позиции.", "no items")
    if count > MAX_LINES:
        yield violation(
            "items",
            Fault.TOO_MANY,
            Tag.ITEM,
            f"В чеке {count} позиций, можно не больше {MAX_LINES}: разделите покупку на несколько чеков.",
            f"{count} items, at most {MAX_LINES}",
        )


def _check_payments(receipt: Receipt) -> Iterator[Violation]:
    for index, payment in enumerate(receipt.payments):
        if payment.amount < 0:
            yield violation(
                f"payments[{index}].amount",
                Fault.NEGATIVE,
                Tag.TOTAL_SUM,
                f"Оплата {index + 1}: сумма не может быть отрицательной.",
                "a payment must not be negative",
            )
    due = settlement.total(receipt)
    if due > MAX_MONEY or settlement.tendered(receipt, *Tender) > MAX_MONEY:
        yield too_large("payments", Tag.TOTAL_SUM, "Слишком большая сумма чека.")
    yield from _check_balance(receipt, due)


def _check_balance(receipt: Receipt, due: int) -> Iterator[Violation]:
    paid = settlement.tendered(receipt, *Tender)
    cash = settlement.tendered(receipt, Tender.CASH)
    if paid < due:
        short = format_roubles(Kopecks(due - paid))
        yield violation(
            "payments",
            Fault.UNDERPAID,
            Tag.TOTAL_SUM,
            f"Оплачено меньше суммы чека: не хватает {short} руб.",
            f"payments are {short} short of the total",
        )
    elif paid - cash > due:
        over = format_roubles(Kopecks(paid - cash - due))
        yield violation(
            "payments",
            Fault.OVERPAID,
            Tag.CASHLESS_TOTAL_SUM,
            f"Безналичная оплата больше суммы чека на {over} руб.",
            f"payments other than cash exceed the total by {over}",
        )
    elif paid > due and receipt.operation not in _GIVES_CHANGE:
        over = format_roubles(Kopecks(paid - due))
        yield violation(
            "payments",
            Fault.OVERPAID,
            Tag.CASH_TOTAL_SUM,
            f"При возврате сумма выплаты должна совпадать с суммой чека: лишние {over} руб.",
            f"money given out exceeds the total by {over}",
        )


def _check_parties(receipt: Receipt, cashier: Cashier | None) -> Iterator[Violation]:
    if receipt.buyer_contact is not None and not is_contact(receipt.buyer_contact):
        yield violation(
            "customer",
            Fault.BAD_CONTACT,
            Tag.BUYER_CONTACT,
            "Контакт покупателя должен быть телефоном вида +79161234567 или адресом почты.",
            "a contact is a phone +79161234567 or an e-mail of at most 64 characters",
        )
    if cashier is None:
        return
    yield from check_text("cashier.name", cashier.name, Tag.CASHIER, "Имя кассира")
    if cashier.inn is not None and not is_inn(cashier.inn):
        yield violation(
            "cashier.inn",
            Fault.BAD_INN,
            Tag.CASHIER_INN,
            "ИНН кассира указан с ошибкой.",
            "an INN has 10 or 12 digits with right check digits",
        )
