import csv
import io
import zipfile

import openpyxl
import xlwt

from odoo.tests import BaseCase, tagged

from ..engine import rows, table, text
from ..engine.faults import Unreadable
from ..engine.rows import Reading
from ..engine.table import Layout
from .price_lists import HEADER, as_csv, ean, row

LAYOUT = Layout(
    headers={
        "sku": ("article", "артикул"),
        "name": ("title", "наименование"),
        "ean": ("barcode",),
        "cost": ("purchase_price",),
        "price": ("retail_price", "цена"),
        "vat": ("vat",),
        "stock": ("qty",),
    },
    required=frozenset({"sku", "name", "price"}),
)
LABELS = frozenset({"22%", "10%", "no_vat"})


@tagged("post_install", "-at_install")
class TestReading(BaseCase):
    def unreadable(self, code, data, layout=LAYOUT):
        with self.assertRaises(Unreadable) as caught:
            table.read(data, layout)
        self.assertEqual(caught.exception.code, code)
        return caught.exception.detail

    def test_every_encoding_and_separator_is_found(self):
        russian = [["Оправа-1", "Оправа титановая, чёрная", "", "", "1250,50", "", ""]]
        for encoding in ("utf-8", "utf-8-sig", "cp1251", "koi8-r", "cp866", "utf-16"):
            for separator in text.SEPARATORS:
                data = as_csv(russian, encoding=encoding, delimiter=separator)
                found = table.read(data, LAYOUT)
                self.assertEqual((found.encoding, found.separator), (encoding, separator))
                self.assertEqual(found.rows[0][1]["name"], russian[0][1])

    def test_a_chosen_encoding_that_is_wrong_is_said(self):
        layout = Layout(headers=LAYOUT.headers, required=LAYOUT.required, encoding="utf-8")
        data = as_csv([["1", "Оправа", "", "", "5", "", ""]], encoding="cp1251")
        self.assertEqual(self.unreadable("BAD_ENCODING", data, layout), {"encoding": "utf-8"})

    def test_headers_below_a_letterhead(self):
        data = b"Supplier Ltd\nPrice list of today\n\n" + as_csv([row(1)])
        found = table.read(data, LAYOUT)
        self.assertEqual((found.header_row, found.rows[0][0]), (4, 5))
        self.assertEqual(found.columns["price"], "retail_price")

    def test_missing_columns_are_named(self):
        detail = self.unreadable("NO_COLUMNS", b"article;qty\n1;2\n")
        self.assertEqual(detail, {"missing": "name, price", "found": "sku, stock"})

    def test_rows_shorter_than_the_header_and_empty_rows(self):
        found = table.read(b"article;title;retail_price;qty\nA;a;5\n;;;\n\nB;b;6;7\n", LAYOUT)
        self.assertEqual([(n, r["sku"], r["stock"]) for n, r in found.rows], [(2, "A", None), (5, "B", "7")])

    def workbook(self, *sheets):
        book = openpyxl.Workbook()
        book.remove(book.active)
        for title, lines in sheets:
            sheet = book.create_sheet(title)
            for line in lines:
                sheet.append(line)
        output = io.BytesIO()
        book.save(output)
        return output.getvalue()

    def test_xlsx_takes_the_sheet_that_has_the_columns(self):
        data = self.workbook(
            ("О нас", [["Телефон"]]), ("Прайс", [[], HEADER, [7, "x", 4006381333931, 1, 2.5, 0.22, 3]])
        )
        found = table.read(data, LAYOUT)
        self.assertEqual((found.file_format, found.sheet, found.header_row), ("xlsx", "Прайс", 2))
        self.assertEqual(found.rows[0][1]["price"], 2.5)
        named = Layout(headers=LAYOUT.headers, required=LAYOUT.required, sheet="Нет")
        self.assertEqual(self.unreadable("NO_SHEET", data, named)["sheets"], "О нас, Прайс")
        self.unreadable("NO_COLUMNS", self.workbook(("О нас", [["Телефон"]])))

    def test_xls(self):
        book = xlwt.Workbook()
        sheet = book.add_sheet("Прайс")
        for number, line in enumerate([HEADER, ["A", "a", "", 1, 2.5, 0.22, 3]]):
            for column, cell in enumerate(line):
                sheet.write(number, column, cell)
        output = io.BytesIO()
        book.save(output)
        found = table.read(output.getvalue(), LAYOUT)
        self.assertEqual((found.file_format, found.rows[0][1]["price"]), ("xls", 2.5))

    def test_damaged_files(self):
        self.unreadable("EMPTY_FILE", b"")
        self.unreadable("EMPTY_FILE", as_csv([]))
        self.unreadable("BAD_XLSX", b"PK\x03\x04 not a zip")
        self.unreadable("BAD_XLS", b"\xd0\xcf\x11\xe0 not a book")
        self.addCleanup(csv.field_size_limit, csv.field_size_limit(1000))
        self.unreadable("BAD_CSV", as_csv([["x" * 2000, "a", "", "", "1", "", ""]]))
        self.unreadable("BAD_CSV", as_csv([row(n) for n in range(60)] + [["x" * 2000]]))
        other = io.BytesIO()
        with zipfile.ZipFile(other, "w") as archive:
            archive.writestr("a.txt", "a")
        self.unreadable("BAD_XLSX", other.getvalue())

    def test_a_file_that_unpacks_to_a_flood_is_refused(self):
        bomb = io.BytesIO()
        with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("xl/worksheets/sheet1.xml", b"0" * 3_000_000)
        original, table.MAX_UNPACKED_BYTES = table.MAX_UNPACKED_BYTES, 1_000_000
        self.addCleanup(setattr, table, "MAX_UNPACKED_BYTES", original)
        self.unreadable("FILE_TOO_LARGE", bomb.getvalue())

    def test_too_many_rows_and_bytes(self):
        original, table.MAX_ROWS = table.MAX_ROWS, 3
        self.addCleanup(setattr, table, "MAX_ROWS", original)
        self.assertEqual(self.unreadable("TOO_MANY_ROWS", as_csv([row(n) for n in range(4)])), {"limit": 3})
        self.assertEqual(len(table.read(as_csv([row(n) for n in range(3)]), LAYOUT).rows), 3)
        self.unreadable("FILE_TOO_LARGE", b"x" * (table.MAX_BYTES + 1))

    # --- rows ------------------------------------------------------------------------------------------------

    def check(self, lines, **reading):
        checked, _mark = rows.check(table.read(as_csv(lines), LAYOUT), Reading(labels=LABELS, **reading))
        return checked

    def faults(self, lines, **reading):
        return [(c.number, f.code, f.field, f.done) for c in self.check(lines, **reading) for f in c.faults]

    def test_a_good_row(self):
        (item,) = self.check([row(1)])
        self.assertEqual(item.faults, [])
        self.assertEqual(
            item.row.as_dict(),
            {
                "number": 2,
                "sku": "SG-00001",
                "name": "Sunglasses 1",
                "ean": ean(1),
                "price": 899000,
                "cost": 390000,
                "vat": "22%",
                "stock": 5,
            },
        )

    def test_prices_without_vat_are_raised(self):
        (item,) = self.check(
            [row(1, price="100.00", cost="50.00")], price_with_vat=False, cost_with_vat=False
        )
        self.assertEqual((item.row.price, item.row.cost), (12200, 6100))

    def test_every_empty_field(self):
        lines = [["", "a", "", "", "", "", ""]]
        self.assertEqual(
            self.faults(lines),
            [
                (2, "EMPTY_FIELD", "sku", "refused"),
                (2, "EMPTY_FIELD", "vat", "refused"),
                (2, "EMPTY_FIELD", "price", "refused"),
            ],
        )
        self.assertEqual(self.faults([["A", "a", "", "", "5", "", ""]], default_vat="22%"), [])

    def test_repeated_sku_and_ean_name_the_first_row(self):
        twice, same_ean = row(1), row(2)
        same_ean[2] = ean(1)
        checked = self.check([row(1), twice, same_ean])
        self.assertEqual(
            [(f.code, f.about) for c in checked for f in c.faults],
            [("DUPLICATE_SKU", "2"), ("DUPLICATE_EAN", "2")],
        )
        self.assertIsNone(checked[1].row)
        self.assertEqual(checked[2].row.ean, "")

    def test_stock_faults(self):
        self.assertEqual(
            self.faults([row(1, stock="-2")], negative_stock_refused=True),
            [(2, "NEGATIVE_STOCK", "stock", "refused")],
        )
        (item,) = self.check([row(1, stock="-2")])
        self.assertEqual((item.row.stock, item.faults[0].done), (0, "converted"))
        (item,) = self.check([row(1, stock="куча")])
        self.assertEqual((item.row.stock, item.faults[0].code), (None, "BAD_STOCK"))

    def test_a_long_value_is_cut_in_the_report(self):
        (item,) = self.check([row(1, price="x" * 500)])
        self.assertEqual(len(item.faults[0].value), 200)
