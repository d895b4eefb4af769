from odoo import api, fields, models

from ..till_bridge import check_is_bridge

BUS_CHANNEL = "optics.catalog"
_PENDING = "optics_catalog_outbox"


class OpticsCatalogOutbox(models.Model):
    """Catalog changes on their way to the tills: written in the transaction of the change, removed when the bridge
    has published them. Insert-only, so that a sale and an import never wait for each other here; the reader joins
    rows of one product. Never read "after id n": an earlier id may commit later."""

    _name = "optics.catalog.outbox"
    _description = "Catalog Change for Tills"
    _order = "id"
    _log_access = False

    product_id = fields.Integer(string="Product id", readonly=True, index=True)
    gone_sku = fields.Char(
        string="SKU to remove", readonly=True, help="The tills forget this SKU: deleted, archived or renamed."
    )
    created_at = fields.Datetime(readonly=True, default=fields.Datetime.now)

    # --- written by overrides of create, write and unlink --------------------------------------------

    @api.model
    def _changed(self, products):
        """Note that these variants changed. One row each and transaction, written at its end."""
        self._pending()["changed"].update(products.ids)

    @api.model
    def _changed_templates(self, templates):
        """Note that all variants of these products changed; which they are is asked once, at the end."""
        self._pending()["templates"].update(templates.ids)

    @api.model
    def _gone(self, products):
        """Note that the tills must forget the present SKU of these variants."""
        self._pending()["gone"].update(product.default_code for product in products if product.default_code)

    def _pending(self):
        callbacks = self.env.cr.precommit
        if _PENDING not in callbacks.data:
            callbacks.data[_PENDING] = {"changed": set(), "templates": set(), "gone": set()}
            callbacks.add(self.sudo()._write_pending)
        return callbacks.data[_PENDING]

    def _write_pending(self):
        pending = self.env.cr.precommit.data.pop(_PENDING)
        if pending["templates"]:
            query = "SELECT id FROM product_product WHERE product_tmpl_id = ANY(%s)"
            self.env.cr.execute(query, [list(pending["templates"])])
            pending["changed"].update(product for (product,) in self.env.cr.fetchall())
        rows = [(None, sku) for sku in sorted(pending["gone"])]
        rows += [(product, None) for product in sorted(pending["changed"])]
        if not rows:
            return
        self.env.cr.execute_values(
            """INSERT INTO optics_catalog_outbox (product_id, gone_sku, created_at)
               SELECT column1::int, column2, now() AT TIME ZONE 'UTC' FROM (VALUES %s) AS rows""",
            rows,
        )
        # Any logged-in user may listen to a channel: it says only "come and read".
        self.env["bus.bus"]._sendone(BUS_CHANNEL, "changed", {})

    # --- read by the bridge ------------------------------------------------------------------------------

    @api.model
    def take(self, limit=500):
        """The oldest changes, one entry a product: {ids, op: put | delete, sku, product}. `product` is what
        contracts call a Product, prices in kopecks. Nothing is removed until `acknowledge(ids)`."""
        check_is_bridge(self.env)
        rows = self.sudo().search([], limit=limit)
        entries = {}
        for row in rows:
            entries.setdefault((row.product_id, row.gone_sku), []).append(row.id)
        products = self.sudo().env["product.product"].with_context(active_test=False)
        alive = products.browse([p for p, _sku in entries if p]).exists()
        bodies = {product.id: body for product, body in zip(alive, alive._till_products(), strict=True)}
        # A deletion before a put: a SKU that moved to another product must end as the product that has it now.
        answer = [self._entry(key, ids, bodies, products) for key, ids in entries.items()]
        return sorted((entry for entry in answer), key=lambda entry: entry["op"] != "delete")

    def _entry(self, key, ids, bodies, products):
        product_id, gone = key
        body = bodies.get(product_id)
        if gone:
            holder = products.search([("default_code", "=", gone)], limit=1)
            body = holder._till_products()[0] if holder else None
        if body and body["sellable"]:
            return {"ids": ids, "op": "put", "sku": body["sku"], "product": _without_flag(body)}
        return {"ids": ids, "op": "delete", "sku": gone or (body or {}).get("sku", ""), "product": False}

    @api.model
    def acknowledge(self, ids):
        """The bridge has published these rows. A change made meanwhile has rows of its own and stays."""
        check_is_bridge(self.env)
        self.sudo().browse(ids).exists().unlink()
        return True

    @api.model
    def refill(self):
        """Queue the whole catalog: for a new bridge, or when the digest shows a difference. Answers how many."""
        check_is_bridge(self.env)
        products = self.sudo().env["product.product"].search([("default_code", "!=", False)])
        self._changed(products)
        return len(products)


def _without_flag(body):
    return {name: value for name, value in body.items() if name != "sellable"}
