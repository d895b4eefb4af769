from datetime import date, timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.addons.optics_core.models.optics_manufacturing_order import STATES, TRANSITIONS
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import OpticsCase

WAY = ["action_confirm", "action_start", "action_ready", "action_deliver"]


@tagged("post_install", "-at_install")
class TestOrder(OpticsCase):
    def _at(self, state):
        order = self._order()
        for action in WAY:
            if order.state == state:
                return order
            getattr(order, action)()
        return order

    def test_number_and_barcode_come_with_the_draft(self):
        order = self._order()
        self.assertRegex(order.name, r"^MO\d\d-\d{6}$")
        self.assertEqual(order.barcode, order.name.replace("-", ""))

    def test_the_whole_way_leaves_its_dates(self):
        order = self._at("delivered")
        self.assertEqual(order.state, "delivered")
        for stamp in ("date_confirmed", "date_started", "date_ready", "date_delivered"):
            self.assertTrue(order[stamp], stamp)
        self.assertEqual(order.od_text, "-1.25 / -0.50 x 90 PD 31.5")

    def test_no_other_way_exists(self):
        states = [state for state, _label in STATES]
        for state in ("draft", "confirmed", "in_production", "ready", "delivered"):
            order = self._at(state)
            for to in states:
                if (state, to) not in TRANSITIONS:
                    with self.assertRaises(UserError):
                        order._advance(to)
        order = self._at("draft")
        order.action_cancel()
        for to in states:
            with self.assertRaises(UserError):
                order._advance(to)

    def test_the_state_is_written_by_nobody(self):
        order = self._order()
        for vals in ({"state": "ready"}, {"date_ready": fields.Datetime.now()}, {"barcode": "X"}):
            with self.assertRaisesRegex(UserError, "buttons only"):
                order.write(vals)
            with self.assertRaisesRegex(UserError, "buttons only"):
                order.with_context(force_state=True).sudo().write(vals)
        with self.assertRaisesRegex(UserError, "begins as a draft"):
            self._order(state="ready")

    def test_each_step_needs_its_role(self):
        order = self._order()
        with self.assertRaises(AccessError):
            order.with_user(self.cashier).action_confirm()
        order.with_user(self.optician).action_confirm()
        with self.assertRaises(AccessError):
            order.with_user(self.optician).action_cancel()
        order.with_user(self.optician).action_start()
        with self.assertRaises(AccessError):
            order.with_user(self.optician).action_return()
        order.with_user(self.manager).action_return()
        order.with_user(self.optician).action_start()
        order.with_user(self.optician).action_ready()
        order.with_user(self.cashier).action_deliver()
        self.assertEqual(order.state, "delivered")

    def test_an_order_that_cannot_be_made_is_refused_with_the_reason(self):
        for values, words in (
            ({"lens_od_id": False, "lens_os_id": False}, "has no lens"),
            ({"prescription_id": False}, "has no prescription"),
            ({"patient_id": self.parent.id}, "another patient"),
            ({"diameter": 80}, r"not made.\n*.*Ø 80 mm is needed"),
        ):
            with self.assertRaisesRegex(UserError, words):
                self._order(**values).action_confirm()
        self.env["optics.deadline.rule"].search([]).active = False
        with self.assertRaisesRegex(UserError, "No deadline rule"):
            self._order().action_confirm()

    def test_no_lab_no_production(self):
        order = self._order(lab_id=False)
        order.action_confirm()
        with self.assertRaisesRegex(UserError, "no lab"):
            order.action_start()

    def test_an_expired_prescription_needs_a_manager(self):
        self.prescription.write({"issued_on": date(2020, 1, 1), "valid_until": date(2021, 1, 1)})
        order = self._order()
        with self.assertRaisesRegex(UserError, "expired"):
            order.with_user(self.optician).action_confirm()
        order.with_user(self.manager).action_confirm()
        self.assertEqual(order.state, "confirmed")

    def test_an_optician_promises_no_earlier_than_the_rules(self):
        order = self._order(date_promised=date.today())
        with self.assertRaisesRegex(UserError, "at the earliest"):
            order.with_user(self.optician).action_confirm()
        order.with_user(self.manager).action_confirm()
        self.assertEqual(order.date_promised, date.today())
        with self.assertRaisesRegex(AccessError, "shop manager"):
            order.with_user(self.optician).date_promised = date.today() + timedelta(days=9)
        order.with_user(self.manager).date_promised = date.today() + timedelta(days=9)

    def test_what_was_ordered_stays(self):
        order = self._at("confirmed")
        with self.assertRaisesRegex(UserError, "cannot be changed"):
            order.lens_od_id = False
        with self.assertRaisesRegex(UserError, "Only a draft"):
            order.unlink()
        self.prescription.set_ids.od_sph = -4
        self.assertEqual(order.od_text, "-1.25 / -0.50 x 90 PD 31.5")
        self._order().unlink()

    def test_late_is_a_fact_that_can_be_searched(self):
        orders = self.env["optics.manufacturing.order"]
        ours = [("patient_id", "=", self.patient.id)]
        with freeze_time("2026-03-02 09:00:00"):
            self.prescription.write({"issued_on": date(2026, 3, 2), "valid_until": date(2027, 3, 2)})
            late, in_time, never_begun = self._order(), self._order(), self._order()
            late.action_confirm()
            in_time.action_confirm()
            self.assertFalse(late.is_late)
        with freeze_time("2026-03-03 09:00:00"):
            in_time.action_start()
            in_time.action_ready()
        with freeze_time("2026-03-20 09:00:00"):
            self.env.invalidate_all()
            self.assertTrue(late.is_late)
            self.assertEqual(orders.search([*ours, ("is_late", "=", True)]), late)
            self.assertEqual(orders.search([*ours, ("is_late", "=", False)]), in_time | never_begun)
            late.action_start()
            late.action_ready()
            late.action_deliver()
        self.env.invalidate_all()
        self.assertTrue(late.is_late, "it stays a fact after the hand-over")
        self.assertEqual(orders.search([*ours, ("is_late", "!=", False)]), late)
        with self.assertRaises(UserError):
            orders.search([("is_late", ">", 0)])

    def test_the_manager_is_told_once_of_a_late_order(self):
        with freeze_time("2026-03-02 09:00:00"):
            self.prescription.write({"issued_on": date(2026, 3, 2), "valid_until": date(2027, 3, 2)})
            order = self._at("confirmed")
        with freeze_time("2026-03-20 09:00:00"):
            for _night in range(2):
                self.env["optics.manufacturing.order"]._cron_warn_late()
        self.assertEqual(order.activity_ids.user_id, self.manager)
        self.assertEqual(len(order.activity_ids), 1)

    def test_a_remake_names_its_origin_and_its_reason(self):
        reason = self.env.ref("optics_core.remake_reason_lab")
        order = self._at("ready")
        wizard = self.env["optics.remake"].create(
            {"order_id": order.id, "reason_id": reason.id, "note": "axis"}
        )
        remake = self.env["optics.manufacturing.order"].browse(wizard.action_remake()["res_id"])
        self.assertEqual((remake.remake_of_id, remake.remake_reason_id), (order, reason))
        self.assertEqual((remake.state, remake.is_remake, remake.remake_note), ("draft", True, "axis"))
        self.assertEqual(remake.set_id, order.set_id)
        self.assertNotEqual(remake.barcode, order.barcode)
        self.assertEqual(order.state, "cancelled")
        self.assertEqual(order.remake_ids, remake)

    def test_delivered_glasses_stay_delivered_when_made_again(self):
        order = self._at("delivered")
        order._remake(self.env.ref("optics_core.remake_reason_prescription"))
        self.assertEqual(order.state, "delivered")
        with self.assertRaisesRegex(UserError, "never made"):
            self._order()._remake(self.env.ref("optics_core.remake_reason_lab"))

    def test_costs_come_from_the_lenses_and_the_lab(self):
        self.lens.product_id = self.env["product.product"].create({"name": "Lens", "standard_price": 400})
        order = self._order()
        self.assertEqual((order.cost_lenses, order.cost_work, order.cost_total), (800, 350, 1150))

    def test_the_payer_may_be_another_than_the_patient(self):
        order = self._order()
        self.assertEqual(order.payer_id, self.patient)
        order.payer_id = self.parent
        self.assertEqual((order.patient_id, order.payer_id), (self.patient, self.parent))
        self.assertEqual(order.phone, "+7 921 000-00-01")

    def test_found_by_barcode_however_it_was_typed(self):
        order = self._order()
        orders = self.env["optics.manufacturing.order"].with_user(self.cashier)
        for code in (order.barcode, order.name, f" {order.barcode.lower()}\n"):
            self.assertEqual(orders.find_by_barcode(code)["res_id"], order.id)
        for code in ("MO00000000", "", False):
            self.assertFalse(orders.find_by_barcode(code))
        order.shop_id = self.other_shop
        self.assertFalse(orders.find_by_barcode(order.barcode), "another shop's order stays hidden")

    def test_another_prescription_brings_its_own_correction(self):
        order = self._order()
        self.assertEqual(order.set_id, self.prescription.set_ids)
        other = self._prescription(od_sph=-2)
        order.prescription_id = other
        self.assertEqual(order.set_id, other.set_ids)
