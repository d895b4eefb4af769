from odoo.tests import HttpCase, tagged

from .common import ShopCase


@tagged("post_install", "-at_install")
class TestShopTours(ShopCase, HttpCase):
    """One tour for each main screen, clicked as its reader."""

    @classmethod
    def setUpClass(cls, chart_template_ref=None):
        super().setUpClass(chart_template_ref=chart_template_ref)
        cls.administrator = cls._user("finance_admin", "optics_core.group_administrator", cls.shop_a)

    def setUp(self):
        super().setUp()
        session = self.open_till(self.shop_a)
        self.sell(session, (self.frame, 1), (self.lens, 2, 10))
        self.sell(session, (self.liquid, -1))
        self.close_till(session, short=150.0)

    def _tour(self, name):
        self.start_tour("/web", f"ru_accounting_extras.{name}", login="finance_admin", timeout=120)

    def test_tour_cash_transfer(self):
        self._tour("cash_transfer")
        transfer = self.env["shop.cash.transfer"].search([], limit=1)
        self.assertEqual(
            (transfer.state, transfer.amount, transfer.received_amount), ("received", 1000.0, 990.0)
        )

    def test_tour_shops_cash(self):
        self._tour("shops_cash")

    def test_tour_cash_at_closing(self):
        self._tour("cash_at_closing")

    def test_tour_write_off(self):
        self._tour("write_off")
        document = self.env["shop.write.off"].search([], limit=1)
        self.assertEqual((document.state, document.total), ("posted", 2500.0))

    def test_tour_stock_differences(self):
        quant = self.env["stock.quant"].search(
            [
                ("product_id", "=", self.frame.id),
                ("location_id", "=", self.shop_a.warehouse_id.lot_stock_id.id),
            ]
        )
        quant.with_context(inventory_mode=True).inventory_quantity = 50
        self.env["shop.stock.reconciliation"].sudo()._reconcile_shop(self.shop_a)
        self._tour("stock_differences")
        self.assertEqual(self.env["shop.stock.discrepancy"].search([], limit=1).state, "approved")

    def test_tour_profit(self):
        self._tour("profit")

    def test_tour_profit_for_a_period(self):
        self._tour("profit_period")

    def test_tour_receipts(self):
        self._tour("receipts")

    def test_tour_audit(self):
        self.frame.lst_price = 13000.0
        self._tour("audit")
