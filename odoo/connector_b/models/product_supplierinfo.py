from odoo import fields, models


class ProductSupplierinfo(models.Model):
    _inherit = "product.supplierinfo"

    offer_price = fields.Float(
        string="Retail price offered",
        digits="Product Price",
        readonly=True,
        help="With VAT, from the price list.",
    )
    offer_cost = fields.Float(
        string="Purchase price offered",
        digits="Product Price",
        readonly=True,
        help="With VAT, from the price list.",
    )
    offer_stock = fields.Integer(string="In stock at the supplier", readonly=True)
    offer_at = fields.Datetime(string="Offered on", readonly=True)
