from odoo.tests import tagged

from ..catalog.writer import Writer
from .common import ConnectorCase
from .price_lists import row


@tagged("post_install", "-at_install")
class TestUat(ConnectorCase):
    def test_uat_03_prices_and_stock_are_imported_with_a_report_of_errors(self):
        self.imported([row(1), row(2)])
        bad_vat, bad_ean = row(3, vat="0.19"), row(4)
        bad_ean[2] = "4600000000000"
        job = self.checked(
            [
                row(1, price="9500.00", stock="12"),
                row(2, price="20000.00"),
                bad_vat,
                bad_ean,
                row(5, stock="-1"),
            ]
        )
        self.assertEqual(
            self.plans(job),
            [
                (2, "change", "none"),
                (3, "confirm", "none"),
                (4, "error", "none"),
                (5, "new", "none"),
                (6, "error", "none"),
            ],
        )
        job.action_import()
        self.assertEqual(self.product(1).list_price, 9500.0)
        self.assertEqual(self.product(1).seller_ids.offer_stock, 12)
        self.assertEqual(self.product(2).list_price, 8990.0)
        self.assertEqual(
            (bool(self.product(3)), self.product(4).barcode, bool(self.product(5))), (False, False, False)
        )
        self.assertEqual(
            self.found(job),
            [
                (3, "PRICE_JUMP", "waits"),
                (4, "BAD_VAT", "refused"),
                (5, "BAD_EAN", "left_out"),
                (6, "NEGATIVE_STOCK", "refused"),
            ],
        )
        finding = job.finding_ids.filtered(lambda m: m.code == "BAD_VAT")
        self.assertEqual(
            (finding.level, finding.field, finding.value, finding.sku), ("error", "vat", "0.19", "SG-00003")
        )

    def test_uat_07_an_import_that_fails_half_way_leaves_everything_and_a_second_upload_works(self):
        self.imported([row(n) for n in range(5)])
        lines = [row(n, price="9000.00") for n in range(10)]
        job = self.checked(lines)
        offers = self.env["product.supplierinfo"].search_count([])

        original = Writer._update

        def dies_after_creating(writer, batch):
            original(writer, batch)
            raise RuntimeError("connection reset")

        self.patch(Writer, "_update", dies_after_creating)
        with self.assertLogs("odoo.addons.connector_b.models.connector_import", "ERROR"):
            job.action_import()
        self.assertEqual(job.state, "failed")
        self.assertEqual([self.product(n).list_price for n in range(5)], [8990.0] * 5)
        self.assertFalse(self.product(7))
        self.assertEqual(self.env["product.supplierinfo"].search_count([]), offers)
        self.assertEqual((job.failure_code, job.failure), ("INTERNAL", "RuntimeError: connection reset"))
        self.assertEqual(len(job.line_ids), 10, "the log is kept")
        self.assertIn("connection reset", job.message_ids[0].body)

        self.patch(Writer, "_update", original)
        again = self.imported(lines)
        self.assertEqual((again.created_count, again.updated_count), (5, 5))
        self.assertEqual([self.product(n).list_price for n in range(10)], [9000.0] * 10)
