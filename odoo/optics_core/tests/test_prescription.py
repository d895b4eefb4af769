from datetime import date, timedelta

import psycopg2

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import OpticsCase


@tagged("post_install", "-at_install")
class TestPrescription(OpticsCase):
    def test_a_prescription_is_numbered_and_valid_for_a_year(self):
        self.assertRegex(self.prescription.name, r"^RX\d\d-\d{6}$")
        issued = self.prescription.issued_on
        self.assertEqual(self.prescription.valid_until.year, issued.year + 1)
        self.assertTrue(self.prescription.is_valid)

    def test_validity_can_be_searched_both_ways(self):
        old = self._prescription(issued_on=date.today() - timedelta(days=800))
        prescriptions = self.env["optics.prescription"]
        ours = [("patient_id", "=", self.patient.id)]
        self.assertEqual(prescriptions.search([*ours, ("is_valid", "=", True)]), self.prescription)
        self.assertEqual(prescriptions.search([*ours, ("is_valid", "=", False)]), old)
        self.assertEqual(prescriptions.search([*ours, ("is_valid", "!=", True)]), old)
        with self.assertRaises(UserError):
            prescriptions.search([("is_valid", ">", 1)])

    def test_an_end_before_the_beginning_is_refused(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.IntegrityError), self.cr.savepoint():
            self.prescription.valid_until = self.prescription.issued_on - timedelta(days=1)
            self.prescription.flush_recordset()

    def test_wrong_powers_are_refused_in_words(self):
        for powers, words in (
            ({"od_sph": -31}, "between -30 and 30"),
            ({"od_sph": 0.3}, "multiple of the step"),
            ({"os_cyl": -1, "os_axis": 0}, "needs an axis"),
            ({"os_axis": 20}, "axis without a cylinder"),
            ({"od_prism": 1}, "a prism needs a base"),
        ):
            with self.assertRaisesRegex(ValidationError, words):
                self._prescription(**powers)

    def test_notations_are_never_mixed(self):
        with self.assertRaisesRegex(ValidationError, "one notation"):
            self._prescription(os_cyl=0.5, os_axis=10)

    def test_one_click_transposes_every_correction_and_a_second_brings_it_back(self):
        one = self.prescription.set_ids
        self.assertEqual(self.prescription.notation, "minus")
        self.prescription.action_transpose()
        self.assertEqual(self.prescription.notation, "plus")
        self.assertEqual((one.od_sph, one.od_cyl, one.od_axis), (-1.75, 0.5, 180))
        self.assertEqual((one.os_sph, one.os_cyl, one.os_axis), (-1.5, 0, 0))
        self.prescription.action_transpose()
        self.assertEqual((one.od_sph, one.od_cyl, one.od_axis), (-1.25, -0.5, 90))

    def test_a_sphere_has_no_notation(self):
        self.assertFalse(self._prescription(od_cyl=0, od_axis=0).notation)

    def test_pupillary_distances_add_up_only_when_both_are_known(self):
        self.assertEqual(self.prescription.set_ids.pd_total, 63.5)
        self.assertEqual(self._prescription(os_pd=0).set_ids.pd_total, 0)

    def test_a_purpose_stands_once(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.IntegrityError), self.cr.savepoint():
            self.prescription.set_ids = [(0, 0, {"purpose": "distance"})]
        self.prescription.set_ids = [(0, 0, {"purpose": "near", "od_sph": 1})]
        self.assertIn("Near", self.prescription.set_ids[-1].display_name)

    def test_orders_are_counted_and_opened(self):
        order = self._order()
        self.assertEqual(self.prescription.order_count, 1)
        domain = self.prescription.action_view_orders()["domain"]
        self.assertEqual(self.env["optics.manufacturing.order"].search(domain), order)
        context = self.prescription.action_new_order()["context"]
        self.assertEqual(context["default_set_id"], self.prescription.set_ids.id)

    def test_the_patient_knows_the_prescriptions(self):
        self.assertEqual(self.patient.prescription_count, 1)
        domain = self.patient.action_view_prescriptions()["domain"]
        self.assertEqual(self.env["optics.prescription"].search(domain), self.prescription)
