import io

import openpyxl

from odoo.tests import HttpCase, tagged

from .common import ConnectorSetup
from .price_lists import row


@tagged("post_install", "-at_install")
class TestExport(ConnectorSetup, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.setUpConnector()

    def sheet(self, url):
        answer = self.url_open(url)
        self.assertEqual(answer.status_code, 200)
        book = openpyxl.load_workbook(io.BytesIO(answer.content))
        return [list(cells) for cells in book.active.iter_rows(values_only=True)]

    def test_the_report_as_spreadsheets(self):
        formula = row(2)
        formula[0] = "=1+1"
        job = self.checked([row(1, vat="19%"), formula])
        self.authenticate("purchaser", "purchaser")
        findings = self.sheet(job.action_export_errors()["url"])
        self.assertEqual(findings[0][:5], ["Row", "SKU", "Level", "Type", "Field"])
        self.assertEqual(
            findings[1][:6], [2, "SG-00001", "Error", "VAT rate unknown or not in force", "vat", "19%"]
        )
        rows = self.sheet(job.action_export_report()["url"])
        self.assertEqual([line[1] for line in rows[1:]], ["SG-00001", "=1+1"])
        self.assertEqual([line[4] for line in rows[1:]], ["Error", "New"])
        self.assertEqual(self.url_open("/connector_b/import/0/rows.xlsx").status_code, 404)
