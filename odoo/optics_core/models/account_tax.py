from odoo import api, fields, models

# Labels of fiscal.vat: what a supplier's file, a till and a receipt call a rate (FFD 1.2, tag 1199).
VAT_LABELS = ["22%", "20%", "18%", "10%", "7%", "5%", "0%", "no_vat"]


class AccountTax(models.Model):
    _inherit = "account.tax"

    vat_label = fields.Selection(
        [(label, label) for label in VAT_LABELS], string="VAT Rate on Receipts", index=True
    )
    valid_from = fields.Date(help="First day on which this rate is the law; empty: always was.")
    valid_to = fields.Date(help="Last day on which this rate is the law; empty: still is.")

    @api.model
    def _vat_on(self, label, date, use="sale", included=True):
        """Return the tax with this VAT label that is the law on a day (empty when there is none).

        ``use`` is sale or purchase; ``included`` chooses prices with or without VAT inside.
        """
        domain = [
            *self._check_company_domain(self.env.company),
            ("vat_label", "=", label),
            ("type_tax_use", "=", use),
            ("price_include", "=", included),
            "|", ("valid_from", "=", False), ("valid_from", "<=", date),
            "|", ("valid_to", "=", False), ("valid_to", ">=", date),
        ]  # fmt: skip
        return self.search(domain, limit=1)

    @api.model
    def _standard_vat_on(self, date, use="sale", included=True):
        """Return the standard rate of a day: 22 % from 2026, 20 % from 2019, 18 % before."""
        for label in ("22%", "20%", "18%"):
            tax = self._vat_on(label, date, use, included)
            if tax:
                return tax
        return self.browse()
