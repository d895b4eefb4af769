from odoo import api, models


class IrProperty(models.Model):
    _inherit = "ir.property"

    @api.model
    def _set_multi(self, name, model, values, default_value=None):
        """While a price list is written, costs are collected and stored once a batch: one by one the core would
        search each of them."""
        batch = self.env.context.get("connector_cost_batch")
        if batch is None or (name, model) != ("standard_price", "product.product"):
            return super()._set_multi(name, model, values, default_value=default_value)
        batch.update(values)
        return None
