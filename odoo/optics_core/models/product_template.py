from odoo import fields, models


class ProductTemplate(models.Model):
    _inherit = "product.template"

    optics_kind = fields.Selection(
        [
            ("frame", "Frame"),
            ("lens", "Lens"),
            ("sunglasses", "Sunglasses"),
            ("contact", "Contact Lenses"),
            ("accessory", "Accessory"),
            ("service", "Service"),
        ],
        string="Kind of Goods",
        index=True,
    )
