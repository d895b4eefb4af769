from odoo import api, fields, models


class AccountJournal(models.Model):
    _inherit = "account.journal"

    shop_id = fields.Many2one(
        "optics.shop",
        string="Shop",
        check_company=True,
        index="btree_not_null",
        help="The shop whose drawer or safe this cash journal is. A till needs a journal of its own in Odoo; "
        "all drawers and the safe of a shop share the shop's cash account.",
    )
    shop_cash_balance = fields.Monetary(
        string="Cash now", compute="_compute_shop_cash_balance", currency_field="company_currency_id"
    )
    company_currency_id = fields.Many2one(related="company_id.currency_id", string="Company currency")

    @api.depends_context("company")
    def _compute_shop_cash_balance(self):
        posted = self._shop_posted_cash()
        taken = self._shop_open_session_cash()
        for journal in self:
            journal.shop_cash_balance = posted.get(journal.id, 0.0) + taken.get(journal.id, 0.0)

    def _shop_posted_cash(self):
        """Journal id → sum of its posted entries on its own cash account."""
        balances = {}
        for account, journals in self.grouped("default_account_id").items():
            if not account:
                continue
            domain = [
                ("account_id", "=", account.id),
                ("journal_id", "in", journals.ids),
                ("parent_state", "=", "posted"),
            ]
            rows = self.env["account.move.line"].sudo()._read_group(domain, ["journal_id"], ["balance:sum"])
            balances.update({journal.id: balance for journal, balance in rows})
        return balances

    def _shop_open_session_cash(self):
        """Journal id → cash of sessions still open: Odoo posts it only at closing, the drawer holds it now."""
        domain = [("session_id.state", "!=", "closed"), ("payment_method_id.journal_id", "in", self.ids)]
        rows = self.env["pos.payment"].sudo()._read_group(domain, ["payment_method_id"], ["amount:sum"])
        taken = {}
        for method, amount in rows:
            taken[method.journal_id.id] = taken.get(method.journal_id.id, 0.0) + amount
        return taken
