from odoo import api, models


class ProductPricelistItem(models.Model):
    _inherit = "product.pricelist.item"

    @api.model_create_multi
    def create(self, vals_list):
        items = super().create(vals_list)
        items._note_catalog_change()
        return items

    def write(self, vals):
        self._note_catalog_change()
        result = super().write(vals)
        self._note_catalog_change()
        return result

    def unlink(self):
        self._note_catalog_change()
        return super().unlink()

    def _note_catalog_change(self):
        """A rule for one product touches it, a rule for a category its products, a global rule everything."""
        products = self.product_id | self.product_tmpl_id.product_variant_ids
        wide = self.filtered(lambda item: not item.product_id and not item.product_tmpl_id)
        if wide:
            categories = wide.categ_id if all(item.categ_id for item in wide) else False
            domain = [("categ_id", "child_of", categories.ids)] if categories else []
            products |= products.search([("default_code", "!=", False), *domain])
        self.env["optics.catalog.outbox"]._changed(products)
