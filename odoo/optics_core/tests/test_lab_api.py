import json

from odoo.tests import HttpCase, tagged

from .common import OpticsCase


@tagged("post_install", "-at_install")
class TestLabApi(OpticsCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._order()
        cls.order.action_confirm()
        cls.token = cls.lab.action_new_token()["params"]["message"]
        cls.optician.write({"password": "optics_optician"})

    def _call(self, path, body=None, token=None):
        headers = {"Authorization": f"Bearer {token or self.token}", "Content-Type": "application/json"}
        data = None if body is None else body if isinstance(body, str) else json.dumps(body)
        answer = self.url_open(path, data=data, headers=headers)
        return answer.status_code, answer.json()

    def test_jobs_out_and_statuses_in(self):
        status, body = self._call("/optics/v1/lab/jobs")
        self.assertEqual((status, len(body["jobs"])), (200, 2))
        self.assertNotIn("Petrova", json.dumps(body))
        report = {"statuses": [{"order": self.order.barcode, "status": "ready", "note": ""}]}
        self.assertEqual(self._call("/optics/v1/lab/status", report)[1]["results"][0]["result"], "done")
        self.assertEqual(self._call("/optics/v1/lab/status", report)[1]["results"][0]["result"], "already")
        self.assertEqual(self.order.state, "ready")

    def test_a_wrong_token_opens_nothing(self):
        for path, body in (("/optics/v1/lab/jobs", None), ("/optics/v1/lab/status", {"statuses": []})):
            status, answer = self._call(path, body, token="wrong")
            self.assertEqual((status, answer["code"]), (401, "UNAUTHORIZED"))

    def test_a_wrong_body_is_refused_whole(self):
        for body in ("{", "[]", {"statuses": 1}, {"statuses": [1]}, {"statuses": [{}] * 1001}):
            self.assertEqual(self._call("/optics/v1/lab/status", body)[0], 422)

    def test_an_optician_downloads_the_jobs(self):
        self.authenticate("optics_optician", "optics_optician")
        url = self.lab.action_export_jobs()["url"]
        answer = self.url_open(url)
        self.assertEqual(answer.status_code, 200)
        self.assertIn(self.order.barcode, answer.content.decode("utf-8-sig"))
        self.assertEqual(self.url_open("/optics/lab/999999/jobs.csv").status_code, 404)
