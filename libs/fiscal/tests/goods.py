"""A KKT, receipts and strategies for receipts, for the tests of documents."""

from datetime import datetime
from typing import Any

import msgspec
from hypothesis import strategies as st

from fiscal.documents import ReceiptContent, RegistrationCard, build_receipt, encode_sign, sign_document
from fiscal.money import ONE, Kopecks, Quantity, line_sum
from fiscal.receipt import Cashier, Line, Operation, PaymentMethod, PaymentSubject, TaxSystem, VatRate
from fiscal.settlement import Settlement
from fiscal.tlv import encode_member

CARD = RegistrationCard(
    fn="9999078900000961",
    user_inn="7701234567",
    user_name="ООО «Оптика»",
    reg_number="0001234567012345",
    kkt_serial="0000000000012345",
    address="125009, Москва, ул. Тверская, д. 7",
    place="Салон «Оптика» № 1",
    ofd_inn="7704358518",
    ofd_name="ООО «Оператор»",
    sender_email="shop@example.ru",
)
CASHIER = Cashier(name="Иванова А. П.", inn="500100732259")
AT = datetime(2026, 11, 20, 12, 34)
FP = 305419896


def line(name: str, price: int, vat: VatRate = VatRate.NO_VAT, **fields: Any) -> Line:
    one = Line(name=name, quantity=ONE, price=Kopecks(price), total=Kopecks(price), vat=vat)
    return msgspec.structs.replace(one, **fields)


def settlement(total: int, **parts: int) -> Settlement:
    names = ("cash", "cashless", "prepaid", "credit", "provision", "change")
    return Settlement(total=Kopecks(total), **{name: Kopecks(parts.get(name, 0)) for name in names})


HAND_OVER = ReceiptContent(
    operation=Operation.SALE,
    lines=(line("Очки корригирующие", 1_250_000), line("Футляр", 90_000, VatRate.VAT_22)),
    settlement=settlement(1_340_000, cash=70_000, cashless=600_000, prepaid=670_000),
    cashier=CASHIER,
    buyer_contact="+79161234567",
)
"""Spectacles without VAT and a case at 22 %, half of the price paid when they were ordered."""


def signed(content: ReceiptContent, fp: int = FP) -> bytes:
    document = build_receipt(CARD, content, fd=812, at=AT, shift=5, number=3)
    return encode_member(sign_document(document, encode_sign(fp)))


_names = st.text(st.sampled_from("абвЯё «»—–’₽№°AZaz09.,()%"), min_size=1, max_size=30)


@st.composite
def lines(draw: st.DrawFn) -> Line:
    price = Kopecks(draw(st.integers(0, 10**8)))
    quantity = Quantity(draw(st.one_of(st.integers(1, 9).map(lambda n: n * ONE), st.integers(1, 10 * ONE))))
    return Line(
        name=draw(_names),
        quantity=quantity,
        price=price,
        total=line_sum(price, quantity),
        vat=draw(st.sampled_from(VatRate)),
        method=draw(st.sampled_from(PaymentMethod)),
        subject=draw(st.sampled_from(PaymentSubject)),
        measure=draw(st.sampled_from([0, 11, 255])),
        mark_code=draw(st.sampled_from([None, "4600000000017", "010460000000001721ABC(d)", "XX-17"])),
    )


@st.composite
def contents(draw: st.DrawFn) -> ReceiptContent:
    goods = tuple(draw(st.lists(lines(), min_size=1, max_size=5)))
    total = sum(part.total for part in goods)
    cash = draw(st.integers(0, total))
    return ReceiptContent(
        operation=draw(st.sampled_from(Operation)),
        lines=goods,
        settlement=settlement(total, cash=cash, cashless=total - cash),
        tax_system=draw(st.sampled_from(TaxSystem)),
        cashier=draw(st.sampled_from([None, CASHIER, Cashier(name="Петров")])),
        buyer_contact=draw(st.sampled_from([None, "buyer@example.com", "+79161234567"])),
    )
