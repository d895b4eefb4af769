from odoo import fields, models

CODES = [
    ("EMPTY_FIELD", "Empty field"),
    ("BAD_PRICE", "Not a price"),
    ("CURRENCY_IN_PRICE", "Currency in the price"),
    ("BAD_VAT", "VAT rate unknown or not in force"),
    ("BAD_EAN", "Not an EAN, or its check digit is wrong"),
    ("BAD_STOCK", "Stock not understood"),
    ("NEGATIVE_STOCK", "Negative stock"),
    ("DUPLICATE_SKU", "SKU stands in the file before"),
    ("DUPLICATE_EAN", "EAN stands in the file before"),
    ("SAME_PRODUCT", "Another row means the same product"),
    ("SKU_AMBIGUOUS", "Several products have this SKU"),
    ("EAN_TAKEN", "EAN belongs to another product"),
    ("HAS_VARIANTS", "Product with variants that share a price"),
    ("ARCHIVED", "Product is archived"),
    ("MATCHED_BY_EAN", "Found by its EAN"),
    ("SUPPLIER_CONFLICT", "Another supplier has another price"),
    ("COST_ABOVE_PRICE", "Purchase price above the price"),
    ("PRICE_JUMP", "Price changes by more than the limit"),
    ("VAT_CHANGED", "VAT changes"),
    ("EAN_CHANGED", "EAN changes"),
    ("WRITE_FAILED", "Odoo refused the row"),
    ("CHANGED_SINCE", "Changed by someone since the import"),
    ("IN_USE", "In use already: archived, not deleted"),
]
DONE = [
    ("refused", "Row not imported"),
    ("left_out", "Imported without this field"),
    ("converted", "Understood and imported"),
    ("waits", "Waits for confirmation"),
    ("kept_lower", "The lower price of the other supplier stays"),
    ("took_lower", "The lower price of this supplier is taken"),
    ("noted", "Imported"),
    ("kept", "Left as it is"),
    ("archived", "Archived"),
]


class ConnectorImportMessage(models.Model):
    """One finding in one row of an import: the lines of its report."""

    _name = "connector.import.message"
    _description = "Import Finding"
    _order = "row, id"
    _rec_name = "code"
    _log_access = False

    import_id = fields.Many2one(
        "connector.import", required=True, readonly=True, ondelete="cascade", index=True
    )
    line_id = fields.Many2one("connector.import.line", readonly=True, ondelete="cascade", index=True)
    row = fields.Integer(readonly=True, group_operator=False)
    sku = fields.Char(string="SKU", readonly=True)
    level = fields.Selection(
        [("error", "Error"), ("warning", "Warning"), ("info", "Information")], required=True, readonly=True
    )
    code = fields.Selection(CODES, string="Type", required=True, readonly=True)
    field = fields.Char(readonly=True)
    value = fields.Char(readonly=True)
    about = fields.Char(string="Compared with", readonly=True)
    done = fields.Selection(DONE, string="What was done", required=True, readonly=True)
    stage = fields.Selection(
        [("row", "Row"), ("decision", "Decision"), ("write", "Import"), ("undo", "Rollback")],
        required=True,
        readonly=True,
        help="When it was found; findings of a stage are replaced when the stage runs again.",
    )
