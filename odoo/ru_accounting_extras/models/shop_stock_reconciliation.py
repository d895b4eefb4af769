import logging

from odoo import _, api, fields, models

from ..rules import corrects_itself

_logger = logging.getLogger(__name__)


class ShopStockReconciliation(models.Model):
    """One night of one shop: what was compared, what was put right, what waits for a person."""

    _name = "shop.stock.reconciliation"
    _description = "Nightly Stock Reconciliation"
    _order = "date desc, shop_id"
    _rec_name = "shop_id"

    date = fields.Date(required=True, readonly=True, index=True)
    shop_id = fields.Many2one("optics.shop", string="Shop", required=True, readonly=True, index=True)
    company_id = fields.Many2one(related="shop_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    state = fields.Selection([("done", "Done"), ("deferred", "Deferred")], required=True, readonly=True)
    cause = fields.Char(string="Why deferred", readonly=True)
    discrepancy_ids = fields.One2many("shop.stock.discrepancy", "reconciliation_id", readonly=True)
    found = fields.Integer(string="Differences", compute="_compute_counts", store=True)
    corrected = fields.Integer(string="Corrected by itself", compute="_compute_counts", store=True)
    tasks = fields.Integer(string="For a person", compute="_compute_counts", store=True)
    corrected_value = fields.Monetary(compute="_compute_counts", store=True)

    _sql_constraints = [("one_a_night", "UNIQUE(shop_id, date)", "A shop is reconciled once a night.")]

    @api.depends("discrepancy_ids.state", "discrepancy_ids.value")
    def _compute_counts(self):
        for night in self:
            differences = night.discrepancy_ids
            by_itself = differences.filtered(lambda d: d.state == "corrected")
            night.found = len(differences)
            night.corrected = len(by_itself)
            night.tasks = len(differences - by_itself)
            night.corrected_value = sum(by_itself.mapped("value"))

    @api.model
    def _cron_reconcile(self):
        """Reconcile every shop; the failure of one shop is logged and stops no other."""
        for shop in self.env["optics.shop"].search([("warehouse_id", "!=", False)]):
            try:
                with self.env.cr.savepoint():
                    self._reconcile_shop(shop)
            except Exception:
                # A night must not end at its first bad product: the shop is retried tomorrow, the log is an alert.
                _logger.exception("stock reconciliation of %s failed", shop.name)

    @api.model
    def _reconcile_shop(self, shop):
        """Compare, correct within the limits, leave tasks; a second run in one night changes nothing twice."""
        shop = shop.with_company(shop.company_id)
        today = fields.Date.context_today(self)
        night = self.search([("shop_id", "=", shop.id), ("date", "=", today)])
        cause = self._cause_to_wait(shop)
        values = {"state": "deferred" if cause else "done", "cause": cause}
        if night:
            night.write(values)
        else:
            night = self.create({"shop_id": shop.id, "date": today, **values})
        if not cause:
            for difference in night._differences(shop):
                night._settle(difference)
        return night

    def _cause_to_wait(self, shop):
        """Why the shop's stock cannot be judged tonight; False when it can. Fails closed."""
        sessions = self.env["pos.session"].search([("shop_id", "=", shop.id), ("state", "!=", "closed")])
        selling = sessions.filtered(lambda session: session.order_ids)
        if selling:
            return _("Open sessions whose sales are not booked: %s", ", ".join(selling.mapped("name")))
        tills = self._unsynced_tills(shop)
        if tills:
            return _("Tills with undelivered receipts or silent: %s", ", ".join(tills))
        return False

    def _unsynced_tills(self, shop):
        waiting = {row["till"] for row in self.env["pos.offline.buffer.status"].unsynced_tills()}
        return sorted(waiting & set(shop.config_ids.mapped("till_code")))

    # --- what differs -----------------------------------------------------------------------------------

    def _differences(self, shop):
        """Yield {kind, product, location, book, actual, quant|moves} of the shop."""
        yield from self._counted(shop)
        yield from self._negative(shop)
        yield from self._unmoved(shop)

    def _quants(self, shop, *domain):
        location = ("location_id", "child_of", shop.warehouse_id.view_location_id.id)
        return self.env["stock.quant"].search([location, ("location_id.usage", "=", "internal"), *domain])

    def _counted(self, shop):
        """Counts that nobody applied. The difference is as of the count: sales since moved both sides."""
        for quant in self._quants(shop, ("inventory_quantity_set", "=", True)):
            if quant.inventory_diff_quantity:
                yield self._difference("count", quant, quant.quantity + quant.inventory_diff_quantity)
            else:
                quant.inventory_quantity_set = False

    def _negative(self, shop):
        """Stock below nothing: sold goods were there, so at least the shortfall is missing in the books."""
        for quant in self._quants(shop, ("quantity", "<", 0), ("inventory_quantity_set", "=", False)):
            yield self._difference("negative", quant, 0.0)

    def _difference(self, kind, quant, actual):
        return {
            "kind": kind,
            "product": quant.product_id,
            "location": quant.location_id,
            "book": quant.quantity,
            "actual": actual,
            "quant": quant,
        }

    def _unmoved(self, shop):
        """Sales of closed sessions whose goods never left the books: their pickings were left undone."""
        moves = self.env["stock.move"].search(
            [
                ("picking_id.pos_session_id.state", "=", "closed"),
                ("picking_id.picking_type_id.warehouse_id", "=", shop.warehouse_id.id),
                ("state", "not in", ("done", "cancel")),
                ("product_id.type", "=", "product"),
            ]
        )
        for (product, location), group in moves.grouped(lambda m: (m.product_id, m.location_id)).items():
            book = self._book(product, location)
            quantity = sum(group.mapped("product_qty"))
            yield {
                "kind": "unmoved",
                "product": product,
                "location": location,
                "book": book,
                "actual": book - quantity,
                "moves": group,
            }

    def _book(self, product, location):
        domain = [("product_id", "=", product.id), ("location_id", "child_of", location.id)]
        return self.env["stock.quant"]._read_group(domain, [], ["quantity:sum"])[0][0] or 0.0

    # --- what is done about it --------------------------------------------------------------------------

    def _settle(self, difference):
        record = self._remember(difference)
        if record._can_correct() and self._within_limits(record):
            record._correct("corrected")
        else:
            record._ask_a_person()

    def _remember(self, difference):
        """One open task a product and place: a new night refreshes it."""
        quant, moves = difference.get("quant"), difference.get("moves")
        product = difference["product"].with_company(self.company_id)
        pieces = difference["actual"] - difference["book"]
        values = {
            "reconciliation_id": self.id,
            "shop_id": self.shop_id.id,
            "kind": difference["kind"],
            "product_id": product.id,
            "location_id": difference["location"].id,
            "quant_id": quant.id if quant else False,
            "pending_move_ids": [fields.Command.set(moves.ids if moves else [])],
            "book": difference["book"],
            "actual": difference["actual"],
            "value": pieces * product.standard_price,
            "book_value": self._book(product, self.shop_id.warehouse_id.view_location_id)
            * product.standard_price,
        }
        same = [
            (name, "=", values[name]) for name in ("shop_id", "kind", "product_id", "location_id", "quant_id")
        ]
        known = self.env["shop.stock.discrepancy"].search([*same, ("state", "=", "task")], limit=1)
        if known:
            known.write(values)
            return known
        return self.env["shop.stock.discrepancy"].create({**values, "state": "task"})

    def _within_limits(self, record):
        company = self.company_id
        return corrects_itself(
            pieces=record.pieces,
            value=record.value,
            book_value=record.book_value,
            max_pieces=company.reconcile_max_pieces,
            max_percent=company.reconcile_max_percent,
        )
