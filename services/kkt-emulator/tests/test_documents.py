"""Every document has what FFD 1.2 demands of it and nothing that has no place in it; the table is the judge."""

import datetime as dt

import pytest

from fiscal.kkt import sale
from fiscal.kkt.vat import tax_code
from fiscal.ofd.documents import parse_document_message
from fiscal.receipt import VatRate
from fiscal.tags import Duty, Form, Tag, known
from fiscal.tlv import Member, encode_member, encode_members, parse_member

BASIS = encode_members(
    [
        Member(Tag.CORRECTION_TYPE, 0),
        Member(Tag.CORRECTION_BASE, (Member(Tag.CORRECTION_DATE, dt.datetime(2026, 11, 19)),)),
    ]
)


@pytest.fixture
def documents(bench, till):
    """One document of each form: 1, 2, 3, 31, 21, 5."""
    till.open_shift()
    till.begin(100_000)
    till.host.do(sale.DOCUMENT_TLV, sale.TlvRequest(tlv=encode_member(Member(Tag.BUYER_CONTACT, "a@b.ru"))))
    till.pay(50_000, 50_000)
    till.begin(5_000, kind=0x80, tax=tax_code(VatRate.VAT_22))
    till.host.do(sale.DOCUMENT_TLV, sale.TlvRequest(tlv=BASIS))
    till.pay(5_000)
    till.host.do(sale.STATE_REPORT)
    till.host.do(sale.Z_REPORT)
    return bench.kkt.fn.documents()


def test_each_form_is_there(documents):
    assert [document.form for document in documents] == [1, 2, 3, 31, 21, 5]


def test_mandatory_members_are_present(documents):
    for document in documents:
        present = {member.tag for member in parse_member(document.tlv)[0].value}
        mandatory = {int(tag) for tag in Tag if tag.documents.get(document.form) is Duty.MANDATORY}
        assert mandatory <= present, (document.form, mandatory - present)


def test_no_member_stands_where_it_has_no_place(documents):
    for document in documents:
        check_places(document.tlv)


def check_places(tlv):
    form, _ = parse_member(tlv)
    for member in form.value:
        assert form.tag in known(member.tag).documents, (form.tag, member.tag)
        assert known(member.tag).documents[form.tag] is not Duty.PAPER_OPTIONAL
        check_inner(member)


def check_inner(member):
    if isinstance(member.value, tuple):
        for inner in member.value:
            assert member.tag in known(inner.tag).parents, (member.tag, inner.tag)
            check_inner(inner)


def test_a_member_stands_once_unless_it_may_repeat(documents):
    for document in documents:
        tags = [member.tag for member in parse_member(document.tlv)[0].value]
        doubled = {tag for tag in tags if tags.count(tag) > 1 and Form.MANY not in known(tag).form}
        assert not doubled, document.form


def test_encoding_what_was_parsed_gives_the_same_bytes(documents):
    for document in documents:
        assert encode_member(parse_member(document.tlv)[0]) == document.tlv


def test_the_five_sums_make_the_total(documents):
    receipt = {member.tag: member.value for member in parse_member(documents[2].tlv)[0].value}
    parts = (Tag.CASH_TOTAL_SUM, Tag.CASHLESS_TOTAL_SUM, Tag.PREPAID_SUM, Tag.CREDIT_SUM, Tag.PROVISION_SUM)
    assert sum(receipt[tag] for tag in parts) == receipt[Tag.TOTAL_SUM] == 100_000


def test_a_message_wraps_each_of_them(documents):
    for document in documents:
        message = parse_document_message(document.message)
        assert (message.fd, message.form, message.tlv) == (document.fd, document.form, document.tlv)
        assert message.trailer[:2].hex() == "8106"
        assert len(message.trailer) == 10
