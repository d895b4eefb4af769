from odoo import _, api, fields, models
from odoo.exceptions import UserError


class ShopWriteOff(models.Model):
    """Goods that leave a shop without a sale: proposed by the shop, carried out by an accountant."""

    _name = "shop.write.off"
    _description = "Write-off of Goods"
    _inherit = ["shop.document"]

    _sequence_code = "shop.write.off"

    shop_id = fields.Many2one("optics.shop", string="Shop", required=True, check_company=True, index=True)
    reason_id = fields.Many2one("shop.write.off.reason", required=True, tracking=True)
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("submitted", "For approval"),
            ("posted", "Written off"),
            ("cancelled", "Cancelled"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
        index=True,
    )
    line_ids = fields.One2many("shop.write.off.line", "write_off_id", string="Goods", copy=True)
    total = fields.Monetary(compute="_compute_total", store=True, help="At cost; final when written off.")
    account_move_ids = fields.Many2many("account.move", compute="_compute_account_moves")
    account_move_count = fields.Integer(compute="_compute_account_moves")

    @api.depends("line_ids.value")
    def _compute_total(self):
        for document in self:
            document.total = sum(document.line_ids.mapped("value"))

    @api.depends("state", "line_ids.move_ids.state")
    def _compute_account_moves(self):
        for document in self:
            moves = document.sudo().line_ids.move_ids
            entries = moves.account_move_ids | moves.stock_valuation_layer_ids.account_move_id
            document.account_move_ids = entries
            document.account_move_count = len(entries)

    def action_submit(self):
        for document in self:
            if not document.line_ids:
                raise UserError(_("%s has no goods.", document.display_name))
            document._advance(("draft",), "submitted")

    def action_post(self):
        """Take the goods out of stock and post their cost to the account of the reason."""
        self._check_accountant()
        for document in self:
            document._check_states(("draft", "submitted"))
            if not document.line_ids:
                raise UserError(_("%s has no goods.", document.display_name))
            document.line_ids._check_in_stock()
            document.sudo().line_ids._carry_out()
            document._advance(("draft", "submitted"), "posted")

    def action_cancel(self):
        self._advance(("draft", "submitted"), "cancelled")

    def action_draft(self):
        self._advance(("submitted", "cancelled"), "draft")

    def action_view_account_moves(self):
        return {
            "type": "ir.actions.act_window",
            "name": _("Journal entries"),
            "res_model": "account.move",
            "view_mode": "tree,form",
            "domain": [("id", "in", self.account_move_ids.ids)],
        }

    def _check_accountant(self):
        if not self.env.su and not self.env.user.has_group("optics_core.group_accountant"):
            raise UserError(_("A write-off is carried out by an accountant: submit it for approval."))

    def _expense_account(self):
        reason = self.reason_id.with_company(self.company_id)
        return reason.account_id or self.company_id._shop_account("stock_shortage_account_id")
