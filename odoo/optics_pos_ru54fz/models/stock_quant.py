from odoo import api, models


class StockQuant(models.Model):
    _inherit = "stock.quant"

    @api.model_create_multi
    def create(self, vals_list):
        quants = super().create(vals_list)
        self.env["optics.catalog.outbox"]._changed(quants.product_id)
        return quants

    def write(self, vals):
        result = super().write(vals)
        if "quantity" in vals:
            self.env["optics.catalog.outbox"]._changed(self.product_id)
        return result
