"""Tables, registers, identity: what a host reads before its first receipt."""

import pytest

from fiscal.kkt import service
from fiscal.kkt.command import Request
from fiscal.kkt.errors import Rejected
from fiscal.kkt.vat import ROWS, TABLE_VALUES
from kkt_emulator.identity import IdentityKind


def refused(code, act):
    with pytest.raises(Rejected) as caught:
        act()
    assert caught.value.code == code, f"{caught.value}"


def cell(host, table, row, field):
    return host.do(service.READ_TABLE, service.CellRequest(table=table, row=row, field=field))


def test_the_first_moves_of_both_known_clients_are_answered(host):
    kind = host.do(service.DEVICE_TYPE, Request())
    assert (kind.kind, kind.model, kind.name) == (0, 250, "ШТРИХ-М-01Ф")
    model = host.do(service.MODEL, service.ModelRequest())
    assert [model.can(bit) for bit in (43, 44, 50, 23)] == [True, True, True, False]
    assert (model.fn_table, model.ofd_table, model.ffd_table, model.ffd_field) == (18, 19, 17, 17)
    assert host.do(service.LONG_STATUS).registrations == 1
    regional = host.do(service.TABLE_STRUCTURE, service.TableRequest(table=17))
    assert regional.name == "Региональные настройки"
    assert cell(host, 17, 1, 17).number == 4


def test_cash_core_is_another_device(make_bench):
    host = make_bench(kind=IdentityKind.CASH_CORE).host
    model = host.do(service.MODEL, service.ModelRequest())
    assert model.can(23)
    assert (model.ffd_table, model.ffd_field) == (10, 38)
    assert cell(host, 10, 1, 38).number == 4


@pytest.mark.parametrize("rate", ROWS)
def test_the_tax_table_has_every_rate_in_its_row(host, rate):
    assert cell(host, 6, ROWS[rate], 1).number == TABLE_VALUES[rate]


def test_a_cell_keeps_what_is_written(bench, host):
    name = "Иванова А. А.".encode("cp1251")
    host.do(service.WRITE_TABLE, service.WriteTableRequest(table=2, row=1, field=2, value=name))
    assert cell(host, 2, 1, 2).text == "Иванова А. А."
    assert cell(bench.restart(), 2, 1, 2).text == "Иванова А. А."


def test_the_fn_number_and_the_serial_number_are_read_only(bench, host):
    assert cell(host, 18, 1, 4).text == bench.kkt.fn.state.number
    write = service.WriteTableRequest(table=18, row=1, field=4, value=b"1")
    refused(0x7A, lambda: host.do(service.WRITE_TABLE, write))


@pytest.mark.parametrize(("table", "row", "field"), [(99, 1, 1), (6, 13, 1), (6, 1, 3), (6, 0, 1)])
def test_a_cell_that_is_not_there_answers_5dh(host, table, row, field):
    refused(0x5D, lambda: cell(host, table, row, field))


def test_a_numeric_field_tells_its_bounds(host):
    number = host.do(service.FIELD_STRUCTURE, service.FieldRequest(table=6, field=1))
    assert (number.kind, number.size, number.bounds) == (0, 2, b"\x00\x00\xff\xff")
    text = host.do(service.FIELD_STRUCTURE, service.FieldRequest(table=6, field=2))
    assert (text.kind, text.size, text.bounds) == (1, 64, b"")
    refused(0x5D, lambda: host.do(service.TABLE_STRUCTURE, service.TableRequest(table=99)))


def test_the_last_error_has_a_text(host):
    refused(0x5D, lambda: cell(host, 99, 1, 1))
    assert host.do(service.ERROR_TEXT, service.ErrorTextRequest()).text == "table not defined"


def test_reset_is_refused_outside_its_mode(host):
    refused(0x73, lambda: host.do(service.TECHNICAL_RESET, Request()))
