"""Rows of the base layer: what is taken, and what is said about the rest."""

import importlib.resources
from collections import Counter

import pytest

from catalog_cache.price_list import NotAPriceList, is_ean13, read_price_list
from contracts.commands import Product
from fiscal.money import Kopecks
from fiscal.receipt import VatRate

HEADER = "sku,ean,name,price,vat,subject,category,stock\n"
GOOD = "FR-1,2000000010151,Оправа,12490.00,no_vat,1,Оправы,3\n"


def read(*rows: str, header: str = HEADER) -> tuple[tuple[Product, ...], list[tuple[int, str]]]:
    found = read_price_list((header + "".join(rows)).encode())
    return found.products, [(problem.line, problem.field) for problem in found.problems]


def test_a_row_becomes_a_product() -> None:
    assert read(GOOD) == (
        (
            Product(
                sku="FR-1", ean="2000000010151", name="Оправа", price=Kopecks(1_249_000), vat=6, category="Оправы",
                stock=3,
            ),
        ),
        [],
    )  # fmt: skip


def test_ean_subject_and_stock_may_be_empty_and_columns_in_any_order() -> None:
    products, problems = read(
        "Ремонт,SV-1,,200,22%,4,,\n", header="name,sku,ean,price,vat,subject,category,stock\n"
    )
    assert problems == []
    assert (products[0].vat, products[0].subject, products[0].stock) == (VatRate.VAT_22, 4, None)


@pytest.mark.parametrize(
    ("row", "field"),
    [
        (",2000000010151,Оправа,1,no_vat,1,,\n", "sku"),
        ("a b,2000000010151,Оправа,1,no_vat,1,,\n", "sku"),
        ("FR-2,2000000010152,Оправа,1,no_vat,1,,\n", "ean"),
        ("FR-2,123,Оправа,1,no_vat,1,,\n", "ean"),
        ("FR-2,,,1,no_vat,1,,\n", "name"),
        (f"FR-2,,{'я' * 129},1,no_vat,1,,\n", "name"),
        ("FR-2,,Оправа,1.234,no_vat,1,,\n", "price"),
        ("FR-2,,Оправа,-1,no_vat,1,,\n", "price"),
        ("FR-2,,Оправа,1 руб.,no_vat,1,,\n", "price"),
        ("FR-2,,Оправа,1,18%,1,,\n", "vat"),
        ("FR-2,,Оправа,1,no_vat,99,,\n", "subject"),
        ("FR-2,,Оправа,1,no_vat,1,,много\n", "stock"),
        ("FR-2,,Оправа,1,no_vat\n", ""),
        ("FR-2,,Оправа,1,no_vat,1,,1,2\n", ""),
        ("fr-1,,Оправа,1,no_vat,1,,\n", "sku"),
        ("FR-2,2000000010151,Оправа,1,no_vat,1,,\n", "ean"),
    ],
)
def test_a_bad_row_is_told_by_its_line_and_the_others_stay(row: str, field: str) -> None:
    products, problems = read(GOOD, row, "FR-9,,Футляр,490,22%,1,,\n")
    assert [product.sku for product in products] == ["FR-1", "FR-9"]
    assert problems == [(3, field)]


@pytest.mark.parametrize("raw", [b"", b"\xff\xfe", b"sku,name\n", (HEADER + 'FR-1,"').encode()])
def test_what_is_no_price_list_is_refused_as_a_whole(raw: bytes) -> None:
    with pytest.raises(NotAPriceList):
        read_price_list(raw)


def test_check_digits_of_real_codes() -> None:
    assert is_ean13("4006381333931")
    assert not is_ean13("4006381333932")
    assert not is_ean13("٤٠٠٦٣٨١٣٣٣٩٣١")


def test_the_demo_goods_are_an_opticians_and_all_good() -> None:
    raw = (importlib.resources.files("catalog_cache") / "demo_catalog.csv").read_bytes()
    found = read_price_list(raw)
    assert found.problems == ()
    assert 280 <= len(found.products) <= 320
    rates = Counter((product.category, VatRate(product.vat)) for product in found.products)
    untaxed = {"Оправы", "Очковые линзы", "Контактные линзы", "Готовые очки"}
    assert {category for category, rate in rates if rate is VatRate.NO_VAT} == untaxed | {"Услуги"}
    assert {rate for category, rate in rates if category == "Солнцезащитные очки"} == {VatRate.VAT_22}
    assert {product.subject for product in found.products if product.category == "Услуги"} == {4}
