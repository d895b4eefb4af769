from psycopg2 import IntegrityError

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import ShopCase


@tagged("post_install", "-at_install")
class TestWriteOff(ShopCase):
    def setUp(self):
        super().setUp()
        self.reason = self.env.ref("ru_accounting_extras.write_off_reason_broken")
        self.shortage = self.company.stock_shortage_account_id

    def _document(self, *lines, user=None):
        documents = self.env["shop.write.off"].with_user(user or self.env.user)
        return documents.create(
            {
                "shop_id": self.shop_a.id,
                "reason_id": self.reason.id,
                "line_ids": [(0, 0, {"product_id": product.id, "quantity": n}) for product, n in lines],
            }
        )

    def test_goods_leave_the_shop_and_their_cost_is_posted(self):
        document = self._document((self.lens, 2), (self.frame, 1))
        self.assertAlmostEqual(document.total, 10000.0)  # an estimate before it happens
        document.action_post()
        self.assertEqual(document.state, "posted")
        self.assertAlmostEqual(self.stock(self.lens, self.shop_a), 98.0)
        self.assertAlmostEqual(self.stock(self.lens, self.shop_b), 100.0)
        self.assertAlmostEqual(document.total, 10000.0)
        self.assertAlmostEqual(self.balance(self.shortage), 10000.0)
        goods = self.lens.categ_id.property_stock_valuation_account_id
        self.assertAlmostEqual(self.balance(goods), -10000.0)
        self.assertEqual(document.account_move_count, 2)
        action = document.action_view_account_moves()
        self.assertEqual(self.env["account.move"].search_count(action["domain"]), 2)

    def test_automated_valuation_posts_once_to_the_account_of_the_reason(self):
        accounts = (
            self.company_data["default_account_stock_in"],
            self.company_data["default_account_stock_out"],
        )
        self.optics.with_company(self.company).write(
            {
                "property_valuation": "real_time",
                "property_stock_account_input_categ_id": accounts[0].id,
                "property_stock_account_output_categ_id": accounts[1].id,
                "property_stock_valuation_account_id": self.company_data[
                    "default_account_stock_valuation"
                ].id,
            }
        )
        self.assertEqual(self.lens.valuation, "real_time")
        loss = self.company._new_account("94", "Broken lenses", "expense")
        self.reason.with_company(self.company).account_id = loss
        document = self._document((self.lens, 1))
        document.action_post()
        self.assertAlmostEqual(self.balance(loss), 2500.0)
        self.assertEqual(len(document.account_move_ids), 1)

    def test_the_shop_submits_and_an_accountant_writes_off(self):
        document = self._document((self.lens, 1), user=self.manager)
        with self.assertRaisesRegex(UserError, "by an accountant"):
            document.action_post()
        document.action_submit()
        with self.assertRaises(UserError):
            document.write({"note": "too late"})
        document.with_user(self.accountant).action_post()
        self.assertEqual(document.state, "posted")

    def test_a_document_may_go_back_to_draft_until_it_is_posted(self):
        document = self._document((self.lens, 1))
        document.action_submit()
        document.action_draft()
        document.action_cancel()
        document.action_draft()
        document.action_post()
        for step in (document.action_draft, document.action_cancel, document.action_post):
            with self.assertRaises(UserError):
                step()
        with self.assertRaises(UserError):
            document.unlink()

    def test_lines_of_a_posted_document_do_not_change(self):
        document = self._document((self.lens, 1))
        document.action_post()
        line = document.line_ids.with_user(self.accountant)
        for change in (lambda: line.write({"quantity": 9}), line.unlink):
            with self.assertRaises(UserError):
                change()
        with self.assertRaises(UserError):
            line.create({"write_off_id": document.id, "product_id": self.frame.id})

    def test_more_than_is_there_cannot_be_written_off(self):
        with self.assertRaisesRegex(UserError, "has 100"):
            self._document((self.lens, 101)).action_post()

    def test_an_empty_document_is_refused(self):
        with self.assertRaises(UserError):
            self._document().action_submit()
        with self.assertRaises(UserError):
            self._document().action_post()

    def test_goods_with_lots_need_the_lot(self):
        contact = self._goods("Contact lens", self.optics, 2000.0, 900.0, "CL-1")
        contact.tracking = "lot"
        lot = self.env["stock.lot"].create(
            {"name": "L1", "product_id": contact.id, "company_id": self.company.id}
        )
        self.env["stock.quant"]._update_available_quantity(
            contact, self.shop_a.warehouse_id.lot_stock_id, 5, lot_id=lot
        )
        document = self._document((contact, 1))
        with self.assertRaisesRegex(UserError, "name the lot"):
            document.action_post()
        document.line_ids.lot_id = lot
        document.action_post()
        self.assertEqual(document.line_ids.move_ids.move_line_ids.lot_id, lot)

    def test_accounts_that_are_not_set_are_named(self):
        self.company.stock_shortage_account_id = False
        with self.assertRaisesRegex(UserError, "Stock shortages"):
            self._document((self.lens, 1)).action_post()

    @mute_logger("odoo.sql_db")
    def test_quantity_is_above_zero(self):
        with self.assertRaises(IntegrityError), self.cr.savepoint():
            self._document((self.lens, 0))

    def test_the_act_names_goods_and_reason(self):
        document = self._document((self.lens, 2))
        document.action_post()
        html, _kind = self.env["ir.actions.report"]._render_qweb_html(
            "ru_accounting_extras.write_off_act", document.ids
        )
        self.assertIn("Broken in the shop", html.decode())
        self.assertIn("Lens", html.decode())
