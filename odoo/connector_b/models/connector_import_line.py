from odoo import fields, models

KINDS = [
    ("new", "New"),
    ("change", "Change"),
    ("same", "No change"),
    ("confirm", "Needs confirmation"),
    ("error", "Error"),
]


class ConnectorImportLine(models.Model):
    """One row of a price list: what it says, what will be done, what was done."""

    _name = "connector.import.line"
    _description = "Import Row"
    _order = "row"
    _rec_name = "sku"
    _log_access = False

    import_id = fields.Many2one(
        "connector.import", required=True, readonly=True, ondelete="cascade", index=True
    )
    state = fields.Selection(related="import_id.state")
    row = fields.Integer(readonly=True, group_operator=False)
    sku = fields.Char(string="SKU", readonly=True)
    name = fields.Char(readonly=True)
    ean = fields.Char(string="EAN", readonly=True)
    kind = fields.Selection(KINDS, string="Plan", required=True, readonly=True)
    done = fields.Selection(
        [
            ("none", "Not yet"),
            ("created", "Created"),
            ("updated", "Updated"),
            ("unchanged", "Nothing to do"),
            ("failed", "Failed"),
            ("rolled_back", "Rolled back"),
            ("archived", "Archived by the rollback"),
            ("kept", "Partly kept at the rollback"),
        ],
        string="Done",
        required=True,
        readonly=True,
        default="none",
    )
    price = fields.Float(digits=(16, 2), readonly=True, group_operator=False)
    old_price = fields.Float(string="Price before", digits=(16, 2), readonly=True, group_operator=False)
    price_change = fields.Float(string="Change, %", digits=(16, 1), readonly=True, group_operator=False)
    cost = fields.Float(string="Purchase price", digits=(16, 2), readonly=True, group_operator=False)
    vat = fields.Char(string="VAT", readonly=True)
    old_vat = fields.Char(string="VAT before", readonly=True)
    stock = fields.Integer(readonly=True, group_operator=False)
    reasons = fields.Char(readonly=True, help="Codes that a person must confirm.")
    confirmed = fields.Boolean(readonly=True)
    question = fields.Char(readonly=True)  # what exactly a person is asked
    confirmed_for = fields.Char(readonly=True)  # the question that was answered
    confirmed_by = fields.Many2one("res.users", readonly=True)
    product_id = fields.Many2one(
        "product.product", readonly=True, ondelete="set null", index="btree_not_null"
    )
    message_ids = fields.One2many("connector.import.message", "line_id", string="Findings", readonly=True)
    data = fields.Json(readonly=True)  # the typed row; empty when the row is refused
    before = fields.Json(readonly=True)
    after = fields.Json(readonly=True)
    before_stock = fields.Float(readonly=True, group_operator=False)

    def action_confirm(self):
        """A person has looked: these rows are imported as they are shown."""
        self._confirm()
        return True

    def _confirm(self):
        self.check_access_rights("read")
        self.import_id._check_may_import()
        waiting = self.filtered(
            lambda line: line.kind == "confirm" and line.done == "none" and not line.confirmed
        )
        for line in waiting.sudo():
            line.write({"confirmed": True, "confirmed_for": line.question, "confirmed_by": self.env.uid})
        return waiting

    def action_open_product(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "product.product",
            "res_id": self.product_id.id,
            "view_mode": "form",
        }
