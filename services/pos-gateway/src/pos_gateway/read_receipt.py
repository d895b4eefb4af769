"""The body of a receipt as the document of `fiscal`; every fault that the body alone decides, by its field; pure.

What depends on the moment (a VAT rate in force, gates, the original of a refund) is decided by buffer-actor
after it has looked the key up: an attempt that is repeated over midnight must hear its own outcome.
"""

import datetime
import re
from collections.abc import Sequence
from typing import Final

import msgspec

from contracts.refusals import Code
from fiscal.discount import discount_line
from fiscal.money import Kopecks, Quantity, line_sum
from fiscal.parties import is_contact, is_inn
from fiscal.receipt import (
    Line,
    Operation,
    Payment,
    PaymentMethod,
    PaymentSubject,
    Receipt,
    TaxSystem,
    VatRate,
)
from fiscal.rules import CORRECTION_UNSUPPORTED, Fault, Violation, check_receipt
from pos_gateway.access import DISCOUNT_PERCENT, MAX_DISCOUNT_PERCENT, Role
from pos_gateway.amounts import Roubles
from pos_gateway.bodies import Customer, Item, ReceiptBody, ReceiptType
from pos_gateway.errors import EdgeCode, Problem, invalid

OPERATIONS: Final = {
    ReceiptType.SALE: Operation.SALE,
    ReceiptType.REFUND: Operation.SALE_REFUND,
    ReceiptType.EXPENSE: Operation.EXPENSE,
    ReceiptType.EXPENSE_REFUND: Operation.EXPENSE_REFUND,
}

_ANY_DAY: Final = datetime.date(2026, 1, 1)
_ITEM: Final = re.compile(r"^items\[(\d+)\]")
_POSITION: Final = re.compile(r"Позиция (\d+)")
_PHONE_FILLING: Final = re.compile(r"[\s()\-]")


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """One fault as `details.violations` shows it; `message` is for the cashier."""

    field: str
    code: str
    tag: int
    message: str


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """A receipt and, for each of its lines, the item of the body that it came from."""

    receipt: Receipt
    origins: tuple[int, ...]

    def located(self, problem: Problem) -> Problem:
        """A service's refusal with its fields and sentences in terms of the body."""
        violations = problem.details.get("violations")
        if isinstance(violations, list):
            listed = [self._shown(msgspec.convert(each, Listed)) for each in violations]
            problem.message = self.text(problem.message)
            problem.details = {**problem.details, "field": listed[0].field, "violations": listed}
        return problem

    def field(self, of_receipt: str) -> str:
        """The body's field for a field of the receipt: a discount may have split an item into two lines."""
        return _ITEM.sub(lambda found: f"items[{self._origin(int(found[1]))}]", of_receipt)

    def text(self, of_receipt: str) -> str:
        """The same for a sentence, which counts from 1."""
        return _POSITION.sub(lambda found: f"Позиция {self._origin(int(found[1]) - 1) + 1}", of_receipt)

    def _shown(self, listed: Listed) -> Listed:
        return msgspec.structs.replace(
            listed, field=self.field(listed.field), message=self.text(listed.message)
        )

    def refuse(self, violations: Sequence[Violation]) -> Problem:
        """INVALID with its first field and the whole list."""
        listed = [
            self._shown(Listed(field=each.field, code=each.code, tag=each.tag, message=each.message_ru))
            for each in violations
        ]
        first = violations[0]
        return Problem(
            Code.INVALID, listed[0].message, field=listed[0].field, reason=first.message, violations=listed
        )

    def _origin(self, line: int) -> int:
        return self.origins[line] if 0 <= line < len(self.origins) else line


def read_receipt(body: ReceiptBody, role: Role, tax_system: TaxSystem) -> Draft:
    """The document that the body asks for; Problem names the first fault and lists all."""
    operation = _operation(body)
    lines: list[Line] = []
    origins: list[int] = []
    for index, item in enumerate(body.items):
        parts = _lines(index, item, role)
        lines += parts
        origins += [index] * len(parts)
    receipt = Receipt(
        operation=operation,
        lines=tuple(lines),
        payments=tuple(Payment(tender=p.method, amount=Kopecks(int(p.amount))) for p in body.payments),
        tax_system=tax_system,
        buyer_contact=_contact(body.customer),
    )
    draft = Draft(receipt=receipt, origins=tuple(origins))
    _check_person(body)
    _check(draft)
    return draft


def _operation(body: ReceiptBody) -> Operation:
    if body.type is ReceiptType.CORRECTION:
        if body.correction is None:
            raise invalid("correction", "a correction needs its basis", "укажите основание коррекции.")
        raise Problem(
            EdgeCode.NOT_SUPPORTED,
            CORRECTION_UNSUPPORTED.message_ru,
            field="type",
            reason=CORRECTION_UNSUPPORTED.message,
        )
    if body.correction is not None:
        raise invalid(
            "correction", "only in a correction receipt", "основание бывает только у чека коррекции."
        )
    if body.type is ReceiptType.REFUND and body.original_receipt_id is None:
        raise invalid("original_receipt_id", "a refund needs its original", "укажите исходный чек возврата.")
    if body.type is ReceiptType.SALE and body.original_receipt_id is not None:
        raise invalid("original_receipt_id", "a sale has no original", "у продажи нет исходного чека.")
    return OPERATIONS[body.type]


def _lines(index: int, item: Item, role: Role) -> Sequence[Line]:
    line = Line(
        sku=item.sku,
        name=item.name.strip(),
        quantity=Quantity(int(item.qty)),
        price=Kopecks(int(item.price)),
        total=line_sum(Kopecks(int(item.price)), Quantity(int(item.qty))),
        vat=VatRate(item.vat),
        method=PaymentMethod(item.payment_method or PaymentMethod.FULL_PAYMENT),
        subject=PaymentSubject(item.payment_subject or PaymentSubject.GOODS),
        mark_code=item.mark_code,
    )
    if not item.discount:
        return (line,)
    _check_discount(index, line, item.discount, role)
    return discount_line(line, Kopecks(int(item.discount)))


def _check_discount(index: int, line: Line, discount: Roubles, role: Role) -> None:
    field = f"items[{index}].discount"
    if discount > line.total:
        raise invalid(field, "exceeds the line", "скидка больше стоимости позиции.")
    if discount * 100 > MAX_DISCOUNT_PERCENT * line.total:
        text = f"Позиция {index + 1}: скидка больше {MAX_DISCOUNT_PERCENT} %."
        raise Problem(
            EdgeCode.DISCOUNT_LIMIT,
            text,
            status=422,
            final=True,
            field=field,
            limit_percent=MAX_DISCOUNT_PERCENT,
        )
    limit = DISCOUNT_PERCENT[role]
    if discount * 100 > limit * line.total:
        text = f"Позиция {index + 1}: скидка больше {limit} % — позовите управляющего."
        raise Problem(EdgeCode.DISCOUNT_LIMIT, text, field=field, limit_percent=limit)


def _contact(customer: Customer | None) -> str | None:
    if customer is None:
        return None
    email = customer.email.strip() if customer.email else ""
    phone = _phone(customer.phone) if customer.phone else ""
    if email and ("@" not in email or not is_contact(email)):
        raise invalid("customer.email", "no e-mail address", "адрес почты указан с ошибкой.")
    if phone and (not phone.startswith("+") or not is_contact(phone)):
        raise invalid(
            "customer.phone", "no phone of the form +79161234567", "телефон нужен вида +79161234567."
        )
    return email or phone or None


def _phone(given: str) -> str:
    digits = _PHONE_FILLING.sub("", given)
    return f"+7{digits[1:]}" if re.fullmatch(r"8[0-9]{10}", digits) else digits


def _check_person(body: ReceiptBody) -> None:
    person = body.cashier
    if person is not None and person.inn is not None and not is_inn(person.inn):
        raise invalid("cashier.inn", "wrong check digits", "ИНН кассира указан с ошибкой.")


def _check(draft: Draft) -> None:
    found = [v for v in check_receipt(draft.receipt, on=_ANY_DAY) if v.code is not Fault.RATE_NOT_IN_FORCE]
    if found:
        raise draft.refuse(found)
