from odoo import _, api, fields, models
from odoo.exceptions import UserError


class ShopStockDiscrepancy(models.Model):
    """One difference between the books and the shelf, and what became of it."""

    _name = "shop.stock.discrepancy"
    _description = "Stock Difference"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _rec_name = "product_id"

    reconciliation_id = fields.Many2one(
        "shop.stock.reconciliation", string="Found by", readonly=True, ondelete="cascade", index=True
    )
    date = fields.Date(related="reconciliation_id.date", store=True)
    shop_id = fields.Many2one("optics.shop", string="Shop", required=True, readonly=True, index=True)
    company_id = fields.Many2one(related="shop_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    kind = fields.Selection(
        [("count", "Count not applied"), ("negative", "Negative stock"), ("unmoved", "Sold, not moved")],
        required=True,
        readonly=True,
    )
    state = fields.Selection(
        [
            ("task", "For a person"),
            ("corrected", "Corrected by itself"),
            ("approved", "Corrected by a person"),
            ("dismissed", "Dismissed"),
        ],
        required=True,
        readonly=True,
        default="task",
        tracking=True,
        index=True,
    )
    product_id = fields.Many2one("product.product", required=True, readonly=True, index=True)
    location_id = fields.Many2one("stock.location", required=True, readonly=True)
    quant_id = fields.Many2one("stock.quant", readonly=True, ondelete="set null")
    pending_move_ids = fields.Many2many("stock.move", string="Moves left undone", readonly=True)
    book = fields.Float(string="In the books", readonly=True, digits="Product Unit of Measure")
    actual = fields.Float(string="On the shelf", readonly=True, digits="Product Unit of Measure")
    pieces = fields.Float(
        string="Difference", compute="_compute_pieces", store=True, digits="Product Unit of Measure"
    )
    value = fields.Monetary(string="Value of the difference", readonly=True)
    book_value = fields.Monetary(string="Book value in the shop", readonly=True)
    move_ids = fields.One2many("stock.move", "discrepancy_id", string="Correction", readonly=True)
    resolved_by_id = fields.Many2one("res.users", readonly=True)
    resolution = fields.Text(help="Why the difference was dismissed, or what was found out.")

    @api.depends("book", "actual")
    def _compute_pieces(self):
        for difference in self:
            difference.pieces = difference.actual - difference.book

    def write(self, vals):
        if not self.env.su and any(self._fields[name].readonly for name in vals if name in self._fields):
            raise UserError(_("A stock difference changes by its buttons only."))
        return super().write(vals)

    # --- steps ------------------------------------------------------------------------------------------

    def action_correct(self):
        """A person accepts the shelf: correct the books, whatever the size."""
        for difference in self:
            difference._check_open()
            if not difference._can_correct():
                raise UserError(
                    _("%s is tracked by lots: make an inventory adjustment by hand.", difference.display_name)
                )
            difference._refresh()
            difference.sudo()._correct("approved")

    def action_dismiss(self):
        """A person keeps the books; the reason must be written down."""
        for difference in self:
            difference._check_open()
            if not difference.resolution:
                raise UserError(_("Write down why the books are right."))
            difference.sudo()._close("dismissed")
            if difference.kind == "count":
                difference.sudo().quant_id.inventory_quantity_set = False

    def _check_open(self):
        if self.state != "task":
            raise UserError(_("%s is settled already.", self.display_name))

    def _refresh(self):
        """Look again: days may have passed since the night that found it."""
        quant = self.sudo().quant_id
        if self.kind == "unmoved":
            return
        book = quant.quantity
        actual = 0.0 if self.kind == "negative" else book + quant.inventory_diff_quantity
        if not quant or (self.kind == "negative" and book >= 0):
            raise UserError(_("The difference of %s is gone: dismiss it.", self.display_name))
        cost = self.product_id.sudo().with_company(self.company_id).standard_price
        self.sudo().write({"book": book, "actual": actual, "value": (actual - book) * cost})

    def _can_correct(self):
        """Undone moves of tracked goods need a person to name the lots."""
        return self.kind != "unmoved" or self.product_id.tracking == "none"

    def _correct(self, state):
        """Move stock to what is on the shelf and post the entry."""
        moves = self._finish_moves() if self.kind == "unmoved" else self._adjust()
        account = self._other_account()
        moves._ensure_shop_entry(account, _("Stock difference %s", self.id))
        self._close(state)

    def _adjust(self):
        place = self.product_id.with_company(self.company_id).property_stock_inventory
        source, target = (place, self.location_id) if self.pieces > 0 else (self.location_id, place)
        quant = self.quant_id
        packages = (False, quant.package_id) if self.pieces > 0 else (quant.package_id, False)
        values = quant._get_inventory_move_values(abs(self.pieces), source, target, *packages)
        values.update(name=_("Nightly reconciliation of %s", self.shop_id.name), discrepancy_id=self.id)
        moves = self.env["stock.move"].create(values)
        moves._action_done()
        quant.exists().write(
            {"inventory_quantity": 0, "inventory_diff_quantity": 0, "inventory_quantity_set": False}
        )
        return moves

    def _finish_moves(self):
        """Carry out the moves that a sale left undone; they are valued as the sale they are."""
        moves = self.pending_move_ids.filtered(lambda move: move.state not in ("done", "cancel"))
        for move in moves:
            move.write({"quantity": move.product_uom_qty, "picked": True})
        moves._action_done()
        return self.env["stock.move"]

    def _other_account(self):
        field = "stock_surplus_account_id" if self.pieces > 0 else "stock_shortage_account_id"
        return self.company_id._shop_account(field)

    def _ask_a_person(self):
        if self.activity_ids:
            return
        self.activity_schedule(
            "ru_accounting_extras.mail_activity_stock_difference",
            user_id=self.shop_id._shop_responsible().id,
            note=_(
                "%(shop)s, %(product)s: the books say %(book)g, the shelf %(actual)g.",
                shop=self.shop_id.name,
                product=self.product_id.display_name,
                book=self.book,
                actual=self.actual,
            ),
        )

    def _close(self, state):
        self.write({"state": state, "resolved_by_id": self.env.uid})
        self.activity_ids.action_feedback()
