from psycopg2 import IntegrityError

from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import ShopCase


@tagged("post_install", "-at_install")
class TestCashDesk(ShopCase):
    def test_each_shop_has_one_cash_account_for_its_safe_and_drawers(self):
        self.assertNotEqual(self.shop_a.cash_account_id, self.shop_b.cash_account_id)
        journals = self.shop_a.cash_journal_ids
        self.assertEqual(len(journals), 2)
        self.assertIn(self.shop_a.cash_journal_id, journals)
        self.assertEqual(journals.default_account_id, self.shop_a.cash_account_id)
        self.assertEqual(self.shop_a.cash_account_id.account_type, "asset_cash")

    def test_opening_a_desk_again_makes_nothing_new(self):
        before = self.env["account.journal"].search_count([]), self.env["account.account"].search_count([])
        self.shop_a.sudo().action_open_cash_desk()
        after = self.env["account.journal"].search_count([]), self.env["account.account"].search_count([])
        self.assertEqual(before, after)

    def test_a_new_till_is_brought_under_the_shop(self):
        journal = self.env["account.journal"].create({"name": "Second drawer", "code": "DR2", "type": "cash"})
        method = self.env["pos.payment.method"].create({"name": "Cash 2", "journal_id": journal.id})
        config = self.shop_a.config_ids.copy(
            {"name": "Second till", "payment_method_ids": [(6, 0, method.ids)]}
        )
        config.shop_id = self.shop_a
        self.shop_a.sudo().action_open_cash_desk()
        self.assertEqual(journal.shop_id, self.shop_a)
        self.assertEqual(journal.default_account_id, self.shop_a.cash_account_id)

    def test_two_shops_cannot_share_cash_or_stock(self):
        with self.assertRaises(ValidationError):
            self.shop_b.cash_account_id = self.shop_a.cash_account_id
        with self.assertRaises(ValidationError):
            self.shop_b.warehouse_id = self.shop_a.warehouse_id

    def test_cash_now_counts_an_open_session_once(self):
        session = self.open_till(self.shop_a)
        self.sell(session, (self.liquid, 2))
        self.assertAlmostEqual(self.shop_a.cash_balance, 1220.0)
        self.close_till(session)
        self.env.invalidate_all()
        self.assertAlmostEqual(self.shop_a.cash_balance, 1220.0)
        self.assertAlmostEqual(self.balance(self.shop_a.cash_account_id), 1220.0)
        self.assertAlmostEqual(self.balance(self.shop_b.cash_account_id), 0.0)

    def test_a_difference_at_closing_is_kept_and_becomes_a_task_of_the_manager(self):
        session = self.open_till(self.shop_a)
        self.sell(session, (self.liquid, 2))
        self.close_till(session, short=200.0)
        self.assertAlmostEqual(session.z_cash_expected, 1220.0)
        self.assertAlmostEqual(session.z_cash_counted, 1020.0)
        self.assertAlmostEqual(session.z_cash_difference, -200.0)
        self.assertEqual(session.activity_ids.user_id, self.manager)

    def test_a_small_difference_makes_no_task(self):
        session = self.open_till(self.shop_b)
        self.sell(session, (self.liquid, 1))
        self.close_till(session, short=-10.0)
        self.assertAlmostEqual(session.z_cash_difference, 10.0)
        self.assertFalse(session.activity_ids)

    def test_late_receipts_of_a_closed_shift_are_expected_in_the_next_drawer(self):
        first = self.open_till(self.shop_a)
        self.sell(first, (self.frame, 1))
        self.close_till(first)
        beside = self.env["pos.session"].create(
            {"config_id": self.config.id, "name": "(late receipts)", "rescue": True}
        )
        beside.set_cashbox_pos(0.0, "")
        self.sell(beside, (self.liquid, 1))
        beside.action_pos_session_closing_control()
        self.assertEqual((beside.state, beside.z_cash_difference), ("closed", 0.0))
        self.assertAlmostEqual(self.balance(self.shop_a.cash_account_id), 12810.0)
        self.config.open_ui()
        session = self.config.current_session_id
        self.assertAlmostEqual(session.cash_register_balance_start, 12810.0)
        session.set_cashbox_pos(12810.0, None)
        self.sell(session, (self.liquid, 1))
        self.close_till(session)
        self.assertAlmostEqual(session.z_cash_expected, 13420.0)
        self.assertAlmostEqual(self.balance(self.shop_a.cash_account_id), 13420.0)

    def test_late_receipts_during_a_session_leave_its_drawer_alone(self):
        session = self.open_till(self.shop_a)
        self.sell(session, (self.frame, 1))
        beside = self.env["pos.session"].create(
            {"config_id": self.config.id, "name": "(late receipts)", "rescue": True}
        )
        beside.set_cashbox_pos(0.0, "")
        self.sell(beside, (self.liquid, 1))
        beside.action_pos_session_closing_control()
        window = session.get_closing_control_data()["default_cash_details"]
        self.assertEqual((window["opening"], window["amount"]), (0.0, 12200.0))
        self.close_till(session)
        self.assertEqual((beside.z_cash_difference, session.z_cash_difference), (0.0, 0.0))
        self.config.open_ui()
        following = self.config.current_session_id
        self.assertAlmostEqual(following.cash_register_balance_start, 12810.0)
        self.assertAlmostEqual(
            following.get_closing_control_data()["default_cash_details"]["opening"], 12810.0
        )

    def test_the_day_after_a_difference_starts_from_what_was_counted(self):
        first = self.open_till(self.shop_a)
        self.sell(first, (self.liquid, 2))
        self.close_till(first, short=20.0)
        second = self.open_till(self.shop_a, 1200.0)
        self.sell(second, (self.liquid, 1))
        self.close_till(second)
        self.assertAlmostEqual(second.z_cash_expected, 1810.0)
        self.assertAlmostEqual(second.z_cash_difference, 0.0)

    @mute_logger("odoo.sql_db")
    def test_a_shop_is_reconciled_once_a_night(self):
        nights = self.env["shop.stock.reconciliation"].sudo()
        nights.create({"shop_id": self.shop_a.id, "date": "2026-11-20", "state": "done"})
        with self.assertRaises(IntegrityError), self.cr.savepoint():
            nights.create({"shop_id": self.shop_a.id, "date": "2026-11-20", "state": "done"})
