from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    prescription_months = fields.Integer(
        "Validity of Prescriptions (Months)",
        default=12,
        help="How long a new prescription is valid by default.",
    )
