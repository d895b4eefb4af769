"""Write decisions into the catalog: in batches, and row by row where a batch fails."""

import psycopg2

from odoo import fields
from odoo.exceptions import UserError, ValidationError

from ..engine import values as money
from ..engine.decide import own_offer
from .cost_batch import CostBatch

BATCH = 500
# What a price list of thousands of rows must not do for each product.
QUIET = {
    "tracking_disable": True,
    "mail_create_nolog": True,
    "mail_create_nosubscribe": True,
    "mail_notrack": True,
    "active_test": False,
}
_UPDATE_OFFERS = """
    UPDATE product_supplierinfo s
    SET offer_price = v.price, offer_cost = v.cost, offer_stock = v.stock, product_code = v.code, price = v.net,
        offer_at = v.at, write_date = v.at, write_uid = v.uid
    FROM (VALUES %s) AS v (id, price, cost, stock, code, net, at, uid) WHERE s.id = v.id
"""
_OFFER_TYPES = "(%s, %s::numeric, %s::numeric, %s::int, %s, %s::numeric, %s::timestamp, %s::int)"


class RowFailed(Exception):
    """The database or a rule of Odoo refused one row."""


class Writer:
    """Creates and updates products for one import. `outcome` is called with each item and an error text or None."""

    def __init__(self, env, profile, taxes, outcome):
        self.env = env(context={**env.context, **QUIET})
        self.profile = profile
        self.taxes = taxes  # VAT label → account.tax, perhaps empty for no_vat
        self.outcome = outcome
        self.now = fields.Datetime.now()

    def write(self, items, step):
        """`items` have `.row`, `.decision`; afterwards `.product_id`, `.before`, `.after`. `step(n)` after a batch."""
        fresh = [item for item in items if item.decision.known is None]
        known = [item for item in items if item.decision.known is not None]
        for create, group in ((self._create, fresh), (self._update, known)):
            for start in range(0, len(group), BATCH):
                batch = group[start : start + BATCH]
                self._safely(create, batch)
                step(len(batch))

    def _safely(self, write, batch):
        """The batch under a savepoint; if it fails, each row under its own, so that one bad row costs only itself."""
        try:
            self._under_savepoint(write, batch)
        except RowFailed:
            for item in batch:
                try:
                    self._under_savepoint(write, [item])
                except RowFailed as failed:
                    self.outcome(item, str(failed))
                else:
                    self.outcome(item, None)
        else:
            for item in batch:
                self.outcome(item, None)

    def _under_savepoint(self, write, batch):
        try:
            with self.env.cr.savepoint():
                write(batch)
        except psycopg2.OperationalError:
            raise  # a conflict with another transaction: the whole import is to be repeated
        except (psycopg2.Error, UserError, ValidationError, ValueError) as error:
            raise RowFailed(str(error).strip()) from error
        finally:
            self.env.invalidate_all()

    # --- new products ----------------------------------------------------------------------------------

    def _create(self, batch):
        # Through the variant: a template's create writes SKU, EAN and cost to its variant one product at a time.
        products = self.env["product.product"].create([self._product_values(item) for item in batch])
        offers = []
        for item, product in zip(batch, products, strict=True):
            item.product_id, item.before = product.id, None
            item.after = {**item.decision.changes, "created": True}
            offers.append(self._offer_record(product.product_tmpl_id.id, item))
        self.env["product.supplierinfo"].create(offers)

    def _product_values(self, item):
        changes = item.decision.changes
        return {
            "name": changes["name"],
            "default_code": item.row.sku,
            "barcode": changes.get("ean", False),
            "list_price": changes["price"] / 100,
            "standard_price": changes.get("cost", 0) / 100,
            "taxes_id": self._tax_commands(changes["vat"]),
            "categ_id": self.profile.categ_id.id,
            "detailed_type": "product",
            "available_in_pos": True,
        }

    def _tax_commands(self, label):
        return [(6, 0, self.taxes[label].ids)]

    # --- known products ----------------------------------------------------------------------------------

    def _update(self, batch):
        offers, fresh_offers = [], []
        products = self.env["product.product"].browse([item.decision.known.product_id for item in batch])
        updates = ProductUpdates(self.env, products)
        for item, product in zip(batch, products, strict=True):
            known, changes = item.decision.known, item.decision.changes
            item.product_id = known.product_id
            item.before, item.after = self._before(item), dict(changes)
            values = product_values(changes)
            if "vat" in changes:
                values["taxes_id"] = self._tax_commands(changes["vat"])
            updates.write(product, values)
            if "offer" in changes:
                own = own_offer(known, self.profile.partner_id.id)
                if own:
                    offers.append(self._offer_tuple(own.id, item.decision.changes["offer"], item.row.vat))
                else:
                    fresh_offers.append(self._offer_record(known.template_id, item))
        updates.store_costs()
        self.env.flush_all()
        write_offers(self.env, offers)
        self.env["product.supplierinfo"].create(fresh_offers)

    def _before(self, item):
        """What the changed fields held, for the way back."""
        known, changes = item.decision.known, item.decision.changes
        before = {
            name: getattr(known, name) for name in ("price", "cost", "vat", "ean", "name") if name in changes
        }
        if "vat" in changes:
            before["tax_ids"] = known.tax_ids
        if "offer" in changes:
            own = own_offer(known, self.profile.partner_id.id)
            before["offer"] = own and {
                "price": own.price,
                "cost": own.cost,
                "stock": own.stock,
                "code": own.code,
            }
        return before

    # --- offers ---------------------------------------------------------------------------------------------

    def _offer_record(self, template_id, item):
        offer = item.decision.changes.get("offer")
        return {
            "partner_id": self.profile.partner_id.id,
            "product_tmpl_id": template_id,
            "product_code": offer["code"],
            "price": net_cost(offer, item.row.vat) / 100,
            "offer_price": offer["price"] / 100,
            "offer_cost": (offer["cost"] or 0) / 100,
            "offer_stock": offer["stock"],
            "offer_at": self.now,
        }

    def _offer_tuple(self, offer_id, offer, vat):
        return offer_tuple(self.env, offer_id, offer, net_cost(offer, vat), self.now)


def product_values(changes):
    """Values of a product for price, cost, EAN and name as decisions hold them."""
    values = {}
    if "price" in changes:
        values["list_price"] = changes["price"] / 100
    if "cost" in changes:
        values["standard_price"] = changes["cost"] / 100
    if "ean" in changes:
        values["barcode"] = changes["ean"] or False
    if "name" in changes:
        values["name"] = changes["name"]
    return values


class ProductUpdates:
    """Writes to the products of one batch, each through `write`, so that whoever watches prices sees them; what the
    core would ask the database for each product is asked once."""

    def __init__(self, env, products):
        self._env = env
        self._costs = CostBatch()
        products.product_tmpl_id.product_variant_ids.mapped("id")  # fill the cache
        self._valued = set(products.filtered(lambda product: product.quantity_svl > 0).ids)

    def write(self, product, values):
        """Nothing in stock means nothing to revalue: the core need not look."""
        if values:
            context = {
                "disable_auto_svl": product.id not in self._valued,
                "connector_cost_batch": self._costs,
            }
            product.with_context(**context).write(values)

    def store_costs(self):
        """Costs are properties of the company: one search and one create for the batch."""
        self._env["ir.property"]._set_multi("standard_price", "product.product", self._costs)


def net_cost(offer, vat):
    """Purchase price without VAT, kopecks; 0 when the supplier names none."""
    return money.without_vat(offer["cost"], vat) if offer["cost"] else 0


def offer_tuple(env, offer_id, offer, net, at):
    """One row for `write_offers`."""
    price, cost = (offer["price"] or 0) / 100, (offer["cost"] or 0) / 100
    return (offer_id, price, cost, offer["stock"], offer["code"], net / 100, at, env.uid)


def write_offers(env, offers):
    """Update supplier offers in one statement; nothing computes from these columns."""
    if offers:
        env.cr.execute_values(_UPDATE_OFFERS, offers, template=_OFFER_TYPES, page_size=1000)
        env["product.supplierinfo"].invalidate_model()
