"""Take an import back: restore what it changed, where nobody changed it since."""

import psycopg2

from odoo import fields
from odoo.exceptions import UserError, ValidationError

from ..engine.decide import own_offer
from . import stock
from .snapshot import load_products
from .writer import BATCH, QUIET, ProductUpdates, net_cost, offer_tuple, product_values, write_offers

_FIELDS = ("price", "cost", "vat", "ean", "name")
ROLLED_BACK, ARCHIVED, KEPT = "rolled_back", "archived", "kept"


class Undo:
    """`lines` are connector.import.line records that were created or updated; yields (line, outcome, kept fields)."""

    def __init__(self, env, profile):
        self.env = env(context={**env.context, **QUIET})
        self.profile = profile
        self.now = fields.Datetime.now()

    def run(self, lines, step):
        """Undo all lines, batch by batch."""
        self._take_stock_back(lines)
        outcomes = []
        for start in range(0, len(lines), BATCH):
            batch = lines[start : start + BATCH]
            created = batch.filtered(lambda line: line.done == "created")
            outcomes += self._remove(created) + self._restore(batch - created)
            self.env.flush_all()
            step(len(batch))
        return outcomes

    def _take_stock_back(self, lines):
        moved = {
            line.product_id.id: line.after["stock"] - line.before_stock
            for line in lines
            if line.product_id and "stock" in (line.after or {})
        }
        if moved:
            location = self.profile.location_id
            present = stock.quantities(self.env, location, list(moved))
            wanted = {product: present.get(product, 0) - delta for product, delta in moved.items()}
            stock.count(self.env, location, wanted, self.profile.name)

    def _remove(self, lines):
        """Products that the import made: deleted, or archived where something refers to them already."""
        templates = lines.product_id.product_tmpl_id
        try:
            with self.env.cr.savepoint():
                templates.with_env(self.env).unlink()
        except (psycopg2.Error, UserError, ValidationError) as error:
            if isinstance(error, psycopg2.OperationalError):
                raise
            return [outcome for line in lines for outcome in self._remove_one(line)]
        return [(line, ROLLED_BACK, ()) for line in lines]

    def _remove_one(self, line):
        template = line.product_id.product_tmpl_id.with_env(self.env)
        try:
            with self.env.cr.savepoint():
                template.unlink()
        except (psycopg2.Error, UserError, ValidationError) as error:
            if isinstance(error, psycopg2.OperationalError):
                raise
            template.active = False
            return [(line, ARCHIVED, ())]
        return [(line, ROLLED_BACK, ())]

    def _restore(self, lines):
        present = load_products(self.env, lines.product_id.ids)
        products = self.env["product.product"].browse(list(present))
        updates, by_id = ProductUpdates(self.env, products), {product.id: product for product in products}
        outcomes, offers, surplus = [], [], []
        for line in lines:
            known = present.get(line.product_id.id)
            if known is None:
                outcomes.append((line, KEPT, ("product",)))
                continue
            before, after = line.before or {}, line.after or {}
            kept = [name for name in _FIELDS if name in before and getattr(known, name) != after[name]]
            updates.write(by_id[known.product_id], self._values(before, kept))
            if "offer" in before and not self._restore_offer(line, known, before, after, offers, surplus):
                kept.append("offer")
            outcomes.append((line, KEPT if kept else ROLLED_BACK, tuple(kept)))
        updates.store_costs()
        self.env.flush_all()
        write_offers(self.env, offers)
        self.env["product.supplierinfo"].browse(surplus).unlink()
        return outcomes

    def _values(self, before, kept):
        """What the product held, without the fields that someone changed since."""
        values = product_values({name: old for name, old in before.items() if name not in kept})
        if "vat" in before and "vat" not in kept:
            values["taxes_id"] = [(6, 0, self.env["account.tax"].browse(before["tax_ids"]).exists().ids)]
        return values

    def _restore_offer(self, line, known, before, after, offers, surplus):
        """False when the supplier has offered something else since."""
        own = own_offer(known, self.profile.partner_id.id)
        if own is None or (own.price, own.cost) != (after["offer"]["price"], after["offer"]["cost"]):
            return False
        if before["offer"]:
            net = net_cost(before["offer"], before.get("vat") or line.vat or "no_vat")
            offers.append(offer_tuple(self.env, own.id, before["offer"], net, self.now))
        else:
            surplus.append(own.id)
        return True
