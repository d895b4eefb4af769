from datetime import date

import psycopg2

from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger


@tagged("post_install", "-at_install")
class TestShop(TransactionCase):
    def test_two_shops_of_a_company_never_share_a_code(self):
        self.env["optics.shop"].create({"name": "Nevsky", "code": "N1"})
        with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.IntegrityError), self.cr.savepoint():
            self.env["optics.shop"].create({"name": "Other", "code": "N1"})

    def test_staff_of_a_shop_know_it_as_theirs(self):
        shop = self.env["optics.shop"].create(
            {"name": "Nevsky", "code": "N1", "user_ids": [(4, self.env.uid)]}
        )
        self.assertIn(shop, self.env.user.shop_ids)

    def test_the_rate_of_a_day_follows_the_law_of_that_day(self):
        taxes = self.env["account.tax"]
        for label, start, end in (("20%", "2019-01-01", "2025-12-31"), ("22%", "2026-01-01", False)):
            taxes.create(
                {
                    "name": f"VAT {label}",
                    "amount": float(label[:-1]),
                    "price_include": True,
                    "vat_label": label,
                    "valid_from": start,
                    "valid_to": end,
                }
            )
        self.assertEqual(taxes._standard_vat_on(date(2025, 12, 31)).vat_label, "20%")
        self.assertEqual(taxes._standard_vat_on(date(2026, 1, 1)).vat_label, "22%")
        self.assertFalse(taxes._vat_on("10%", date(2026, 1, 1)))
        self.assertFalse(taxes._standard_vat_on(date(2010, 1, 1)))
