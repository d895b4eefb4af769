from odoo.tests import BaseCase, tagged

from ..booking import receipt as receipts
from ..booking import vat
from .common import line, receipt_body


@tagged("post_install", "-at_install")
class TestReceipt(BaseCase):
    def assert_refused(self, body, field):
        with self.assertRaises(receipts.BadReceipt) as caught:
            receipts.parse(body)
        self.assertIn(field, str(caught.exception))

    def test_parse_keeps_every_kopeck(self):
        body = receipt_body(total=100_01)
        body["receipt"]["payments"] = [{"tender": "cash", "amount": 200_00}]
        receipt = receipts.parse(body)
        self.assertEqual((receipt.document.total, receipt.change, receipt.sign), (100_01, 99_99, 1))
        self.assertEqual(receipt.lines[0].quantity, 1.0)

    def test_each_wrong_field_is_named(self):
        for name, value in (
            ("receipt_id", "7"),
            ("key", None),
            ("till", 5),
            ("cashier", {}),
            ("document", []),
        ):
            self.assert_refused(receipt_body(**{name: value}), "name" if name == "cashier" else name)
        self.assert_refused([], "receipt")

    def test_money_must_be_whole_kopecks(self):
        body = receipt_body()
        body["receipt"]["lines"][0]["total"] = 12490.0
        self.assert_refused(body, "total")
        body["receipt"]["lines"][0]["total"] = True
        self.assert_refused(body, "total")
        body["receipt"]["lines"][0]["total"] = -1
        self.assert_refused(body, "total")

    def test_sums_must_agree(self):
        body = receipt_body()
        body["receipt"]["payments"][0]["amount"] += 1
        self.assert_refused(body, "payments")
        body = receipt_body()
        body["document"]["total"] -= 1
        self.assert_refused(body, "total")
        body = receipt_body()
        body["receipt"]["lines"] = []
        self.assert_refused(body, "lines")

    def test_what_is_no_sale_is_not_booked_automatically(self):
        body = receipt_body()
        body["receipt"]["operation"] = 3
        self.assert_refused(body, "operation")

    def test_time_of_the_fn_has_no_zone(self):
        for at in ("2026-11-21T12:34+03:00", "yesterday"):
            body = receipt_body()
            body["document"]["at"] = at
            self.assert_refused(body, "document.at")

    def test_unknown_tender_and_empty_line(self):
        body = receipt_body()
        body["receipt"]["payments"][0]["tender"] = "bitcoin"
        self.assert_refused(body, "tender")
        body = receipt_body()
        body["receipt"]["lines"] = [line("A", "a", 0, quantity=1) | {"quantity": 0}]
        self.assert_refused(body, "quantity")

    def test_uid_of_anything(self):
        self.assertEqual(
            [receipts.uid_of(x) for x in (None, {}, {"receipt_id": 5}, {"receipt_id": "a"})],
            ["", "", "", "a"],
        )

    def test_vat_inside_a_total(self):
        self.assertEqual(vat.tax_kopecks(122_00, vat.VAT_22), 22_00)
        self.assertEqual(vat.tax_kopecks(122_00, vat.VAT_22_122), 22_00)
        self.assertEqual(vat.tax_kopecks(100, vat.VAT_10), 9)
        self.assertEqual(vat.tax_kopecks(100_00, vat.NO_VAT), 0)
        self.assertEqual(
            (vat.code_of("22%"), vat.code_of("18%"), vat.code_of(False)), (vat.VAT_22, vat.NO_VAT, vat.NO_VAT)
        )
        self.assertIsNone(vat.label_of(99))
