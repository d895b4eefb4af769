from odoo.tests import tagged

from .common import ShopCase


@tagged("post_install", "-at_install")
class TestPosAnalytics(ShopCase):
    def setUp(self):
        super().setUp()
        session = self.open_till(self.shop_a)
        self.sell(session, (self.frame, 1))  # 12 200
        self.sell(session, (self.lens, 2, 10))  # 12 200 less 10 % = 10 980
        self.sell(session, (self.liquid, -1))  # −610

    def _figures(self, *names, shop=None):
        domain = [("shop_id", "=", (shop or self.shop_a).id)]
        ((*values,),) = self.env["shop.pos.analytics"]._read_group(domain, [], list(names))
        return values

    def test_average_receipt_leaves_refunds_out(self):
        count, refunds, average = self._figures("sale_count:sum", "refund_count:sum", "average_receipt:avg")
        self.assertEqual((count, refunds), (2, 1))
        self.assertAlmostEqual(average, 11590.0)

    def test_discounts_are_what_the_buyer_did_not_pay(self):
        discount, share, discounted = self._figures(
            "discount:sum", "discount_percent:avg", "discounted_count:sum"
        )
        self.assertAlmostEqual(discount, 1220.0, 2)
        self.assertAlmostEqual(share, 5.0, 4)
        self.assertEqual(discounted, 1)

    def test_refunds_are_a_share_of_sales(self):
        refunds, share, net = self._figures("refunds:sum", "refund_percent:avg", "net:sum")
        self.assertAlmostEqual(refunds, 610.0)
        self.assertAlmostEqual(share, 100 * 610 / 23180, 4)
        self.assertAlmostEqual(net, 22570.0)

    def test_items_per_receipt(self):
        self.assertAlmostEqual(self._figures("items_per_receipt:avg")[0], 1.5)

    def test_a_shop_without_receipts_has_no_average(self):
        self.assertFalse(any(self._figures("average_receipt:avg", "sale_count:sum", shop=self.shop_b)))

    def test_the_pivot_asks_for_groups(self):
        rows = self.env["shop.pos.analytics"].read_group(
            [("shop_id", "=", self.shop_a.id)], ["average_receipt", "discount_percent"], ["cashier"]
        )
        self.assertEqual(len(rows), 1)
        self.assertAlmostEqual(rows[0]["average_receipt"], 11590.0)

    def test_a_gift_is_a_full_discount(self):
        session = self.open_till(self.shop_b)
        self.sell(session, (self.liquid, 1, 100))
        discount, share = self._figures("discount:sum", "discount_percent:avg", shop=self.shop_b)
        self.assertAlmostEqual(discount, 610.0)
        self.assertAlmostEqual(share, 100.0)
