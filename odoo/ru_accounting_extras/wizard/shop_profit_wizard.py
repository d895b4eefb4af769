import base64

from odoo import _, api, fields, models
from odoo.exceptions import UserError

from ..report.profit_table import profit_sheet
from ..report.workbook import workbook
from ..rules import period_bounds

GROUPS = {"shop": "shop_id", "category": "categ_id", "cashier": "cashier"}


class ShopProfitWizard(models.TransientModel):
    """Choose the period and the section; look at it, print it, take it away as xlsx."""

    _name = "shop.profit.wizard"
    _description = "Profit for a Period"

    period = fields.Selection(
        [
            ("this_week", "This week"),
            ("last_week", "Last week"),
            ("this_month", "This month"),
            ("last_month", "Last month"),
            ("this_quarter", "This quarter"),
            ("this_year", "This year"),
            ("custom", "Other dates"),
        ],
        required=True,
        default="this_month",
    )
    date_from = fields.Date(
        string="From", required=True, compute="_compute_dates", store=True, readonly=False, precompute=True
    )
    date_to = fields.Date(
        string="Until", required=True, compute="_compute_dates", store=True, readonly=False, precompute=True
    )
    group_by = fields.Selection(
        [("shop", "Shops"), ("category", "Categories"), ("cashier", "Cashiers")],
        string="Profit by",
        required=True,
        default="shop",
    )
    shop_ids = fields.Many2many("optics.shop", string="Shops", help="Empty: all shops you may see.")

    @api.depends("period")
    def _compute_dates(self):
        today = fields.Date.context_today(self)
        for wizard in self:
            if wizard.period and wizard.period != "custom":
                wizard.date_from, wizard.date_to = period_bounds(wizard.period, today)
            else:
                wizard.date_from = wizard.date_from or today
                wizard.date_to = wizard.date_to or today

    @api.constrains("date_from", "date_to")
    def _check_dates(self):
        for wizard in self:
            if wizard.date_from > wizard.date_to:
                raise UserError(_("The period ends before it begins."))

    def action_open(self):
        """Show the period in the pivot."""
        report = self.env["shop.profit.report"]
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "ru_accounting_extras.shop_profit_report_action"
        )
        return {
            **action,
            "name": self._title(),
            "domain": report._period_domain(self.date_from, self.date_to, self.shop_ids),
            "context": {"pivot_row_groupby": [GROUPS[self.group_by]]},
        }

    def action_print(self):
        return self.env.ref("ru_accounting_extras.profit_statement_report").report_action(self, config=False)

    def action_xlsx(self):
        """Make the file and send it to the browser; the vacuum of transient records takes it away."""
        attachment = self.env["ir.attachment"].create(
            {
                "name": f"{self._title()}.xlsx",
                "datas": base64.b64encode(self._xlsx()),
                "mimetype": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                "res_model": self._name,
                "res_id": self.id,
            }
        )
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{attachment.id}?download=true",
            "target": "self",
        }

    def _xlsx(self):
        return workbook([self._sheet(name) for name in GROUPS])

    def _sheet(self, group_by=None):
        return profit_sheet(
            self.env["shop.profit.report"],
            GROUPS[group_by or self.group_by],
            self.date_from,
            self.date_to,
            title=self._title(),
            empty=_("Not stated"),
            total_label=_("Total"),
            shops=self.shop_ids,
        )

    def _title(self):
        return _(
            "Profit %(start)s – %(end)s",
            start=self.date_from.strftime("%d.%m.%Y"),
            end=self.date_to.strftime("%d.%m.%Y"),
        )
