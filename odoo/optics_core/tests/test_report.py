from odoo.tests import tagged

from .common import OpticsCase


@tagged("post_install", "-at_install")
class TestReport(OpticsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._order(payer_id=cls.parent.id)
        cls.order.action_confirm()

    def _html(self, report):
        return self.env["ir.actions.report"]._render_qweb_html(report, self.order.ids)[0].decode()

    def test_the_label_bears_number_code_128_and_date(self):
        self.assertTrue(self.order.action_print_label())
        html = self._html("optics_core.report_label")
        self.assertIn(self.order.barcode, html)
        self.assertIn("data:image/png;base64", html)

    def test_the_label_is_one_small_page(self):
        pdf = self.env["ir.actions.report"].with_context(force_report_rendering=True)
        content, kind = pdf._render_qweb_pdf("optics_core.report_label", self.order.ids)
        self.assertEqual(kind, "pdf")
        self.assertEqual(content.count(b"/Type /Page\n"), 1)

    def test_the_slip_names_patient_payer_powers_and_date(self):
        html = self._html("optics_core.report_slip")
        for words in ("Anna Petrova", "Irina Petrova", "-1.25 / -0.50 x 90", "Basis 1.50 HMC"):
            self.assertIn(words, html)
