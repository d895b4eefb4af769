from odoo.tests import HttpCase, tagged

from .common import OpticsCase


@tagged("post_install", "-at_install")
class TestTours(OpticsCase, HttpCase):
    """One tour for each screen, by the person who works with it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for user in (cls.cashier, cls.optician, cls.manager):
            user.password = user.login
        cls.administrator = cls._user("administrator")
        cls.administrator.password = cls.administrator.login

    def test_prescription_screen(self):
        self.start_tour(
            "/web#action=optics_core.optics_prescription_action",
            "optics_prescription",
            login=self.optician.login,
        )
        written = self.env["optics.prescription"].search([("patient_id", "=", self.patient.id)], limit=1)
        self.assertNotEqual(written, self.prescription)
        self.assertEqual(
            (written.set_ids.od_sph, written.set_ids.od_cyl, written.set_ids.od_axis), (-4.5, 1.5, 100)
        )

    def test_lens_screen(self):
        self.start_tour(
            "/web#action=optics_core.optics_lens_action", "optics_lens", login=self.administrator.login
        )

    def test_order_screen(self):
        self.start_tour(
            "/web#action=optics_core.optics_manufacturing_order_action",
            "optics_order",
            login=self.optician.login,
        )
        order = self.env["optics.manufacturing.order"].search([("patient_id", "=", self.patient.id)])
        self.assertEqual(
            (order.state, order.lens_od_id, order.od_text), ("ready", self.lens, "-1.25 / -0.50 x 90 PD 31.5")
        )

    def test_board_screen(self):
        self._order().action_confirm()
        self.start_tour(
            "/web#action=optics_core.optics_manufacturing_order_action_board",
            "optics_board",
            login=self.cashier.login,
        )

    def test_find_by_barcode_screen(self):
        order = self._order(name="TOUR-1")
        for action in ("action_confirm", "action_start", "action_ready"):
            getattr(order, action)()
        self.start_tour(
            "/web#action=optics_core.optics_order_find_action", "optics_find_order", login=self.cashier.login
        )
        self.assertEqual(order.state, "delivered")

    def test_remake_screen(self):
        order = self._order()
        for action in ("action_confirm", "action_start", "action_ready", "action_deliver"):
            getattr(order, action)()
        self.start_tour(
            f"/web#id={order.id}&model={order._name}&view_type=form",
            "optics_remake",
            login=self.manager.login,
        )
        self.assertEqual(order.remake_ids.remake_reason_id, self.env.ref("optics_core.remake_reason_measure"))

    def test_lab_screen(self):
        order = self._order()
        order.action_confirm()
        self.start_tour(
            "/web#action=optics_core.optics_lab_action", "optics_lab", login=self.administrator.login
        )
        self.assertTrue(self.lab.api_token_hash)

    def test_shop_screen(self):
        self.start_tour(
            "/web#action=optics_core.optics_shop_action", "optics_shop", login=self.administrator.login
        )
        self.assertTrue(self.env["optics.shop"].search([("code", "=", "T9")]))
