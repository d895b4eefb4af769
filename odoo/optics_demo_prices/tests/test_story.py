from odoo.tests import TransactionCase, tagged


@tagged("post_install", "-at_install")
class TestStory(TransactionCase):
    def test_three_price_lists_and_three_tills(self):
        jobs = self.env["connector.import"].search([], order="id")
        self.assertEqual(jobs.mapped("state"), ["done", "checked", "checked"])
        self.assertEqual((jobs[0].created_count, jobs[0].error_count), (20, 2))
        statuses = self.env["pos.offline.buffer.status"].search([])
        self.assertEqual(statuses.mapped("mode"), ["online", "degraded", "offline"])
        self.assertTrue(all(status.shop_id for status in statuses))
