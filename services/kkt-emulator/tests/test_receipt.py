"""The state machine of a receipt: what is allowed, what the sums must be, what the FN keeps."""

import datetime as dt
from decimal import Decimal

import pytest

from fiscal.kkt import printing, sale, service, storage
from fiscal.kkt.command import Authorised
from fiscal.kkt.errors import Rejected
from fiscal.kkt.vat import tax_code
from fiscal.receipt import VatRate
from fiscal.tags import Tag
from fiscal.tlv import Member, encode_member, encode_members, every, first, parse_member


def refused(code, act):
    with pytest.raises(Rejected) as caught:
        act()
    assert caught.value.code == code, f"{caught.value}"


def members_of(bench, fd):
    member, end = parse_member(bench.kkt.fn.find(fd).tlv)
    assert end == len(bench.kkt.fn.find(fd).tlv)
    return member.tag, member.value


@pytest.fixture
def shift(till):
    till.open_shift()
    return till


def test_a_sale_makes_one_document_with_the_next_number(shift, bench):
    reply = shift.sell(100_000, 5_000)
    assert (reply.fd, reply.change) == (3, 0)
    assert reply.at == dt.datetime(2026, 11, 20, 9, 0)
    found = shift.host.do(storage.FIND_DOCUMENT, storage.FdRequest(fd=3))
    assert (found.form, found.ticket, found.fpd) == (3, 0, reply.fpd)
    assert found.receipt == storage.FoundReceipt(operation=1, total=105_000)
    assert shift.last_fd() == 3
    assert shift.mode() == 2


def test_the_document_says_what_was_sold(shift, bench, make_line):
    shift.begin()
    shift.host.do(
        sale.OPERATION,
        make_line(12_345, quantity=1_500_000, tax=tax_code(VatRate.VAT_22), name="Раствор «Опти-Фри»"),
    )
    shift.host.do(sale.OPERATION_TLV, sale.TlvRequest(tlv=bytes.fromhex("3C08010029")))
    contact = encode_members([Member(Tag.BUYER_CONTACT, "a@b.ru"), Member(Tag.CASHIER, "Иванова")])
    shift.host.do(sale.DOCUMENT_TLV, sale.TlvRequest(tlv=contact))
    shift.pay(10_000, 8_518)
    form, members = members_of(bench, 3)
    assert form == 3
    values = {member.tag: member.value for member in members}
    assert values[Tag.FISCAL_DOCUMENT_NUMBER] == 3
    assert values[Tag.FN_NUMBER] == bench.kkt.fn.state.number
    assert values[Tag.TOTAL_SUM] == 18_518
    assert (values[Tag.CASH_TOTAL_SUM], values[Tag.CASHLESS_TOTAL_SUM]) == (10_000, 8_518)
    assert values[Tag.CASHIER] == "Иванова"
    assert values[Tag.SENDER_EMAIL]
    item = {member.tag: member.value for member in values[Tag.ITEM]}
    assert item[Tag.ITEM_NAME] == 'Раствор "Опти-Фри"'
    assert item[Tag.ITEM_QUANTITY] == Decimal("1.5")
    assert item[Tag.QUANTITY_MEASURE] == 41
    assert (item[Tag.ITEM_SUM], item[Tag.VAT_RATE], item[Tag.ITEM_VAT_SUM]) == (18_518, 11, 3_339)


def test_totals_stand_for_the_rates_that_occur_and_no_other(shift, bench, make_line):
    shift.begin()
    for rate in (VatRate.NO_VAT, VatRate.VAT_10, VatRate.VAT_22, VatRate.VAT_5):
        shift.host.do(sale.OPERATION, make_line(11_000, tax=tax_code(rate)))
    shift.pay(44_000)
    _, members = members_of(bench, 3)
    values = {member.tag: member.value for member in members}
    assert values[Tag.TURNOVER_NO_VAT] == 11_000
    assert values[Tag.VAT_SUM_10] == 1_000
    assert Tag.VAT_SUM_20 not in values
    entries = [
        (first(entry.value, Tag.VAT_RATE).value, first(entry.value, Tag.RECEIPT_VAT_SUM_VALUE).value)
        for entry in every(values[Tag.RECEIPT_VAT_SUMS], Tag.RECEIPT_VAT_SUM_ENTRY)
    ]
    assert entries == [(7, 524), (11, 1_984)]


def test_signs_differ_from_document_to_document(shift):
    assert shift.sell(5_000).fpd != shift.sell(5_000).fpd


def test_the_printed_sign_is_the_one_inside_the_document(shift, bench):
    reply = shift.sell(5_000)
    _, members = members_of(bench, reply.fd)
    sign = first(members, Tag.FISCAL_SIGN).value
    assert sign[:2].hex() == "2104"
    assert int.from_bytes(sign[2:], "big") == reply.fpd


def test_change_comes_from_cash_and_the_document_holds_what_was_due(shift, bench):
    shift.begin(7_000)
    assert shift.pay(10_000).change == 3_000
    _, members = members_of(bench, 3)
    assert first(members, Tag.CASH_TOTAL_SUM).value == 7_000


@pytest.mark.parametrize(
    ("payments", "code"), [((4_999,), 0x45), ((0, 5_001), 0x4D), ((5_000, 5_001), 0x4D), ((), 0x45)]
)
def test_wrong_payments_are_refused_and_the_receipt_stays_open(shift, payments, code):
    shift.begin(5_000)
    refused(code, lambda: shift.pay(*payments))
    assert shift.mode() == 8
    assert shift.last_fd() == 2
    assert shift.pay(5_000).fd == 3


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"quantity": 0}, 0x62),
        ({"department": 17}, 0x63),
        ({"tax": 0x40}, 0x33),
        ({"method": 0}, 0x33),
        ({"subject": 29}, 0x33),
        ({"total": 5_002}, 0x33),
        ({"operation": 2}, 0x49),
    ],
)
def test_a_wrong_line_is_refused(shift, make_line, fields, code):
    shift.begin()
    refused(code, lambda: shift.host.do(sale.OPERATION, make_line(5_000, **fields)))


def test_a_line_may_be_a_kopeck_off(shift, make_line):
    shift.begin()
    shift.host.do(sale.OPERATION, make_line(3_333, quantity=333_333, total=1_112))
    assert shift.host.do(sale.SUBTOTAL).subtotal == 1_112


def test_a_second_opening_a_close_without_lines_and_a_line_without_receipt_are_refused(shift, make_line):
    refused(0x73, lambda: shift.host.do(sale.OPERATION, make_line(1)))
    refused(0x73, lambda: shift.pay())
    shift.begin()
    refused(0x8E, lambda: shift.pay())
    refused(0x4A, lambda: shift.begin())
    refused(0x4A, lambda: shift.host.do(sale.Z_REPORT))
    refused(0x4A, lambda: shift.host.do(sale.CASH_IN, sale.CashRequest(amount=1)))


def test_opening_a_receipt_with_the_shift_closed_opens_it_and_costs_a_document(till):
    till.begin(5_000)
    assert till.pay(5_000).fd == 3
    assert till.host.do(storage.SHIFT_STATE) == storage.ShiftStateReply(open=1, shift=1, receipt=1)


def test_cancel_costs_no_document(shift):
    shift.begin(5_000)
    assert shift.mode() == 8
    assert shift.host.do(storage.FN_STATUS).current_document == 4
    shift.host.do(sale.CANCEL)
    assert shift.mode() == 2
    assert shift.host.do(storage.FN_STATUS).current_document == 0
    assert shift.last_fd() == 2
    refused(0x73, lambda: shift.host.do(sale.CANCEL))


def test_only_the_opener_and_the_system_administrator_may_cancel(shift):
    shift.begin(5_000, password=1)
    refused(0x59, lambda: shift.host.do(sale.CANCEL, Authorised(password=2)))
    shift.host.do(sale.CANCEL, Authorised(password=30))
    shift.begin(5_000, password=1)
    shift.host.do(sale.CANCEL, Authorised(password=1))


def test_registers_follow_the_documents(shift):
    def money(number):
        return shift.host.do(service.MONEY_REGISTER, service.RegisterRequest(number=number)).value

    shift.sell(100_000)
    shift.begin(50_000)
    shift.pay(0, 50_000)
    shift.sell(30_000, kind=2)
    assert [money(number) for number in (193, 197, 195, 241)] == [100_000, 50_000, 30_000, 70_000]
    counted = shift.host.do(service.OPERATION_REGISTER, service.RegisterRequest(number=144))
    assert counted.value == 2


def test_cash_that_is_not_there_cannot_be_given_back(shift):
    shift.begin(5_000, kind=2)
    refused(0x46, lambda: shift.pay(5_000))
    assert shift.pay(0, 5_000).fd == 3


def test_a_correction_needs_its_basis(shift, bench):
    shift.begin(5_000, kind=0x80)
    assert shift.mode() == 8
    refused(0xAA, lambda: shift.pay(5_000))
    basis = encode_member(Member(Tag.CORRECTION_TYPE, 0)) + encode_member(
        Member(Tag.CORRECTION_BASE, (Member(Tag.CORRECTION_DATE, dt.datetime(2026, 11, 19)),))
    )
    shift.host.do(sale.DOCUMENT_TLV, sale.TlvRequest(tlv=basis))
    assert members_of(bench, shift.pay(5_000).fd)[0] == 31


@pytest.mark.parametrize("tax_system", [3, 8])
def test_a_tax_system_that_is_not_registered_is_refused(shift, tax_system):
    shift.begin(5_000)
    close = sale.CloseReceiptRequest(payments=(5_000,), tax_system=tax_system)
    refused(0x33, lambda: shift.host.do(sale.CLOSE_RECEIPT, close))


def test_broken_tags_are_refused(shift):
    shift.begin(5_000)
    refused(0x09, lambda: shift.host.do(sale.DOCUMENT_TLV, sale.TlvRequest(tlv=b"\xf0\x03\xff\x00")))


def test_rounding_takes_kopecks_off(shift):
    shift.begin(5_099)
    close = sale.CloseReceiptRequest(payments=(5_000,), rounding=99, tax_system=1)
    assert shift.host.do(sale.CLOSE_RECEIPT, close).change == 0


def test_cash_core_wants_tags_before_the_operation(make_bench, make_till, make_line):
    from kkt_emulator.identity import IdentityKind

    bench = make_bench(kind=IdentityKind.CASH_CORE)
    till = make_till(bench.host)
    till.open_shift()
    till.begin()
    till.host.do(sale.OPERATION_TLV, sale.TlvRequest(tlv=bytes.fromhex("3C08010029")))
    till.host.do(sale.OPERATION, make_line(5_000))
    till.pay(5_000)
    _, members = members_of(bench, 3)
    assert first(first(members, Tag.ITEM).value, Tag.QUANTITY_MEASURE).value == 41


def test_desktop_wants_tags_after_the_operation(shift):
    shift.begin()
    tags = sale.TlvRequest(tlv=bytes.fromhex("3C08010029"))
    refused(0x73, lambda: shift.host.do(sale.OPERATION_TLV, tags))


def test_the_old_commands_sell_too(shift):
    shift.host.do(sale.CLASSIC_SALE, sale.ClassicItemRequest(quantity=2_000, price=1_500, text="Салфетка"))
    assert shift.mode() == 8
    close = sale.ClassicCloseRequest(payments=(5_000,))
    assert shift.host.do(sale.CLASSIC_CLOSE, close).change == 2_000
    assert shift.last_fd() == 3


def test_a_copy_is_paper_and_no_document(shift, bench):
    shift.sell(5_000)
    shift.host.do(sale.REPEAT_DOCUMENT)
    assert "ПОВТОР ДОКУМЕНТА" in bench.kkt.paper.slips[-1]
    assert shift.last_fd() == 3


def test_printing_may_be_off_once(shift, bench):
    cell = service.WriteTableRequest(table=17, row=1, field=7, value=b"\x01")
    shift.host.do(service.WRITE_TABLE, cell)
    before = len(bench.kkt.paper.slips)
    shift.sell(5_000)
    assert len(bench.kkt.paper.slips) == before
    shift.sell(5_000)
    assert len(bench.kkt.paper.slips) == before + 1


def test_text_on_paper_changes_nothing(shift, bench):
    shift.host.do(printing.PRINT_TEXT, printing.PrintTextRequest(text="Привет"))
    assert bench.kkt.paper.slips[-1] == "Привет"
    assert shift.last_fd() == 2
