import base64
import io
from datetime import date, timedelta

import openpyxl

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .common import VAT, ShopCase


def net(gross):
    """A sum without the VAT that is in it, to the kopeck, as a person with a calculator would."""
    return round(gross * 100 / (100 + VAT), 2)


@tagged("post_install", "-at_install")
class TestProfitReport(ShopCase):
    def setUp(self):
        super().setUp()
        self.report = self.env["shop.profit.report"]
        self.today = fields.Date.context_today(self.report)

    def _figures(self, group_by="shop_id", **shops):
        rows, total = self.report._figures(group_by, self.today, self.today, **shops)
        return dict(rows), total

    def _remake(self, shop, cost, started=True):
        """A remake whose lab has started; its way there is tested where it lives."""
        orders = self.env["optics.manufacturing.order"].sudo()
        patient = self.env["res.partner"].create({"name": "Patient"})
        first = orders.create({"patient_id": patient.id, "shop_id": shop.id})
        again = orders.create(
            {
                "patient_id": patient.id,
                "shop_id": shop.id,
                "remake_of_id": first.id,
                "cost_lenses": cost,
                "cost_work": 0.0,
            }
        )
        self.env.flush_all()
        if started:
            self.cr.execute(
                "UPDATE optics_manufacturing_order SET date_started = now() AT TIME ZONE 'UTC' WHERE id = %s",
                [again.id],
            )
        return again

    def _a_day(self):
        """Sales, a discount, a refund, a remake, a write-off, a cash shortage and rent, in two shops."""
        session_a = self.open_till(self.shop_a)
        self.sell(session_a, (self.frame, 1), (self.lens, 2, 10), card=True)
        self.sell(session_a, (self.liquid, 3))
        session_b = self.open_till(self.shop_b)
        self.sell(session_b, (self.frame, 2))
        self.sell(session_b, (self.frame, -1))
        self._remake(self.shop_b, 3100.0)
        self._remake(self.shop_b, 9999.0, started=False)
        self.env["shop.write.off"].create(
            {
                "shop_id": self.shop_a.id,
                "reason_id": self.env.ref("ru_accounting_extras.write_off_reason_broken").id,
                "line_ids": [(0, 0, {"product_id": self.lens.id, "quantity": 1})],
            }
        ).action_post()
        self._rent(self.shop_b, 700.0)
        self.close_till(session_a, short=50.0)
        self.close_till(session_b)

    def _rent(self, shop, amount):
        plan = self.env["account.analytic.plan"].create({"name": f"Shops {shop.code}"})
        account = self.env["account.analytic.account"].create({"name": shop.name, "plan_id": plan.id})
        shop.shop_analytic_id = account
        self._book_expense(amount, {str(account.id): 100})

    def _book_expense(self, amount, distribution):
        expense = self.company_data["default_account_expense"]
        payable = self.company_data["default_account_payable"]
        lines = [
            {"account_id": expense.id, "debit": amount, "analytic_distribution": distribution},
            {"account_id": payable.id, "credit": amount},
        ]
        values = {"move_type": "entry", "line_ids": [(0, 0, line) for line in lines]}
        self.env["account.move"].create(values).action_post()

    def test_uat_04_gross_profit_and_profit_by_shop_agree_with_a_control_calculation(self):
        self._a_day()
        # The control calculation: figures of the day by hand, nothing of the report's code.
        revenue_a = net(12200) + net(2 * 6100 * 0.9) + net(3 * 610)
        cost_a = 5000 + 2 * 2500 + 3 * 300
        revenue_b = net(2 * 12200) - net(12200)
        cost_b = 2 * 5000 - 5000
        control = {
            self.shop_a: {
                "revenue": revenue_a,
                "cost": cost_a,
                "gross_profit": revenue_a - cost_a,
                "write_off_cost": 2500,
                "cash_difference": -50,
                "expense": 0,
                "profit": revenue_a - cost_a - 2500 - 50,
            },
            self.shop_b: {
                "revenue": revenue_b,
                "cost": cost_b,
                "remake_cost": 3100,
                "gross_profit": revenue_b - cost_b - 3100,
                "write_off_cost": 0,
                "cash_difference": 0,
                "expense": 700,
                "profit": revenue_b - cost_b - 3100 - 700,
            },
        }
        rows, total = self._figures()
        for shop, expected in control.items():
            for name, value in expected.items():
                self.assertAlmostEqual(rows[shop][name], value, 2, f"{shop.name}: {name}")
        for name in ("revenue", "cost", "gross_profit", "profit"):
            self.assertAlmostEqual(total[name], sum(shop[name] for shop in control.values()), 2)
        self.assertAlmostEqual(total["revenue_total"], 12200 + 10980 + 1830 + 12200, 2)
        self._agrees_with_the_ledger(revenue_a + revenue_b, total)

    def _agrees_with_the_ledger(self, revenue, total):
        """The same revenue stands in the entries that Odoo posted for the sessions."""
        income = self.env["account.move.line"].search(
            [("account_id.account_type", "=", "income"), ("parent_state", "=", "posted")]
        )
        self.assertAlmostEqual(-sum(income.mapped("balance")), revenue, 2)
        self.assertAlmostEqual(total["revenue"], revenue, 2)

    def test_profit_by_category_leaves_nothing_out(self):
        self._a_day()
        rows, total = self._figures("categ_id")
        self.assertAlmostEqual(rows[self.frames]["revenue"], net(12200) + net(24400) - net(12200), 2)
        self.assertAlmostEqual(rows[self.optics]["write_off_cost"], 2500, 2)
        self.assertAlmostEqual(sum(row["profit"] for row in rows.values()), total["profit"], 2)

    def test_profit_by_cashier_takes_the_name_on_the_receipt(self):
        session = self.open_till(self.shop_a)
        self.sell(session, (self.frame, 1)).fiscal_cashier = "Иванова А. П."
        self.sell(session, (self.lens, 1))
        rows, _total = self._figures("cashier")
        self.assertAlmostEqual(rows["Иванова А. П."]["cost"], 5000.0)
        self.assertAlmostEqual(rows[self.env.user.name]["cost"], 2500.0)

    def test_a_discount_is_what_the_buyer_did_not_pay(self):
        session = self.open_till(self.shop_a)
        self.sell(session, (self.lens, 2, 10), (self.liquid, 1, 100))
        _rows, total = self._figures()
        self.assertAlmostEqual(total["discount"], 1220.0 + 610.0, 2)

    def test_margin_of_a_group_is_a_ratio_of_sums(self):
        session = self.open_till(self.shop_a)
        self.sell(session, (self.frame, 1), (self.liquid, 100))
        ((margin,),) = self.report._read_group([("shop_id", "=", self.shop_a.id)], [], ["margin_percent:avg"])
        revenue, cost = net(12200) + net(61000), 5000 + 30000
        self.assertAlmostEqual(margin, 100 * (revenue - cost) / revenue, 2)
        grouped = self.report.read_group([("shop_id", "=", self.shop_a.id)], ["margin_percent"], ["shop_id"])
        self.assertAlmostEqual(grouped[0]["margin_percent"], margin, 6)

    def test_a_cost_that_is_not_final_is_estimated_and_marked(self):
        self.frame.categ_id = self.categ_anglo
        self._set_stock(self.frame, self.shop_a, 200)
        self.company.point_of_sale_update_stock_quantities = "closing"
        session = self.open_till(self.shop_a)
        self.sell(session, (self.frame, 1))
        row = self.report.search([("shop_id", "=", self.shop_a.id), ("source", "=", "sale")])
        self.assertTrue(row.cost_is_estimate)
        self.assertAlmostEqual(row.cost, 5000.0)
        self.close_till(session)
        self.report.invalidate_model()
        self.assertFalse(row.cost_is_estimate)

    def test_days_are_days_of_the_reader(self):
        session = self.open_till(self.shop_a)
        order = self.sell(session, (self.frame, 1))
        order.date_order = "2026-03-01 22:30:00"  # 2 March in Moscow
        reader = self.report.with_context(tz="Europe/Moscow")
        reader.env.user.tz = "Europe/Moscow"
        second, third = date(2026, 3, 2), date(2026, 3, 3)
        self.assertAlmostEqual(reader._figures("shop_id", second, second)[1]["cost"], 5000.0)
        self.assertAlmostEqual(reader._figures("shop_id", third, third)[1]["cost"], 0.0)

    def test_a_shortage_of_a_transfer_lowers_the_profit_of_who_received(self):
        session = self.open_till(self.shop_a)
        self.sell(session, (self.frame, 1))
        self.close_till(session)
        drawer = self.shop_a.config_ids.payment_method_ids.filtered("is_cash_count").journal_id
        transfer = self.env["shop.cash.transfer"].create(
            {
                "amount": 1000.0,
                "source_journal_id": drawer.id,
                "target_journal_id": self.shop_b.cash_journal_id.id,
            }
        )
        transfer.action_send()
        transfer._receive(990.0)
        rows, _total = self._figures()
        self.assertAlmostEqual(rows[self.shop_b]["cash_difference"], -10.0)

    def test_an_expense_of_two_plans_is_the_shops_by_its_share(self):
        self._rent(self.shop_a, 100.0)
        plan = self.env["account.analytic.plan"].create({"name": "Projects"})
        project = self.env["account.analytic.account"].create({"name": "Repair", "plan_id": plan.id})
        key = f"{self.shop_a.shop_analytic_id.id},{project.id}"
        self._book_expense(200.0, {key: 30, str(project.id): 70})
        rows, _total = self._figures()
        self.assertAlmostEqual(rows[self.shop_a]["expense"], 160.0)

    # --- the wizard -------------------------------------------------------------------------------------

    def test_the_wizard_fills_its_dates_and_opens_the_pivot(self):
        with Form(self.env["shop.profit.wizard"]) as form:
            form.period = "last_week"
            form.shop_ids.add(self.shop_a)
        wizard = form.record
        self.assertEqual((wizard.date_to - wizard.date_from).days, 6)
        action = wizard.action_open()
        self.assertEqual(action["res_model"], "shop.profit.report")
        self.assertIn(("shop_id", "in", self.shop_a.ids), action["domain"])

    def test_other_dates_must_have_an_order(self):
        with self.assertRaises(UserError):
            self.env["shop.profit.wizard"].create(
                {"period": "custom", "date_from": self.today, "date_to": self.today - timedelta(days=1)}
            )
        wizard = self.env["shop.profit.wizard"].new({"period": "custom"})
        self.assertEqual(wizard.date_from, self.today)

    def test_xlsx_holds_the_figures_of_the_report(self):
        self._a_day()
        wizard = self.env["shop.profit.wizard"].create({"period": "this_month"})
        url = wizard.action_xlsx()["url"]
        attachment = self.env["ir.attachment"].browse(int(url.split("/")[3].split("?")[0]))
        book = openpyxl.load_workbook(io.BytesIO(base64.b64decode(attachment.datas)))
        self.assertEqual(len(book.sheetnames), 3)
        page = book.worksheets[0]
        head = [cell.value for cell in page[3]]
        column = head.index("Profit")
        found = {row[0].value: row[column].value for row in page.iter_rows(min_row=4)}
        rows, total = self._figures()
        self.assertAlmostEqual(found["Arbat"], rows[self.shop_a]["profit"], 2)
        self.assertAlmostEqual(found["Total"], total["profit"], 2)

    def test_a_name_like_a_formula_stays_a_text(self):
        self.frames.name = "=1+1"
        session = self.open_till(self.shop_a)
        self.sell(session, (self.frame, 1))
        wizard = self.env["shop.profit.wizard"].create({"period": "this_week", "group_by": "category"})
        page = openpyxl.load_workbook(io.BytesIO(wizard._xlsx())).worksheets[1]
        self.assertEqual((page["A4"].value, page["A4"].data_type), ("=1+1", "s"))

    def test_the_paper_shows_shops_and_the_total(self):
        self._a_day()
        wizard = self.env["shop.profit.wizard"].create({"period": "this_month", "group_by": "shop"})
        self.assertEqual(wizard.action_print()["report_name"], "ru_accounting_extras.profit_statement")
        html, _kind = self.env["ir.actions.report"]._render_qweb_html(
            "ru_accounting_extras.profit_statement", wizard.ids
        )
        for text in ("Arbat", "Boulevard", "Total", "Gross Profit"):
            self.assertIn(text, html.decode())
