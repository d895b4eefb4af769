from odoo import fields, models


class StockValuationLayer(models.Model):
    _inherit = "stock.valuation.layer"

    def _prepare_shop_entry(self, account, ref):
        """Values of the entry that Odoo leaves out when the category is valued by hand."""
        self.ensure_one()
        company = self.company_id
        category = self.product_id.categ_id.with_company(company)
        goods = category.property_stock_valuation_account_id or company._shop_account("goods_account_id")
        debit, credit = (account, goods) if self.value < 0 else (goods, account)
        name = f"{ref}: {self.product_id.display_name}"
        return {
            "move_type": "entry",
            "journal_id": (category.property_stock_journal or company._general_journal()).id,
            "date": fields.Date.context_today(self),
            "ref": ref,
            "stock_move_id": self.stock_move_id.id,
            "line_ids": [
                fields.Command.create({"account_id": debit.id, "name": name, "debit": abs(self.value)}),
                fields.Command.create({"account_id": credit.id, "name": name, "credit": abs(self.value)}),
            ],
        }
