from odoo.tests import TransactionCase, tagged


@tagged("post_install", "-at_install")
class TestStory(TransactionCase):
    """The story was told when the module was installed; these are its chapters."""

    def test_each_shop_has_a_desk_and_money_was_carried(self):
        shops = self.env["optics.shop"].search([("config_ids", "!=", False)])
        self.assertTrue(all(shop.cash_account_id and shop.cash_journal_id for shop in shops))
        transfers = self.env["shop.cash.transfer"].search([])
        self.assertEqual(sorted(transfers.mapped("state")), ["received", "sent", "sent"])
        self.assertEqual(sum(transfers.mapped("difference")), -10.0)

    def test_a_drawer_was_short_and_the_night_left_a_task(self):
        short = self.env["pos.session"].search([("z_cash_difference", "=", -150.0)])
        self.assertTrue(short.activity_ids)
        states = self.env["shop.stock.discrepancy"].search([]).mapped("state")
        self.assertEqual(sorted(states), ["corrected", "task"])

    def test_profit_has_shops_and_cashiers(self):
        report = self.env["shop.profit.report"]
        rows = report._read_group([], ["shop_id"], ["profit:sum"])
        self.assertEqual(len([shop for shop, _profit in rows if shop]), 3)
        self.assertTrue(report.search_count([("cashier", "=", "Иванова А. П.")]))
