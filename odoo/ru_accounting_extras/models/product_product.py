from odoo import models


class ProductProduct(models.Model):
    _inherit = "product.product"

    def write(self, vals):
        """Log changes of the cost, a person's and those that Odoo's valuation makes."""
        if "standard_price" not in vals:
            return super().write(vals)
        before = {product: product.standard_price for product in self}
        result = super().write(vals)
        self.env["shop.audit.log"]._record(
            {
                "kind": "cost",
                "record": product,
                "field": product._fields["standard_price"]._description_string(self.env),
                "old": old,
                "new": product.standard_price,
            }
            for product, old in before.items()
            if old != product.standard_price
        )
        return result
