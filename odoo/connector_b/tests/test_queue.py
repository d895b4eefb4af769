from unittest.mock import patch

import psycopg2

from odoo.tests import tagged

from ..models import connector_import
from .common import ConnectorCase
from .price_lists import row


@tagged("post_install", "-at_install")
class TestQueue(ConnectorCase):
    """The background's own commits are kept inside the test's transaction."""

    def setUp(self):
        super().setUp()
        self.progress = []
        jobs = self.env["connector.import.progress"]
        self.patch(type(jobs), "_put", lambda _model, *state: self.progress.append(state[1:]))
        self.patch(self.env.cr, "commit", lambda: self.env.flush_all())
        self.patch(self.env.cr, "rollback", lambda: self.env.invalidate_all())

    def run_queue(self):
        self.env["connector.import"]._cron_run_queue()

    def queued(self, data, task="all"):
        job = self.job(data).sudo()
        job._queue(task)
        return job

    def test_a_queued_import_is_checked_and_imported_with_progress(self):
        job = self.queued([row(n) for n in range(3)])
        self.run_queue()
        self.assertEqual((job.state, job.created_count), ("done", 3))
        self.assertEqual(
            [phase for phase, _done, _total in self.progress], ["read", "check", "check", "write"]
        )
        self.assertEqual(self.progress[-1], ("write", 3, 3))

    def test_a_file_that_cannot_be_read_is_not_imported(self):
        job = self.queued(b"a;b\n1;2\n")
        self.run_queue()
        self.assertEqual((job.state, job.failure_code), ("failed", "NO_COLUMNS"))

    def test_tills_are_asked_again_when_the_turn_comes(self):
        job = self.queued([row(1)])
        self.env["pos.offline.buffer.status"].report(
            [{"till": "till-001", "mode": "offline", "undelivered": 1}]
        )
        self.run_queue()
        self.assertEqual((job.state, job.failure_code), ("failed", "UNSYNC_BUFFERS"))
        self.assertFalse(self.product(1))

    def test_a_large_file_goes_to_the_queue(self):
        with patch.object(connector_import, "INLINE_BYTES", 10):
            job = self.job([row(1)])
            job.action_check()
        self.assertEqual((job.state, job.task), ("queued", "check"))
        self.run_queue()
        self.assertEqual(job.state, "checked")
        with patch.object(connector_import, "INLINE_ROWS", 0):
            job.action_import()
        self.assertEqual(job.state, "queued")
        self.run_queue()
        self.assertEqual(job.state, "done")

    def test_a_conflict_is_repeated_and_then_reported(self):
        job = self.queued([row(1)], task="check")
        calls = []

        def conflicts(_job, _task, _progress):
            calls.append(1)
            raise psycopg2.OperationalError("could not serialize access")

        with patch.object(type(job), "_perform", conflicts):
            self.run_queue()
        self.assertEqual((len(calls), job.state, job.failure_code), (3, "failed", "CONFLICT"))

    def test_an_import_that_a_killed_server_left_is_failed(self):
        job = self.job([row(1)]).sudo()
        job.state = "running"
        self.run_queue()
        self.assertEqual((job.state, job.failure_code), ("failed", "INTERRUPTED"))
        job.action_check()
        self.assertEqual(job.state, "checked")

    def test_a_queue_behind_a_busy_import_stays_a_queue(self):
        job = self.queued([row(1)])
        with self.registry.cursor() as other:
            other.execute("SELECT pg_advisory_xact_lock(%s)", [connector_import._LOCK])
            self.run_queue()
        self.assertEqual((job.state, job.task), ("queued", "all"))
        self.run_queue()
        self.assertEqual(job.state, "done")

    def test_progress_is_read_by_whoever_imports(self):
        job = self.job([row(1)])
        self.env["connector.import.progress"].create(
            {"import_id": job.id, "phase": "write", "position": 5, "total": 10}
        )
        self.assertEqual(
            job.read_progress(), {"state": "draft", "phase": "Writing", "position": 5, "total": 10}
        )
