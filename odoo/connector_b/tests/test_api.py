import io

from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from ..controllers import api
from .common import ConnectorSetup
from .price_lists import as_csv, row

URL = "/v1/connector/import"


@tagged("post_install", "-at_install")
class TestApi(ConnectorSetup, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.setUpConnector()
        keys = cls.env["res.users.apikeys"]
        cls.key = keys.with_user(cls.purchaser)._generate("rpc", "test")
        cls.stranger = new_test_user(cls.env, "stranger", groups="base.group_user")
        cls.stranger_key = keys.with_user(cls.stranger)._generate("rpc", "test")

    def send(self, data=None, key=None, headers=None, **form):
        files = {"file": ("prices.csv", io.BytesIO(data if data is not None else as_csv([row(1), row(1)])))}
        return self.opener.post(
            self.base_url() + URL,
            data={"profile": "C", **form},
            files=files if data != b"none" else None,
            headers={"Authorization": f"Bearer {key or self.key}", **(headers or {})},
            timeout=30,
        )

    def read(self, path, key=None):
        return self.url_open(URL + path, headers={"Authorization": f"Bearer {key or self.key}"})

    def refused(self, answer, status, code):
        self.assertEqual((answer.status_code, answer.json()["code"]), (status, code), answer.text)
        if status != 401:
            self.assertEqual(set(answer.json()), {"code", "message", "details", "id"})
        return answer.json()

    def test_a_dry_run_is_accepted_checked_and_read(self):
        answer = self.send(dry_run="true")
        self.assertEqual(answer.status_code, 202)
        body = answer.json()
        self.assertEqual((body["state"], body["dry_run"], body["counts"]["total"]), ("queued", True, 0))
        job = self.env["connector.import"].browse(body["job"])
        job._run_task("check", lambda *_state: None)
        body = self.read(f"/{job.id}").json()
        self.assertEqual((body["state"], body["counts"]["new"], body["counts"]["error"]), ("checked", 1, 1))
        self.assertEqual(
            body["detected"], {"format": "csv", "encoding": "utf-8", "separator": ",", "decimal_mark": "."}
        )
        logs = self.read(f"/{job.id}/logs").json()
        self.assertEqual(
            logs["items"],
            [
                {
                    "row": 3,
                    "sku": "SG-00001",
                    "level": "error",
                    "type": "DUPLICATE_SKU",
                    "field": "sku",
                    "value": "SG-00001",
                    "about": "2",
                    "action": "refused",
                }
            ],
        )

    def test_logs_are_paged_and_filtered(self):
        job = self.checked([row(n, vat="19%") for n in range(5)] + [row(9, stock="-3")])
        page = self.read(f"/{job.id}/logs?limit=4&type=BAD_VAT").json()
        self.assertEqual((page["total"], len(page["items"]), page["next_offset"]), (5, 4, 4))
        page = self.read(f"/{job.id}/logs?limit=4&offset=4&type=BAD_VAT").json()
        self.assertEqual((len(page["items"]), page["next_offset"]), (1, None))
        self.assertEqual(self.read(f"/{job.id}/logs?level=info").json()["total"], 0)
        self.assertEqual(self.read(f"/{job.id}/logs?row=7&field=stock").json()["total"], 1)
        for query in ("limit=0", "limit=1001", "offset=-1", "row=x"):
            self.refused(self.read(f"/{job.id}/logs?{query}"), 422, "BAD_VALUE")
        self.refused(self.read("/999999999"), 404, "NOT_FOUND")

    def test_an_import_is_queued_and_a_second_one_waits_its_turn(self):
        first = self.send()
        self.assertEqual((first.status_code, first.json()["state"]), (202, "queued"))
        self.assertEqual(self.env["connector.import"].browse(first.json()["job"]).task, "all")
        busy = self.refused(self.send(), 409, "IMPORT_RUNNING")
        self.assertEqual(busy["details"]["job"], first.json()["job"])

    def test_tills_that_hold_receipts_are_named(self):
        self.env["pos.offline.buffer.status"].report(
            [{"till": "till-007", "mode": "offline", "undelivered": 2}]
        )
        before = self.env["connector.import"].search_count([])
        body = self.refused(self.send(), 409, "UNSYNC_BUFFERS")
        self.assertEqual(body["details"]["tills"][0]["till"], "till-007")
        self.assertEqual(self.env["connector.import"].search_count([]), before)
        self.assertEqual(self.send(dry_run="1").status_code, 202)

    def test_the_same_key_is_the_same_import(self):
        headers = {"Idempotency-Key": "7f1d"}
        first, again = self.send(headers=headers), self.send(headers=headers)
        self.assertEqual((again.status_code, again.json()["job"]), (202, first.json()["job"]))
        self.refused(self.send(as_csv([row(2)]), headers=headers), 409, "KEY_REUSED")

    def test_wrong_requests(self):
        self.refused(self.send(profile="Z"), 422, "UNKNOWN_PROFILE")
        self.refused(self.send(dry_run="perhaps"), 422, "BAD_VALUE")
        self.refused(self.send(b"none"), 422, "EMPTY_FIELD")
        self.refused(self.send(b""), 422, "EMPTY_FILE")
        self.patch(api, "MAX_BYTES", 10)
        self.refused(self.send(), 413, "FILE_TOO_LARGE")

    def test_only_a_key_of_someone_who_imports(self):
        self.refused(self.send(key="0" * 40), 401, "UNAUTHORIZED")
        self.refused(self.send(headers={"Authorization": "Basic abc"}), 401, "UNAUTHORIZED")
        self.refused(self.send(key=self.stranger_key), 403, "FORBIDDEN")
        with mute_logger("odoo.http"):
            self.refused(self.read("/1", key="x"), 401, "UNAUTHORIZED")
