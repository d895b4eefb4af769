"""What makes one line refusable: text, sums, VAT rate, payment subject."""

import datetime
from collections.abc import Iterator

import msgspec

from fiscal import vat
from fiscal.money import MAX_MONEY, MAX_QUANTITY, ONE, format_roubles, line_sum
from fiscal.receipt import Line, Operation, PaymentMethod, PaymentSubject, VatRate
from fiscal.tags import Tag
from fiscal.violations import Fault, Violation, check_text, too_large, violation

MEASURES = frozenset(
    {0, 10, 11, 12, 20, 21, 22, 30, 31, 32, 40, 41, 42, 50, 51, 70, 71, 72, 73, 80, 81, 82, 83, 255}
)
"""Tag 2108."""

_BEFORE_HANDOVER = {PaymentMethod.FULL_PREPAYMENT, PaymentMethod.PARTIAL_PREPAYMENT, PaymentMethod.ADVANCE}
_WITH_CODE = {PaymentSubject.MARKED_EXCISE, PaymentSubject.MARKED_GOODS}
_MARKED = _WITH_CODE | {
    PaymentSubject.MARKED_EXCISE_WITHOUT_CODE,
    PaymentSubject.MARKED_GOODS_WITHOUT_CODE,
}


class Registration(msgspec.Struct, frozen=True, kw_only=True):
    """What this KKT may do, from its registration report."""

    tax_systems: int = 0b11_1111  # tag 1062, bits of 1055
    pays_vat: bool = True  # False: a special regime without VAT, code 6 only
    marked_goods: bool = False  # tag 1290 bit 8, and the shop's own switch


def check_line(
    index: int, line: Line, operation: Operation, on: datetime.date, registration: Registration
) -> Iterator[Violation]:
    """Yield every violation of line `index` of a receipt settled on this local date."""
    yield from check_text(
        f"items[{index}].name", line.name, Tag.ITEM_NAME, f"Позиция {index + 1}: наименование"
    )
    yield from _check_amounts(index, line)
    yield from _check_rate(index, line, operation, on, registration)
    yield from _check_subject(index, line, registration)


def _check_amounts(index: int, line: Line) -> Iterator[Violation]:
    position = f"Позиция {index + 1}"
    if line.quantity <= 0:
        yield violation(
            f"items[{index}].qty",
            Fault.NOT_POSITIVE,
            Tag.ITEM_QUANTITY,
            f"{position}: количество должно быть больше нуля.",
            "a quantity must be above zero",
        )
    elif line.quantity > MAX_QUANTITY:
        yield too_large(f"items[{index}].qty", Tag.ITEM_QUANTITY, f"{position}: слишком большое количество.")
    if line.price < 0:
        yield violation(
            f"items[{index}].price",
            Fault.NEGATIVE,
            Tag.ITEM_PRICE,
            f"{position}: цена не может быть отрицательной.",
            "a price must not be negative",
        )
    elif max(line.price, line.total) > MAX_MONEY:
        yield too_large(f"items[{index}].price", Tag.ITEM_PRICE, f"{position}: слишком большая сумма.")
    elif line.total < 0:
        yield violation(
            f"items[{index}].discount",
            Fault.NEGATIVE,
            Tag.ITEM_SUM,
            f"{position}: скидка больше стоимости.",
            "a line's total must not be negative",
        )
    elif line.quantity > 0 and abs(line.total - (due := line_sum(line.price, line.quantity))) > 1:
        yield violation(
            f"items[{index}].price",
            Fault.WRONG_SUM,
            Tag.ITEM_SUM,
            f"{position}: стоимость не равна цене, умноженной на количество.",
            f"total {format_roubles(line.total)} differs from price x quantity {format_roubles(due)}",
        )


def _check_rate(
    index: int, line: Line, operation: Operation, on: datetime.date, registration: Registration
) -> Iterator[Violation]:
    field, law = f"items[{index}].vat", vat.RATES[line.vat]
    position = f"Позиция {index + 1}"
    if not vat.in_force(line.vat, operation, on):
        yield violation(
            field,
            Fault.RATE_NOT_IN_FORCE,
            Tag.VAT_RATE,
            f"{position}: ставка НДС {law.label} не действует {on:%d.%m.%Y}.",
            f"rate {law.label} is not in force on {on}",
        )
    if not registration.pays_vat and law.rate is not VatRate.NO_VAT:
        yield violation(
            field,
            Fault.RATE_NOT_ALLOWED,
            Tag.VAT_RATE,
            f"{position}: магазин не платит НДС, укажите «без НДС».",
            "the shop pays no VAT: only no_vat",
        )
    if line.method in _BEFORE_HANDOVER and not law.calculated and law.rate not in vat.UNTAXED:
        yield violation(
            field,
            Fault.RATE_NOT_ALLOWED,
            Tag.VAT_RATE,
            f"{position}: для предоплаты нужна расчётная ставка НДС, например {law.percent}/{100 + law.percent}.",
            f"a prepayment needs a calculated rate, not {law.label}",
        )


def _check_subject(index: int, line: Line, registration: Registration) -> Iterator[Violation]:
    field, position = f"items[{index}].mark_code", f"Позиция {index + 1}"
    marked = line.subject in _MARKED or line.mark_code is not None
    if line.measure not in MEASURES:
        yield violation(
            f"items[{index}].measure",
            Fault.BAD_CODE,
            Tag.QUANTITY_MEASURE,
            f"{position}: неизвестная мера количества.",
            f"measure {line.measure} is not in the table",
        )
    if marked and not registration.marked_goods:
        yield violation(
            field,
            Fault.MARKING_OFF,
            Tag.PRODUCT_CODE,
            f"{position}: продажа маркированных товаров на этой кассе выключена.",
            "marked goods are switched off",
        )
    elif line.subject in _WITH_CODE and not line.mark_code:
        yield violation(
            field,
            Fault.MARK_CODE_MISSING,
            Tag.PRODUCT_CODE,
            f"{position}: отсканируйте код маркировки.",
            "a marked item needs its code",
        )
    elif line.mark_code is not None and line.subject not in _WITH_CODE:
        yield violation(
            field,
            Fault.MARK_CODE_UNEXPECTED,
            Tag.PRODUCT_CODE,
            f"{position}: код маркировки указан у немаркированного товара.",
            f"subject {int(line.subject)} has no mark code",
        )
    elif line.mark_code is not None and (line.quantity, line.measure) != (ONE, 0):
        yield violation(
            f"items[{index}].qty",
            Fault.BAD_CODE,
            Tag.ITEM_QUANTITY,
            f"{position}: маркированный товар продаётся по одной штуке.",
            "a marked item is one piece",
        )
