from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import ShopCase


@tagged("post_install", "-at_install")
class TestStockReconciliation(ShopCase):
    def setUp(self):
        super().setUp()
        self.nights = self.env["shop.stock.reconciliation"].sudo()
        self.shortage = self.company.stock_shortage_account_id

    def _count(self, product, quantity, shop=None):
        """A person counted and did not apply the count."""
        location = (shop or self.shop_a).warehouse_id.lot_stock_id
        quant = self.env["stock.quant"].search(
            [("product_id", "=", product.id), ("location_id", "=", location.id)]
        )
        quant.with_context(inventory_mode=True).inventory_quantity = quantity
        self.assertTrue(quant.inventory_quantity_set)
        return quant

    def _night(self, shop=None):
        return self.nights._reconcile_shop(shop or self.shop_a)

    def _make_negative(self, product, quantity):
        location = self.shop_a.warehouse_id.lot_stock_id
        self.env["stock.quant"]._update_available_quantity(
            product, location, -self.stock(product, self.shop_a) - quantity
        )

    def test_five_pieces_are_corrected_with_an_entry(self):
        self._count(self.lens, 95)
        night = self._night()
        difference = night.discrepancy_ids
        self.assertEqual(difference.state, "corrected")
        self.assertEqual((difference.book, difference.actual, difference.pieces), (100.0, 95.0, -5.0))
        self.assertAlmostEqual(self.stock(self.lens, self.shop_a), 95.0)
        self.assertAlmostEqual(self.balance(self.shortage), 12500.0)
        self.assertAlmostEqual(night.corrected_value, -12500.0)
        self.assertEqual((night.found, night.corrected, night.tasks), (1, 1, 0))

    def test_a_surplus_is_income(self):
        self._count(self.lens, 103)
        self._night()
        self.assertAlmostEqual(self.stock(self.lens, self.shop_a), 103.0)
        self.assertAlmostEqual(self.balance(self.company.stock_surplus_account_id), -7500.0)

    def test_ten_percent_of_the_value_is_corrected_and_eleven_is_a_task(self):
        self._count(self.lens, 90)
        self._count(self.frame, 89)
        states = {d.product_id: d.state for d in self._night().discrepancy_ids}
        self.assertEqual(states, {self.lens: "corrected", self.frame: "task"})
        self.assertAlmostEqual(self.stock(self.frame, self.shop_a), 100.0)

    def test_a_task_goes_to_the_manager_of_the_shop_once(self):
        self._count(self.frame, 80)
        difference = self._night().discrepancy_ids
        self.assertEqual(difference.activity_ids.user_id, self.manager)
        self._night()
        again = self.env["shop.stock.discrepancy"].search([("product_id", "=", self.frame.id)])
        self.assertEqual(again, difference)
        self.assertEqual(len(difference.activity_ids), 1)

    def test_a_second_run_in_one_night_corrects_nothing_twice(self):
        self._count(self.lens, 97)
        first = self._night()
        second = self._night()
        self.assertEqual(first, second)
        self.assertAlmostEqual(self.stock(self.lens, self.shop_a), 97.0)
        self.assertEqual(len(second.discrepancy_ids), 1)

    def test_sales_after_the_count_do_not_spoil_it(self):
        self._count(self.lens, 98)
        session = self.open_till(self.shop_a)
        self.sell(session, (self.lens, 10))
        self.close_till(session)
        self._night()
        self.assertAlmostEqual(self.stock(self.lens, self.shop_a), 88.0)

    def test_an_equal_count_is_taken_off_the_list(self):
        quant = self._count(self.lens, 100)
        self.assertFalse(self._night().discrepancy_ids)
        self.assertFalse(quant.inventory_quantity_set)

    def test_stock_below_nothing_is_lifted_to_nothing(self):
        self._make_negative(self.liquid, 3)
        self._night()
        self.assertAlmostEqual(self.stock(self.liquid, self.shop_a), 0.0)
        self.assertAlmostEqual(self.balance(self.company.stock_surplus_account_id), -900.0)

    def test_stock_far_below_nothing_is_a_task(self):
        self._make_negative(self.liquid, 30)
        difference = self._night().discrepancy_ids
        self.assertEqual((difference.kind, difference.state), ("negative", "task"))
        self.assertAlmostEqual(self.stock(self.liquid, self.shop_a), -30.0)

    def test_goods_sold_and_left_in_the_books_are_moved(self):
        self._leave_picking_undone(2)
        self.assertAlmostEqual(self.stock(self.lens, self.shop_a), 100.0)
        difference = self._night().discrepancy_ids
        self.assertEqual((difference.kind, difference.state), ("unmoved", "corrected"))
        self.assertAlmostEqual(self.stock(self.lens, self.shop_a), 98.0)
        self.assertEqual(difference.pending_move_ids.state, "done")

    def test_undone_moves_of_goods_with_lots_wait_for_a_person(self):
        self._leave_picking_undone(2)
        self.lens.sudo().product_tmpl_id.write({"tracking": "lot"})
        difference = self._night().discrepancy_ids
        self.assertEqual(difference.state, "task")
        with self.assertRaisesRegex(UserError, "by hand"):
            difference.action_correct()

    def _leave_picking_undone(self, quantity):
        session = self.open_till(self.shop_a)
        self.sell(session, (self.frame, 1))
        self.close_till(session)
        picking_type = self.shop_a.warehouse_id.pos_type_id
        places = {
            "location_id": picking_type.default_location_src_id.id,
            "location_dest_id": picking_type.default_location_dest_id.id,
        }
        move = {"name": "Lens", "product_id": self.lens.id, "product_uom_qty": quantity, **places}
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": picking_type.id,
                "pos_session_id": session.id,
                "move_ids": [(0, 0, move)],
                **places,
            }
        )
        picking.action_confirm()
        return picking

    def test_a_shop_with_an_open_session_waits(self):
        session = self.open_till(self.shop_a)
        self.sell(session, (self.lens, 1))
        self._count(self.lens, 97)
        night = self._night()
        self.assertEqual(night.state, "deferred")
        self.assertIn(session.name, night.cause)
        self.assertFalse(night.discrepancy_ids)
        self.close_till(session)
        self.assertEqual(self._night(), night)
        self.assertEqual((night.state, night.cause), ("done", False))

    def test_a_shop_whose_till_is_silent_or_has_receipts_waits(self):
        self.shop_a.config_ids.till_code = "till-a"
        self.assertIn("till-a", self._night().cause)
        beat = {"till": "till-a", "mode": "online", "undelivered": 2}
        statuses = self.env["pos.offline.buffer.status"].sudo()
        statuses.report([beat])
        self.assertEqual(self._night().state, "deferred")
        statuses.report([{**beat, "undelivered": 0}])
        self.assertEqual(self._night().state, "done")
        self.assertEqual(self._night(self.shop_b).state, "done")

    def test_a_person_corrects_what_is_too_large(self):
        self._count(self.frame, 80)
        difference = self._night().discrepancy_ids.with_user(self.manager)
        difference.action_correct()
        self.assertEqual((difference.state, difference.resolved_by_id), ("approved", self.manager))
        self.assertAlmostEqual(self.stock(self.frame, self.shop_a), 80.0)
        self.assertAlmostEqual(self.balance(self.shortage), 100000.0)
        self.assertFalse(difference.activity_ids)
        with self.assertRaises(UserError):
            difference.action_correct()

    def test_a_person_corrects_by_what_is_true_today(self):
        self._make_negative(self.liquid, 30)
        difference = self._night().discrepancy_ids
        location = self.shop_a.warehouse_id.lot_stock_id
        self.env["stock.quant"]._update_available_quantity(self.liquid, location, 10)
        difference.action_correct()
        self.assertEqual(difference.pieces, 20.0)
        self.assertAlmostEqual(self.stock(self.liquid, self.shop_a), 0.0)

    def test_a_difference_that_is_gone_is_not_corrected(self):
        self._make_negative(self.liquid, 30)
        difference = self._night().discrepancy_ids
        location = self.shop_a.warehouse_id.lot_stock_id
        self.env["stock.quant"]._update_available_quantity(self.liquid, location, 40)
        with self.assertRaisesRegex(UserError, "is gone"):
            difference.action_correct()

    def test_a_person_keeps_the_books_with_a_reason(self):
        quant = self._count(self.frame, 80)
        difference = self._night().discrepancy_ids.with_user(self.manager)
        with self.assertRaisesRegex(UserError, "Write down"):
            difference.action_dismiss()
        difference.resolution = "The box was in the window"
        difference.action_dismiss()
        self.assertEqual(difference.state, "dismissed")
        self.assertFalse(quant.inventory_quantity_set)
        self.assertFalse(self._night().discrepancy_ids - difference)

    def test_figures_of_a_difference_are_not_edited(self):
        self._count(self.frame, 80)
        difference = self._night().discrepancy_ids.with_user(self.manager)
        with self.assertRaises(UserError):
            difference.write({"state": "dismissed"})
        with self.assertRaises(UserError):
            difference.actual = 100

    def test_a_manager_settles_his_own_shops_only(self):
        self._count(self.frame, 80, self.shop_b)
        difference = self._night(self.shop_b).discrepancy_ids
        with self.assertRaises(AccessError):
            difference.with_user(self.manager).action_correct()
        with self.assertRaises(AccessError):
            difference.with_user(self.manager).action_dismiss()

    @mute_logger("odoo.addons.ru_accounting_extras.models.shop_stock_reconciliation")
    def test_the_trouble_of_one_shop_stops_no_other(self):
        self._count(self.lens, 98, self.shop_b)
        original = type(self.nights)._reconcile_shop

        def reconcile(nights, shop):
            if shop == self.shop_a:
                raise ValueError("broken")
            return original(nights, shop)

        with patch.object(type(self.nights), "_reconcile_shop", reconcile):
            self.nights._cron_reconcile()
        self.assertFalse(self.nights.search([("shop_id", "=", self.shop_a.id)]))
        self.assertAlmostEqual(self.stock(self.lens, self.shop_b), 98.0)

    def test_the_night_is_at_three_in_moscow(self):
        cron = self.env.ref("ru_accounting_extras.cron_stock_reconciliation")
        self.assertEqual((cron.nextcall.hour, cron.nextcall.minute), (0, 0))  # UTC
        self.assertGreater(cron.nextcall, fields.Datetime.now())
        self.assertEqual(cron.interval_type, "days")
