from odoo import api, models

from ..booking import vat

SUBJECT_GOODS, SUBJECT_SERVICE = 1, 4  # tag 1212
WATCHED = {"default_code", "barcode", "active", "lst_price", "product_template_attribute_value_ids"}


class ProductProduct(models.Model):
    _inherit = "product.product"

    @api.model_create_multi
    def create(self, vals_list):
        products = super().create(vals_list)
        self.env["optics.catalog.outbox"]._changed(products)
        return products

    def write(self, vals):
        watched = WATCHED & vals.keys()
        if "default_code" in watched:
            renamed = self.filtered(lambda product: product.default_code != vals["default_code"])
            self.env["optics.catalog.outbox"]._gone(renamed)
        result = super().write(vals)
        if watched:
            self.env["optics.catalog.outbox"]._changed(self)
        return result

    def unlink(self):
        self.env["optics.catalog.outbox"]._gone(self)
        return super().unlink()

    def _till_products(self):
        """These variants as tills sell them, in order."""
        company = self.env.company
        no_tax = self.env["account.tax"]
        return [product._till_product(company, no_tax) for product in self]

    def _till_product(self, company, no_tax):
        taxes = self.taxes_id.filtered(lambda tax: tax.company_id == company and tax.vat_label) or no_tax
        return {
            "sku": self.default_code or "",
            "ean": self.barcode or "",
            "name": self.name,
            "price": round(self._till_price(taxes) * 100),
            "vat": vat.code_of(taxes[:1].vat_label),
            "subject": SUBJECT_SERVICE if self.detailed_type == "service" else SUBJECT_GOODS,
            "category": self.categ_id.name or "",
            "stock": int(self.qty_available) if self.detailed_type == "product" else None,
            "sellable": bool(self.active and self.available_in_pos and self.sale_ok and self.default_code),
        }

    def _till_price(self, taxes):
        """What the buyer pays for one, VAT included."""
        if all(tax.price_include for tax in taxes):
            return self.lst_price
        return taxes.compute_all(self.lst_price)["total_included"]
