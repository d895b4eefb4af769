"""Tax codes of the FFD 1.2 supplement."""

import pytest

from fiscal.kkt.vat import ROWS, TABLE_VALUES, Family, rate_of_code, tax_code
from fiscal.receipt import VatRate

CODES = {
    VatRate.VAT_20: 0x01,
    VatRate.VAT_10: 0x02,
    VatRate.VAT_0: 0x04,
    VatRate.NO_VAT: 0x08,
    VatRate.VAT_20_120: 0x10,
    VatRate.VAT_10_110: 0x20,
    VatRate.VAT_5: 0x81,
    VatRate.VAT_7: 0x82,
    VatRate.VAT_5_105: 0x84,
    VatRate.VAT_7_107: 0x88,
    VatRate.VAT_22: 0xCB,
    VatRate.VAT_22_122: 0xCC,
}


@pytest.mark.parametrize("rate", VatRate)
def test_a_rate_has_the_code_of_the_papers(rate: VatRate) -> None:
    assert tax_code(rate) == CODES[rate]
    assert rate_of_code(CODES[rate]) is rate


def test_nano_has_its_own_codes_for_the_rates_of_2026() -> None:
    assert tax_code(VatRate.VAT_22, Family.NANO) == 0x90
    assert tax_code(VatRate.VAT_22_122, Family.NANO) == 0xA0
    assert rate_of_code(0xCB, Family.NANO) is None


def test_no_rate_is_ever_sold_as_another_one() -> None:
    assert set(ROWS) == set(TABLE_VALUES) == set(VatRate)
    for family in Family:
        assert len({tax_code(rate, family) for rate in VatRate}) == len(VatRate)
    assert rate_of_code(0x00) is None


def test_operation_tags_go_first_on_two_families_only() -> None:
    assert {family for family in Family if family.tags_before_operation} == {Family.CASH_CORE, Family.MOBILE}
