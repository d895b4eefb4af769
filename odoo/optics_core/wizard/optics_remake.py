from odoo import fields, models


class OpticsRemake(models.TransientModel):
    """Asks why glasses must be made again."""

    _name = "optics.remake"
    _description = "Remake"

    order_id = fields.Many2one("optics.manufacturing.order", required=True)
    reason_id = fields.Many2one("optics.remake.reason", required=True)
    note = fields.Char()

    def action_remake(self):
        """Make the new order and open it."""
        self.ensure_one()
        remake = self.order_id._remake(self.reason_id, self.note)
        return {
            "type": "ir.actions.act_window",
            "res_model": remake._name,
            "res_id": remake.id,
            "views": [(False, "form")],
        }
