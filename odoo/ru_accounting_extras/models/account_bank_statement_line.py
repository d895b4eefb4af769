from odoo import fields, models


class AccountBankStatementLine(models.Model):
    _inherit = "account.bank.statement.line"

    shop_transfer_id = fields.Many2one(
        "shop.cash.transfer", string="Cash transfer", readonly=True, copy=False, index="btree_not_null"
    )
