from odoo import _, fields, models
from odoo.exceptions import UserError


class ResCompany(models.Model):
    _inherit = "res.company"

    stock_shortage_account_id = fields.Many2one(
        "account.account",
        string="Stock shortages",
        check_company=True,
        help="Debited when goods are written off or missing, unless the reason names another account.",
    )
    stock_surplus_account_id = fields.Many2one(
        "account.account",
        string="Stock surpluses",
        check_company=True,
        help="Credited when goods were found.",
    )
    goods_account_id = fields.Many2one(
        "account.account",
        string="Goods",
        check_company=True,
        help="Stands against shortages and surpluses where the product category has no stock valuation account.",
    )
    reconcile_max_pieces = fields.Float(
        string="Correct up to, pieces",
        default=5.0,
        help="The nightly stock reconciliation corrects a difference of at most this many pieces by itself.",
    )
    reconcile_max_percent = fields.Float(
        string="Correct up to, % of value",
        default=10.0,
        help="…or a difference of at most this share of the product's book value in the shop.",
    )
    cash_difference_alert = fields.Monetary(
        string="Alert from",
        default=100.0,
        help="A cash difference at closing of at least this amount becomes a task for the shop's manager.",
    )
    audit_keep_days = fields.Integer(
        string="Keep the audit trail, days", default=365, help="Never less than 90: the database refuses it."
    )
    weekly_report = fields.Boolean(default=True, help="Send the profit of the last week each Monday.")
    weekly_report_sent_for = fields.Date(
        readonly=True, copy=False, help="Monday of the last week that was mailed."
    )

    def _setup_shop_finance(self):
        """Create the accounts that are missing; repeats safely and leaves what a person has chosen."""
        for company in self.sudo().filtered("chart_template"):
            wanted = company._shop_finance_accounts()
            company.write(
                {
                    field: company._new_account(prefix, name, account_type).id
                    for field, (prefix, name, account_type) in wanted.items()
                    if not company[field]
                }
            )

    def _shop_finance_accounts(self):
        """Field → prefix after the Russian chart (Ministry of Finance, order 94n), name, type."""
        return {
            "stock_shortage_account_id": ("94", _("Shortages and losses of goods"), "expense"),
            "stock_surplus_account_id": ("91", _("Surpluses of goods"), "income_other"),
            "goods_account_id": ("41", _("Goods in shops"), "asset_current"),
        }

    def _new_account(self, prefix, name, account_type, **more):
        accounts = self.env["account.account"]
        some = accounts.search([*accounts._check_company_domain(self)], limit=1)
        code = accounts._search_new_account_code(self, len(some.code or "") or 6, prefix)
        values = {"code": code, "name": name, "account_type": account_type, "company_id": self.id, **more}
        return accounts.create(values)

    def _shop_account(self, field):
        """Return an account of the settings; UserError says where to set it."""
        account = self[field]
        if not account:
            label = self._fields[field]._description_string(self.env)
            raise UserError(
                _(
                    "The account “%(account)s” is not set for %(company)s: Shop Finance, Configuration, Settings.",
                    account=label,
                    company=self.name,
                )
            )
        return account

    def _general_journal(self):
        """The journal for entries that are neither sale, purchase, cash nor bank."""
        journals = self.env["account.journal"]
        journal = journals.search([*journals._check_company_domain(self), ("type", "=", "general")], limit=1)
        if not journal:
            raise UserError(_("%s has no miscellaneous journal.", self.name))
        return journal
