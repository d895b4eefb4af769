from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import ShopCase


@tagged("post_install", "-at_install")
class TestAccess(ShopCase):
    @classmethod
    def setUpClass(cls, chart_template_ref=None):
        super().setUpClass(chart_template_ref=chart_template_ref)
        cls.cashier = cls._user("cashier_a", "optics_core.group_cashier", cls.shop_a)
        cls.administrator = cls._user("administrator", "optics_core.group_administrator")

    def _sale_everywhere(self):
        for shop in (self.shop_a, self.shop_b):
            session = self.open_till(shop)
            self.sell(session, (self.frame, 1))
            self.close_till(session)

    def test_a_cashier_sees_no_profit_and_moves_no_cash(self):
        for model in (
            "shop.profit.report",
            "shop.pos.analytics",
            "shop.cash.transfer",
            "shop.write.off",
            "shop.stock.discrepancy",
            "shop.stock.reconciliation",
            "shop.audit.log",
            "shop.profit.wizard",
        ):
            with self.assertRaises(AccessError, msg=model):
                self.env[model].with_user(self.cashier).search([])

    def test_a_cashier_closes_his_session_and_the_difference_is_kept(self):
        self.config = self.shop_a.config_ids
        self.config.with_user(self.cashier).open_ui()
        session = self.config.current_session_id.with_user(self.cashier)
        session.set_cashbox_pos(0.0, None)
        self.sell(session.sudo(), (self.liquid, 1))
        session.post_closing_cash_details(500.0)
        self.assertTrue(session.close_session_from_ui()["successful"])
        self.assertAlmostEqual(session.z_cash_difference, -110.0)

    def test_a_manager_sees_his_shops_only(self):
        self._sale_everywhere()
        for model in ("shop.profit.report", "shop.pos.analytics"):
            seen = self.env[model].with_user(self.manager).search([]).mapped("shop_id")
            self.assertEqual(seen.sudo(), self.shop_a, model)
            every = self.env[model].with_user(self.accountant).search([]).mapped("shop_id")
            self.assertLessEqual(self.shop_a | self.shop_b, every.sudo(), model)

    def test_a_manager_reads_no_audit_and_an_administrator_does(self):
        self.frame.standard_price = 1.0
        with self.assertRaises(AccessError):
            self.env["shop.audit.log"].with_user(self.manager).search([])
        for user in (self.accountant, self.administrator):
            self.assertTrue(self.env["shop.audit.log"].with_user(user).search_count([("kind", "=", "cost")]))
        with self.assertRaises(AccessError):
            self.env["shop.audit.log"].with_user(self.administrator).search([], limit=1).write({"sku": "x"})
        with self.assertRaises(AccessError):
            self.env["shop.audit.log"].with_user(self.administrator).search([], limit=1).unlink()

    def test_a_manager_writes_off_in_his_shop_only(self):
        reason = self.env.ref("ru_accounting_extras.write_off_reason_lost")
        documents = self.env["shop.write.off"].with_user(self.manager)
        own = documents.create(
            {
                "shop_id": self.shop_a.id,
                "reason_id": reason.id,
                "line_ids": [(0, 0, {"product_id": self.lens.id, "quantity": 1})],
            }
        )
        own.action_submit()
        self.assertEqual(own.state, "submitted")
        with self.assertRaises(AccessError):
            documents.create({"shop_id": self.shop_b.id, "reason_id": reason.id})

    def test_a_manager_sends_money_from_his_shop(self):
        self._sale_everywhere()
        drawer = self.shop_a.config_ids.payment_method_ids.filtered("is_cash_count").journal_id
        transfer = (
            self.env["shop.cash.transfer"]
            .with_user(self.manager)
            .create(
                {
                    "amount": 100.0,
                    "source_journal_id": drawer.id,
                    "target_journal_id": self.shop_a.cash_journal_id.id,
                }
            )
        )
        transfer.action_send()
        transfer._receive(100.0)
        self.assertEqual(transfer.state, "received")
        elsewhere = transfer.sudo().copy({"source_journal_id": self.shop_b.cash_journal_id.id})
        elsewhere.target_journal_id = self.shop_b.config_ids.payment_method_ids.filtered(
            "is_cash_count"
        ).journal_id
        seen = self.env["shop.cash.transfer"].with_user(self.manager).search([])
        self.assertNotIn(elsewhere, seen)

    def test_only_an_administrator_opens_a_desk(self):
        shop = self._shop("Garden", "G")
        with self.assertRaises(AccessError):
            shop.with_user(self.manager).action_open_cash_desk()
        shop.with_user(self.administrator).action_open_cash_desk()
        self.assertTrue(shop.cash_journal_id)

    def test_settings_create_what_is_missing(self):
        self.company.goods_account_id = False
        settings = self.env["res.config.settings"].sudo().create({})
        settings.action_setup_shop_finance()
        self.assertTrue(self.company.goods_account_id)

    def test_a_company_without_a_journal_says_so(self):
        self.env["account.journal"].search(
            [("company_id", "=", self.company.id), ("type", "=", "general")]
        ).active = False
        with self.assertRaisesRegex(UserError, "no miscellaneous journal"):
            self.company._general_journal()
