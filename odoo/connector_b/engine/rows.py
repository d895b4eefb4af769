"""Cells of a row → one typed row, or the faults that keep it from being one."""

from dataclasses import asdict, dataclass, field

from . import values
from .faults import CONVERTED, ERROR, WARNING, left_out, noted, refused
from .values import BadValue


@dataclass(frozen=True, kw_only=True)
class Reading:
    """How a supplier writes: the part of a profile that turns cells into values."""

    price_with_vat: bool = True
    cost_with_vat: bool = True
    default_vat: str = ""
    decimal_mark: str = ""
    stock_words: dict = field(default_factory=dict)
    negative_stock_refused: bool = False
    labels: frozenset = frozenset()  # VAT labels that are the law today


@dataclass(frozen=True, kw_only=True)
class Row:
    """One offer. `price` and `cost` hold VAT, in kopecks; None = the file does not say."""

    number: int
    sku: str
    name: str
    ean: str = ""
    price: int = 0
    cost: int | None = None
    vat: str = ""
    stock: int | None = None

    def as_dict(self):
        """For storage as JSON."""
        return asdict(self)


@dataclass(kw_only=True)
class Checked:
    """A row with its faults; `row` is None when it is refused. `shown` is what the preview shows of it."""

    number: int
    shown: dict
    row: Row | None
    faults: list


def check(table, reading):
    """Every row of the table, with duplicates inside the file found."""
    marks = {
        name: reading.decimal_mark or values.decimal_mark(cells[name] for _number, cells in table.rows)
        for name in ("price", "cost")
        if name in table.columns
    }
    checked = [_check_row(number, cells, reading, marks) for number, cells in table.rows]
    _refuse_repeated_skus(checked)
    _drop_repeated_eans(checked)
    return checked, marks.get("price", "")


def _check_row(number, cells, reading, marks):
    faults = []
    sku = values.as_text(cells.get("sku"))
    name = values.as_text(cells.get("name"))
    if not sku:
        faults.append(refused("EMPTY_FIELD", "sku"))
    vat = _vat(cells, reading, faults)
    price = _money(cells, "price", marks, faults)
    cost = _money(cells, "cost", marks, faults)
    stock = _stock(cells, reading, faults)
    ean = _ean(cells, faults)
    shown = {"sku": sku, "name": name, "ean": ean or values.as_text(cells.get("ean"))}
    row = None
    if not any(fault.level == ERROR for fault in faults):
        row = Row(
            number=number,
            sku=sku,
            name=name,
            ean=ean,
            price=price if reading.price_with_vat else values.with_vat(price, vat),
            cost=cost if cost is None or reading.cost_with_vat else values.with_vat(cost, vat),
            vat=vat,
            stock=stock,
        )
    return Checked(number=number, shown=shown, row=row, faults=faults)


def _money(cells, name, marks, faults):
    cell = cells.get(name)
    if cell is None or values.as_text(cell) == "":
        if name == "price":
            faults.append(refused("EMPTY_FIELD", name))
        return None
    try:
        kopecks, said_currency = values.money(cell, marks.get(name, ""))
    except BadValue as bad:
        faults.append(refused(bad.code, name, cell))
        return None
    if said_currency:
        faults.append(noted("CURRENCY_IN_PRICE", CONVERTED, name, cell, level=WARNING))
    return kopecks


def _vat(cells, reading, faults):
    cell = cells.get("vat")
    if values.as_text(cell) == "":
        if not reading.default_vat:
            faults.append(refused("EMPTY_FIELD", "vat"))
        return reading.default_vat
    try:
        return values.vat(cell, reading.labels)
    except BadValue as bad:
        faults.append(refused(bad.code, "vat", cell))
        return ""


def _stock(cells, reading, faults):
    cell = cells.get("stock")
    if values.as_text(cell) == "":
        return None
    try:
        pieces = values.stock(cell, reading.stock_words)
    except BadValue as bad:
        faults.append(left_out(bad.code, "stock", cell))
        return None
    if pieces >= 0:
        return pieces
    if reading.negative_stock_refused:
        faults.append(refused("NEGATIVE_STOCK", "stock", cell))
        return None
    faults.append(noted("NEGATIVE_STOCK", CONVERTED, "stock", cell, about="0", level=WARNING))
    return 0


def _ean(cells, faults):
    cell = cells.get("ean")
    if values.as_text(cell) == "":
        return ""
    try:
        return values.ean(cell)
    except BadValue as bad:
        faults.append(left_out(bad.code, "ean", cell))
        return ""


def _refuse_repeated_skus(checked):
    """The first row of a SKU counts. Which of two is meant nobody can know, so the second is never silent."""
    first = {}
    for item in checked:
        sku = item.shown["sku"]
        if not sku:
            continue
        if sku in first:
            item.faults.append(refused("DUPLICATE_SKU", "sku", sku, about=str(first[sku])))
            item.row = None
        else:
            first[sku] = item.number


def _drop_repeated_eans(checked):
    """One EAN on two SKUs: the first keeps it, the others are imported without."""
    first = {}
    for item in checked:
        if item.row is None or not item.row.ean:
            continue
        ean = item.row.ean
        if ean in first:
            item.faults.append(left_out("DUPLICATE_EAN", "ean", ean, about=str(first[ean])))
            item.row = Row(**{**item.row.as_dict(), "ean": ""})
        else:
            first[ean] = item.number
