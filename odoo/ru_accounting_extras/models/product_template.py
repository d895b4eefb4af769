from odoo import models


class ProductTemplate(models.Model):
    _inherit = "product.template"

    def write(self, vals):
        """Log changes of the shelf price and of the VAT."""
        watched = [name for name in ("list_price", "taxes_id") if name in vals]
        if not watched:
            return super().write(vals)
        before = [(template, name, template._audit_value(name)) for template in self for name in watched]
        result = super().write(vals)
        self.env["shop.audit.log"]._record(
            {
                "kind": "price" if name == "list_price" else "tax",
                "record": template,
                "field": template._fields[name]._description_string(self.env),
                "old": old,
                "new": template._audit_value(name),
            }
            for template, name, old in before
            if old != template._audit_value(name)
        )
        return result

    def _audit_value(self, name):
        return self.list_price if name == "list_price" else ", ".join(self.sudo().taxes_id.mapped("name"))
