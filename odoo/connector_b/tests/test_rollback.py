from odoo.tests import tagged

from .common import ConnectorCase
from .price_lists import ean, row


@tagged("post_install", "-at_install")
class TestRollback(ConnectorCase):
    def state(self, *numbers):
        """Everything an import may touch, of these products."""
        self.env.invalidate_all()
        result = []
        for number in numbers:
            product = self.product(number)
            offers = [
                (o.partner_id.id, o.product_code, o.price, o.offer_price, o.offer_cost, o.offer_stock)
                for o in product.seller_ids
            ]
            result.append(
                (
                    product.list_price,
                    product.standard_price,
                    product.barcode,
                    product.taxes_id.ids,
                    product.name,
                    offers,
                )
            )
        return result

    def test_one_action_takes_everything_back(self):
        self.imported([row(1), row(2)])
        self.profile.update_names = True
        before = self.state(1, 2)
        changed = row(1, price="20000.00", cost="9000.00", vat="0.10", stock="77")
        changed[1], changed[2] = "Renamed", ean(900)
        job = self.imported([changed, row(2), row(3)])
        self.assertNotEqual(self.state(1), before[:1])
        self.assertTrue(self.product(3))
        job.action_roll_back()
        self.assertEqual(job.state, "rolled_back")
        self.assertEqual(self.state(1, 2), before)
        self.assertFalse(self.product(3))
        self.assertEqual(
            [line.done for line in job.line_ids.sorted("row")], ["rolled_back", "unchanged", "rolled_back"]
        )

    def test_what_a_person_changed_since_stays_and_is_reported(self):
        self.imported([row(1)])
        job = self.imported([row(1, price="9990.00", cost="4000.00")])
        self.product(1).list_price = 9555
        job.action_roll_back()
        self.assertEqual(
            (self.product(1).list_price, round(self.product(1).standard_price, 2)), (9555.0, 3196.72)
        )
        self.assertEqual(self.found(job), [(2, "CHANGED_SINCE", "kept")])
        self.assertEqual(job.line_ids.done, "kept")

    def test_a_newer_offer_of_the_supplier_stays(self):
        self.imported([row(1)])
        older = self.imported([row(1, price="9000.00")])
        self.imported([row(1, price="9100.00")])
        older.action_roll_back()
        self.assertEqual(
            (self.product(1).list_price, self.product(1).seller_ids.offer_price), (9100.0, 9100.0)
        )
        self.assertEqual(len(self.found(older, code="CHANGED_SINCE")), 2)

    def test_a_product_in_use_is_archived_and_its_neighbours_are_deleted(self):
        job = self.imported([row(1), row(2)])
        warehouse = self.env["stock.warehouse"].search([("company_id", "=", self.env.company.id)], limit=1)
        used = self.product(1)
        self.env["stock.quant"].with_context(inventory_mode=True).create(
            {"product_id": used.id, "location_id": warehouse.lot_stock_id.id, "inventory_quantity": 1}
        ).action_apply_inventory()
        job.action_roll_back()
        self.assertFalse(used.active)
        self.assertFalse(self.product(2))
        self.assertEqual(self.found(job), [(2, "IN_USE", "archived")])

    def test_a_product_deleted_since_is_reported(self):
        self.imported([row(1)])
        job = self.imported([row(1, price="9000.00")])
        self.product(1).product_tmpl_id.unlink()
        job.action_roll_back()
        self.assertEqual(self.found(job), [(2, "CHANGED_SINCE", "kept")])

    def test_an_offer_that_the_import_made_goes(self):
        self.imported([row(1)])
        profile_a = self.env.ref("connector_b.profile_a")
        data = f"Артикул;Наименование;EAN;Цена с НДС;НДС\nX-1;Очки;{ean(1)};8500;22%\n".encode()
        job = self.imported(data, profile=profile_a)
        self.assertEqual(len(self.product(1).seller_ids), 2)
        job.action_roll_back()
        self.assertEqual((len(self.product(1).seller_ids), self.product(1).list_price), (1, 8990.0))
