from odoo import fields, models


class PosConfig(models.Model):
    _inherit = "pos.config"

    shop_id = fields.Many2one("optics.shop", string="Shop", index=True, check_company=True)
