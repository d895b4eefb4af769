from odoo.tests import BaseCase, tagged

from ..engine import values
from ..engine.values import BadValue

LABELS = frozenset({"22%", "10%", "0%", "no_vat"})


@tagged("post_install", "-at_install")
class TestValues(BaseCase):
    def refuses(self, code, function, *args):
        with self.assertRaises(BadValue) as caught:
            function(*args)
        self.assertEqual(caught.exception.code, code, args)

    def test_money_as_suppliers_write_it(self):
        for cell, kopecks in (
            ("1234", 123400),
            ("1234.5", 123450),
            ("1234,56", 123456),
            ("1 234,56", 123456),
            ("1\u00a0234,56", 123456),
            ("1.234,56", 123456),
            ("1,234.56", 123456),
            ("1'234.56", 123456),
            ("1,234", 123400),
            ("12.345.678", 1234567800),
            (1234.56, 123456),
            (0.1 + 0.2, 30),
            (7990, 799000),
            ("0,01", 1),
        ):
            self.assertEqual(values.money(cell), (kopecks, False), cell)

    def test_a_mark_settles_what_three_digits_mean(self):
        self.assertEqual(values.money("1,235", ","), (124, False))
        self.assertEqual(values.money("1,235", "."), (123500, False))

    def test_roubles_are_understood_and_other_money_is_not(self):
        for cell in ("1250 руб.", "1250р", "1250 ₽", "1250 рублей", "1250 RUB"):
            self.assertEqual(values.money(cell), (125000, True), cell)
        for cell in ("$120", "120 EUR", "120 €", "¥5", "100 долл."):
            self.refuses("CURRENCY_IN_PRICE", values.money, cell)

    def test_what_is_no_price(self):
        for cell in (
            "",
            "договорная",
            "-5",
            "0",
            0,
            -1.5,
            True,
            float("nan"),
            float("inf"),
            "1e5x",
            "1.2.3",
            10**10,
            "--",
        ):
            self.refuses("BAD_PRICE", values.money, cell)

    def test_decimal_mark_is_what_most_cells_use(self):
        self.assertEqual(values.decimal_mark(["1,50", "2,75", "3.10", "12", None]), ",")
        self.assertEqual(values.decimal_mark(["1.50", 7.5, "3.10"]), ".")
        self.assertEqual(values.decimal_mark(["1", "abc", None]), "")

    def test_vat_in_all_its_forms(self):
        for cell, label in (
            ("22%", "22%"),
            ("22", "22%"),
            (22, "22%"),
            (22.0, "22%"),
            ("0.22", "22%"),
            (0.22, "22%"),
            ("0,22", "22%"),
            ("НДС 22 %", "22%"),
            ("10 %", "10%"),
            ("0.1", "10%"),
            ("0", "0%"),
            ("Без НДС", "no_vat"),
            ("no_vat", "no_vat"),
        ):
            self.assertEqual(values.vat(cell, LABELS), label, cell)
        for cell in ("19%", "abc", "22/122", "-22", True, "122%", "2 2"):
            self.refuses("BAD_VAT", values.vat, cell, LABELS)

    def test_a_rate_that_is_no_law_today_is_refused(self):
        self.refuses("BAD_VAT", values.vat, "20%", LABELS)

    def test_net_and_gross(self):
        self.assertEqual(values.with_vat(10000, "22%"), 12200)
        self.assertEqual(values.without_vat(12200, "22%"), 10000)
        self.assertEqual(values.with_vat(125050, "no_vat"), 125050)
        self.assertEqual(values.with_vat(1, "22%"), 1)
        self.assertEqual(values.with_vat(3, "22%"), 4)

    def test_stock_in_words_and_numbers(self):
        words = {"много": 20, "под заказ": 0}
        for cell, pieces in (
            ("Много", 20),
            (" под  заказ ", 0),
            ("7", 7),
            (7.0, 7),
            ("7,0", 7),
            ("10+", 10),
            (">10", 10),
            ("5 шт.", 5),
            ("-2", -2),
        ):
            self.assertEqual(values.stock(cell, words), pieces, cell)
        for cell in ("есть", "1.5", True, "10-20"):
            self.refuses("BAD_STOCK", values.stock, cell, words)

    def test_ean_check_digits(self):
        for good in (
            "4006381333931",
            "96385074",
            "036000291452",
            "10012345678902",
            4006381333931,
            "400 6381 333931",
        ):
            self.assertEqual(values.ean(good), str(good).replace(" ", ""))
        for bad in ("4006381333932", "123", "4,0E+12", "abcdefgh", "00000000", "٤٠٠٦٣٨١٣"):
            self.refuses("BAD_EAN", values.ean, bad)

    def test_text_of_a_cell(self):
        self.assertEqual(
            [values.as_text(cell) for cell in (None, 7.0, " a\u00a0b ", 7)], ["", "7", "a b", "7"]
        )
