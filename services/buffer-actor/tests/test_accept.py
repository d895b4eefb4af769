"""Input and gates, decided without any I/O."""

import datetime

import pytest
from msgspec.structs import replace

from buffer_actor.accept import (
    Limits,
    Surroundings,
    body_hash,
    check_input,
    first_closed_gate,
    not_enough_cash,
)
from buffer_actor.rows import Drawer, Maintenance
from buffer_actor.store import Waiting
from contracts.commands import AcceptReceipt
from contracts.refusals import Code, Refusal
from contracts.states import Link, PrinterState, ShiftState
from fiscal.money import Kopecks
from fiscal.receipt import Cashier, Operation, Receipt, TaxSystem, Tender

from . import samples as s

TODAY = datetime.date(2026, 11, 21)
LIMITS = Limits()
PRINTER = PrinterState(
    till=s.TILL, at_ms=0, link=Link.UP, settled=True, shift=ShiftState(open=True, number=1)
)
OPEN = Surroundings(now_ms=s.NOW_MS, running_since_ms=0, capacity=200, free_bytes=10**12, printer=PRINTER)


def command(of: Receipt | None = None, **more: object) -> AcceptReceipt:
    plain = AcceptReceipt(key=s.key_of(1), till=s.TILL, receipt=of or s.receipt(), cashier=s.CASHIER)
    return replace(plain, **more)


def check(asked: AcceptReceipt) -> Refusal | None:
    return check_input(asked, till=s.TILL, on=TODAY, tax_systems=TaxSystem.GENERAL)


def code(around: Surroundings, limits: Limits = LIMITS) -> Code | None:
    closed = first_closed_gate(around, limits)
    return closed.code if closed else None


def test_a_key_stands_for_the_receipt_and_not_for_who_sells_it_or_how_long_he_waits() -> None:
    same = body_hash(command())
    assert body_hash(command(cashier=Cashier(name="Петров П. П."), patience_ms=1)) == same
    assert body_hash(command(key=s.key_of(2))) == same
    assert body_hash(command(s.receipt(s.line(price=1)))) != same
    assert body_hash(command(original_receipt_id=s.id_of(1))) != same
    assert body_hash(command(till="till-002")) != same


def test_good_input_passes_and_each_fault_is_named_by_field_code_tag_and_sentence() -> None:
    assert check(command()) is None
    bad = s.receipt(replace(s.line(), name=""), s.line(price=5, total=7))
    refusal = check(command(bad))
    assert refusal is not None
    assert (refusal.code, refusal.final) == (Code.INVALID, True)
    listed = refusal.details["violations"]
    assert [(each["field"], each["code"]) for each in listed] == [
        ("items[0].name", "empty"), ("items[1].price", "wrong_sum"),
    ]  # fmt: skip
    assert set(listed[0]) == {"field", "code", "tag", "message"}
    assert refusal.message == listed[0]["message"]


def test_another_till_a_key_that_is_no_uuid_and_a_foreign_tax_system_are_refused() -> None:
    other = check(command(till="till-002"))
    assert other is not None
    assert (other.code, other.details) == (Code.WRONG_TILL, {"field": "pos_id", "expected": s.TILL})
    no_uuid = check(command(key="sale-1"))
    assert no_uuid is not None
    assert no_uuid.details["violations"][0]["field"] == "key"
    patent = check(command(replace(s.receipt(), tax_system=TaxSystem.PATENT)))
    assert patent is not None
    assert patent.details["violations"][0]["field"] == "tax_system"


def test_all_gates_open_lets_a_receipt_in() -> None:
    assert code(OPEN) is None
    assert code(replace(OPEN, printer=replace(PRINTER, shift=ShiftState(open=False, number=1)))) is None


DOWN = replace(PRINTER, link=Link.DOWN)
BLOCKED = replace(PRINTER, can_print=False, cause="Нет чековой ленты")
STANDS = Waiting(count=1, unprinted=1, unprinted_id=s.id_of(1), unprinted_since_ms=s.NOW_MS - 60_001)
CLOSED = {
    "maintenance": (replace(OPEN, maintenance=Maintenance(True, "admin")), Code.MAINTENANCE),
    "a held receipt": (replace(OPEN, waiting=Waiting(count=1, held=(s.id_of(1),))), Code.DEVICE_HELD),
    "held at the device": (replace(OPEN, printer=replace(PRINTER, held=(s.id_of(2),))), Code.DEVICE_HELD),
    "silence": (replace(OPEN, printer=None), Code.DEVICE_DOWN),
    "no link": (replace(OPEN, printer=DOWN), Code.DEVICE_DOWN),
    "no paper": (
        replace(OPEN, printer=replace(PRINTER, can_print=False, cause="Нет бумаги")),
        Code.DEVICE_DOWN,
    ),
    "unprinted for too long": (replace(OPEN, waiting=STANDS), Code.DEVICE_DOWN),
    "a shift of more than 24 h": (
        replace(OPEN, printer=replace(PRINTER, shift=ShiftState(open=True, number=1, over_24h=True))),
        Code.SHIFT_EXPIRED,
    ),
    "FN full": (replace(OPEN, printer=replace(PRINTER, fn_full=True)), Code.FN_FULL),
    "30 days": (replace(OPEN, printer=replace(PRINTER, ofd_blocked=True)), Code.OFD_OVERDUE),
    "disk": (replace(OPEN, free_bytes=LIMITS.disk_reserve_bytes - 1), Code.DISK_FULL),
    "the cap": (replace(OPEN, waiting=Waiting(count=200)), Code.BUFFER_FULL),
}


@pytest.mark.parametrize("name", CLOSED)
def test_a_closed_gate_refuses_for_good_by_its_code(name: str) -> None:
    around, wanted = CLOSED[name]
    closed = first_closed_gate(around, LIMITS)
    assert closed is not None
    assert (closed.code, closed.final) == (wanted, True)


def test_a_closed_shift_refuses_only_where_receipts_do_not_open_it() -> None:
    closed = replace(OPEN, printer=replace(PRINTER, shift=ShiftState(open=False, number=1)))
    assert code(closed, Limits(auto_open_shift=False)) is Code.SHIFT_CLOSED
    unknown = replace(OPEN, printer=replace(PRINTER, shift=None))
    assert code(unknown, Limits(auto_open_shift=False)) is None


def test_gates_are_asked_in_their_order() -> None:
    shift = ShiftState(open=True, number=1, over_24h=True)
    around = replace(
        OPEN,
        maintenance=Maintenance(True, "admin"),
        waiting=replace(STANDS, count=200, held=(s.id_of(1),)),
        printer=replace(DOWN, fn_full=True, ofd_blocked=True, shift=shift),
        free_bytes=0,
    )
    seen = [code(around)]
    for opened in (
        {"maintenance": Maintenance()},
        {"waiting": replace(STANDS, count=200)},
        {"printer": replace(BLOCKED, fn_full=True, ofd_blocked=True, shift=shift)},
        {"printer": replace(BLOCKED, ofd_blocked=True, shift=shift)},
        {"printer": replace(BLOCKED, shift=shift)},
        {"printer": replace(PRINTER, shift=shift)},
        {"waiting": Waiting(count=200)},
        {"printer": PRINTER},
        {"free_bytes": 10**12},
    ):
        around = replace(around, **opened)
        seen.append(code(around))
    assert seen == [
        Code.MAINTENANCE, Code.DEVICE_HELD, Code.DEVICE_DOWN, Code.FN_FULL, Code.OFD_OVERDUE, Code.DEVICE_DOWN,
        Code.DEVICE_DOWN, Code.SHIFT_EXPIRED, Code.DISK_FULL, Code.BUFFER_FULL,
    ]  # fmt: skip


def test_more_cash_than_the_kkt_has_counted_is_not_given_back() -> None:
    """The KKT would reject the receipt after the "yes" (46h), and only a person could mend that."""
    back = s.receipt(s.line(price=501), operation=Operation.SALE_REFUND)
    by_card = s.receipt(s.line(price=501), operation=Operation.SALE_REFUND, tender=Tender.CARD)
    drawer = Drawer(Kopecks(500), counted=True)
    refused = not_enough_cash(back, drawer)
    assert refused is not None
    assert (refused.code, refused.final) == (Code.NOT_ENOUGH_CASH, True)
    assert not_enough_cash(back, Drawer(Kopecks(501), counted=True)) is None
    assert not_enough_cash(back, Drawer(Kopecks(500))) is None, "nobody has counted yet"
    assert not_enough_cash(by_card, drawer) is None
    assert not_enough_cash(s.receipt(s.line(price=501)), drawer) is None


def test_a_receipt_set_aside_by_the_device_stops_nobody() -> None:
    assert code(replace(OPEN, waiting=Waiting(count=1, set_aside=(s.id_of(1),)))) is None


def test_a_queue_that_stood_while_the_till_was_off_has_its_minute_after_the_start() -> None:
    fresh = replace(OPEN, waiting=STANDS, running_since_ms=s.NOW_MS - 1000)
    assert code(fresh) is None
    assert code(replace(fresh, now_ms=s.NOW_MS + 60_000)) is Code.DEVICE_DOWN


def test_a_device_that_cannot_print_says_why_to_the_cashier() -> None:
    no_paper = first_closed_gate(CLOSED["no paper"][0], LIMITS)
    assert no_paper is not None
    assert "Нет бумаги" in no_paper.message
