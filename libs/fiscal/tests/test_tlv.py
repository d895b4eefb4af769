from datetime import datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fiscal.tags import Kind, Tag
from fiscal.tlv import (
    MAX_DEPTH,
    BadTlvValue,
    Member,
    TlvError,
    TruncatedTlv,
    UnencodableValue,
    Value,
    encode_member,
    every,
    first,
    parse_member,
    parse_members,
)

# Worked members, read back by an independent decoder (yandex/ofd).
WORKED: list[tuple[Tag, Value, str]] = [
    (Tag.CALCULATION_TYPE, 1, "1e 04 01 00 01"),
    (Tag.FISCAL_DOCUMENT_NUMBER, 1234, "10 04 04 00 d2 04 00 00"),
    (Tag.FN_KEYS_RESOURCE_DAYS, 412, "bd 04 02 00 9c 01"),
    (Tag.DATETIME, datetime(2026, 11, 20, 12, 34), "f4 03 04 00 38 3e 00 6b"),
    (Tag.TOTAL_SUM, 0, "fc 03 01 00 00"),
    (Tag.TOTAL_SUM, 99, "fc 03 01 00 63"),
    (Tag.TOTAL_SUM, 100000, "fc 03 03 00 a0 86 01"),
    (Tag.TOTAL_SUM, 16777216, "fc 03 04 00 00 00 00 01"),
    (Tag.ITEM_QUANTITY, Decimal(1), "ff 03 02 00 00 01"),
    (Tag.ITEM_QUANTITY, Decimal("0.5"), "ff 03 02 00 01 05"),
    (Tag.ITEM_QUANTITY, Decimal("1.000"), "ff 03 03 00 03 e8 03"),
    (Tag.ITEM_QUANTITY, Decimal("2.345"), "ff 03 03 00 03 29 09"),
    (Tag.USER_INN, "7701234567", "fa 03 0c 00 37 37 30 31 32 33 34 35 36 37 20 20"),
    (Tag.ITEM_NAME, "Линзы", "06 04 05 00 8b a8 ad a7 eb"),
    (Tag.CASHIER, "Ёлкина №1", "fd 03 09 00 f0 ab aa a8 ad a0 20 fc 31"),
    (Tag.FISCAL_SIGN, bytes.fromhex("2104a1b2c3d4"), "35 04 06 00 21 04 a1 b2 c3 d4"),
    (
        Tag.ITEM,
        (
            Member(Tag.PAYMENT_METHOD, 4),
            Member(Tag.PAYMENT_SUBJECT, 1),
            Member(Tag.ITEM_NAME, "Линзы"),
            Member(Tag.QUANTITY_MEASURE, 0),
            Member(Tag.ITEM_PRICE, 100000),
            Member(Tag.ITEM_QUANTITY, Decimal(1)),
            Member(Tag.VAT_RATE, 6),
            Member(Tag.ITEM_SUM, 100000),
        ),
        "23 04 31 00 be 04 01 00 04 bc 04 01 00 01 06 04 05 00 8b a8 ad a7 eb 3c 08 01 00 00 37 04 03 00 a0 86 01"
        " ff 03 02 00 00 01 af 04 01 00 06 13 04 03 00 a0 86 01",
    ),
    (
        Tag.RECEIPT_VAT_SUMS,
        (
            Member(Tag.RECEIPT_VAT_SUM_ENTRY, (Member(1199, 11), Member(1120, 22000))),
            Member(Tag.RECEIPT_VAT_SUM_ENTRY, (Member(1199, 12), Member(1120, 8115))),
        ),
        "5b 04 1e 00 5f 04 0b 00 af 04 01 00 0b 60 04 02 00 f0 55 5f 04 0b 00 af 04 01 00 0c 60 04 02 00 b3 1f",
    ),
]

OPEN_SHIFT = bytes.fromhex(
    "02007a00 b904010004 fa030c00373730313233343536372020 fd03070088a2a0adaea2a0 f4030400100c006b 0e04040005000000"
    "0d0414003030303132333435363730313233343520202020 a4040300312e30 a504010004 100404004d000000"
    "1104100039393939303738393030303030393631 350406002104000f4241"
)


@pytest.mark.parametrize(("tag", "value", "wire"), WORKED, ids=lambda part: str(part)[:24])
def test_worked_members_encode_and_parse(tag: Tag, value: Value, wire: str) -> None:
    raw = bytes.fromhex(wire)
    assert encode_member(Member(tag, value)) == raw
    assert parse_members(raw) == (Member(tag, value),)


def test_the_worked_open_shift_document_of_126_bytes() -> None:
    document = Member(
        Tag.OPEN_SHIFT_REPORT,
        (
            Member(Tag.FFD_VERSION, 4),
            Member(Tag.USER_INN, "7701234567"),
            Member(Tag.CASHIER, "Иванова"),
            Member(Tag.DATETIME, datetime(2026, 11, 20, 9, 0)),
            Member(Tag.SHIFT_NUMBER, 5),
            Member(Tag.KKT_REG_NUMBER, "0001234567012345"),
            Member(Tag.KKT_VERSION, "1.0"),
            Member(Tag.FFD_VERSION_KKT, 4),
            Member(Tag.FISCAL_DOCUMENT_NUMBER, 77),
            Member(Tag.FN_NUMBER, "9999078900000961"),
            Member(Tag.FISCAL_SIGN, bytes.fromhex("2104") + (1000001).to_bytes(4, "big")),
        ),
    )
    assert len(OPEN_SHIFT) == 126
    assert encode_member(document) == OPEN_SHIFT
    assert parse_member(OPEN_SHIFT) == (document, 126)


@pytest.mark.parametrize(
    ("wire", "value"),
    [
        ("fc03 0400 63000000", 99),  # vln with trailing zeros
        ("fc03 0000", 0),  # empty vln
        ("1e04 0000", 0),  # empty byte
        ("1004 0000", 0),  # empty u32
        ("bd04 0400 9c010000", 412),  # 1213 in four bytes, as in FFD 1.05
        ("ff03 0000", Decimal(0)),
        ("ff03 0400 01050000", Decimal("0.5")),
        ("fa03 0c00 303037373031323334353637", "7701234567"),  # INN filled up with zeros on the left
        ("fa03 0a00 37373031323334353637", "7701234567"),  # INN not padded
        ("0604 0100 ff", "\u00a0"),  # CP866 has a no-break space, we never write it
    ],
)
def test_what_devices_write_another_way_is_accepted_and_kept(wire: str, value: Value) -> None:
    raw = bytes.fromhex(wire)
    (member,) = parse_members(raw)
    assert member.value == value
    assert member.raw == raw[4:]
    assert encode_member(member) == raw


def test_an_unknown_tag_stays_where_it_is() -> None:
    raw = bytes.fromhex("1e04010001 60ea0300010203 fc03010000")
    members = parse_members(raw)
    assert members[1] == Member(60000, b"\x01\x02\x03")
    assert b"".join(map(encode_member, members)) == raw


@pytest.mark.parametrize(
    ("wire", "offset"),
    [
        ("1e0401", 0),
        ("1e040200 01", 0),
        ("1e04010001 1004040001", 5),
        ("23040500 1e040200 01", 4),  # the item's length is right, its member's is not
    ],
)
def test_a_truncated_member_is_an_error_with_its_offset(wire: str, offset: int) -> None:
    with pytest.raises(TruncatedTlv) as caught:
        parse_members(bytes.fromhex(wire))
    assert caught.value.offset == offset


@pytest.mark.parametrize("wire", ["fc03 0900 010101010101010101", "f403 0500 0101010101"])
def test_bytes_that_are_no_value_of_the_tag_are_an_error_with_offset_and_tag(wire: str) -> None:
    with pytest.raises(BadTlvValue) as caught:
        parse_members(bytes.fromhex("1e04010001" + wire))
    assert (caught.value.offset, caught.value.tag) == (5, int.from_bytes(bytes.fromhex(wire)[:2], "little"))


def test_containers_nested_without_end_are_refused() -> None:
    raw = b""
    for _ in range(MAX_DEPTH + 1):
        raw = (1059).to_bytes(2, "little") + len(raw).to_bytes(2, "little") + raw
    with pytest.raises(BadTlvValue):
        parse_members(raw)


@pytest.mark.parametrize(
    ("tag", "value"),
    [
        (Tag.TOTAL_SUM, -1),
        (Tag.TOTAL_SUM, 1 << 48),
        (Tag.TOTAL_SUM, "1"),
        (Tag.CALCULATION_TYPE, 256),
        (Tag.FISCAL_DOCUMENT_NUMBER, 1 << 32),
        (Tag.ITEM_NAME, "я" * 129),
        (Tag.ITEM_NAME, "…" * 43),
        (Tag.ITEM_NAME, 7),
        (Tag.FN_NUMBER, "999907890000096"),
        (Tag.FISCAL_SIGN, b"12345"),
        (Tag.FISCAL_SIGN, "123456"),
        (Tag.ITEM_QUANTITY, Decimal(-1)),
        (Tag.ITEM_QUANTITY, Decimal("NaN")),
        (Tag.ITEM_QUANTITY, Decimal("1E+16")),
        (Tag.ITEM_QUANTITY, 1),
        (Tag.DATETIME, datetime.fromisoformat("2026-11-20T12:00:00+03:00")),
        (Tag.DATETIME, datetime(1969, 12, 31)),
        (Tag.ITEM, 1),
        (60000, 1),
        (60000, bytes(0x10000)),
    ],
)
def test_a_value_that_does_not_fit_its_tag_is_refused(tag: int, value: Value) -> None:
    with pytest.raises(UnencodableValue) as caught:
        encode_member(Member(tag, value))
    assert caught.value.tag == tag


def test_repeatable_members_follow_one_another() -> None:
    items = tuple(Member(Tag.ITEM, (Member(Tag.ITEM_SUM, kopecks),)) for kopecks in (1, 2, 3))
    (receipt,) = parse_members(encode_member(Member(Tag.RECEIPT, (*items, Member(Tag.TOTAL_SUM, 6)))))
    assert isinstance(receipt.value, tuple)
    assert every(receipt.value, Tag.ITEM) == items
    assert first(receipt.value, Tag.TOTAL_SUM) == Member(1020, 6)
    assert first(receipt.value, Tag.CASHIER) is None


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=120))
def test_any_bytes_are_refused_or_encode_back_to_themselves(raw: bytes) -> None:
    try:
        members = parse_members(raw)
    except TlvError:
        return
    assert b"".join(map(encode_member, members)) == raw


@settings(max_examples=100, deadline=None)
@given(st.sampled_from([tag for tag in Tag if tag.kind is not Kind.STLV]), st.binary(max_size=12))
def test_any_value_bytes_of_any_tag_are_refused_or_encode_back_to_themselves(tag: Tag, value: bytes) -> None:
    raw = int(tag).to_bytes(2, "little") + len(value).to_bytes(2, "little") + value
    try:
        (member,) = parse_members(raw)
    except BadTlvValue:
        return
    assert encode_member(member) == raw
