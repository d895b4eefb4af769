from datetime import timedelta

from psycopg2.errors import RaiseException

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import ShopCase


@tagged("post_install", "-at_install")
class TestAuditLog(ShopCase):
    def _log(self, kind):
        return self.env["shop.audit.log"].search([("kind", "=", kind)], limit=1)

    def _count(self, kind):
        return self.env["shop.audit.log"].search_count([("kind", "=", kind)])

    def test_a_price_change_is_logged_with_who_and_what(self):
        manager = self._user("buyer", "optics_core.group_administrator")
        self.frame.product_tmpl_id.with_user(manager).list_price = 13000.0
        row = self._log("price")
        self.assertEqual((row.old_value, row.new_value, row.change), (12200.0, 13000.0, 800.0))
        self.assertAlmostEqual(row.percent, 6.557, 2)
        self.assertEqual((row.before, row.after), ("12,200.00", "13,000.00"))
        self.assertEqual(row.user_id, manager)
        self.assertEqual(row.sku, "FR-1")
        self.assertEqual((row.res_model, row.res_id), ("product.template", self.frame.product_tmpl_id.id))

    def test_an_equal_price_leaves_no_trace(self):
        before = self._count("price")
        self.frame.product_tmpl_id.write({"list_price": 12200.0, "name": "Frame"})
        self.frame.lst_price = 12200.0
        self.assertEqual(self._count("price"), before)

    def test_a_price_set_on_the_variant_is_logged(self):
        self.frame.lst_price = 12300.0
        self.assertEqual(self._log("price").new_value, 12300.0)

    def test_a_cost_change_is_logged(self):
        self.frame.with_context(shop_audit_reference="IMP/1").standard_price = 5500.0
        row = self._log("cost")
        self.assertEqual((row.old_value, row.new_value, row.reference), (5000.0, 5500.0, "IMP/1"))

    def test_a_change_of_vat_is_logged_in_words(self):
        self.frame.taxes_id = [(5, 0, 0)]
        row = self._log("tax")
        self.assertEqual((row.old_text, row.new_text or ""), ("VAT 22", ""))

    def test_a_rule_of_a_price_list_is_logged_from_birth_to_death(self):
        rule = self.env["product.pricelist.item"].create(
            {
                "pricelist_id": self.currency_pricelist.id,
                "applied_on": "1_product",
                "product_tmpl_id": self.frame.product_tmpl_id.id,
                "compute_price": "fixed",
                "fixed_price": 11000.0,
            }
        )
        rule.write({"fixed_price": 10000.0, "date_start": "2026-12-01 00:00:00"})
        rule.min_quantity = 2
        rule.unlink()
        rows = self.env["shop.audit.log"].search([("kind", "=", "pricelist")], limit=3)
        self.assertIn("11,000", rows[2].new_text)
        self.assertIn("10,000", rows[1].new_text)
        self.assertIn("2026-12-01", rows[1].new_text)
        self.assertFalse(rows[0].new_text)
        self.assertEqual(rows[0].sku, "FR-1")
        self.assertEqual(rows[1].after, rows[1].new_text)

    def test_a_change_of_stock_by_hand_is_logged_and_a_sale_is_not(self):
        before = self._count("stock")
        session = self.open_till(self.shop_a)
        self.sell(session, (self.lens, 1))
        self.close_till(session)
        self.assertEqual(self._count("stock"), before)
        self._set_stock(self.lens, self.shop_a, 90)
        row = self._log("stock")
        self.assertEqual((row.old_value, row.new_value), (99.0, 90.0))
        self.assertEqual(row.shop_id, self.shop_a)
        self._set_stock(self.lens, self.shop_a, 95)
        self.assertEqual((self._log("stock").old_value, self._log("stock").new_value), (90.0, 95.0))

    def test_two_moves_of_one_product_are_two_honest_rows(self):
        reason = self.env.ref("ru_accounting_extras.write_off_reason_lost")
        self.env["shop.write.off"].create(
            {
                "shop_id": self.shop_a.id,
                "reason_id": reason.id,
                "line_ids": [(0, 0, {"product_id": self.lens.id, "quantity": n}) for n in (1, 2)],
            }
        ).action_post()
        rows = self.env["shop.audit.log"].search([("kind", "=", "stock")], limit=2)
        values = [(row.old_value, row.new_value) for row in reversed(rows)]
        self.assertEqual(values, [(100.0, 99.0), (99.0, 97.0)])

    def test_goods_of_a_central_warehouse_belong_to_no_shop(self):
        location = self.company_data["default_warehouse"].lot_stock_id
        quant = self.env["stock.quant"].with_context(inventory_mode=True)
        quant.create(
            {"product_id": self.lens.id, "location_id": location.id, "inventory_quantity": 7}
        ).action_apply_inventory()
        self.assertFalse(self._log("stock").shop_id)

    @mute_logger("odoo.sql_db")
    def test_nobody_changes_or_deletes_a_row(self):
        self.frame.standard_price = 5500.0
        row = self._log("cost")
        with self.assertRaises(UserError):
            self.env["shop.audit.log"].create({"kind": "cost"})
        with self.assertRaises(RaiseException), self.cr.savepoint():
            self.cr.execute("UPDATE shop_audit_log SET new_value = 1 WHERE id = %s", [row.id])
        with self.assertRaises(RaiseException), self.cr.savepoint():
            self.cr.execute("DELETE FROM shop_audit_log WHERE id = %s", [row.id])

    @mute_logger("odoo.sql_db")
    def test_old_rows_go_when_their_time_is_over(self):
        self.frame.standard_price = 5500.0
        self.company.audit_keep_days = 10  # the floor of 90 days holds all the same
        self.env["res.company"].search([("id", "!=", self.company.id)]).audit_keep_days = 10
        total = self.env["shop.audit.log"].search_count([])
        self._insert_old(days=91)
        self._insert_old(days=89)
        self.env["shop.audit.log"]._gc_old_rows()
        self.assertEqual(self.env["shop.audit.log"].search_count([]), total + 1)

    def _insert_old(self, days):
        at = fields.Datetime.now() - timedelta(days=days)
        self.cr.execute("INSERT INTO shop_audit_log (at, kind) VALUES (%s, 'cost')", [at])

    def test_nothing_to_log_is_no_error(self):
        self.env["shop.audit.log"]._record([])
