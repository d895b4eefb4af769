from odoo import _, api, fields, models


class PosSession(models.Model):
    _inherit = "pos.session"

    shop_id = fields.Many2one(
        "optics.shop", related="config_id.shop_id", string="Shop", store=True, index=True
    )
    z_cash_expected = fields.Monetary(string="Cash expected", readonly=True, copy=False)
    z_cash_counted = fields.Monetary(string="Cash counted", readonly=True, copy=False)
    z_cash_difference = fields.Monetary(
        string="Cash difference", readonly=True, copy=False, help="Counted less expected, at closing."
    )

    def action_pos_session_open(self):
        """Carry cash that came or went while no session was open into the session that opens now."""
        opening = self.filtered(lambda session: session.state == "opening_control" and not session.rescue)
        result = super().action_pos_session_open()
        for session in opening.filtered("config_id.cash_control"):
            waiting = session.sudo()._shop_transfers_waiting()
            waiting.pos_session_id = session
            session.cash_register_balance_start = session._drawer_before() + sum(waiting.mapped("amount"))
        return result

    @api.depends("payment_method_ids", "order_ids", "cash_register_balance_start")
    def _compute_cash_balance(self):
        """A session beside the drawer's own (late receipts of a closed shift) has no drawer to count: Odoo would book
        all that the session before it left as a loss. Its cash is expected in the next drawer instead."""
        result = super()._compute_cash_balance()
        for session in self.filtered("config_id.cash_control"):
            before = 0.0 if session.rescue else session._drawer_before()
            session.cash_register_balance_end = before + session.cash_register_total_entry_encoding
            difference = session.cash_register_balance_end_real - session.cash_register_balance_end
            session.cash_register_difference = difference
        return result

    def get_closing_control_data(self):
        """The closing window expects the same cash as the books do."""
        data = super().get_closing_control_data()
        cash = data["default_cash_details"]
        if cash:
            before = 0.0 if self.rescue else self._drawer_before()
            cash.update(amount=cash["amount"] + before - cash["opening"], opening=before)
        return data

    def _drawer_before(self):
        """Cash that was counted last in this drawer, and what sessions beside it took since."""
        mine = [("config_id", "=", self.config_id.id), ("id", "<", self.id)]
        last = self.search([*mine, ("rescue", "=", False)], limit=1)
        beside = self.search([*mine, ("rescue", "=", True), ("id", ">", last.id)])
        payments = self.env["pos.payment"].sudo()
        cash = [("session_id", "in", beside.ids), ("payment_method_id.journal_id.type", "=", "cash")]
        taken = payments._read_group(cash, [], ["amount:sum"])[0][0] or 0.0
        return last.cash_register_balance_end_real + taken

    def _shop_transfers_waiting(self):
        return self.env["account.bank.statement.line"].search(
            [
                ("journal_id", "=", self.cash_journal_id.id),
                ("shop_transfer_id", "!=", False),
                ("pos_session_id", "=", False),
            ]
        )

    def _validate_session(self, balancing_account=False, amount_to_balance=0, bank_payment_method_diffs=None):
        """Keep what Odoo computes and forgets: the cash expected, counted and missing at closing."""
        # Odoo's compute does not depend on the counted cash: what was read before the count is stale.
        self.invalidate_recordset(["cash_register_balance_end", "cash_register_difference"], flush=True)
        expected, counted = self.cash_register_balance_end, self.cash_register_balance_end_real
        result = super()._validate_session(balancing_account, amount_to_balance, bank_payment_method_diffs)
        if self.state == "closed" and self.config_id.cash_control:
            difference = self.currency_id.round(counted - expected)
            self.write(
                {"z_cash_expected": expected, "z_cash_counted": counted, "z_cash_difference": difference}
            )
            self._alert_cash_difference()
        return result

    def _alert_cash_difference(self):
        limit = self.company_id.cash_difference_alert
        if not self.z_cash_difference or abs(self.z_cash_difference) < limit:
            return
        self.sudo().activity_schedule(
            "ru_accounting_extras.mail_activity_cash_difference",
            user_id=(
                self.shop_id._shop_responsible() if self.shop_id else self.env.ref("base.user_admin")
            ).id,
            note=_(
                "%(session)s: expected %(expected)s, counted %(counted)s, difference %(difference)s.",
                session=self.name,
                expected=self.currency_id.format(self.z_cash_expected),
                counted=self.currency_id.format(self.z_cash_counted),
                difference=self.currency_id.format(self.z_cash_difference),
            ),
        )
