from odoo.tests import HttpCase, tagged

from .common import ConnectorSetup
from .price_lists import row


@tagged("post_install", "-at_install")
class TestConnectorScreens(ConnectorSetup, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.setUpConnector()

    def test_tour_import_preview_confirm_report_roll_back(self):
        self.imported([row(1), row(2)])
        self.job(
            [row(1, price="20000.00"), row(2, price="9000.00"), row(3), row(4, vat="19%")], name="tour.csv"
        )
        self.start_tour("/web", "connector_import", login="purchaser")
        job = self.env["connector.import"].search([("file_name", "=", "tour.csv")])
        self.assertEqual(job.state, "rolled_back")
        self.assertEqual((self.product(1).list_price, bool(self.product(3))), (8990.0, False))

    def test_tour_profile(self):
        self.start_tour("/web", "connector_profile", login="purchaser")
        words = self.env.ref("connector_b.profile_b").word_ids
        self.assertIn("полно", words.mapped("word"))

    def test_tour_override(self):
        self.job([row(1)], name="tour.csv", user=self.manager).action_check()
        self.env["pos.offline.buffer.status"].report(
            [{"till": "till-001", "mode": "offline", "undelivered": 4}]
        )
        self.start_tour("/web", "connector_override", login="overseer")
        self.assertTrue(self.product(1))
        self.assertEqual(self.env["connector.import"].search([], limit=1).override_reason, "Promotion")
