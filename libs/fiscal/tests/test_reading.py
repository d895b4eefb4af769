import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fiscal.documents import ReceiptContent, build_open_shift, build_receipt, encode_sign, sign_document
from fiscal.errors import FiscalError
from fiscal.reading import UnreadableDocument, fiscal_document, parse_receipt
from fiscal.receipt import FiscalDocument, Line
from fiscal.tags import Tag
from fiscal.text import printable
from fiscal.tlv import Member, MissingMember, encode_member, parse_member

from .goods import AT, CARD, CASHIER, FP, HAND_OVER, contents, signed


def as_printed(content: ReceiptContent) -> ReceiptContent:
    def reprinted(line: Line) -> Line:
        return msgspec.structs.replace(line, name=printable(line.name))

    return msgspec.structs.replace(content, lines=tuple(reprinted(line) for line in content.lines))


def test_a_receipt_gives_its_values_back() -> None:
    receipt = parse_receipt(signed(HAND_OVER))
    assert receipt.content == HAND_OVER
    assert (receipt.form, receipt.fn, receipt.fd, receipt.fp) == (3, CARD.fn, 812, FP)
    assert (receipt.at, receipt.shift, receipt.number) == (AT, 5, 3)
    assert receipt.total == 1_340_000


def test_fiscal_data_of_a_receipt() -> None:
    assert fiscal_document(parse_receipt(signed(HAND_OVER))) == FiscalDocument(
        fn="9999078900000961",
        fd=812,
        fp=305419896,
        at="2026-11-20T12:34:00",
        form=3,
        shift=5,
        number=3,
        total=HAND_OVER.settlement.total,
        qr="t=20261120T1234&s=13400.00&fn=9999078900000961&i=812&fp=305419896&n=1",
    )


@settings(max_examples=100, deadline=None)
@given(contents(), st.integers(0, 2**32 - 1))
def test_any_receipt_gives_its_values_back(content: ReceiptContent, fp: int) -> None:
    receipt = parse_receipt(signed(content, fp))
    assert receipt.content == as_printed(content)
    assert receipt.fp == fp


@settings(max_examples=150, deadline=None)
@given(st.data(), st.integers(1, 255))
def test_a_changed_byte_is_refused_or_reads_as_something_else(data: st.DataObject, flip: int) -> None:
    good = signed(HAND_OVER)
    raw = bytearray(good)
    raw[data.draw(st.integers(0, len(raw) - 1))] ^= flip
    try:
        parse_receipt(bytes(raw))
    except FiscalError:
        return
    assert parse_member(bytes(raw)) != parse_member(good)


def test_another_document_is_no_receipt() -> None:
    shift = build_open_shift(CARD, fd=2, at=AT, shift=5, cashier=CASHIER)
    with pytest.raises(UnreadableDocument):
        parse_receipt(encode_member(sign_document(shift, encode_sign(FP))))
    with pytest.raises(UnreadableDocument):
        parse_receipt(signed(HAND_OVER) + b"\0")


def test_a_code_out_of_its_table_is_unreadable_and_an_unsigned_receipt_misses_a_member() -> None:
    unsigned = build_receipt(CARD, HAND_OVER, fd=812, at=AT, shift=5, number=3)
    with pytest.raises(MissingMember) as caught:
        parse_receipt(encode_member(unsigned))
    assert caught.value.tag == Tag.FISCAL_SIGN
    odd = build_receipt(
        CARD, HAND_OVER, fd=812, at=AT, shift=5, number=3, extra=(Member(Tag.CALCULATION_TYPE, 9),)
    )
    with pytest.raises(UnreadableDocument, match="receipt 812"):
        parse_receipt(encode_member(sign_document(odd, encode_sign(FP))))
