from odoo import _, api, models

WATCHED = (
    "fixed_price",
    "percent_price",
    "price_discount",
    "price_surcharge",
    "compute_price",
    "date_start",
    "date_end",
)


class ProductPricelistItem(models.Model):
    _inherit = "product.pricelist.item"

    @api.model_create_multi
    def create(self, vals_list):
        items = super().create(vals_list)
        items._audit_rule(dict.fromkeys(items, ""), items._audit_texts())
        return items

    def write(self, vals):
        if not any(name in vals for name in WATCHED):
            return super().write(vals)
        before = self._audit_texts()
        result = super().write(vals)
        self._audit_rule(before, self._audit_texts())
        return result

    def unlink(self):
        self._audit_rule(self._audit_texts(), dict.fromkeys(self, ""))
        return super().unlink()

    def _audit_texts(self):
        return {item: " ".join(filter(None, [item.price, item._audit_period()])) for item in self}

    def _audit_period(self):
        if not self.date_start and not self.date_end:
            return ""
        return f"{self.date_start or ''}…{self.date_end or ''}"

    def _audit_rule(self, before, after):
        self.env["shop.audit.log"]._record(
            {
                "kind": "pricelist",
                "record": item,
                "name": item.name,
                "product": item.product_id or item.product_tmpl_id,
                "field": _("Rule of %s", item.pricelist_id.display_name),
                "old": before[item],
                "new": after[item],
            }
            for item in self
            if before[item] != after[item]
        )
