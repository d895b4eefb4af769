from odoo import api, fields, models


class ShopCashReceive(models.TransientModel):
    _name = "shop.cash.receive"
    _description = "Receive Cash"

    transfer_id = fields.Many2one("shop.cash.transfer", required=True)
    currency_id = fields.Many2one(related="transfer_id.currency_id")
    sent = fields.Monetary(related="transfer_id.amount", string="Sent")
    amount = fields.Monetary(string="Counted", required=True)
    difference = fields.Monetary(compute="_compute_difference")

    @api.depends("amount", "sent")
    def _compute_difference(self):
        for wizard in self:
            wizard.difference = wizard.amount - wizard.sent

    def action_confirm(self):
        self.transfer_id._receive(self.amount)
        return {"type": "ir.actions.act_window_close"}
