import base64

from odoo import _, api, fields, models
from odoo.tools import format_amount

from ..report.profit_table import profit_sheet
from ..report.workbook import workbook
from ..rules import last_week


class ShopWeeklyReport(models.AbstractModel):
    """The mail of Monday: to a manager his shops, to an accountant all of them; each sees what the rules let him."""

    _name = "shop.weekly.report"
    _description = "Weekly Profit Mail"

    @api.model
    def _cron_send(self):
        """Send the last whole week once; a repeat in the same week sends nothing."""
        monday, _sunday = last_week(fields.Date.context_today(self))
        for company in self.env["res.company"].search([("weekly_report", "=", True)]):
            if company.weekly_report_sent_for != monday:
                self._send(company, monday)
                company.weekly_report_sent_for = monday

    @api.model
    def _send(self, company, monday):
        mails = [self._prepare_mail(user, company, monday) for user in self._recipients(company)]
        return self.env["mail.mail"].sudo().create(mails)

    @api.model
    def _recipients(self, company):
        users = (
            self.env.ref("optics_core.group_manager").users
            | self.env.ref("optics_core.group_accountant").users
        )
        return users.filtered(lambda user: user.email and not user.share and company in user.company_ids)

    @api.model
    def _prepare_mail(self, user, company, monday):
        context = {"lang": user.lang, "tz": user.tz, "allowed_company_ids": company.ids}
        mine = self.with_user(user).with_context(**context)
        _monday, sunday = last_week(fields.Date.add(monday, days=7))
        title = mine._title(company, monday, sunday)
        sheets = mine._sheets(monday, sunday, title)
        body = (
            mine.env["ir.qweb"]
            .sudo()
            ._render(
                "ru_accounting_extras.weekly_mail",
                {**mine._figures(monday, sunday), "title": title, "user": user},
            )
        )
        attachment = {"name": f"{title}.xlsx", "datas": base64.b64encode(workbook(sheets))}
        return {
            "subject": title,
            "body_html": body,
            "email_to": user.email_formatted,
            "email_from": company.email_formatted or user.email_formatted,
            "attachment_ids": [fields.Command.create(attachment)],
            "auto_delete": True,
        }

    def _title(self, company, monday, sunday):
        return _(
            "%(company)s: profit of the week %(start)s – %(end)s",
            company=company.name,
            start=monday.strftime("%d.%m"),
            end=sunday.strftime("%d.%m.%Y"),
        )

    def _sheets(self, monday, sunday, title):
        report = self.env["shop.profit.report"]
        return [
            profit_sheet(
                report, field, monday, sunday, title=title, empty=_("Not stated"), total_label=_("Total")
            )
            for field in ("shop_id", "categ_id", "cashier")
        ]

    def _figures(self, monday, sunday):
        """What the mail's text shows: shops this week and the week before, and the receipts."""
        report = self.env["shop.profit.report"]
        rows, total = report._figures("shop_id", monday, sunday)
        before = {"start": fields.Date.add(monday, days=-7), "end": fields.Date.add(sunday, days=-7)}
        _rows, previous = report._figures("shop_id", before["start"], before["end"])
        currency = self.env.company.currency_id
        return {
            "rows": rows,
            "total": total,
            "previous": previous,
            "receipts": self._receipts(report._period_domain(monday, sunday)),
            "money": lambda amount: format_amount(self.env, amount or 0.0, currency),
            "empty": _("Not stated"),
        }

    def _receipts(self, domain):
        names = ["sale_count:sum", "refund_count:sum", "refunds:sum", "discount:sum", "average_receipt:avg"]
        ((*values,),) = self.env["shop.pos.analytics"]._read_group(domain, [], names)
        return {name.partition(":")[0]: value or 0 for name, value in zip(names, values, strict=True)}
