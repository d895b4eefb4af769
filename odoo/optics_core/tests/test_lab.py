import base64
import csv
import io

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import OpticsCase


@tagged("post_install", "-at_install")
class TestLab(OpticsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._order(lab_note="Mind the scratch")
        cls.order.action_confirm()

    def _apply(self, status, order=None, note=""):
        rows = [{"order": order or self.order.barcode, "status": status, "note": note}]
        return self.lab._apply_statuses(rows)[0]["result"]

    def test_a_job_names_powers_and_barcode_but_never_the_patient(self):
        sheet = self.lab._jobs_csv().decode("utf-8-sig")
        right, left = csv.DictReader(io.StringIO(sheet), delimiter=";")
        self.assertEqual((right["order"], right["eye"], right["code"]), (self.order.barcode, "R", "B150"))
        self.assertEqual((right["sph"], right["cyl"], right["axis"]), ("-1.25", "-0.5", "90"))
        self.assertEqual((left["eye"], left["sph"], left["note"]), ("L", "-1.5", "Mind the scratch"))
        self.assertNotIn("Petrova", sheet)

    def test_one_lens_is_one_row(self):
        order = self._order(lens_os_id=False)
        self.assertEqual([row["eye"] for row in order._job_rows()], ["R"])

    def test_statuses_move_the_order_and_a_repeat_is_harmless(self):
        self.assertEqual(self._apply("accepted"), "done")
        self.assertEqual(self._apply("accepted"), "already")
        self.assertEqual(self._apply(" READY "), "done")
        self.assertEqual(self._apply("ready"), "already")
        self.assertEqual(self._apply("accepted"), "already")
        self.assertEqual(self.order.state, "ready")

    def test_a_lab_may_say_ready_at_once(self):
        self.assertEqual(self._apply("ready"), "done")
        self.assertTrue(self.order.date_started)

    def test_a_refusal_brings_the_order_back_and_tells_the_optician(self):
        self._apply("accepted")
        self.assertEqual(self._apply("refused", note="blank broke"), "done")
        self.assertEqual(self.order.state, "confirmed")
        self.assertIn("blank broke", self.order.activity_ids.summary)

    def test_a_bad_row_never_stops_the_rest(self):
        rows = [
            {"order": "NOPE", "status": "ready"},
            {"order": self.order.barcode, "status": "eaten"},
            {"order": self.order.barcode, "status": "refused"},
            {},
            {"order": self.order.barcode, "status": "ready"},
        ]
        results = [one["result"] for one in self.lab._apply_statuses(rows)]
        self.assertEqual(results, ["unknown", "refused", "refused", "unknown", "done"])

    def test_another_labs_order_is_unknown(self):
        self.assertEqual(
            self.lab.copy()._apply_statuses([{"order": self.order.barcode, "status": "ready"}])[0]["result"],
            "unknown",
        )

    def _load(self, content):
        values = {"lab_id": self.lab.id, "content": base64.b64encode(content)}
        wizard = self.env["optics.lab.import"].create(values)
        wizard.action_import()
        return wizard.line_ids.mapped("result")

    def test_a_file_is_read_in_the_encodings_and_separators_labs_use(self):
        head, row = "order;status;note\r\n", f"{self.order.barcode};accepted;взято\r\n"
        self.assertEqual(self._load(("\ufeff" + head + row).encode()), ["done"])
        self.assertEqual(self._load((head + row).encode("windows-1251")), ["already"])
        self.assertEqual(self._load((head + row).replace(";", ",").encode()), ["already"])
        self.assertEqual(self._load(f"Status\tOrder\nready\t{self.order.barcode}\n".encode()), ["done"])

    def test_a_file_without_the_columns_is_refused(self):
        with self.assertRaisesRegex(UserError, "must name the columns"):
            self._load(b"a;b\n1;2\n")

    def test_a_token_is_shown_once_and_only_its_hash_is_kept(self):
        self.assertFalse(self.lab.api_enabled)
        token = self.lab.action_new_token()["params"]["message"]
        self.lab.invalidate_recordset()
        self.assertTrue(self.lab.api_enabled)
        self.assertNotEqual(self.lab.api_token_hash, token)
        self.assertEqual(self.lab._by_token(token), self.lab)
        self.assertFalse(self.lab._by_token(token + "x"))
        self.assertFalse(self.lab._by_token(""))
        with self.assertRaises(UserError):
            self.lab.with_user(self.manager).action_new_token()
