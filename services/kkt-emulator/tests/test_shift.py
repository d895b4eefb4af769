"""Shifts, reports, cash, the clock and what the FN thinks of it."""

import datetime as dt

import pytest

from fiscal.kkt import sale, service, storage
from fiscal.kkt.command import Authorised
from fiscal.kkt.errors import Rejected
from fiscal.tags import Tag
from fiscal.tlv import first, parse_member


def refused(code, act):
    with pytest.raises(Rejected) as caught:
        act()
    assert caught.value.code == code, f"{caught.value}"


def test_a_new_fn_begins_with_its_registration_report(till, bench):
    status = till.host.do(storage.FN_STATUS)
    assert (status.phase, status.last_fd, status.shift_open) == (3, 1, 0)
    assert status.fn.startswith("9999")
    assert len(status.fn) == 16
    assert till.host.do(storage.FIND_DOCUMENT, storage.FdRequest(fd=1)).form == 1
    registration = till.host.do(storage.REGISTRATION)
    assert (registration.fd, registration.ofd_inn, registration.inn) == (1, "9901234561", "7701234560")


def test_a_shift_is_a_document_at_both_ends(till):
    opened = till.host.do(sale.OPEN_SHIFT_IN_FN)
    assert (opened.shift, opened.fd) == (1, 2)
    refused(0x3C, lambda: till.open_shift())
    till.sell(5_000)
    assert till.host.do(storage.SHIFT_STATE) == storage.ShiftStateReply(open=1, shift=1, receipt=1)
    closed = till.host.do(sale.CLOSE_SHIFT_IN_FN)
    assert (closed.shift, closed.fd) == (1, 4)
    assert till.host.do(storage.SHIFT_STATE) == storage.ShiftStateReply(open=0, shift=1, receipt=1)
    refused(0x3D, lambda: till.host.do(sale.Z_REPORT))
    assert till.host.do(sale.OPEN_SHIFT_IN_FN).shift == 2
    assert till.host.do(storage.SHIFT_STATE).receipt == 0


def test_the_closing_report_counts_the_shift(till, bench):
    till.open_shift()
    till.sell(5_000)
    till.begin(7_000)
    till.pay(0, 7_000)
    till.host.do(sale.Z_REPORT)
    report, _ = parse_member(bench.kkt.fn.find(5).tlv)
    assert first(report.value, Tag.SHIFT_DOCUMENTS_COUNT).value == 4
    assert first(report.value, Tag.SHIFT_RECEIPTS_COUNT).value == 2
    sold = first(first(report.value, Tag.SHIFT_TOTALS).value, Tag.COUNTERS_SELL).value
    assert first(sold, Tag.COUNTER_CASH_SUM).value == 5_000
    assert first(sold, Tag.COUNTER_CASHLESS_SUM).value == 7_000
    assert first(sold, Tag.COUNTER_TOTAL_SUM).value == 12_000


def test_z_zeroes_the_shift_and_keeps_the_cash(till):
    def money(number):
        return till.host.do(service.MONEY_REGISTER, service.RegisterRequest(number=number)).value

    till.open_shift()
    till.sell(5_000)
    till.host.do(sale.Z_REPORT)
    assert (money(193), money(241)) == (0, 5_000)


def test_only_an_administrator_makes_reports(till):
    till.open_shift()
    refused(0x4F, lambda: till.host.do(sale.X_REPORT, Authorised(password=1)))
    refused(0x4F, lambda: till.host.do(sale.Z_REPORT, Authorised(password=1)))
    assert till.host.do(sale.X_REPORT, Authorised(password=29)).operator == 29


def test_cash_goes_in_and_out_of_the_drawer(till):
    def money(number):
        return till.host.do(service.MONEY_REGISTER, service.RegisterRequest(number=number)).value

    before = till.host.do(service.LONG_STATUS).document_number
    reply = till.host.do(sale.CASH_IN, sale.CashRequest(amount=10_000))
    assert reply.document_number == before + 1
    till.host.do(sale.CASH_OUT, sale.CashRequest(amount=4_000))
    refused(0x46, lambda: till.host.do(sale.CASH_OUT, sale.CashRequest(amount=6_001)))
    assert [money(number) for number in (241, 242, 243)] == [6_000, 10_000, 4_000]
    assert till.last_fd() == 1


def test_after_24_hours_only_closing_is_possible(till, clock):
    till.open_shift()
    clock.advance(hours=24)
    assert till.mode() == 3
    refused(0x4E, lambda: till.begin())
    till.host.do(sale.Z_REPORT)
    till.open_shift()
    assert till.sell(5_000).fd == 5


def test_a_receipt_open_over_the_24_hours_is_refused_by_the_fn(till, clock):
    till.open_shift()
    till.begin(5_000)
    clock.advance(hours=24)
    refused(0x16, lambda: till.pay(5_000))
    till.host.do(sale.CANCEL)
    assert till.mode() == 3


def test_a_clock_that_is_behind_the_last_document_is_refused(till, clock):
    till.open_shift()
    clock.advance(minutes=10)
    till.sell(5_000)
    till.host.do(service.SET_TIME, service.SetTimeRequest(time=dt.time(9, 0)))
    till.begin(5_000)
    refused(0x07, lambda: till.pay(5_000))
    till.host.do(sale.CANCEL)
    till.host.do(service.SET_TIME, service.SetTimeRequest(time=dt.time(9, 10)))
    assert till.sell(5_000).fd == 4


def test_a_clock_that_runs_away_from_the_fn_is_refused(till):
    till.open_shift()
    till.host.do(service.SET_TIME, service.SetTimeRequest(time=dt.time(9, 6)))
    till.begin(5_000)
    refused(0x17, lambda: till.pay(5_000))
    till.host.do(sale.CANCEL)
    till.host.do(sale.CANCEL_FN_DOCUMENT) if till.host.do(storage.FN_STATUS).current_document else None
    till.host.do(service.SET_TIME, service.SetTimeRequest(time=dt.time(9, 0)))
    assert till.sell(5_000).fd == 3


def test_a_new_date_must_be_confirmed(till):
    tomorrow = service.DateRequest(date=dt.date(2026, 11, 21))
    till.host.do(service.SET_DATE, tomorrow)
    assert till.mode() == 6
    refused(0x7C, lambda: till.host.do(service.CONFIRM_DATE, service.DateRequest(date=dt.date(2026, 11, 22))))
    till.host.do(service.CONFIRM_DATE, tomorrow)
    assert till.mode() == 4
    assert till.host.do(service.LONG_STATUS).date == dt.date(2026, 11, 21)


def test_tags_of_a_shift_document_come_between_begin_and_make(till, bench):
    till.host.do(sale.BEGIN_OPEN_SHIFT)
    till.host.do(sale.DOCUMENT_TLV, sale.TlvRequest(tlv=bytes.fromhex("FD030600") + "Иванов".encode("cp866")))
    opened = till.host.do(sale.OPEN_SHIFT_IN_FN)
    report, _ = parse_member(bench.kkt.fn.find(opened.fd).tlv)
    assert first(report.value, Tag.CASHIER).value == "Иванов"


def test_a_begun_shift_document_can_be_dropped(till):
    till.host.do(sale.BEGIN_OPEN_SHIFT)
    assert till.host.do(storage.FN_STATUS).current_document == 2
    till.host.do(sale.CANCEL_FN_DOCUMENT)
    assert till.host.do(storage.FN_STATUS).current_document == 0
    refused(0x02, lambda: till.host.do(sale.CANCEL_FN_DOCUMENT))


def test_a_state_report_is_a_document(till, bench):
    reply = till.host.do(sale.STATE_REPORT)
    assert (reply.fd, reply.unconfirmed) == (2, 1)
    assert bench.kkt.fn.find(2).form == 21


def test_warnings_tell_of_the_end_of_the_keys(till, clock):
    assert till.host.do(storage.FN_STATUS).warnings == 0
    clock.advance(days=468)
    assert till.host.do(storage.FN_STATUS).warnings & 0b11 == 0b11
    clock.advance(days=3)
    refused(0x12, till.open_shift)
