"""What the paper of a receipt says, as text of a given width (order ЕД-7-20/662@, FFD 1.2, names of paper members)."""

import textwrap
from collections.abc import Iterator
from datetime import datetime

from fiscal.documents import ReceiptContent, RegistrationCard
from fiscal.money import Kopecks, format_quantity, format_roubles
from fiscal.receipt import FiscalDocument, Line, Operation, PaymentMethod, TaxSystem, VatRate
from fiscal.text import printable
from fiscal.vat import RATES, UNTAXED, totals

MIN_WIDTH = 24

_OPERATIONS = {
    Operation.SALE: "ПРИХОД",
    Operation.SALE_REFUND: "ВОЗВРАТ ПРИХОДА",
    Operation.EXPENSE: "РАСХОД",
    Operation.EXPENSE_REFUND: "ВОЗВРАТ РАСХОДА",
}
_METHODS = {
    PaymentMethod.FULL_PREPAYMENT: "ПРЕДОПЛАТА 100%",
    PaymentMethod.PARTIAL_PREPAYMENT: "ПРЕДОПЛАТА",
    PaymentMethod.ADVANCE: "АВАНС",
    PaymentMethod.FULL_PAYMENT: "ПОЛНЫЙ РАСЧЕТ",
    PaymentMethod.PARTIAL_CREDIT: "ЧАСТИЧНЫЙ РАСЧЕТ И КРЕДИТ",
    PaymentMethod.CREDIT_HANDOVER: "ПЕРЕДАЧА В КРЕДИТ",
    PaymentMethod.CREDIT_PAYMENT: "ОПЛАТА КРЕДИТА",
}
_TAX_SYSTEMS = {
    TaxSystem.GENERAL: "ОСН",
    TaxSystem.SIMPLIFIED_INCOME: "УСН доход",
    TaxSystem.SIMPLIFIED_INCOME_MINUS_EXPENSE: "УСН доход - расход",
    TaxSystem.AGRICULTURAL: "ЕСХН",
    TaxSystem.PATENT: "ПСН",
}


def receipt_slip(
    content: ReceiptContent,
    document: FiscalDocument,
    *,
    width: int = 42,
    card: RegistrationCard | None = None,
) -> str:
    """Return the slip, lines of at most `width` characters (24 or more) in the characters that paper has.

    Without a card the lines about shop and KKT are left out.
    """
    if width < MIN_WIDTH:
        raise ValueError(f"a slip of {width} characters, {MIN_WIDTH} at least")
    return "\n".join(_lines(content, document, width, card))


def vat_name(rate: VatRate) -> str:
    """Return a rate as paper names it."""
    return "НДС не облагается" if rate is VatRate.NO_VAT else f"НДС {RATES[rate].label}"


def _lines(
    content: ReceiptContent, document: FiscalDocument, width: int, card: RegistrationCard | None
) -> Iterator[str]:
    if card is not None:
        yield from _centred(f"{card.user_name}\n{card.address}\n{card.place}", width)
    yield from _centred(f"КАССОВЫЙ ЧЕК\n{_OPERATIONS[content.operation]}", width)
    yield from _row(f"Смена {document.shift}", f"Чек {document.number}", width)
    if content.cashier is not None:
        yield from _row("Кассир", content.cashier.name, width)
    yield "-" * width
    for number, line in enumerate(content.lines, start=1):
        yield from _item(number, line, width)
    yield "-" * width
    yield from _sums(content, width)
    yield "-" * width
    yield from _numbers(content, document, width, card)


def _item(number: int, line: Line, width: int) -> Iterator[str]:
    yield from _wrapped(f"{number}. {line.name}", width)
    yield from _row(
        f"{format_quantity(line.quantity)} x {format_roubles(line.price)}",
        f"={format_roubles(line.total)}",
        width,
    )
    yield from _row(vat_name(line.vat), _METHODS[line.method], width)


def _sums(content: ReceiptContent, width: int) -> Iterator[str]:
    paid = content.settlement
    yield from _row("ИТОГ", f"={format_roubles(paid.total)}", width)
    received = Kopecks(paid.cash + paid.change)
    amounts = (
        ("НАЛИЧНЫМИ", paid.cash),
        ("ПОЛУЧЕНО", received if paid.change else Kopecks(0)),
        ("СДАЧА", paid.change),
        ("БЕЗНАЛИЧНЫМИ", paid.cashless),
        ("ПРЕДВАРИТЕЛЬНАЯ ОПЛАТА (АВАНС)", paid.prepaid),
        ("ПОСЛЕДУЮЩАЯ ОПЛАТА (КРЕДИТ)", paid.credit),
        ("ИНАЯ ФОРМА ОПЛАТЫ", paid.provision),
    )
    for name, amount in amounts:
        if amount:
            yield from _row(name, f"={format_roubles(amount)}", width)
    for part in totals(content.lines):
        name = "СУММА БЕЗ НДС" if part.rate is VatRate.NO_VAT else f"СУММА {vat_name(part.rate)}"
        if part.rate in UNTAXED or part.tax:
            yield from _row(name, f"={format_roubles(part.written)}", width)


def _numbers(
    content: ReceiptContent, document: FiscalDocument, width: int, card: RegistrationCard | None
) -> Iterator[str]:
    yield from _row("СНО", _TAX_SYSTEMS[content.tax_system], width)
    if content.buyer_contact:
        yield from _row("Эл. адр. покупателя", content.buyer_contact, width)
    if card is not None:
        yield from _row("ИНН", card.user_inn, width)
        yield from _row("РН ККТ", card.reg_number, width)
        yield from _row("ЗН ККТ", card.kkt_serial, width)
        yield from _row("Сайт ФНС", card.fns_url, width)
    yield from _row("Дата", f"{datetime.fromisoformat(document.at):%d.%m.%Y %H:%M}", width)
    yield from _row("ФН", document.fn, width)
    yield from _row(f"ФД {document.fd}", f"ФП {document.fp:010d}", width)
    yield from _wrapped(document.qr, width)


def _row(left: str, right: str, width: int) -> Iterator[str]:
    left, right = printable(left), printable(right)
    if len(left) + 1 + len(right) <= width:
        yield f"{left}{right:>{width - len(left)}}"
        return
    yield from _wrapped(left, width)
    yield from (part.rjust(width) for part in _wrapped(right, width))


def _centred(text: str, width: int) -> Iterator[str]:
    for line in text.splitlines():
        yield from (part.center(width).rstrip() for part in _wrapped(line, width))


def _wrapped(text: str, width: int) -> list[str]:
    return textwrap.wrap(printable(text), width)
