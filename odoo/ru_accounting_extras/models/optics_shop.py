from odoo import _, api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError


class OpticsShop(models.Model):
    _inherit = "optics.shop"

    cash_account_id = fields.Many2one(
        "account.account",
        string="Cash account",
        check_company=True,
        copy=False,
        domain="[('account_type', '=', 'asset_cash'), ('company_id', '=', company_id)]",
    )
    cash_journal_id = fields.Many2one(
        "account.journal",
        string="Safe",
        check_company=True,
        copy=False,
        domain="[('type', '=', 'cash'), ('company_id', '=', company_id)]",
        help="The cash journal of the shop's safe.",
    )
    cash_journal_ids = fields.One2many("account.journal", "shop_id", string="Drawers and safe")
    shop_analytic_id = fields.Many2one(
        "account.analytic.account",
        string="Expenses",
        check_company=True,
        copy=False,
        help="Analytic account of the shop: rent, wages and the like booked on it reduce the shop's profit.",
    )
    cash_balance = fields.Monetary(string="Cash now", compute="_compute_cash_balance")
    currency_id = fields.Many2one(related="company_id.currency_id")

    @api.depends("cash_journal_ids.shop_cash_balance")
    def _compute_cash_balance(self):
        for shop in self:
            shop.cash_balance = sum(shop.sudo().cash_journal_ids.mapped("shop_cash_balance"))

    @api.constrains("cash_account_id")
    def _check_cash_account(self):
        for shop in self.filtered("cash_account_id"):
            if self.search_count([("cash_account_id", "=", shop.cash_account_id.id), ("id", "!=", shop.id)]):
                raise ValidationError(
                    _("The account %s is the cash of another shop.", shop.cash_account_id.display_name)
                )

    @api.constrains("warehouse_id")
    def _check_warehouse(self):
        for shop in self.filtered("warehouse_id"):
            if self.search_count([("warehouse_id", "=", shop.warehouse_id.id), ("id", "!=", shop.id)]):
                raise ValidationError(_("%s is the stock of another shop.", shop.warehouse_id.name))

    def action_open_cash_desk(self):
        """Give the shop its cash account and safe, and bring its tills' drawers under them. Repeats safely."""
        if not self.env.su and not self.env.user.has_group("optics_core.group_administrator"):
            raise AccessError(_("Only an administrator opens the cash desk of a shop."))
        for shop in self.sudo():
            shop._ensure_cash_account()
            shop._ensure_safe()
            shop._adopt_drawers()

    def _ensure_cash_account(self):
        if self.cash_account_id:
            return
        company = self.company_id
        prefix = company.cash_account_code_prefix or company.bank_account_code_prefix or "50"
        self.cash_account_id = company._new_account(prefix, _("Cash: %s", self.name), "asset_cash")

    def _ensure_safe(self):
        if self.cash_journal_id:
            self.cash_journal_id.shop_id = self
            return
        self.cash_journal_id = self.env["account.journal"].create(
            {
                "name": _("Safe: %s", self.name),
                "code": self._free_journal_code(),
                "type": "cash",
                "company_id": self.company_id.id,
                "default_account_id": self.cash_account_id.id,
                "shop_id": self.id,
            }
        )

    def _free_journal_code(self):
        journals = self.env["account.journal"].with_context(active_test=False)
        taken = set(journals.search([("company_id", "=", self.company_id.id)]).mapped("code"))
        for number in range(1, 1000):
            code = f"SF{number}"
            if code not in taken:
                return code
        raise UserError(_("No free code is left for the journal of %s.", self.name))

    def _adopt_drawers(self):
        """Tie the cash journals of the shop's tills to the shop; one without entries moves to its account."""
        for journal in self.config_ids.payment_method_ids.filtered("is_cash_count").journal_id:
            journal.shop_id = self
            if not self.env["account.move.line"].search_count([("journal_id", "=", journal.id)], limit=1):
                journal.default_account_id = self.cash_account_id

    def _shop_responsible(self):
        """The person who gets the shop's tasks: its manager, else an accountant, else the administrator."""
        self.ensure_one()
        if self.manager_id:
            return self.manager_id
        accountants = self.env.ref("optics_core.group_accountant").sudo().users
        people = accountants.filtered(lambda user: user.active and self.company_id in user.company_ids)
        return people.filtered(lambda user: not user._is_superuser())[:1] or self.env.ref("base.user_admin")

    @api.model
    def _of_location(self, location):
        """The shop whose stock a location holds; empty for a central warehouse."""
        return (
            self.search([("warehouse_id", "=", location.warehouse_id.id)], limit=1)
            if location.warehouse_id
            else self
        )
