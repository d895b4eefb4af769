import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fiscal.money import ONE, Kopecks
from fiscal.receipt import Line, Operation, VatRate
from fiscal.tags import Tag
from fiscal.vat import (
    RATES,
    TOTAL_TAGS,
    UNTAXED,
    UnknownVatLabel,
    in_force,
    label,
    parse_label,
    tax_inside,
    totals,
)

IN_2026 = datetime.date(2026, 1, 1)
IN_2025 = datetime.date(2025, 12, 31)


def line(total: int, rate: VatRate) -> Line:
    return Line(name="Оправа", quantity=ONE, price=Kopecks(total), total=Kopecks(total), vat=rate)


def test_every_rate_has_its_label_and_back() -> None:
    labels = ["22%", "20%", "10%", "7%", "5%", "0%", "no_vat", "22/122", "20/120", "10/110", "7/107", "5/105"]
    assert {parse_label(text) for text in labels} == set(VatRate)
    assert all(label(parse_label(text)) == text for text in labels)


@pytest.mark.parametrize("text", ["", "18%", "22", "22 %", "НДС", "NO_VAT"])
def test_a_rate_that_does_not_exist_is_refused(text: str) -> None:
    with pytest.raises(UnknownVatLabel):
        parse_label(text)


@pytest.mark.parametrize(
    ("amount", "rate", "tax"),
    [
        (90_000, VatRate.VAT_22, 16_230),
        (45_000, VatRate.VAT_22_122, 8_115),
        (12_000, VatRate.VAT_20, 2_000),
        (11_000, VatRate.VAT_10_110, 1_000),
        (10_500, VatRate.VAT_5, 500),
        (10_700, VatRate.VAT_7_107, 700),
        (61, VatRate.VAT_22, 11),
        (3, VatRate.VAT_20, 1),  # 0.5 of a kopeck goes up
        (1_250_000, VatRate.NO_VAT, 0),
        (1_250_000, VatRate.VAT_0, 0),
    ],
)
def test_tax_is_the_rates_fraction_of_the_amount(amount: int, rate: VatRate, tax: int) -> None:
    assert tax_inside(Kopecks(amount), rate) == tax


@pytest.mark.parametrize(
    ("rate", "last_day_of_2025", "first_day_of_2026"),
    [
        (VatRate.VAT_20, True, False),
        (VatRate.VAT_20_120, True, False),
        (VatRate.VAT_22, False, True),
        (VatRate.VAT_22_122, False, True),
        (VatRate.VAT_10, True, True),
        (VatRate.NO_VAT, True, True),
        (VatRate.VAT_5, True, True),
    ],
)
def test_22_per_cent_replaces_20_on_the_first_day_of_2026(
    rate: VatRate, last_day_of_2025: bool, first_day_of_2026: bool
) -> None:
    assert in_force(rate, Operation.SALE, IN_2025) is last_day_of_2025
    assert in_force(rate, Operation.SALE, IN_2026) is first_day_of_2026


def test_a_refund_uses_the_rate_of_the_original_sale() -> None:
    assert in_force(VatRate.VAT_20, Operation.SALE_REFUND, IN_2026)
    assert not in_force(VatRate.VAT_22, Operation.SALE_REFUND, IN_2025)
    assert not in_force(VatRate.VAT_5, Operation.SALE, datetime.date(2024, 12, 31))


def test_old_rates_have_flat_totals_and_new_ones_do_not() -> None:
    assert {rate: int(tag) for rate, tag in TOTAL_TAGS.items()} == {
        1: 1102,
        2: 1103,
        3: 1106,
        4: 1107,
        5: 1104,
        6: 1105,
    }
    assert Tag.TURNOVER_NO_VAT.russian == "Сумма расчета по чеку без НДС"


def test_untaxed_rates_write_their_turnover() -> None:
    lines = [line(1_250_000, VatRate.NO_VAT), line(45_000, VatRate.VAT_22), line(45_000, VatRate.VAT_22)]
    no_vat, vat_22 = totals(lines)
    assert (no_vat.rate, no_vat.turnover, no_vat.written) == (VatRate.NO_VAT, 1_250_000, 1_250_000)
    assert (vat_22.rate, vat_22.turnover, vat_22.written) == (VatRate.VAT_22, 90_000, 16_230)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 10**9), st.sampled_from(VatRate)), max_size=20))
def test_totals_add_up_to_the_lines(parts: list[tuple[int, VatRate]]) -> None:
    lines = [line(total, rate) for total, rate in parts]
    found = totals(lines)
    assert [total.rate for total in found] == sorted({rate for _, rate in parts})
    assert sum(total.turnover for total in found) == sum(total for total, _ in parts)
    for total in found:
        of_lines = sum(tax_inside(part.total, part.vat) for part in lines if part.vat is total.rate)
        assert abs(total.tax - of_lines) <= len(lines)
        assert total.tax == 0 if total.rate in UNTAXED else total.tax <= total.turnover


def test_every_rate_of_the_law_is_in_the_table() -> None:
    assert set(RATES) == set(VatRate)
    assert {law.rate for law in RATES.values() if law.calculated} == {3, 4, 9, 10, 12}
