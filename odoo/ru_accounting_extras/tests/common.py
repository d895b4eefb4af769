from odoo import fields
from odoo.addons.point_of_sale.tests.common import TestPoSCommon
from odoo.tests import new_test_user

VAT = 22.0


class ShopCase(TestPoSCommon):
    """A company with two shops, a till each, goods of two categories, a manager of one shop and an accountant."""

    @classmethod
    def setUpClass(cls, chart_template_ref=None):
        super().setUpClass(chart_template_ref=chart_template_ref)
        # The database may speak Russian only; the tests read English.
        cls.env["res.lang"].sudo()._activate_lang("en_US")
        cls.env.user.sudo().lang = "en_US"
        cls.env = cls.env(context={**cls.env.context, "lang": "en_US"})
        cls.env["optics.shop"].search(
            [("warehouse_id", "=", cls.company_data["default_warehouse"].id)]
        ).active = False
        cls.company._setup_shop_finance()
        cls.tax = cls.env["account.tax"].create(
            {"name": "VAT 22", "amount": VAT, "price_include": True, "type_tax_use": "sale"}
        )
        repartition = cls.tax.invoice_repartition_line_ids | cls.tax.refund_repartition_line_ids
        repartition.filtered(
            lambda part: part.repartition_type == "tax"
        ).account_id = cls.tax_received_account
        cls.frames, cls.optics = cls.env["product.category"].create(
            [{"name": "Frames"}, {"name": "Lenses and liquids"}]
        )
        cls.frame = cls._goods("Frame", cls.frames, 12200.0, 5000.0, "FR-1")
        cls.lens = cls._goods("Lens", cls.optics, 6100.0, 2500.0, "LN-1")
        cls.liquid = cls._goods("Liquid", cls.optics, 610.0, 300.0, "LQ-1")
        cls.shop_a = cls._shop("Arbat", "A")
        cls.shop_b = cls._shop("Boulevard", "B")
        (cls.shop_a | cls.shop_b).sudo().action_open_cash_desk()
        cls.manager = cls._user("manager_a", "optics_core.group_manager", cls.shop_a)
        cls.accountant = cls._user("accountant", "optics_core.group_accountant")
        cls.shop_a.manager_id = cls.manager

    @classmethod
    def _goods(cls, name, category, price, cost, sku):
        product = cls.create_product(name, category, price, cost, tax_ids=cls.tax.ids)
        product.default_code = sku
        return product

    @classmethod
    def _user(cls, login, groups, shops=None):
        return new_test_user(
            cls.env,
            login,
            groups=groups,
            email=f"{login}@example.com",
            lang="en_US",
            company_id=cls.company.id,
            company_ids=[fields.Command.set(cls.company.ids)],
            shop_ids=[fields.Command.set(shops.ids if shops else [])],
        )

    @classmethod
    def _shop(cls, name, code):
        """A shop with a warehouse, stock of 100 of everything, a till with cash and card."""
        warehouse = cls.env["stock.warehouse"].create(
            {"name": name, "code": f"T{code}", "company_id": cls.company.id}
        )
        shop = cls.env["optics.shop"].create(
            {"name": name, "code": f"T-{code}", "company_id": cls.company.id, "warehouse_id": warehouse.id}
        )
        journal = cls.env["account.journal"].create(
            {"name": f"Drawer {name}", "code": f"DR{code}", "type": "cash", "company_id": cls.company.id}
        )
        method = cls.env["pos.payment.method"].create(
            {
                "name": f"Cash {name}",
                "journal_id": journal.id,
                "receivable_account_id": cls.pos_receivable_cash.id,
                "company_id": cls.company.id,
            }
        )
        cls.env["pos.config"].create(
            {
                "name": f"Till {name}",
                "shop_id": shop.id,
                "picking_type_id": warehouse.pos_type_id.id,
                "journal_id": cls.pos_sale_journal.id,
                "invoice_journal_id": cls.invoice_journal.id,
                "available_pricelist_ids": cls.currency_pricelist.ids,
                "pricelist_id": cls.currency_pricelist.id,
                "payment_method_ids": [fields.Command.set((method | cls.bank_pm1).ids)],
            }
        )
        for product in cls.frame | cls.lens | cls.liquid:
            cls._set_stock(product, shop, 100)
        return shop

    @classmethod
    def _set_stock(cls, product, shop, quantity):
        quant = (
            cls.env["stock.quant"]
            .with_context(inventory_mode=True)
            .create(
                {
                    "product_id": product.id,
                    "location_id": shop.warehouse_id.lot_stock_id.id,
                    "inventory_quantity": quantity,
                }
            )
        )
        quant.action_apply_inventory()
        return quant

    def open_till(self, shop, opening=0.0):
        self.config = shop.config_ids
        return self.open_new_session(opening)

    def sell(self, session, *lines, card=False):
        """Sell (product, quantity[, discount]) for cash, or by card; a negative quantity is a refund."""
        self.config, self.pos_session = session.config_id, session
        self.currency, self.pricelist = session.currency_id, session.config_id.pricelist_id
        order = self.create_ui_order_data(list(lines))
        if card:
            order["data"]["statement_ids"][0][2]["payment_method_id"] = self.bank_pm1.id
        created = self.env["pos.order"].create_from_ui([order])
        return self.env["pos.order"].browse(created[0]["id"])

    def close_till(self, session, short=0.0):
        """Close with the expected cash less `short`."""
        self.env.invalidate_all()  # a request of its own: Odoo computes the expected cash once in each
        session.post_closing_cash_details(session.cash_register_balance_end - short)
        answer = session.close_session_from_ui()
        self.assertTrue(answer["successful"], answer)
        return session

    def stock(self, product, shop):
        location = shop.warehouse_id.lot_stock_id
        return product.with_context(location=location.id).qty_available

    def balance(self, account):
        lines = self.env["account.move.line"].search(
            [("account_id", "=", account.id), ("parent_state", "=", "posted")]
        )
        return sum(lines.mapped("balance"))
