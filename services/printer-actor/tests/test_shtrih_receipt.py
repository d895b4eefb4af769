"""A receipt as bytes of the protocol: the traps are the order of operations, the tax codes and where tags go."""

import pytest

from fiscal.kkt import sale
from fiscal.kkt.commands import encode_request
from fiscal.kkt.vat import Family
from fiscal.money import Kopecks, Quantity
from fiscal.receipt import Cashier, Line, Operation, Payment, Receipt, TaxSystem, Tender, VatRate
from printer_actor.document import device_name, lines_hash, read_facts
from printer_actor.shtrih_receipt import MAX_TLV, UnsupportedLine, close_call, document_tags, fill_calls
from printer_actor.testing import receipt_tlv

CASHIER = Cashier(name="Иванов")


def line(**changes) -> Line:
    fields = {
        "name": "Чай", "quantity": Quantity(1_500_000), "price": Kopecks(12345), "total": Kopecks(18518),
        "vat": VatRate.VAT_22,
    }  # fmt: skip
    return Line(**{**fields, **changes})


def receipt(*lines: Line, **changes) -> Receipt:
    payments = (Payment(tender=Tender.CASH, amount=Kopecks(20000)),)
    return Receipt(
        **{"operation": Operation.SALE, "lines": lines or (line(),), "payments": payments, **changes}
    )


@pytest.mark.parametrize(
    ("operation", "kind", "tag"),
    [
        (Operation.SALE, 0, 1),
        (Operation.SALE_REFUND, 2, 2),
        (Operation.EXPENSE, 1, 3),
        (Operation.EXPENSE_REFUND, 3, 4),
    ],
)
def test_8dh_and_ff46h_number_the_operations_differently(operation: Operation, kind: int, tag: int):
    calls = fill_calls(receipt(operation=operation), CASHIER, Family.DESKTOP, 30)
    assert encode_request(calls[0].command, calls[0].request) == bytes([0x8D, 30, 0, 0, 0, kind])
    item = next(call for call in calls if call.command is sale.OPERATION)
    assert encode_request(item.command, item.request)[6] == tag


def test_an_item_has_the_bytes_of_the_papers():
    item = fill_calls(receipt(), CASHIER, Family.DESKTOP, 30)[-1]
    expected = "FF46 1E000000 01 60E316000000 3930000000 5648000000 FFFFFFFFFF CB 01 04 01 D7E0E9"
    assert encode_request(item.command, item.request) == bytes.fromhex(expected)


def test_the_cashier_travels_in_cp866():
    (call,) = document_tags(CASHIER, None, 30)
    assert encode_request(call.command, call.request).hex() == "ff0c1e000000fd0306008 8a2a0adaea2".replace(
        " ", ""
    )


def test_tags_of_the_document_are_one_command_where_they_fit():
    cashier = Cashier(name="Я" * 64, inn="500100732259")
    (call,) = document_tags(cashier, "+79161234567", 30)
    assert len(call.request.tlv) <= MAX_TLV


@pytest.mark.parametrize(
    ("family", "order"),
    [
        (Family.DESKTOP, [sale.OPERATION, sale.OPERATION_TLV]),
        (Family.CASH_CORE, [sale.OPERATION_TLV, sale.OPERATION]),
    ],
)
def test_the_measure_goes_where_the_family_wants_it(family: Family, order: list):
    calls = fill_calls(receipt(line(measure=11)), CASHIER, family, 30)
    assert [call.command for call in calls[2:]] == order


def test_pieces_need_no_measure():
    calls = fill_calls(receipt(), CASHIER, Family.DESKTOP, 30)
    assert [call.command for call in calls] == [sale.OPEN_RECEIPT, sale.DOCUMENT_TLV, sale.OPERATION]


def test_forms_of_money_have_their_places():
    payments = tuple(
        Payment(tender=tender, amount=Kopecks(number))
        for number, tender in enumerate(
            [Tender.CASH, Tender.CARD, Tender.ACQUIRING, Tender.PREPAYMENT, Tender.CREDIT], 1
        )
    )
    request = close_call(receipt(payments=payments, tax_system=TaxSystem.PATENT), 30).request
    assert isinstance(request, sale.CloseReceiptRequest)
    assert request.payments == (1, 2, 3, *[0] * 10, 4, 5, 0)
    assert (request.tax_system, request.taxes) == (32, ())


def test_two_payments_of_one_form_are_added():
    payments = (
        Payment(tender=Tender.CARD, amount=Kopecks(1)),
        Payment(tender=Tender.CARD, amount=Kopecks(2)),
    )
    request = close_call(receipt(payments=payments), 30).request
    assert isinstance(request, sale.CloseReceiptRequest)
    assert request.payments[1] == 3


def test_a_marked_item_is_refused_rather_than_sold_without_its_mark():
    with pytest.raises(UnsupportedLine):
        fill_calls(receipt(line(mark_code="0104600000000000")), CASHIER, Family.DESKTOP, 30)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Оправа «Ray-Ban» — RX", 'Оправа "Ray-Ban" - RX'),
        ("Ёлка №1…", "Ёлка №1..."),
        ("光", "?"),
        ("я" * 200, "я" * 128),
    ],
)
def test_a_name_reaches_the_document_as_both_code_pages_can_write_it(name: str, expected: str):
    assert device_name(name) == expected


def test_the_fingerprint_of_a_receipt_is_that_of_its_document():
    sold = receipt(line(name="  Оправа  «А» "), line(vat=VatRate.NO_VAT, quantity=Quantity(1), measure=255))
    facts = read_facts(receipt_tlv(sold, 5, 17))
    assert facts is not None
    assert facts.lines_hash == lines_hash(sold)
    assert (facts.shift, facts.number) == (5, 17)


@pytest.mark.parametrize(
    "change",
    [
        {"name": "Кофе"},
        {"price": Kopecks(1)},
        {"total": Kopecks(1)},
        {"vat": VatRate.NO_VAT},
        {"measure": 11},
    ],
)
def test_another_line_has_another_fingerprint(change: dict):
    assert lines_hash(receipt(line(**change))) != lines_hash(receipt())


def test_bytes_that_are_no_document_prove_nothing():
    assert read_facts(b"\x01") is None
