"""The base layer: a CSV of products, read strictly; a bad row is reported by its line and left out. Pure."""

import csv
import io
import re
from collections.abc import Iterable, Mapping
from typing import Final

import msgspec

from contracts.commands import Product
from fiscal.money import MAX_MONEY, BadAmount, Kopecks, parse_roubles
from fiscal.receipt import PaymentSubject
from fiscal.tags import Tag
from fiscal.text import encode_text
from fiscal.vat import UnknownVatLabel, parse_label

COLUMNS: Final = ("sku", "ean", "name", "price", "vat", "subject", "category", "stock")
SKU: Final = re.compile(r"\S{1,64}")


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """One bad row. `line` counts from 1, the header included."""

    line: int
    field: str
    reason: str


class PriceList(msgspec.Struct, frozen=True, kw_only=True):
    """The good rows in their order, and what is wrong with the others."""

    products: tuple[Product, ...]
    problems: tuple[Problem, ...]


class NotAPriceList(ValueError):
    """The file as a whole cannot be read: not UTF-8, or its header lacks columns."""


class _Bad(ValueError):
    def __init__(self, field: str, reason: str) -> None:
        self.field = field
        super().__init__(reason)


def read_price_list(raw: bytes) -> PriceList:
    """Products of a CSV in UTF-8 with a header; NotAPriceList when it is none."""
    try:
        reader = csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline=""), strict=True)
        missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
        if missing:
            raise NotAPriceList(f"columns are missing: {', '.join(missing)}")
        return _read((reader.line_num, row) for row in reader)
    except (UnicodeDecodeError, csv.Error) as error:
        raise NotAPriceList(str(error)) from error


def _read(rows: Iterable[tuple[int, Mapping[str, str | None]]]) -> PriceList:
    products: list[Product] = []
    problems: list[Problem] = []
    lines_of: dict[tuple[str, str], int] = {}
    for line, row in rows:
        try:
            product = _product(row)
            for identity in (("sku", product.sku.casefold()), ("ean", product.ean)):
                if identity[1] and identity in lines_of:
                    raise _Bad(identity[0], f"{identity[1]} is already in line {lines_of[identity]}")
        except _Bad as bad:
            problems.append(Problem(line=line, field=bad.field, reason=str(bad)))
            continue
        lines_of |= {("sku", product.sku.casefold()): line, ("ean", product.ean): line}
        products.append(product)
    return PriceList(products=tuple(products), problems=tuple(problems))


def _product(row: Mapping[str, str | None]) -> Product:
    if None in row or None in row.values():  # csv's sign of cells too many or too few
        raise _Bad("", "the row has another number of cells than the header")
    cells = {name: (row[name] or "").strip() for name in COLUMNS}
    if not SKU.fullmatch(cells["sku"]):
        raise _Bad("sku", "must be 1 to 64 characters without blanks")
    try:
        return Product(
            sku=cells["sku"],
            ean=_ean(cells["ean"]),
            name=_name(cells["name"]),
            price=_price(cells["price"]),
            vat=parse_label(cells["vat"]),
            subject=_subject(cells["subject"]),
            category=cells["category"][:64],
            stock=_stock(cells["stock"]),
        )
    except UnknownVatLabel as error:
        raise _Bad("vat", str(error)) from error


def _ean(text: str) -> str:
    if text and not is_ean13(text):
        raise _Bad("ean", f"{text[:20]!r} is no EAN-13 with a right check digit")
    return text


def is_ean13(text: str) -> bool:
    """13 digits whose weighted sum (1, 3, 1, 3, …) is a multiple of ten."""
    if not re.fullmatch(r"[0-9]{13}", text, re.ASCII):
        return False
    return sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(text)) % 10 == 0


def _name(text: str) -> str:
    length = len(encode_text(text))
    if not 1 <= length <= Tag.ITEM_NAME.max_len:
        raise _Bad("name", f"must be 1 to {Tag.ITEM_NAME.max_len} characters, has {length}")
    return text


def _price(text: str) -> Kopecks:
    try:
        price = parse_roubles(text)
    except BadAmount as error:
        raise _Bad("price", str(error)) from error
    if not 0 <= price <= MAX_MONEY:
        raise _Bad("price", f"{text} is out of range")
    return price


def _subject(text: str) -> int:
    try:
        return PaymentSubject(int(text or "1")).value
    except ValueError as error:
        raise _Bad("subject", f"{text[:20]!r} is no payment subject (tag 1212)") from error


def _stock(text: str) -> int | None:
    if not text:
        return None
    if not re.fullmatch(r"-?[0-9]{1,9}", text, re.ASCII):
        raise _Bad("stock", f"{text[:20]!r} is no whole number")
    return int(text)
