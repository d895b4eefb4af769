from num2words import num2words

from odoo import _, api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import float_compare


class ShopCashTransfer(models.Model):
    """Cash on its way between two desks, or between a desk and the bank; two entries meet on the transit account."""

    _name = "shop.cash.transfer"
    _description = "Cash Transfer"
    _inherit = ["shop.document"]

    _sequence_code = "shop.cash.transfer"
    _protected = {
        "state",
        "name",
        "sent_by_id",
        "sent_at",
        "received_by_id",
        "received_at",
        "received_amount",
        "source_line_id",
        "return_line_id",
        "target_line_id",
        "difference_move_id",
    }

    kind = fields.Selection(
        [
            ("transfer", "Transfer between desks"),
            ("collection", "Collection to the bank"),
            ("change", "Change from the bank"),
        ],
        required=True,
        default="transfer",
        tracking=True,
    )
    state = fields.Selection(
        [("draft", "Draft"), ("sent", "On its way"), ("received", "Received"), ("cancelled", "Cancelled")],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
        index=True,
    )
    amount = fields.Monetary(required=True, tracking=True)
    source_journal_id = fields.Many2one(
        "account.journal",
        string="From",
        required=True,
        check_company=True,
        domain="[('id', 'in', source_choice_ids)]",
    )
    target_journal_id = fields.Many2one(
        "account.journal",
        string="To",
        required=True,
        check_company=True,
        domain="[('id', 'in', target_choice_ids)]",
    )
    source_choice_ids = fields.Many2many("account.journal", compute="_compute_choices")
    target_choice_ids = fields.Many2many("account.journal", compute="_compute_choices")
    source_shop_id = fields.Many2one(
        related="source_journal_id.shop_id", string="From shop", store=True, index=True
    )
    target_shop_id = fields.Many2one(
        related="target_journal_id.shop_id", string="To shop", store=True, index=True
    )
    available = fields.Monetary(string="Cash there now", compute="_compute_available")
    carrier = fields.Char(help="Who carries the money: a person, or the collection service.")
    bag_number = fields.Char(string="Bag and seal")
    sent_by_id = fields.Many2one("res.users", string="Handed over by", readonly=True, copy=False)
    sent_at = fields.Datetime(string="Handed over at", readonly=True, copy=False)
    received_by_id = fields.Many2one("res.users", string="Received by", readonly=True, copy=False)
    received_at = fields.Datetime(readonly=True, copy=False)
    received_amount = fields.Monetary(readonly=True, copy=False, tracking=True)
    difference = fields.Monetary(compute="_compute_difference", store=True, help="Received less sent.")
    source_line_id = fields.Many2one("account.bank.statement.line", readonly=True, copy=False)
    return_line_id = fields.Many2one("account.bank.statement.line", readonly=True, copy=False)
    target_line_id = fields.Many2one("account.bank.statement.line", readonly=True, copy=False)
    difference_move_id = fields.Many2one("account.move", readonly=True, copy=False)
    move_count = fields.Integer(compute="_compute_move_count")

    _sql_constraints = [
        ("amount_positive", "CHECK(amount > 0)", "A transfer needs an amount above zero."),
        (
            "two_desks",
            "CHECK(source_journal_id != target_journal_id)",
            "Money cannot move from a desk to itself.",
        ),
    ]

    @api.depends("kind", "company_id")
    def _compute_choices(self):
        journals = self.env["account.journal"]
        for transfer in self:
            company = journals._check_company_domain(transfer.company_id)
            desks = journals.search([*company, ("type", "=", "cash"), ("shop_id", "!=", False)])
            banks = journals.search([*company, ("type", "=", "bank")])
            transfer.source_choice_ids = banks if transfer.kind == "change" else desks
            transfer.target_choice_ids = banks if transfer.kind == "collection" else desks

    @api.depends("source_journal_id")
    def _compute_available(self):
        for transfer in self:
            transfer.available = transfer.sudo().source_journal_id.shop_cash_balance

    @api.depends("amount", "received_amount", "state")
    def _compute_difference(self):
        for transfer in self:
            received = transfer.state == "received"
            transfer.difference = transfer.received_amount - transfer.amount if received else 0.0

    def _compute_move_count(self):
        for transfer in self:
            transfer.move_count = len(transfer._moves())

    @api.onchange("kind")
    def _onchange_kind(self):
        self.source_journal_id = self.target_journal_id = False

    @api.constrains("kind", "source_journal_id", "target_journal_id")
    def _check_desks(self):
        for transfer in self:
            wanted = {
                "transfer": ("cash", "cash"),
                "collection": ("cash", "bank"),
                "change": ("bank", "cash"),
            }[transfer.kind]
            journals = transfer.source_journal_id, transfer.target_journal_id
            desks = [journal for journal in journals if journal.type == "cash"]
            if tuple(journal.type for journal in journals) != wanted or not all(
                desk.shop_id for desk in desks
            ):
                raise ValidationError(_("The kind of %s does not fit its desks.", transfer.display_name))

    # --- steps ------------------------------------------------------------------------------------------

    def action_send(self):
        """Take the money out of the desk and book it as being on its way."""
        for transfer in self:
            transfer._check_states(("draft",))
            transfer._check_own_desk(transfer.source_shop_id)
            transfer._check_enough_cash()
            line = transfer._post_line(transfer.source_journal_id, -transfer.amount)
            transfer._advance(
                ("draft",),
                "sent",
                sent_by_id=self.env.uid,
                sent_at=fields.Datetime.now(),
                source_line_id=line.id,
            )

    def action_receive(self):
        """Ask for the counted amount."""
        self.ensure_one()
        self._check_states(("sent",))
        return {
            "type": "ir.actions.act_window",
            "name": _("Receive cash"),
            "res_model": "shop.cash.receive",
            "view_mode": "form",
            "target": "new",
            "context": {"default_transfer_id": self.id, "default_amount": self.amount},
        }

    def _receive(self, amount):
        """Put the counted amount into the target desk; what is missing or too much goes to profit and loss."""
        self.ensure_one()
        self._check_states(("sent",))
        self._check_own_desk(self.target_shop_id)
        if self.currency_id.compare_amounts(amount, 0.0) < 0:
            raise UserError(_("The counted amount cannot be negative."))
        line = self._post_line(self.target_journal_id, amount) if amount else None
        move = self._post_difference(amount - self.amount)
        self._advance(
            ("sent",),
            "received",
            received_by_id=self.env.uid,
            received_at=fields.Datetime.now(),
            received_amount=amount,
            target_line_id=line.id if line else False,
            difference_move_id=move.id if move else False,
        )
        self._reconcile_transit()

    def action_cancel(self):
        """Cancel a draft, or bring money that is on its way back to where it came from."""
        for transfer in self:
            transfer._check_states(("draft", "sent"))
            transfer._check_own_desk(transfer.source_shop_id)
            values = {}
            if transfer.state == "sent":
                values["return_line_id"] = transfer._post_line(transfer.source_journal_id, transfer.amount).id
            transfer._advance(("draft", "sent"), "cancelled", **values)
            transfer._reconcile_transit()

    # --- rules and entries ------------------------------------------------------------------------------

    def _check_own_desk(self, shop):
        """A manager hands over and receives in the shops he works in; a bank's side is the accountant's."""
        if self.env.su or self.env.user.has_group("optics_core.group_accountant"):
            return
        if shop not in self.env.user.shop_ids:
            raise UserError(
                _("%s: this step belongs to the other side or to an accountant.", self.display_name)
            )

    def _check_enough_cash(self):
        journal = self.sudo().source_journal_id
        digits = self.currency_id.decimal_places
        if journal.type != "cash":
            return
        if float_compare(self.amount, journal.shop_cash_balance, precision_digits=digits) > 0:
            raise UserError(
                _(
                    "%(desk)s holds %(available)s: %(amount)s cannot be taken out of it.",
                    desk=journal.name,
                    available=self.currency_id.format(journal.shop_cash_balance),
                    amount=self.currency_id.format(self.amount),
                )
            )

    def _post_line(self, journal, amount):
        """Post one line of the desk against the transit account; an open session of that drawer learns of it."""
        session = self._open_session(journal)
        return (
            self.env["account.bank.statement.line"]
            .sudo()
            .create(
                {
                    "journal_id": journal.id,
                    "amount": amount,
                    "date": fields.Date.context_today(self),
                    "payment_ref": f"{self.name} {self.source_journal_id.name} → {self.target_journal_id.name}",
                    "counterpart_account_id": self._transit_account().id,
                    "pos_session_id": session.id,
                    "shop_transfer_id": self.id,
                }
            )
        )

    def _open_session(self, journal):
        domain = [
            ("state", "in", ("opened", "closing_control")),
            ("rescue", "=", False),
            ("config_id.payment_method_ids.journal_id", "=", journal.id),
        ]
        return self.env["pos.session"].sudo().search(domain, limit=1)

    def _transit_account(self):
        """Money in transit (account 57 of the Russian chart): Odoo's internal transfer account."""
        account = self.company_id.sudo().transfer_account_id
        if not account:
            raise UserError(
                _("%s has no internal transfer account: Accounting, Settings.", self.company_id.name)
            )
        if not account.reconcile:
            account.reconcile = True
        return account

    def _post_difference(self, difference):
        """Move a shortage to the target's loss account, a surplus to its profit account; None when equal."""
        if self.currency_id.is_zero(difference):
            return None
        desk = self.sudo().source_journal_id if self.kind == "collection" else self.sudo().target_journal_id
        other = desk.loss_account_id if difference < 0 else desk.profit_account_id
        if not other:
            raise UserError(_("The journal %s needs a profit and a loss account.", desk.name))
        ref = _("%s: difference at receipt", self.name)
        debit, credit = (
            (other, self._transit_account()) if difference < 0 else (self._transit_account(), other)
        )
        values = {
            "move_type": "entry",
            "journal_id": self.company_id.sudo()._general_journal().id,
            "date": fields.Date.context_today(self),
            "ref": ref,
            "line_ids": [
                fields.Command.create({"account_id": debit.id, "name": ref, "debit": abs(difference)}),
                fields.Command.create({"account_id": credit.id, "name": ref, "credit": abs(difference)}),
            ],
        }
        move = self.env["account.move"].sudo().create(values)
        move.action_post()
        return move

    def _moves(self):
        lines = self.sudo().source_line_id | self.sudo().return_line_id | self.sudo().target_line_id
        return lines.move_id | self.sudo().difference_move_id

    def _reconcile_transit(self):
        transit = self._moves().line_ids.filtered(lambda line: line.account_id == self._transit_account())
        if transit:
            transit.reconcile()

    # --- reading ----------------------------------------------------------------------------------------

    def action_view_moves(self):
        return {
            "type": "ir.actions.act_window",
            "name": _("Journal entries"),
            "res_model": "account.move",
            "view_mode": "tree,form",
            "domain": [("id", "in", self._moves().ids)],
        }

    def _amount_in_words(self):
        """The amount as a Russian cash paper writes it, kopecks in figures."""
        roubles, kopecks = divmod(round(self.amount * 100), 100)
        language = self.env.context.get("lang") or self.env.user.lang or "en_US"
        try:
            words = self._spell(roubles, language)
        except NotImplementedError:
            words = self._spell(roubles, "en")
        if language.startswith("ru"):
            return f"{words} руб. {kopecks:02d} коп."
        return f"{words} {self.currency_id.name} {kopecks:02d}/100"

    @staticmethod
    def _spell(number, language):
        return num2words(number, lang=language).capitalize()
