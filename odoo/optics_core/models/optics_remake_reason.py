from odoo import fields, models


class OpticsRemakeReason(models.Model):
    """Why glasses had to be made again, and who bears the cost."""

    _name = "optics.remake.reason"
    _description = "Remake Reason"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    at_fault = fields.Selection(
        [("lab", "Lab"), ("shop", "Shop"), ("doctor", "Doctor"), ("maker", "Maker"), ("patient", "Patient")],
        required=True,
        default="lab",
    )
