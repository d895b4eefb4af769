from odoo.tests import HttpCase, new_test_user, tagged


@tagged("post_install", "-at_install")
class TestTillScreens(HttpCase):
    def test_tour_till_health(self):
        new_test_user(
            self.env, "manager54", "base.group_user,point_of_sale.group_pos_manager", password="manager54"
        )
        self.env["pos.offline.buffer.status"].search([]).unlink()
        self.env["pos.offline.buffer.status"].report(
            [
                {"till": "till-001", "mode": "online", "undelivered": 3},
                {"till": "till-002", "mode": "offline", "undelivered": 190, "held": 1},
            ]
        )
        self.start_tour("/web", "optics_till_health", login="manager54")
