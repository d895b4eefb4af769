from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import TransactionCase, new_test_user, tagged


@tagged("post_install", "-at_install")
class TestTillHealth(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["pos.config"].search([]).till_code = False
        cls.env["pos.offline.buffer.status"].search([]).unlink()
        cls.shop = cls.env["optics.shop"].create({"name": "Магазин", "code": "М1"})
        cls.config = cls.env["pos.config"].create(
            {"name": "Касса 1", "till_code": "till-001", "shop_id": cls.shop.id}
        )
        cls.bridge = new_test_user(
            cls.env, "bridge", groups="base.group_user,optics_pos_ru54fz.group_till_bridge"
        )

    def report(self, till="till-001", undelivered=0, mode="online", **more):
        beat = {"till": till, "undelivered": undelivered, "mode": mode, **more}
        return self.env["pos.offline.buffer.status"].with_user(self.bridge).report([beat])[0]

    def status(self, till="till-001"):
        return self.env["pos.offline.buffer.status"].search([("till", "=", till)])

    def unsynced(self):
        rows = self.env["pos.offline.buffer.status"].unsynced_tills()
        return [(row["till"], row["reason"], row["undelivered"]) for row in rows]

    def ago(self, **period):
        return fields.Datetime.to_string(fields.Datetime.now() - timedelta(**period))

    def test_a_beat_is_stored_once_per_till_and_the_newest_wins(self):
        self.assertEqual(self.report(undelivered=34)["status"], "stored")
        self.assertEqual(self.report(undelivered=7)["status"], "stored")
        self.assertEqual(self.report(undelivered=99, seen_at=self.ago(minutes=1))["status"], "stale")
        self.assertEqual((len(self.status()), self.status().undelivered), (1, 7))
        self.assertEqual(self.status().config_id, self.config)
        self.assertEqual(self.status().shop_id, self.shop)

    def test_times_with_a_zone_become_utc_and_the_future_is_cut(self):
        self.report(oldest_at="2026-11-21T12:00:00+03:00", seen_at="2999-01-01T00:00:00Z", undelivered=1)
        self.assertEqual(str(self.status().oldest_at), "2026-11-21 09:00:00")
        self.assertLessEqual(self.status().seen_at, fields.Datetime.now())

    def test_a_wrong_beat_is_rejected_and_its_neighbours_are_not(self):
        beats = [
            {"till": "a", "mode": "asleep", "undelivered": 0},
            {"till": "b", "mode": "online", "undelivered": -1},
            {"mode": "online", "undelivered": 0},
            "junk",
            {"till": "c", "mode": "online", "undelivered": 0, "seen_at": "tomorrow"},
            {"till": "d", "mode": "online", "undelivered": 3},
        ]
        answers = self.env["pos.offline.buffer.status"].with_user(self.bridge).report(beats)
        self.assertEqual([a["status"] for a in answers], ["rejected"] * 5 + ["stored"])

    def test_health_follows_mode_fill_and_silence(self):
        for undelivered, mode, held, health in (
            (0, "online", 0, "green"),
            (159, "online", 0, "green"),
            (160, "online", 0, "yellow"),
            (0, "degraded", 0, "yellow"),
            (181, "online", 0, "red"),
            (0, "offline", 0, "red"),
            (0, "online", 1, "red"),
        ):
            self.report(undelivered=undelivered, mode=mode, held=held)
            self.assertEqual(self.status().health, health, (undelivered, mode, held))

    def test_a_till_that_never_spoke_is_silent(self):
        self.assertEqual(self.unsynced(), [("till-001", "silent", 0)])

    def test_unsynced_tills_are_those_with_receipts_or_silent(self):
        self.report()
        self.report(till="till-002", undelivered=5)
        self.report(till="till-003", seen_at=self.ago(minutes=6))
        self.assertEqual(self.unsynced(), [("till-002", "undelivered", 5), ("till-003", "silent", 0)])
        silent = self.env["pos.offline.buffer.status"].search([("silent", "=", True)])
        self.assertEqual(silent.mapped("till"), ["till-003"])
        heard = self.env["pos.offline.buffer.status"].search([("silent", "=", False)])
        self.assertEqual(heard.mapped("till"), ["till-001", "till-002"])

    def test_the_silence_limit_is_a_parameter(self):
        self.report(seen_at=self.ago(minutes=6))
        self.env["ir.config_parameter"].set_param("optics_pos_ru54fz.silent_after_minutes", "10")
        self.assertEqual(self.unsynced(), [])

    def test_a_till_taken_out_of_service_blocks_nobody(self):
        self.report(undelivered=5)
        self.status().active = False
        self.assertEqual(self.unsynced(), [])
        self.report(undelivered=4)
        self.assertEqual(
            len(self.env["pos.offline.buffer.status"].with_context(active_test=False).search([])), 1
        )

    def test_tills_are_found_by_shop_and_point_of_sale(self):
        self.report()
        model = self.env["pos.offline.buffer.status"]
        self.assertEqual(model.search([("config_id", "=", self.config.id)]), self.status())
        self.assertEqual(model.search([("shop_id", "=", self.shop.id)]), self.status())

    def test_people_read_and_only_the_bridge_reports(self):
        self.report()
        cashier = new_test_user(self.env, "cashier54", groups="point_of_sale.group_pos_user")
        self.assertEqual(self.status().with_user(cashier).till, "till-001")
        with self.assertRaises(AccessError):
            self.status().with_user(cashier).write({"undelivered": 0})
        with self.assertRaises(AccessError):
            self.env["pos.offline.buffer.status"].with_user(cashier).report([])
