from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import OpticsCase


@tagged("post_install", "-at_install")
class TestAccess(OpticsCase):
    def test_prescriptions_are_for_opticians_of_the_shop(self):
        for user in (self.optician, self.manager, self.env.ref("base.user_admin")):
            self.assertTrue(self.prescription.with_user(user).read(["name", "set_ids", "history_html"]))
        for user in (self.cashier, self.accountant, self._user("purchasing")):
            with self.assertRaises(AccessError):
                self.prescription.with_user(user).read(["name"])
            with self.assertRaises(AccessError):
                self.prescription.set_ids.with_user(user).read(["od_sph"])

    def test_an_optician_of_another_shop_sees_nothing(self):
        stranger = new_test_user(self.env, "stranger", groups="optics_core.group_optician")
        self.other_shop.user_ids = stranger
        self.assertFalse(self.env["optics.prescription"].with_user(stranger).search([]))
        with self.assertRaises(AccessError):
            self.prescription.with_user(stranger).read(["name"])
        with self.assertRaises(AccessError):
            self.prescription.set_ids.with_user(stranger).read(["od_sph"])
        with self.assertRaises(AccessError):
            self._order().with_user(stranger).action_confirm()
        own = (
            self.prescription.with_user(stranger)
            .sudo()
            .copy({"shop_id": self.other_shop.id})
            .with_user(stranger)
        )
        self.assertFalse(own.previous_id, "history holds what the reader may see")

    def test_a_cashier_sees_the_order_without_the_eyes(self):
        order = self._order().with_user(self.cashier)
        self.assertTrue(order.read(["name", "patient_id", "date_promised", "is_late", "phone"]))
        for field in ("prescription_id", "set_id", "od_text", "availability_note", "cost_total"):
            with self.assertRaises(AccessError):
                order.read([field])
        self.assertNotIn("birthdate", self.patient.with_user(self.cashier).fields_get())

    def test_an_accountant_reads_costs_of_all_shops_and_changes_nothing(self):
        order = self._order(shop_id=self.other_shop.id).with_user(self.accountant)
        self.assertEqual(order.cost_total, 350)
        with self.assertRaises(AccessError):
            order.lab_note = "x"

    def test_nobody_but_an_administrator_deletes_prescriptions(self):
        with self.assertRaises(AccessError):
            self.prescription.with_user(self.manager).unlink()
        self.prescription.with_user(self.env.ref("base.user_admin")).unlink()
