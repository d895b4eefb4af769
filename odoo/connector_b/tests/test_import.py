import base64
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools import file_open, mute_logger

from ..models import connector_import
from .common import ConnectorCase
from .price_lists import ean, row


@tagged("post_install", "-at_install")
class TestImport(ConnectorCase):
    def test_a_check_changes_nothing(self):
        job = self.checked([row(1), row(2)])
        self.assertEqual((job.total_count, job.new_count, job.pending_count), (2, 2, 2))
        self.assertFalse(self.product(1))
        self.assertEqual(job.found_columns.split(", ")[0], "article → sku")
        self.assertEqual(
            (job.found_encoding, job.found_separator, job.found_decimal_mark), ("utf-8", ",", ".")
        )

    def test_new_products_have_everything(self):
        job = self.imported([row(1, price="8990.00", cost="4880.00")])
        product = self.product(1)
        self.assertEqual(
            (product.name, product.barcode, product.list_price), ("Sunglasses 1", ean(1), 8990.0)
        )
        self.assertEqual((product.standard_price, product.detailed_type), (4000.0, "product"))
        self.assertEqual(product.taxes_id.mapped("vat_label"), ["22%"])
        self.assertTrue(product.available_in_pos)
        offer = product.seller_ids
        self.assertEqual((offer.partner_id, offer.product_code), (self.profile.partner_id, "SG-00001"))
        self.assertEqual(
            (offer.price, offer.offer_price, offer.offer_cost, offer.offer_stock), (4000, 8990, 4880, 5)
        )
        self.assertEqual(self.plans(job), [(2, "new", "created")])
        self.assertEqual((job.created_count, job.pending_count), (1, 0))

    def test_the_same_file_again_changes_nothing(self):
        lines = [row(n, cost=f"{3000 + n}.33") for n in range(20)]
        self.imported(lines)
        job = self.checked(lines)
        self.assertEqual((job.same_count, job.change_count, job.confirm_count), (20, 0, 0))

    def test_a_change_is_written_and_a_stock_change_touches_only_the_offer(self):
        self.imported([row(1), row(2)])
        self.imported([row(1, price="9500.00", cost="4000.00"), row(2, stock="9")])
        self.assertEqual(
            (self.product(1).list_price, round(self.product(1).standard_price, 2)), (9500.0, 3278.69)
        )
        self.assertEqual((self.product(2).list_price, self.product(2).seller_ids.offer_stock), (8990.0, 9))

    def test_what_waits_is_not_imported_until_it_is_confirmed(self):
        self.imported([row(1), row(2)])
        job = self.checked([row(1, price="12000.00"), row(2, price="9000.00")])
        self.assertEqual((job.confirm_count, job.pending_count), (1, 1))
        job.action_import()
        self.assertEqual((self.product(1).list_price, self.product(2).list_price), (8990.0, 9000.0))
        waiting = job.line_ids.filtered(lambda line: line.kind == "confirm")
        waiting.action_confirm()
        self.assertEqual((waiting.confirmed_by, job.pending_count), (self.purchaser, 1))
        job.action_import()
        self.assertEqual(self.product(1).list_price, 12000.0)
        self.assertEqual([line.done for line in job.line_ids], ["updated", "updated"])

    def test_a_confirmation_holds_only_for_the_price_that_was_shown(self):
        self.imported([row(1)])
        rival = self.env["product.supplierinfo"].create(
            {
                "partner_id": self.env.ref("connector_b.partner_a").id,
                "product_tmpl_id": self.product(1).product_tmpl_id.id,
                "offer_price": 13000,
            }
        )
        job = self.checked([row(1, price="12000.00")])
        job.action_confirm_all()
        rival.offer_price = 11500
        job.action_import()
        self.assertEqual(self.product(1).list_price, 8990.0)
        self.assertEqual(job.confirm_count, 1)

    def test_suppliers_that_disagree(self):
        self.imported([row(1, price="8990.00")])
        profile_a = self.env.ref("connector_b.profile_a")
        lines = [["X-1", "Очки", ean(1), "8500", "22%", "3"]]
        data = self.sheet(["Артикул", "Наименование", "Штрихкод", "Цена с НДС", "НДС", "Остаток"], lines)
        job = self.imported(data, profile=profile_a)
        self.assertEqual(self.product(1).list_price, 8500.0)
        self.assertEqual(
            [code for _row, code, _done in self.found(job)], ["MATCHED_BY_EAN", "SUPPLIER_CONFLICT"]
        )
        job = self.imported([row(1, price="8800.00")])
        self.assertEqual(self.product(1).list_price, 8500.0)
        self.assertIn((2, "SUPPLIER_CONFLICT", "kept_lower"), self.found(job))
        self.assertEqual(len(self.product(1).seller_ids), 2)

    def sheet(self, header, lines):
        return "\n".join(";".join(cells) for cells in [header, *lines]).encode()

    def test_a_row_that_odoo_refuses_costs_only_itself(self):
        model = type(self.env["product.product"])
        original = model.create

        def refuses_one(products, vals_list):
            if any(vals.get("default_code") == "SG-00002" for vals in vals_list):
                raise ValidationError("not this one")
            return original(products, vals_list)

        job = self.checked([row(1), row(2), row(3)])
        with patch.object(model, "create", refuses_one):
            job.action_import()
        self.assertEqual([line.done for line in job.line_ids.sorted("row")], ["created", "failed", "created"])
        self.assertEqual(self.found(job), [(3, "WRITE_FAILED", "refused")])
        self.assertEqual((job.state, job.created_count, job.failed_count), ("done", 2, 1))

    def test_stock_of_an_own_location_is_counted(self):
        warehouse = self.env["stock.warehouse"].search([("company_id", "=", self.env.company.id)], limit=1)
        self.profile.location_id = warehouse.lot_stock_id
        self.imported([row(1, stock="5"), row(2, stock="0")])
        self.assertEqual((self.product(1).qty_available, self.product(2).qty_available), (5, 0))
        self.env["stock.quant"]._update_available_quantity(self.product(1), warehouse.lot_stock_id, -2)
        job = self.imported([row(1, stock="5"), row(2, stock="0")])
        self.assertEqual(self.product(1).qty_available, 5)
        self.assertEqual([line.done for line in job.line_ids.sorted("row")], ["updated", "unchanged"])
        job.action_roll_back()
        self.assertEqual(self.product(1).qty_available, 3)

    def test_a_cost_change_revalues_what_is_in_stock(self):
        self.imported([row(1, cost="1220.00")])
        self.product(1).categ_id.property_cost_method = "average"
        warehouse = self.env["stock.warehouse"].search([("company_id", "=", self.env.company.id)], limit=1)
        self.env["stock.quant"].with_context(inventory_mode=True).create(
            {
                "product_id": self.product(1).id,
                "location_id": warehouse.lot_stock_id.id,
                "inventory_quantity": 10,
            }
        ).action_apply_inventory()
        self.assertEqual(self.product(1).value_svl, 10000.0)
        self.imported([row(1, cost="1342.00")])
        self.product(1).invalidate_recordset()
        self.assertEqual((self.product(1).standard_price, self.product(1).value_svl), (1100.0, 11000.0))

    def test_the_demo_files_of_three_suppliers(self):
        for code, extension, rows, errors in (("a", "xlsx", 22, 2), ("b", "csv", 15, 2), ("c", "csv", 11, 1)):
            with file_open(f"connector_b/demo/files/supplier_{code}.{extension}", "rb") as stream:
                data = stream.read()
            job = self.checked(data, profile=self.env.ref(f"connector_b.profile_{code}"))
            self.assertEqual((job.total_count, job.error_count), (rows, errors), code)
            job.action_import()
        lens = self.env["product.product"].search([("default_code", "=", "LN-110")])
        self.assertEqual((round(lens.list_price, 2), lens.seller_ids.offer_stock), (6283.61, 20))

    def test_a_wrong_file_fails_with_words(self):
        job = self.job(b"colour;size\nred;5\n")
        job.action_check()
        self.assertEqual((job.state, job.failure_code), ("failed", "NO_COLUMNS"))
        self.assertIn("price", job.failure)
        job.write({"file": base64.b64encode(b"article,title,purchase_price,retail_price,vat\nA,a,1,2,22%\n")})
        job.action_check()
        self.assertEqual((job.state, job.failure), ("checked", False))

    def test_the_file_of_a_checked_import_stays(self):
        job = self.checked([row(1)])
        with self.assertRaises(UserError):
            job.write({"file": base64.b64encode(b"x")})
        self.imported([row(2)])
        with self.assertRaises(UserError):
            self.env["connector.import"].search([("state", "=", "done")], limit=1).unlink()
        job.unlink()

    def test_who_may_import(self):
        cashier = new_test_user(self.env, "cashier9", groups="optics_core.group_cashier")
        with self.assertRaises(AccessError):
            self.job([row(1)], user=cashier)
        job = self.checked([row(1)])
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_rule"):
            job.with_user(cashier).action_import()
        with self.assertRaises(AccessError):
            job.line_ids.with_user(cashier).action_confirm()

    def test_an_import_in_the_wrong_state_says_so(self):
        with self.assertRaises(UserError):
            self.job([row(1)]).action_import()
        job = self.checked([row(1)], dry_run=True)
        with self.assertRaises(UserError):
            job.action_import()

    def test_one_import_at_a_time(self):
        with self.registry.cursor() as other:
            other.execute("SELECT pg_advisory_xact_lock(%s)", [connector_import._LOCK])
            with self.assertRaises(UserError):
                self.job([row(1)]).action_check()

    def test_profiles_and_screens(self):
        self.imported([row(1)])
        self.assertGreaterEqual(self.profile.import_count, 1)
        self.assertEqual(self.profile.action_view_imports()["domain"], [("profile_id", "=", self.profile.id)])
        job = self.checked([row(1, price="20000")])
        self.assertEqual(job.action_view_confirm()["context"], {"search_default_confirm": 1})
        self.assertEqual(job.action_view_messages()["domain"], [("import_id", "=", job.id)])
        self.assertIn(f"/{job.id}/findings.xlsx", job.action_export_errors()["url"])
        self.assertIn(f"/{job.id}/rows.xlsx", job.action_export_report()["url"])
        self.assertEqual(job.line_ids.action_open_product()["res_id"], self.product(1).id)
        with self.assertRaises(ValidationError):
            self.profile.column_ids[:1].headers = " ; "
