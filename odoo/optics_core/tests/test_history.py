from datetime import date, timedelta

from odoo.tests import Form, tagged

from .common import OpticsCase


@tagged("post_install", "-at_install")
class TestHistory(OpticsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.prescription.issued_on = date.today() - timedelta(days=300)

    def test_the_first_prescription_warns_of_nothing(self):
        self.assertFalse(self.prescription.previous_id)
        self.assertFalse(self.prescription.warnings)

    def test_a_change_above_one_dioptre_warns_and_one_dioptre_does_not(self):
        small = self._prescription(od_sph=-2.25)
        self.assertEqual(small.previous_id, self.prescription)
        self.assertFalse(small.warnings)
        big = self._prescription(od_sph=-3.5)
        self.assertEqual(big.previous_id, small)
        self.assertIn("Right eye", big.warnings)
        self.assertIn("1.25 D", big.warnings)
        self.assertNotIn("Left eye", big.warnings)

    def test_a_turned_axis_warns_though_the_numbers_are_the_same(self):
        self._prescription(od_cyl=-2, od_axis=90)
        turned = self._prescription(od_cyl=-2, od_axis=180)
        self.assertIn("2.00 D", turned.warnings)

    def test_transposition_alone_is_no_change(self):
        same = self._prescription(od_sph=-1.75, od_cyl=0.5, od_axis=180)
        self.assertFalse(same.warnings)
        self.assertNotIn("table-warning", str(same.history_html))

    def test_exchanged_eyes_warn(self):
        self._prescription(od_sph=-1, od_cyl=0, od_axis=0, os_sph=-4)
        exchanged = self._prescription(od_sph=-4, od_cyl=0, od_axis=0, os_sph=-1)
        self.assertIn("exchanged", exchanged.warnings)

    def test_the_optician_is_warned_while_typing(self):
        form = Form(self.env["optics.prescription"])
        form.patient_id = self.patient
        form.shop_id = self.shop
        with form.set_ids.new() as line:
            line.od_sph = -5
            line.os_sph = -1.5
        self.assertIn("Right eye", form.warnings)

    def test_history_stands_side_by_side_with_differences_marked(self):
        new = self._prescription(od_sph=-2.0, os_add=1.5)
        html = str(new.history_html)
        self.assertLess(html.index(new.name), html.index(self.prescription.name))
        self.assertRegex(html, r'table-warning fw-bold">-2\.00<')
        self.assertRegex(html, r'table-warning fw-bold">\+1\.50<')
        self.assertRegex(html, r'text-end ">-1\.25<')
        self.assertRegex(html, r'text-end ">-1\.50<')

    def test_an_older_prescription_is_compared_with_those_before_it_only(self):
        self._prescription(od_sph=-9)
        self.assertFalse(self.prescription.warnings)
        self.assertEqual(str(self.prescription.history_html).count("RX"), 1)

    def test_without_a_patient_there_is_no_history(self):
        self.assertFalse(self.env["optics.prescription"].new({})._earlier(limit=1))
