from odoo import api, fields, models
from odoo.addons.optics_core.models.account_tax import VAT_LABELS

from ..engine.decide import Rules
from ..engine.rows import Reading
from ..engine.table import Layout

SEPARATORS = [(";", "Semicolon"), (",", "Comma"), ("\t", "Tabulator"), ("|", "Vertical bar")]


class ConnectorProfile(models.Model):
    """How one supplier writes its price lists."""

    _name = "connector.profile"
    _description = "Import Profile"
    _order = "code"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, copy=False, help="What the API and people call it for short.")
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company)
    partner_id = fields.Many2one("res.partner", string="Supplier", required=True)
    encoding = fields.Selection(
        [("utf-8", "UTF-8"), ("cp1251", "Windows-1251"), ("koi8-r", "KOI8-R"), ("cp866", "DOS (866)")],
        help="Empty: detected.",
    )
    separator = fields.Selection(SEPARATORS, help="Of csv files. Empty: detected.")
    sheet = fields.Char(help="Of xlsx and xls files. Empty: the first that has the columns.")
    decimal_mark = fields.Selection([(",", "Comma"), (".", "Point")], help="Empty: detected.")
    price_with_vat = fields.Boolean(string="Prices with VAT", default=True)
    cost_with_vat = fields.Boolean(string="Purchase prices with VAT", default=True)
    default_vat = fields.Selection(
        [(label, label) for label in VAT_LABELS],
        string="VAT where the file says none",
        help="Empty: such rows are refused.",
    )
    negative_stock = fields.Selection(
        [("refuse", "Refuse the row"), ("zero", "Take it as zero")], required=True, default="zero"
    )
    confirm_percent = fields.Integer(
        string="Confirm above, %", default=20, help="A price that changes by more waits for a person."
    )
    update_names = fields.Boolean(help="Take product names from the file, also for products we have.")
    categ_id = fields.Many2one(
        "product.category",
        string="Category of new products",
        required=True,
        default=lambda self: self.env.ref("product.product_category_all", raise_if_not_found=False),
    )
    location_id = fields.Many2one(
        "stock.location",
        string="Stock belongs to",
        domain="[('usage', '=', 'internal')]",
        help="An own location whose stock the file counts. Empty: the supplier's own stock, kept with its offer.",
    )
    column_ids = fields.One2many("connector.profile.column", "profile_id", string="Columns", copy=True)
    word_ids = fields.One2many("connector.profile.word", "profile_id", string="Stock words", copy=True)
    import_count = fields.Integer(compute="_compute_import_count")

    _sql_constraints = [
        ("code_unique", "UNIQUE(company_id, code)", "Another profile has this code."),
        (
            "percent_positive",
            "CHECK(confirm_percent >= 0)",
            "The limit of a price change cannot be negative.",
        ),
    ]

    def _compute_import_count(self):
        groups = self.env["connector.import"]._read_group(
            [("profile_id", "in", self.ids)], ["profile_id"], ["__count"]
        )
        counts = {profile.id: count for profile, count in groups}
        for profile in self:
            profile.import_count = counts.get(profile.id, 0)

    def action_view_imports(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("connector_b.connector_import_action")
        return {
            **action,
            "domain": [("profile_id", "=", self.id)],
            "context": {"default_profile_id": self.id},
        }

    def _layout(self):
        """Where the columns are, for the reader."""
        return Layout(
            headers={column.field: tuple(column._names()) for column in self.column_ids},
            required=frozenset(self.column_ids.filtered("required").mapped("field")),
            encoding=self.encoding or "",
            separator=self.separator or "",
            sheet=self.sheet or "",
        )

    def _reading(self, labels):
        """How cells become values; `labels` are the VAT rates that are the law today."""
        return Reading(
            price_with_vat=self.price_with_vat,
            cost_with_vat=self.cost_with_vat,
            default_vat=self.default_vat or "",
            decimal_mark=self.decimal_mark or "",
            stock_words={word.word.strip().lower(): word.quantity for word in self.word_ids},
            negative_stock_refused=self.negative_stock == "refuse",
            labels=frozenset(labels),
        )

    def _rules(self):
        return Rules(confirm_percent=self.confirm_percent, update_names=self.update_names)

    @api.model
    def _taxes_today(self):
        """VAT label → the sale tax in the price that is the law today; `no_vat` may stand for no tax at all."""
        today = fields.Date.context_today(self)
        taxes = {label: self.env["account.tax"]._vat_on(label, today) for label in VAT_LABELS}
        return {label: tax for label, tax in taxes.items() if tax or label == "no_vat"}
