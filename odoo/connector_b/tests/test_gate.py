from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..models.connector_import import ImportRefused
from .common import ConnectorCase
from .price_lists import row


@tagged("post_install", "-at_install")
class TestGate(ConnectorCase):
    def beat(self, till="till-001", undelivered=3, **more):
        beat = {"till": till, "mode": "offline", "undelivered": undelivered, **more}
        self.env["pos.offline.buffer.status"].report([beat])

    def refused(self, action):
        with self.assertRaises(ImportRefused) as caught:
            action()
        return caught.exception

    def test_import_and_rollback_are_refused_while_a_till_holds_receipts(self):
        job = self.checked([row(1)])
        self.beat()
        refusal = self.refused(job.action_import)
        self.assertEqual(refusal.code, "UNSYNC_BUFFERS")
        self.assertIn("till-001 (3", str(refusal))
        self.assertEqual(refusal.details["tills"][0]["till"], "till-001")
        self.assertFalse(self.product(1))
        self.beat(undelivered=0)
        job.action_import()
        self.beat()
        self.assertEqual(self.refused(job.action_roll_back).code, "UNSYNC_BUFFERS")
        self.assertTrue(self.product(1))

    def test_a_silent_till_is_as_bad(self):
        job = self.checked([row(1)])
        self.env["pos.config"].create({"name": "Касса", "till_code": "till-009"})
        self.assertIn("till-009", str(self.refused(job.action_import)))
        self.beat("till-009", 0, seen_at="2026-01-01T00:00:00Z")
        self.assertIn("till-009", str(self.refused(job.action_import)))

    def test_checking_a_file_asks_no_till(self):
        self.beat()
        self.checked([row(1)])

    def override(self, job, user=None, task="write", reason="Акция с утра"):
        wizards = self.env["connector.import.override"].with_user(user or self.manager)
        return wizards.create({"import_id": job.id, "reason": reason, "task": task})

    def test_a_manager_overrides_with_a_reason_and_it_is_logged(self):
        job = self.checked([row(1)], user=self.manager)
        self.beat()
        action = job.action_import()
        self.assertEqual(action["res_model"], "connector.import.override")
        wizard = self.override(job)
        self.assertEqual(wizard.till_text, "till-001 (3 receipts)")
        wizard.action_override()
        self.assertTrue(self.product(1))
        self.assertEqual((job.override_by, job.override_tills), (self.manager, "till-001"))
        self.assertIn("Акция с утра", " ".join(job.message_ids.mapped("body")))
        self.assertEqual(job.action_roll_back(), True)

    def test_an_override_of_a_rollback(self):
        job = self.imported([row(1)], user=self.manager)
        self.beat()
        self.assertEqual(job.action_roll_back()["context"]["default_task"], "undo")
        self.override(job, task="undo").action_override()
        self.assertFalse(self.product(1))

    def test_a_till_that_turns_up_later_is_not_covered(self):
        job = self.checked([row(1)], user=self.manager)
        self.beat()
        wizard = self.override(job)
        job.sudo().write({"override_tills": wizard.tills, "override_reason": "x"})
        self.beat("till-002")
        action = job.action_import()
        self.assertEqual(action["res_model"], "connector.import.override")
        self.assertFalse(self.product(1))

    def test_only_a_manager_overrides_and_only_with_words(self):
        job = self.checked([row(1)])
        self.beat()
        with self.assertRaises(AccessError):
            self.override(job, user=self.purchaser)
        with self.assertRaises(AccessError):
            self.override(job).with_user(self.purchaser).action_override()
        with self.assertRaises(UserError):
            self.override(job, reason="  ").action_override()

    def test_a_purchaser_cannot_write_an_override_into_the_import(self):
        job = self.checked([row(1)])
        self.beat()
        with self.assertRaises(AccessError):
            job.write({"override_tills": "till-001", "override_reason": "x"})
        with self.assertRaises(AccessError):
            self.job([row(2)], override_reason="x", override_tills="till-001")
