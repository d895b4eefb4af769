from odoo.exceptions import AccessError
from odoo.tests import TransactionCase, new_test_user, tagged


@tagged("post_install", "-at_install")
class TestCatalogOutbox(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bridge = new_test_user(
            cls.env, "bridge", groups="base.group_user,optics_pos_ru54fz.group_till_bridge"
        )
        cls.outbox = cls.env["optics.catalog.outbox"].with_user(cls.bridge)
        cls.tax = cls.env["account.tax"].create(
            {
                "name": "НДС 22%",
                "vat_label": "22%",
                "amount": 22,
                "price_include": True,
                "type_tax_use": "sale",
            }
        )
        cls.product = cls.env["product.template"].create(
            {
                "name": "Оправа",
                "default_code": "FR-1",
                "barcode": "4600000000015",
                "list_price": 7990.5,
                "detailed_type": "product",
                "available_in_pos": True,
                "taxes_id": [(6, 0, cls.tax.ids)],
            }
        )

    def setUp(self):
        super().setUp()
        self.drain()

    def drain(self):
        self.env.cr.flush()
        entries = self.outbox.take(limit=100000)
        self.outbox.acknowledge([row for entry in entries for row in entry["ids"]])
        return entries

    def changes(self):
        return [(entry["op"], entry["sku"]) for entry in self.drain()]

    def test_a_product_is_published_as_contracts_describe_it(self):
        self.product.list_price = 8000
        (entry,) = self.drain()
        self.assertEqual(
            entry["product"],
            {
                "sku": "FR-1",
                "ean": "4600000000015",
                "name": "Оправа",
                "price": 800_000,
                "vat": 11,
                "subject": 1,
                "category": self.product.categ_id.name,
                "stock": 0,
            },
        )

    def test_several_changes_of_one_transaction_are_one_row(self):
        self.product.list_price = 1
        self.product.name = "Другая"
        self.env.cr.flush()
        self.assertEqual(self.env["optics.catalog.outbox"].search_count([]), 1)

    def test_nothing_is_lost_between_take_and_acknowledge(self):
        self.product.list_price = 1
        self.env.cr.flush()
        taken = self.outbox.take()
        self.product.list_price = 2
        self.env.cr.flush()
        self.outbox.acknowledge(taken[0]["ids"])
        (entry,) = self.drain()
        self.assertEqual(entry["product"]["price"], 200)

    def test_rows_of_one_product_are_one_entry(self):
        for price in (1, 2):
            self.product.list_price = price
            self.env.cr.flush()
        (entry,) = self.drain()
        self.assertEqual((len(entry["ids"]), entry["product"]["price"]), (2, 200))

    def test_price_without_tax_is_published_as_the_buyer_pays_it(self):
        self.tax.price_include = False
        self.product.list_price = 100
        (entry,) = self.drain()
        self.assertEqual(entry["product"]["price"], 12_200)

    def test_a_product_that_leaves_the_tills_is_a_deletion(self):
        self.product.available_in_pos = False
        self.assertEqual(self.changes(), [("delete", "FR-1")])
        self.product.available_in_pos = True
        self.assertEqual(self.changes(), [("put", "FR-1")])
        self.product.active = False
        self.assertEqual(self.changes(), [("delete", "FR-1")])

    def test_a_renamed_or_deleted_sku_is_forgotten(self):
        self.product.default_code = "FR-2"
        self.assertEqual(self.changes(), [("delete", "FR-1"), ("put", "FR-2")])
        self.product.unlink()
        self.assertIn(("delete", "FR-2"), self.changes())

    def test_a_sku_that_moved_to_another_product_ends_with_that_product(self):
        other = self.product.copy({"default_code": "FR-9", "barcode": False, "available_in_pos": True})
        self.drain()
        self.product.default_code = "FR-3"
        other.default_code = "FR-1"
        last = {entry["sku"]: entry["op"] for entry in self.drain()}
        self.assertEqual(last["FR-1"], "put")

    def test_stock_tax_and_pricelist_touch_their_products(self):
        location = self.env["stock.warehouse"].search([], limit=1).lot_stock_id
        self.env["stock.quant"]._update_available_quantity(self.product.product_variant_id, location, 5)
        (entry,) = self.drain()
        self.assertEqual(entry["product"]["stock"], 5)
        self.tax.amount = 10
        self.assertEqual(self.changes(), [("put", "FR-1")])
        item = self.env["product.pricelist.item"].create(
            {
                "pricelist_id": self.env["product.pricelist"].create({"name": "Акция"}).id,
                "applied_on": "1_product",
                "product_tmpl_id": self.product.id,
                "fixed_price": 5,
            }
        )
        self.assertEqual(self.changes(), [("put", "FR-1")])
        item.fixed_price = 6
        self.assertEqual(self.changes(), [("put", "FR-1")])
        item.write(
            {
                "applied_on": "2_product_category",
                "categ_id": self.product.categ_id.id,
                "product_tmpl_id": False,
            }
        )
        self.assertIn(("put", "FR-1"), self.changes())
        item.unlink()
        self.assertIn(("put", "FR-1"), self.changes())

    def test_what_tills_do_not_sell_by_is_no_change(self):
        self.product.description_sale = "Красивая"
        self.assertEqual(self.changes(), [])

    def test_refill_queues_the_whole_catalog(self):
        self.assertGreaterEqual(self.outbox.refill(), 1)
        self.assertIn(("put", "FR-1"), self.changes())

    def test_a_rolled_back_change_leaves_no_row(self):
        try:
            with self.env.cr.savepoint():
                self.product.list_price = 1
                raise ValueError
        except ValueError:
            pass
        self.assertEqual(self.changes(), [])

    def test_only_the_bridge_takes(self):
        manager = new_test_user(self.env, "manager54", groups="point_of_sale.group_pos_manager")
        for method, args in (("take", []), ("acknowledge", [[]]), ("refill", [])):
            with self.assertRaises(AccessError):
                getattr(self.env["optics.catalog.outbox"].with_user(manager), method)(*args)
