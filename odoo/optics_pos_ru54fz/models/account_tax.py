from odoo import models

PRICED = {"amount", "price_include", "vat_label", "active"}


class AccountTax(models.Model):
    _inherit = "account.tax"

    def write(self, vals):
        result = super().write(vals)
        if PRICED & vals.keys():
            templates = self.env["product.template"].search([("taxes_id", "in", self.ids)])
            self.env["optics.catalog.outbox"]._changed_templates(templates)
        return result
