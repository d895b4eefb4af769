from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

import msgspec
import pytest

from fiscal.counters import Counters, count_receipt, counter_members, parse_counters
from fiscal.documents import (
    FnWarnings,
    ReceiptContent,
    ShiftClose,
    build_close_shift,
    build_open_shift,
    build_receipt,
    build_registration,
    content_of,
    encode_sign,
    sign_document,
    vat_members,
)
from fiscal.items import item_member, product_code
from fiscal.money import ONE, Kopecks
from fiscal.receipt import (
    Operation,
    Payment,
    PaymentMethod,
    PaymentSubject,
    Receipt,
    Tender,
    VatRate,
)
from fiscal.tags import Duty, Kind, Tag, known
from fiscal.tlv import Member, Members, encode_member, every, find, first, inner, parse_member

from .goods import AT, CARD, CASHIER, FP, HAND_OVER, line, settlement

OPEN = build_open_shift(CARD, fd=2, at=AT, shift=5, cashier=CASHIER)
COUNTED = count_receipt(Counters(), HAND_OVER.operation, HAND_OVER.lines, HAND_OVER.settlement)
CLOSE = ShiftClose(receipts=1, documents=3, shift_totals=COUNTED, fn_totals=COUNTED, keys_resource_days=412)
DOCUMENTS = {
    1: build_registration(CARD, fd=1, at=AT, cashier=CASHIER, keys_resource_days=412),
    2: OPEN,
    3: build_receipt(CARD, HAND_OVER, fd=3, at=AT, shift=5, number=1),
    5: build_close_shift(CARD, CLOSE, fd=4, at=AT, shift=5, cashier=CASHIER),
}


def containers(member: Member) -> Iterator[Member]:
    tag = known(member.tag)
    if tag is not None and tag.kind is Kind.STLV:
        yield member
        for child in inner(member):
            yield from containers(child)


def tags(members: Members) -> list[int]:
    return [int(member.tag) for member in members]


@pytest.mark.parametrize("form", sorted(DOCUMENTS))
def test_a_document_has_every_mandatory_member_of_its_table(form: int) -> None:
    document = sign_document(DOCUMENTS[form], encode_sign(FP))
    assert document.tag == form
    for container in containers(document):
        present = set(tags(inner(container)))
        table = Tag(container.tag)
        duty = [tag.documents.get(table) or tag.parents.get(table) for tag in Tag]
        mandatory = {int(tag) for tag, what in zip(Tag, duty, strict=True) if what is Duty.MANDATORY}
        assert mandatory <= present
        assert all(int(table) in {**Tag(tag).documents, **Tag(tag).parents} for tag in present)


@pytest.mark.parametrize("form", sorted(DOCUMENTS))
def test_a_document_is_read_as_it_was_built(form: int) -> None:
    document = sign_document(DOCUMENTS[form], encode_sign(FP))
    raw = encode_member(document)
    parsed, end = parse_member(raw)
    assert end == len(raw)
    assert encode_member(parsed) == raw
    assert tags(inner(parsed))[-3:] == [1040, 1041, 1077]
    assert all(member.raw is None for container in containers(parsed) for member in inner(container))


def test_order_of_members_is_that_of_the_table() -> None:
    assert tags(inner(OPEN)) == [1209, 1018, 1021, 1203, 1012, 1038, 1037, 1188, 1189, 1040, 1041]
    receipt = tags(inner(DOCUMENTS[3]))
    assert receipt == [
        *(1209, 1048, 1018, 1042, 1012, 1038, 1054, 1055, 1021, 1203, 1037, 1009, 1187, 1008, 1059, 1059),
        *(1020, 1031, 1081, 1215, 1216, 1217, 1105, 1115, 1117, 1060, 1040, 1041),
    ]


def test_the_sign_is_the_number_with_its_high_byte_first() -> None:
    assert encode_sign(2712847316).hex() == "2104a1b2c3d4"


def test_worked_hand_over_of_a_prepaid_order() -> None:
    members = inner(DOCUMENTS[3])
    glasses, case = (inner(item) for item in every(members, Tag.ITEM))
    assert [find(glasses, tag, int) for tag in (1214, 1212, 1079, 1043, 1199, 1200)] == [
        4,
        1,
        1_250_000,
        1_250_000,
        6,
        None,
    ]
    assert [find(case, tag, int) for tag in (1214, 1079, 1043, 1199, 1200)] == [4, 90_000, 90_000, 11, 16_230]
    sums = [find(members, tag, int) for tag in (1020, 1031, 1081, 1215, 1216, 1217, 1105)]
    assert sums == [1_340_000, 70_000, 600_000, 670_000, 0, 0, 1_250_000]
    (entry,) = inner(first(members, Tag.RECEIPT_VAT_SUMS))
    assert inner(entry) == (Member(1199, 11), Member(1120, 16_230))


def test_worked_prepayment_of_the_same_order() -> None:
    prepaid = (
        line("Очки корригирующие", 625_000, method=PaymentMethod.PARTIAL_PREPAYMENT),
        line("Футляр", 45_000, VatRate.VAT_22_122, method=PaymentMethod.PARTIAL_PREPAYMENT),
    )
    assert vat_members(prepaid) == (
        Member(Tag.TURNOVER_NO_VAT, 625_000),
        Member(
            Tag.RECEIPT_VAT_SUMS,
            (Member(Tag.RECEIPT_VAT_SUM_ENTRY, (Member(1199, 12), Member(1120, 8_115))),),
        ),
    )


def test_totals_stand_for_the_rates_that_occur_and_for_no_other() -> None:
    every_rate = tuple(line("x", 12_200, rate) for rate in VatRate)
    members = vat_members(every_rate)
    assert tags(members) == [1102, 1103, 1104, 1105, 1106, 1107, 1115]
    assert [find(members, tag, int) for tag in (1102, 1103, 1104, 1105, 1106, 1107)] == [
        2_033,
        1_109,
        12_200,
        12_200,
        2_033,
        1_109,
    ]
    entries = [inner(entry) for entry in inner(members[-1])]
    assert [(find(e, 1199, int), find(e, 1120, int)) for e in entries] == [
        (7, 581),
        (8, 798),
        (9, 581),
        (10, 798),
        (11, 2_200),
        (12, 2_200),
    ]
    assert vat_members((line("x", 0),)) == (Member(Tag.TURNOVER_NO_VAT, 0),)


def test_a_receipt_of_the_till_becomes_content_with_its_change_apart() -> None:
    receipt = Receipt(
        operation=Operation.SALE,
        lines=HAND_OVER.lines,
        payments=(
            Payment(tender=Tender.CASH, amount=Kopecks(100_000)),
            Payment(tender=Tender.CARD, amount=Kopecks(600_000)),
            Payment(tender=Tender.PREPAYMENT, amount=Kopecks(670_000)),
        ),
        buyer_contact="+79161234567",
    )
    content = content_of(receipt, CASHIER)
    assert content.settlement.change == 30_000
    assert build_receipt(CARD, content, fd=3, at=AT, shift=5, number=1) == DOCUMENTS[3]


def test_what_the_host_gave_by_tlv_replaces_what_the_builder_would_write() -> None:
    extra = (Member(Tag.CASHIER, "Сидоров"), Member(60000, b"\x01"))
    document = build_open_shift(CARD, fd=2, at=AT, shift=5, cashier=CASHIER, extra=extra)
    assert tags(inner(document)) == [1209, 1018, 1203, 1012, 1038, 1037, 1188, 1189, 1021, 60000, 1040, 1041]
    assert find(inner(document), Tag.CASHIER, str) == "Сидоров"


def test_the_items_of_a_receipt_may_come_from_the_host() -> None:
    item = item_member(HAND_OVER.lines[1], extra=(Member(Tag.ITEM_VAT_SUM, 16_229),))
    document = build_receipt(CARD, HAND_OVER, fd=3, at=AT, shift=5, number=1, items=(item,))
    assert every(inner(document), Tag.ITEM) == (item,)
    assert [value.value for value in every(inner(item), Tag.ITEM_VAT_SUM)] == [16_229]


def test_flags_are_written_only_when_they_are_raised() -> None:
    warnings = FnWarnings(ofd_timeout=True, resource_exhausted=True, operator_message=2)
    document = build_open_shift(CARD, fd=2, at=AT, shift=5, cashier=None, warnings=warnings)
    assert tags(inner(document)) == [1209, 1018, 1012, 1038, 1037, 1053, 1050, 1206, 1188, 1189, 1040, 1041]


def test_a_close_of_shift_names_what_the_operator_has_not() -> None:
    waiting = msgspec.structs.replace(CLOSE, unsent=3, first_unsent=datetime(2026, 11, 19))
    members = inner(build_close_shift(CARD, waiting, fd=4, at=AT, shift=5, cashier=CASHIER))
    assert find(members, Tag.UNSENT_DOCUMENTS_COUNT, int) == 3
    assert find(members, Tag.FIRST_UNSENT_DATE, datetime) == datetime(2026, 11, 19)
    assert find(inner(DOCUMENTS[5]), Tag.UNSENT_DOCUMENTS_COUNT, int) is None


def test_counters_grow_by_calculation_type() -> None:
    refund = ReceiptContent(
        operation=Operation.SALE_REFUND,
        lines=(line("Футляр", 12_000, VatRate.VAT_20),),
        settlement=settlement(12_000, cash=12_000),
    )
    counted = count_receipt(COUNTED, refund.operation, refund.lines, refund.settlement)
    counted = count_receipt(counted, refund.operation, refund.lines, refund.settlement)
    assert counted.receipts == 3
    assert counted.sale == COUNTED.sale
    assert counted.sale.taxes == {VatRate.NO_VAT: 1_250_000}
    assert (counted.sale.total, counted.sale.prepaid, counted.sale.cashless) == (1_340_000, 670_000, 600_000)
    assert (counted.sale_refund.receipts, counted.sale_refund.cash) == (2, 24_000)
    assert counted.sale_refund.taxes == {VatRate.VAT_20: 4_000}


def test_counters_are_read_back_from_tlv_and_from_json() -> None:
    raw = encode_member(Member(Tag.SHIFT_TOTALS, counter_members(COUNTED)))
    assert parse_counters(inner(parse_member(raw)[0])) == COUNTED
    assert parse_counters(()) == Counters()
    assert msgspec.json.decode(msgspec.json.encode(COUNTED), type=Counters) == COUNTED


@pytest.mark.parametrize(
    ("scanned", "tag", "value"),
    [
        ("010460000000001721ABC(d)\x1d91EE06\x1d92tail", Tag.KT_GS1M, "010460000000001721ABC(d)"),
        ("4600000000017", Tag.KT_EAN13, "4600000000017"),
        ("XX-17", Tag.KT_UNRECOGNIZED, "XX-17"),
    ],
)
def test_a_mark_code_is_cut_to_what_the_document_holds(scanned: str, tag: Tag, value: str) -> None:
    assert product_code(scanned) == Member(tag, value)
    marked = line("Линзы", 100, mark_code=scanned, subject=PaymentSubject.MARKED_GOODS)
    members = inner(item_member(marked))
    assert inner(first(members, Tag.PRODUCT_CODE)) == (Member(tag, value),)
    assert find(members, Tag.MC_PROCESSING_MODE, int) == 0
    assert find(members, Tag.ITEM_QUANTITY, Decimal) == Decimal(ONE // ONE)
