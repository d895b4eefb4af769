from odoo import fields, models


class ResUsers(models.Model):
    _inherit = "res.users"

    shop_ids = fields.Many2many(
        "optics.shop", string="Shops", help="The shops whose patients this user serves."
    )
