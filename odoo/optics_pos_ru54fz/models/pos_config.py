from odoo import fields, models


class PosConfig(models.Model):
    _inherit = "pos.config"

    till_code = fields.Char(
        string="Till",
        copy=False,
        help="Id of the till as its own configuration names it, e.g. till-001. Empty: not a till with a KKT.",
    )

    _sql_constraints = [
        ("till_code_unique", "UNIQUE(till_code)", "Another point of sale already stands for this till."),
    ]
