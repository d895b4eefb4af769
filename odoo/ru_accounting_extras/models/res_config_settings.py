from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    stock_shortage_account_id = fields.Many2one(
        related="company_id.stock_shortage_account_id", readonly=False
    )
    stock_surplus_account_id = fields.Many2one(related="company_id.stock_surplus_account_id", readonly=False)
    goods_account_id = fields.Many2one(related="company_id.goods_account_id", readonly=False)
    reconcile_max_pieces = fields.Float(related="company_id.reconcile_max_pieces", readonly=False)
    reconcile_max_percent = fields.Float(related="company_id.reconcile_max_percent", readonly=False)
    cash_difference_alert = fields.Monetary(related="company_id.cash_difference_alert", readonly=False)
    audit_keep_days = fields.Integer(related="company_id.audit_keep_days", readonly=False)
    weekly_report = fields.Boolean(related="company_id.weekly_report", readonly=False)

    def action_setup_shop_finance(self):
        """Create the accounts that are missing."""
        self.company_id._setup_shop_finance()
        return {"type": "ir.actions.client", "tag": "reload"}
