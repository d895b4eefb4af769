from odoo import models

WATCHED = {
    "name",
    "list_price",
    "taxes_id",
    "active",
    "available_in_pos",
    "sale_ok",
    "categ_id",
    "detailed_type",
    "type",
}


class ProductTemplate(models.Model):
    _inherit = "product.template"

    def write(self, vals):
        result = super().write(vals)
        if WATCHED & vals.keys():
            self.env["optics.catalog.outbox"]._changed_templates(self)
        return result

    def unlink(self):
        # The database removes the variants by itself: their own unlink does not run.
        variants = self.with_context(active_test=False).product_variant_ids
        self.env["optics.catalog.outbox"]._gone(variants)
        return super().unlink()
