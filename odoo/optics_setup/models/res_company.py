from odoo import models

# Tax code of the Russian Federation, art. 164: label, percent, first and last day. 22 % by law 425-FZ of 28.11.2025.
VAT_RATES = [
    ("22%", 22, "2026-01-01", False),
    ("20%", 20, "2019-01-01", "2025-12-31"),
    ("10%", 10, False, False),
    ("7%", 7, "2025-01-01", False),
    ("5%", 5, "2025-01-01", False),
    ("0%", 0, False, False),
    ("no_vat", 0, False, False),
]
NAMES = {"0%": "НДС 0 %", "no_vat": "Без НДС"}


class ResCompany(models.Model):
    _inherit = "res.company"

    def _apply_russian_template(self):
        """Make the company Russian; safe to repeat, nothing that a person changed is lost."""
        for company in self:
            company = company.with_company(company)
            company._set_up_country()
            company._set_up_vat()
            company._set_up_language()

    def _set_up_country(self):
        self.ensure_one()
        if not self.chart_template:
            self.env["account.chart.template"].try_loading("generic_coa", self, install_demo=False)
        rouble = self.env.ref("base.RUB")
        rouble.active = True
        self.country_id = self.env.ref("base.ru")
        if not self.env["account.move"].search_count([("company_id", "=", self.id)], limit=1):
            self.currency_id = rouble
        calendar = self.resource_calendar_id
        calendar.tz = "Europe/Moscow"

    def _set_up_vat(self):
        self.ensure_one()
        former = {"sale": self.account_sale_tax_id, "purchase": self.account_purchase_tax_id}
        for label, percent, start, end in VAT_RATES:
            for use, included in (("sale", True), ("purchase", True), ("purchase", False)):
                values = {"vat_label": label, "amount": percent, "valid_from": start, "valid_to": end}
                self._ensure_tax(former[use], use, included, values)
        for model in former.values():
            if model and not model.vat_label:
                model.active = False
        on = self.env["account.tax"]._vat_on
        self.account_sale_tax_id = on("22%", "2026-01-01", "sale")
        self.account_purchase_tax_id = on("22%", "2026-01-01", "purchase", included=True)

    def _ensure_tax(self, model, use, included, values):
        """Return the tax of this label and use, made like the company's former default tax when missing."""
        taxes = self.env["account.tax"].with_context(active_test=False)
        domain = [
            ("company_id", "=", self.id),
            ("vat_label", "=", values["vat_label"]),
            ("type_tax_use", "=", use),
            ("price_include", "=", included),
        ]
        found = taxes.search(domain, limit=1)
        if found:
            return found
        name = NAMES.get(values["vat_label"], f"НДС {values['amount']} %")
        if use == "purchase":
            name += " (входящий)" if included else " (входящий, сверху)"
        values = {
            **values,
            "name": name,
            "description": name,
            "invoice_label": name,
            "type_tax_use": use,
            "amount_type": "percent",
            "price_include": included,
            "include_base_amount": False,
            "active": True,
            "country_id": self.account_fiscal_country_id.id,
            "company_id": self.id,
        }
        return model.copy(values) if model else taxes.create(values)

    def _set_up_language(self):
        self.env["res.lang"]._activate_lang("ru_RU")
        self.env["ir.default"].set("res.partner", "lang", "ru_RU")
        self.partner_id.lang = "ru_RU"
        administrator = self.env.ref("base.user_admin")
        administrator.write({"lang": "ru_RU", "tz": "Europe/Moscow"})
