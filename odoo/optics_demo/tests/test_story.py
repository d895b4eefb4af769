from odoo.tests import TransactionCase, tagged


@tagged("post_install", "-at_install")
class TestStory(TransactionCase):
    """The story was told when the module was installed; these are its chapters."""

    def test_each_shop_sold_and_closed_its_days(self):
        for code in ("НВ", "ЛГ", "ПТ"):
            shop = self.env["optics.shop"].search([("code", "=", code)])
            sessions = self.env["pos.session"].search([("config_id", "in", shop.config_ids.ids)])
            self.assertEqual(set(sessions.mapped("state")), {"closed"})
            self.assertGreater(sum(sessions.order_ids.mapped("amount_total")), 100000)

    def test_the_board_shows_every_state_late_orders_and_a_remake(self):
        orders = self.env["optics.manufacturing.order"].search([])
        states = {"draft", "confirmed", "in_production", "ready", "delivered"}
        self.assertEqual(set(orders.mapped("state")), states)
        self.assertEqual(len(orders.filtered("is_late")), 2)
        self.assertTrue(orders.filtered("is_remake"))
        self.assertTrue(orders.filtered(lambda one: one.payer_id != one.patient_id))

    def test_two_patients_have_warnings(self):
        anna, gleb = self.env.ref("optics_demo.patient_anna"), self.env.ref("optics_demo.patient_gleb")
        self.assertTrue(anna.prescription_ids.sorted("issued_on")[-1].warnings)
        self.assertTrue(gleb.prescription_ids.sorted("issued_on")[-1].warnings)

    def test_corrective_goods_are_free_of_vat_and_sunglasses_are_not(self):
        for name, label in (("frame_ray", "no_vat"), ("lens_150", "no_vat"), ("sun_polar", "22%")):
            self.assertEqual(self.env.ref(f"optics_demo.product_{name}").taxes_id.vat_label, label)
