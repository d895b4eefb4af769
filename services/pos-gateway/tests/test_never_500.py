"""Whatever comes in is a receipt or a problem of the caller: nothing else, ever."""

import copy
import datetime
import json
from typing import Any

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from fiscal.receipt import TaxSystem
from fiscal.rules import check_receipt
from fiscal.settlement import total
from pos_gateway.access import Role
from pos_gateway.amounts import read_special
from pos_gateway.bodies import CashBody, MaintenanceBody, ReceiptBody, ResolveBody, SyncBody, TaskBody
from pos_gateway.errors import Problem
from pos_gateway.read_receipt import Draft, read_receipt
from pos_gateway.strict_json import parse, read

from .samples import item, sale

BODIES = (ReceiptBody, CashBody, MaintenanceBody, ResolveBody, SyncBody, TaskBody)

ODD_TEXTS = st.sampled_from(
    ["", " ", "0", "-0", "1e2", "1E-2", "0.005", "1e99", "NaN", "Infinity", "١", "1_000", "+1", "0x1", "1,5", "\x00",
     "\ud800", "🕶", "22%", "no_vat", "cash", "sale", "9" * 50, "-1", "12490.00", "null"]
)  # fmt: skip
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.floats(allow_nan=True, allow_infinity=True)
    | st.text(max_size=20)
    | ODD_TEXTS
)
JSON = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8) | ODD_TEXTS, inner, max_size=4)
    ),
    max_leaves=12,
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, child in inner for place in places(child, (*path, key)))]


WHOLE = sale(
    items=[
        item(discount="1.00", payment_method=4, payment_subject="goods"),
        item(qty="1.5", price=100, vat="22%"),
    ],
    payments=[{"method": "cash", "amount": 20000}],
    customer={"email": "a@b.ru", "phone": "+79161234567"},
    cashier={"name": "Иванова", "inn": "500100732259"},
)
PLACES = [place for place in places(WHOLE) if place]


def judged(raw: bytes, role: Role = Role.CASHIER) -> Draft | Problem:
    try:
        return read_receipt(read(parse(raw), ReceiptBody, read_special), role, TaxSystem.GENERAL)
    except Problem as problem:
        return problem


def assert_callers_fault(problem: Problem) -> None:
    assert 400 <= problem.status < 500
    assert msgspec.json.encode(problem.body("id"))  # what was echoed can be sent


@given(raw=st.binary(max_size=200) | JSON.map(lambda value: json.dumps(value).encode()))
@settings(max_examples=300, deadline=None)
@example(raw=b'{"a":' * 10_000)
@example(raw=b'"' + b"\\ud83d" * 100 + b'"')
def test_any_bytes_are_a_body_or_the_callers_fault(raw: bytes) -> None:
    for expected in BODIES:
        try:
            read(parse(raw), expected, read_special)
        except Problem as problem:
            assert_callers_fault(problem)


@given(place=st.sampled_from(PLACES), value=JSON, role=st.sampled_from(Role))
@settings(max_examples=500, deadline=None)
def test_one_strange_value_anywhere_is_a_receipt_or_the_callers_fault(
    place: tuple[Any, ...], value: Any, role: Role
) -> None:
    body = copy.deepcopy(WHOLE)
    target: Any = body
    for key in place[:-1]:
        target = target[key]
    target[place[-1]] = value
    found = judged(json.dumps(body).encode(), role)
    if isinstance(found, Problem):
        assert_callers_fault(found)
    else:
        assert msgspec.json.encode(found.receipt)


MONEY = st.integers(0, 10**9).map(lambda kopecks: f"{kopecks // 100}.{kopecks % 100:02}")
QUANTITIES = st.integers(1, 50_000_000).map(
    lambda millionths: f"{millionths // 10**6}.{millionths % 10**6:06}"
)


@given(price=MONEY, qty=QUANTITIES | st.integers(1, 99).map(str), percent=st.integers(0, 50))
@settings(max_examples=300, deadline=None)
def test_a_discount_comes_off_to_the_kopeck_and_every_line_obeys_the_rules(
    price: str, qty: str, percent: int
) -> None:
    whole = judged(json.dumps(body_of(price, qty, 0, "999999999999.00")).encode(), Role.MANAGER)
    if isinstance(whole, Problem):
        return  # too large for the KKT
    gross = total(whole.receipt)
    off = gross * percent // 100
    due = gross - off
    found = judged(
        json.dumps(body_of(price, qty, off, f"{due // 100}.{due % 100:02}")).encode(), Role.MANAGER
    )
    assert isinstance(found, Draft), found
    assert total(found.receipt) == due
    assert set(found.origins) == {0}
    assert sum(line.quantity for line in found.receipt.lines) == whole.receipt.lines[0].quantity


def body_of(price: str, qty: str, off: int, paid: str) -> dict[str, Any]:
    line = item(price=price, qty=qty, discount=f"{off // 100}.{off % 100:02}")
    return sale(items=[line], payments=[{"method": "cash", "amount": paid}])


@pytest.mark.parametrize("wrong", ["0.005", "1e-3", "NaN", "-0.01", "1" * 30])
def test_the_field_is_named_by_its_path(wrong: str) -> None:
    found = judged(json.dumps(sale(items=[item(), item(price=wrong)])).encode())
    assert isinstance(found, Problem)
    assert found.details["field"] == "items[1].price"


def test_a_receipt_of_the_page_obeys_the_rules() -> None:
    found = judged(json.dumps(WHOLE).encode())
    assert isinstance(found, Draft)
    assert check_receipt(found.receipt, on=datetime.date(2026, 11, 21)) == ()
    assert found.receipt.buyer_contact == "a@b.ru"


@pytest.mark.parametrize(
    ("phone", "contact"), [("8 (916) 123-45-67", "+79161234567"), ("+7 916 1234567", "+79161234567")]
)
def test_a_phone_is_taken_as_people_write_it(phone: str, contact: str) -> None:
    found = judged(json.dumps(sale(customer={"phone": phone})).encode())
    assert isinstance(found, Draft)
    assert found.receipt.buyer_contact == contact
