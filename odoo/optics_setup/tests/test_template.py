from datetime import date

from odoo.tests import TransactionCase, tagged


@tagged("post_install", "-at_install")
class TestTemplate(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env["res.company"].create({"name": "Optika"})
        cls.env = cls.env(context={**cls.env.context, "allowed_company_ids": cls.company.ids})
        cls.company = cls.company.with_env(cls.env)
        cls.company._apply_russian_template()

    def test_the_company_counts_in_roubles_in_russia(self):
        self.assertEqual(self.company.currency_id.name, "RUB")
        self.assertEqual(self.company.country_id.code, "RU")
        self.assertEqual(self.company.resource_calendar_id.tz, "Europe/Moscow")
        self.assertTrue(self.company.chart_template)

    def test_the_standard_rate_is_20_until_2025_and_22_from_2026(self):
        taxes = self.env["account.tax"]
        for day, amount in ((date(2025, 12, 31), 20), (date(2026, 1, 1), 22)):
            for use, included in (("sale", True), ("purchase", True), ("purchase", False)):
                tax = taxes._standard_vat_on(day, use, included)
                self.assertEqual((tax.amount, tax.type_tax_use, tax.price_include), (amount, use, included))
        self.assertEqual(self.company.account_sale_tax_id.vat_label, "22%")

    def test_every_rate_of_a_receipt_has_its_tax(self):
        taxes = self.env["account.tax"]
        for label in ("22%", "10%", "7%", "5%", "0%", "no_vat"):
            self.assertEqual(len(taxes._vat_on(label, date(2026, 6, 1))), 1, label)
        self.assertFalse(taxes._vat_on("20%", date(2026, 6, 1)))

    def test_a_second_application_changes_nothing(self):
        taxes = self.env["account.tax"].search([("company_id", "=", self.company.id)])
        self.company._apply_russian_template()
        self.assertEqual(self.env["account.tax"].search([("company_id", "=", self.company.id)]), taxes)

    def test_vat_is_inside_the_price(self):
        amounts = self.company.account_sale_tax_id.compute_all(12200)
        self.assertEqual((amounts["total_excluded"], amounts["total_included"]), (10000, 12200))
