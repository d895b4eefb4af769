from odoo import fields, models


class ShopWriteOffReason(models.Model):
    _name = "shop.write.off.reason"
    _description = "Reason of a Write-off"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    account_id = fields.Many2one(
        "account.account",
        string="Expense account",
        company_dependent=True,
        help="Empty: the account of stock shortages in the settings.",
    )
