from odoo import _, api, fields, models
from odoo.exceptions import ValidationError

from ..engine import text

FIELDS = [
    ("sku", "SKU"),
    ("name", "Name"),
    ("ean", "EAN"),
    ("price", "Price"),
    ("cost", "Purchase price"),
    ("vat", "VAT"),
    ("stock", "Stock"),
]


class ConnectorProfileColumn(models.Model):
    _name = "connector.profile.column"
    _description = "Column of an Import Profile"
    _order = "profile_id, id"
    _rec_name = "field"

    profile_id = fields.Many2one("connector.profile", required=True, ondelete="cascade", index=True)
    field = fields.Selection(FIELDS, required=True)
    headers = fields.Char(required=True, help="Headers that this column may have, separated by semicolons.")
    required = fields.Boolean(help="A file without this column is refused.")

    _sql_constraints = [("field_unique", "UNIQUE(profile_id, field)", "A field has one column.")]

    @api.constrains("headers")
    def _check_headers(self):
        for column in self:
            if not column._names():
                raise ValidationError(_("A column needs a header."))

    def _names(self):
        return [name for name in map(text.normal, (self.headers or "").split(";")) if name]
