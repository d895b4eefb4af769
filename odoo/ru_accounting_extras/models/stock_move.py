from odoo import _, fields, models


class StockMove(models.Model):
    _inherit = "stock.move"

    write_off_line_id = fields.Many2one(
        "shop.write.off.line", readonly=True, copy=False, index="btree_not_null"
    )
    discrepancy_id = fields.Many2one(
        "shop.stock.discrepancy", readonly=True, copy=False, index="btree_not_null"
    )

    # --- moves of our documents -------------------------------------------------------------------------

    def _shop_move_values(self, product, quantity, source, target, *, name, lot=None, **more):
        """Values of a move that can be done at once, without reservation."""
        places = {"location_id": source.id, "location_dest_id": target.id}
        line = {
            "product_id": product.id,
            "product_uom_id": product.uom_id.id,
            "quantity": quantity,
            "lot_id": lot.id if lot else False,
            "company_id": more.get("company_id"),
            **places,
        }
        return {
            "name": name,
            "product_id": product.id,
            "product_uom": product.uom_id.id,
            "product_uom_qty": quantity,
            "state": "confirmed",
            "picked": True,
            "move_line_ids": [fields.Command.create(line)],
            **places,
            **more,
        }

    def _shop_other_account(self):
        """The account that stands against goods in the entry of this move; empty for a move that is not ours."""
        if self.write_off_line_id:
            return self.write_off_line_id.write_off_id._expense_account()
        if self.discrepancy_id:
            return self.discrepancy_id._other_account()
        return self.env["account.account"]

    def _get_src_account(self, accounts_data):
        return self._shop_other_account().id or super()._get_src_account(accounts_data)

    def _get_dest_account(self, accounts_data):
        return self._shop_other_account().id or super()._get_dest_account(accounts_data)

    def _ensure_shop_entry(self, account, ref):
        """Post the cost of these done moves against `account` where Odoo's valuation did not post it itself."""
        layers = self.stock_valuation_layer_ids.filtered(lambda layer: not layer.account_move_id)
        for layer in layers:
            if layer.company_id.currency_id.is_zero(layer.value):
                continue
            move = self.env["account.move"].create(layer._prepare_shop_entry(account, ref))
            move.action_post()
            layer.account_move_id = move

    # --- audit ------------------------------------------------------------------------------------------

    def _action_done(self, cancel_backorder=False):
        done = super()._action_done(cancel_backorder=cancel_backorder)
        adjustments = done.filtered(
            lambda move: (
                move.state == "done" and "inventory" in (move.location_id.usage, move.location_dest_id.usage)
            )
        )
        adjustments._audit_adjustments()
        return done

    def _audit_adjustments(self):
        """Log the stock before and after each change that is neither a sale nor a purchase."""
        entries, later = [], {}
        for move in reversed(self):
            inward = move.location_id.usage == "inventory"
            location = move.location_dest_id if inward else move.location_id
            if location.usage != "internal":
                continue
            place = (move.product_id, location)
            delta = move.product_qty if inward else -move.product_qty
            after = self._audit_stock(*place) - later.get(place, 0.0)
            later[place] = later.get(place, 0.0) + delta
            entries.append(
                {
                    "kind": "stock",
                    "record": move.product_id,
                    "field": _("Stock in %s", location.complete_name),
                    "old": after - delta,
                    "new": after,
                    "shop": self.env["optics.shop"].sudo()._of_location(location),
                    "reference": move.reference or move.name,
                    "company": move.company_id,
                }
            )
        self.env["shop.audit.log"]._record(reversed(entries))

    def _audit_stock(self, product, location):
        domain = [("product_id", "=", product.id), ("location_id", "=", location.id)]
        rows = self.env["stock.quant"].sudo()._read_group(domain, [], ["quantity:sum"])
        return rows[0][0] or 0.0
