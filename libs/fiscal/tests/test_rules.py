import datetime
from typing import Any

import msgspec
import pytest

from fiscal.money import MAX_MONEY, ONE, Kopecks, Quantity
from fiscal.receipt import (
    Cashier,
    Line,
    Operation,
    Payment,
    PaymentMethod,
    PaymentSubject,
    Receipt,
    TaxSystem,
    Tender,
    VatRate,
)
from fiscal.rules import CORRECTION_UNSUPPORTED, Fault, Registration, check_receipt

ON = datetime.date(2026, 11, 20)
FRAME = Line(
    name="Оправа «Титан»", quantity=ONE, price=Kopecks(500_000), total=Kopecks(500_000), vat=VatRate.NO_VAT
)
PLAIN = Registration()
MARKING = Registration(marked_goods=True)


def cash(amount: int) -> Payment:
    return Payment(tender=Tender.CASH, amount=Kopecks(amount))


def card(amount: int) -> Payment:
    return Payment(tender=Tender.CARD, amount=Kopecks(amount))


def sale(*lines: Line, payments: tuple[Payment, ...] | None = None, **fields: Any) -> Receipt:
    if payments is None:
        payments = (cash(sum(line.total for line in lines)),)
    return msgspec.structs.replace(
        Receipt(operation=Operation.SALE, lines=lines, payments=payments), **fields
    )


def line(**fields: Any) -> Line:
    return msgspec.structs.replace(FRAME, **fields)


def faults(receipt: Receipt, registration: Registration = PLAIN) -> list[tuple[str, Fault]]:
    return [(fault.field, fault.code) for fault in check_receipt(receipt, on=ON, registration=registration)]


def test_a_good_sale_has_no_violation() -> None:
    lenses = line(name="Линзы", quantity=Quantity(2 * ONE), total=Kopecks(1_000_000))
    case = line(name="Футляр", vat=VatRate.VAT_22)
    assert faults(sale(FRAME, lenses, case, buyer_contact="+79161234567")) == []


@pytest.mark.parametrize(
    ("bad", "field", "code"),
    [
        (line(name="  "), "items[1].name", Fault.EMPTY),
        (line(name="я" * 129), "items[1].name", Fault.TOO_LONG),
        (line(name="…" * 43), "items[1].name", Fault.TOO_LONG),
        (line(name="Оправа\n"), "items[1].name", Fault.BAD_TEXT),
        (line(name="\ud800"), "items[1].name", Fault.BAD_TEXT),
        (line(quantity=Quantity(0)), "items[1].qty", Fault.NOT_POSITIVE),
        (line(quantity=Quantity(-ONE)), "items[1].qty", Fault.NOT_POSITIVE),
        (
            line(quantity=Quantity(1 << 48), price=Kopecks(0), total=Kopecks(0)),
            "items[1].qty",
            Fault.TOO_LARGE,
        ),
        (line(price=Kopecks(-1), total=Kopecks(1)), "items[1].price", Fault.NEGATIVE),
        (line(total=Kopecks(-1)), "items[1].discount", Fault.NEGATIVE),
        (line(total=Kopecks(499_998)), "items[1].price", Fault.WRONG_SUM),
        (line(total=Kopecks(500_002)), "items[1].price", Fault.WRONG_SUM),
        (line(vat=VatRate.VAT_20), "items[1].vat", Fault.RATE_NOT_IN_FORCE),
        (line(vat=VatRate.VAT_20_120), "items[1].vat", Fault.RATE_NOT_IN_FORCE),
        (
            line(vat=VatRate.VAT_22, method=PaymentMethod.FULL_PREPAYMENT),
            "items[1].vat",
            Fault.RATE_NOT_ALLOWED,
        ),
        (line(vat=VatRate.VAT_10, method=PaymentMethod.ADVANCE), "items[1].vat", Fault.RATE_NOT_ALLOWED),
        (line(measure=1), "items[1].measure", Fault.BAD_CODE),
        (line(mark_code="0104"), "items[1].mark_code", Fault.MARKING_OFF),
        (
            line(subject=PaymentSubject.MARKED_GOODS, mark_code="0104"),
            "items[1].mark_code",
            Fault.MARKING_OFF,
        ),
    ],
)
def test_a_bad_line_is_named(bad: Line, field: str, code: Fault) -> None:
    assert faults(sale(FRAME, bad)) == [(field, code)]


def test_a_kopeck_of_rounding_in_a_line_is_tolerated() -> None:
    assert faults(sale(line(total=Kopecks(499_999)), line(total=Kopecks(500_001)))) == []


def test_names_of_128_bytes_and_prepayments_with_their_rates_pass() -> None:
    prepaid = line(vat=VatRate.VAT_22_122, method=PaymentMethod.PARTIAL_PREPAYMENT)
    exempt = line(method=PaymentMethod.FULL_PREPAYMENT)
    assert faults(sale(line(name="я" * 128), prepaid, exempt)) == []


@pytest.mark.parametrize(
    ("bad", "field", "code"),
    [
        (line(subject=PaymentSubject.MARKED_GOODS), "items[0].mark_code", Fault.MARK_CODE_MISSING),
        (line(mark_code="0104"), "items[0].mark_code", Fault.MARK_CODE_UNEXPECTED),
        (
            line(
                subject=PaymentSubject.MARKED_GOODS,
                mark_code="0104",
                quantity=Quantity(2 * ONE),
                total=Kopecks(1_000_000),
            ),
            "items[0].qty",
            Fault.BAD_CODE,
        ),
    ],
)
def test_marked_goods_need_one_piece_and_its_code(bad: Line, field: str, code: Fault) -> None:
    assert faults(sale(bad), MARKING) == [(field, code)]
    good = line(subject=PaymentSubject.MARKED_GOODS, mark_code="0104")
    assert faults(sale(good), MARKING) == []


def test_a_receipt_has_1_to_100_lines() -> None:
    assert faults(sale()) == [("items", Fault.EMPTY)]
    assert faults(sale(*[FRAME] * 100)) == []
    assert faults(sale(*[FRAME] * 101)) == [("items", Fault.TOO_MANY)]


@pytest.mark.parametrize(
    ("operation", "payments", "found"),
    [
        (Operation.SALE, (cash(500_000),), []),
        (Operation.SALE, (cash(600_000),), []),
        (Operation.SALE, (cash(1), card(499_999)), []),
        (Operation.SALE, (cash(100), card(500_000)), []),
        (Operation.SALE, (cash(499_999),), [("payments", Fault.UNDERPAID)]),
        (Operation.SALE, (), [("payments", Fault.UNDERPAID)]),
        (Operation.SALE, (card(500_001),), [("payments", Fault.OVERPAID)]),
        (
            Operation.SALE,
            (card(400_000), Payment(tender=Tender.PREPAYMENT, amount=Kopecks(100_001))),
            [("payments", Fault.OVERPAID)],
        ),
        (Operation.SALE_REFUND, (cash(500_000),), []),
        (Operation.SALE_REFUND, (cash(500_001),), [("payments", Fault.OVERPAID)]),
        (Operation.EXPENSE, (cash(500_001),), [("payments", Fault.OVERPAID)]),
        (Operation.EXPENSE_REFUND, (cash(500_001),), []),
        (Operation.SALE, (cash(500_001), card(-1)), [("payments[1].amount", Fault.NEGATIVE)]),
    ],
)
def test_payments_add_up_and_only_cash_gives_change(
    operation: Operation, payments: tuple[Payment, ...], found: list[tuple[str, Fault]]
) -> None:
    assert faults(sale(FRAME, payments=payments, operation=operation)) == found


def test_sums_beyond_the_fields_of_the_kkt_are_refused() -> None:
    most = line(price=MAX_MONEY, total=MAX_MONEY)
    assert faults(sale(most)) == []
    more = line(price=Kopecks(MAX_MONEY + 1), total=Kopecks(MAX_MONEY + 1))
    assert faults(sale(more)) == [("items[0].price", Fault.TOO_LARGE), ("payments", Fault.TOO_LARGE)]
    assert faults(sale(most, most)) == [("payments", Fault.TOO_LARGE)]
    assert faults(sale(FRAME, payments=(cash(MAX_MONEY + 1),))) == [("payments", Fault.TOO_LARGE)]


def test_goods_for_nothing_may_be_sold() -> None:
    assert faults(sale(line(price=Kopecks(0), total=Kopecks(0)))) == []


def test_a_refund_keeps_the_rate_of_its_sale() -> None:
    assert faults(sale(line(vat=VatRate.VAT_20), operation=Operation.SALE_REFUND)) == []


def test_contact_and_cashier_are_checked() -> None:
    receipt = sale(FRAME, buyer_contact="8 916 123")
    cashier = Cashier(name="", inn="7704358519")
    found = [(fault.field, fault.code, fault.tag) for fault in check_receipt(receipt, on=ON, cashier=cashier)]
    assert found == [
        ("customer", Fault.BAD_CONTACT, 1008),
        ("cashier.name", Fault.EMPTY, 1021),
        ("cashier.inn", Fault.BAD_INN, 1203),
    ]
    good = Cashier(name="Иванова А. П.", inn="500100732259")
    assert check_receipt(sale(FRAME), on=ON, cashier=good) == ()


def test_the_kkts_registration_binds() -> None:
    usn = Registration(tax_systems=TaxSystem.SIMPLIFIED_INCOME, pays_vat=False)
    taxed = sale(line(vat=VatRate.VAT_22))
    assert faults(taxed, usn) == [
        ("items[0].vat", Fault.RATE_NOT_ALLOWED),
        ("tax_system", Fault.NOT_REGISTERED),
    ]
    assert faults(sale(FRAME, tax_system=TaxSystem.SIMPLIFIED_INCOME), usn) == []


def test_every_fault_is_reported_at_once_in_russian_and_english() -> None:
    receipt = sale(line(name=""), line(quantity=Quantity(0), vat=VatRate.VAT_20), payments=(card(-5),))
    found = check_receipt(receipt, on=ON)
    assert [fault.field for fault in found] == [
        "items[0].name",
        "items[1].qty",
        "items[1].vat",
        "payments[0].amount",
        "payments",
    ]
    assert found[1].message_ru == "Позиция 2: количество должно быть больше нуля."
    assert found[1].message == "a quantity must be above zero"
    assert found[2].message_ru == "Позиция 2: ставка НДС 20% не действует 20.11.2026."


def test_a_correction_is_refused_by_name() -> None:
    assert (CORRECTION_UNSUPPORTED.field, CORRECTION_UNSUPPORTED.code) == ("type", Fault.UNSUPPORTED)
