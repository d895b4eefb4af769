import uuid
from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common import FN, TillCase, line, receipt_body


@tagged("post_install", "-at_install")
class TestBooking(TillCase):
    def test_a_receipt_is_booked_once_however_often_it_comes(self):
        body = receipt_body()
        (first,) = self.book(body)
        (again,) = self.book(body)
        self.assertEqual(
            (first["uid"], first["status"], first["error"]), (body["receipt_id"], "created", False)
        )
        self.assertEqual(again, {**first, "status": "exists"})
        order = self.booked(body)
        self.assertEqual((order.id, order.state, order.amount_total), (first["id"], "paid", 12490.0))
        self.assertEqual((order.fiscal_fn, order.fiscal_fd, order.fiscal_shift), (FN, 1, 5))
        self.assertEqual(order.fiscal_cashier, "Иванова А. П.")

    def test_a_repeat_inside_one_list_is_booked_once(self):
        body = receipt_body()
        self.assertEqual([a["status"] for a in self.book(body, body)], ["created", "exists"])

    def test_a_poisoned_receipt_does_not_hurt_its_neighbours(self):
        good, broken, last = receipt_body(fd=1), receipt_body(fd=2), receipt_body(fd=3)
        broken["receipt"]["lines"][0]["vat"] = 99
        answers = self.book(good, broken, "junk", receipt_body(till=["till-001"]), last)
        self.assertEqual(
            [a["status"] for a in answers], ["created", "rejected", "rejected", "rejected", "created"]
        )
        self.assertIn("99", answers[1]["error"])
        self.assertFalse(self.booked(broken))

    def test_an_unforeseen_error_is_rejected_and_logged(self):
        bad, good = receipt_body(fd=1), receipt_body(fd=2)
        model = type(self.env["pos.order"])
        original = model._ui_order

        def breaks_once(order_model, receipt, session):
            if receipt.uid == bad["receipt_id"]:
                raise ZeroDivisionError("poison")
            return original(order_model, receipt, session)

        logger = "odoo.addons.optics_pos_ru54fz.models.pos_order"
        with patch.object(model, "_ui_order", breaks_once), self.assertLogs(logger, "ERROR"):
            answers = self.book(bad, good)
        self.assertEqual([a["status"] for a in answers], ["rejected", "created"])
        self.assertEqual(answers[0]["error"], "ZeroDivisionError: poison")

    def test_several_rates_discount_and_change(self):
        body = receipt_body(total=300_01)
        body["receipt"]["lines"] = [
            line("FR-0012", "Оправа", 200_00, price=250_00, vat=11),
            line("", "Салфетка", 100_01, quantity=3, price=33_50, vat=10),
        ]
        body["receipt"]["lines"][1]["vat"] = 2
        body["receipt"]["payments"] = [
            {"tender": "card", "amount": 100_00},
            {"tender": "cash", "amount": 500_00},
        ]
        (answer,) = self.book(body)
        self.assertEqual(answer["status"], "created", answer)
        order = self.booked(body)
        self.assertEqual(order.currency_id.round(order.amount_total), 300.01)
        self.assertAlmostEqual(order.amount_tax, 36.07 + 9.09, places=6)
        self.assertEqual(sorted(order.payment_ids.mapped("amount")), [-299.99, 100.0, 500.0])
        self.assertEqual(order.lines[1].full_product_name, "Салфетка")
        self.assertEqual(order.lines[1].product_id, self.env.ref("optics_pos_ru54fz.product_unlisted"))
        self.assertEqual(order.lines[0].tax_ids, self.tax_22)
        self.assertAlmostEqual(order.lines[0].discount, 20.0)

    def test_the_session_of_booked_receipts_closes_to_the_kopeck(self):
        bodies = [receipt_body(fd=1, total=100_01), receipt_body(fd=2, total=99_99)]
        bodies[0]["receipt"]["lines"] = [line("FR-0012", "Оправа", 100_01, quantity=3, price=35_00, vat=11)]
        bodies[0]["receipt"]["payments"] = [{"tender": "cash", "amount": 100_01}]
        self.assertEqual([a["status"] for a in self.book(*bodies)], ["created", "created"])
        session = self.booked(bodies[0]).session_id
        session.post_closing_cash_details(100.01)
        session.close_session_from_ui()
        self.assertEqual(session.state, "closed")
        self.assertAlmostEqual(sum(session.move_id.line_ids.mapped("balance")), 0, places=6)
        self.assertEqual(session.cash_register_difference, 0)

    def test_a_shift_has_its_session_and_a_late_receipt_one_of_its_own(self):
        first, next_shift, late = receipt_body(fd=1), receipt_body(fd=2), receipt_body(fd=3)
        next_shift["document"]["shift"] = 6
        self.book(first, next_shift)
        session, beside = self.booked(first).session_id, self.booked(next_shift).session_id
        self.assertEqual((session.fiscal_shift, session.rescue, session.state), (5, False, "opened"))
        self.assertEqual((beside.fiscal_shift, beside.rescue), (6, True))
        session.action_pos_session_closing_control()
        self.assertEqual(session.state, "closed")
        self.book(late, receipt_body(fd=4))
        self.assertEqual(self.booked(late).session_id.fiscal_shift, 5)
        self.assertEqual(self.booked(late).session_id.rescue, True)
        self.assertEqual(len(self.booked(late).session_id.order_ids), 2)

    def test_the_session_that_a_person_opened_becomes_the_shifts(self):
        self.config.open_ui()
        opened = self.config.current_session_id
        body = receipt_body()
        self.book(body)
        self.assertEqual(self.booked(body).session_id, opened)
        self.assertEqual((opened.state, opened.fiscal_shift), ("opened", 5))

    def test_refund_finds_the_lines_of_its_original(self):
        sale = receipt_body(fd=1, total=300_00)
        sale["receipt"]["lines"] = [line("FR-0012", "Оправа", 300_00, quantity=3)]
        self.book(sale)
        refund = self._refund_of(sale, fd=2, quantity=2)
        (answer,) = self.book(refund)
        self.assertEqual(answer["status"], "created", answer)
        order = self.booked(refund)
        self.assertEqual((order.amount_total, order.lines.qty), (-200.0, -2.0))
        self.assertEqual(order.lines.refunded_orderline_id, self.booked(sale).lines)
        (too_much,) = self.book(self._refund_of(sale, fd=3, quantity=2))
        self.assertEqual(too_much["status"], "rejected")
        (rest,) = self.book(self._refund_of(sale, fd=4, quantity=1))
        self.assertEqual(rest["status"], "created", rest)

    def test_refund_of_an_unknown_original_waits(self):
        sale = receipt_body(fd=1, total=300_00)
        sale["receipt"]["lines"] = [line("FR-0012", "Оправа", 300_00, quantity=3)]
        refund = self._refund_of(sale, fd=2, quantity=1)
        (answer,) = self.book(refund)
        self.assertEqual(answer["status"], "rejected")
        self.assertIn("ORIGINAL_UNKNOWN", answer["error"])
        self.assertEqual([a["status"] for a in self.book(sale, refund)], ["created", "created"])

    def _refund_of(self, sale, fd, quantity):
        total = 100_00 * quantity
        body = receipt_body(fd=fd, total=total, original_receipt_id=sale["receipt_id"])
        body["receipt"]["operation"] = 2
        body["receipt"]["lines"] = [line("FR-0012", "Оправа", total, quantity=quantity)]
        return body

    def test_a_sale_from_the_pos_screen_gets_its_fiscal_document(self):
        body = receipt_body()
        session = self.config.open_ui() and self.config.current_session_id
        session.set_cashbox_pos(0, "")
        ui_order = self._ui_order(session, body["key"])
        (made,) = self.env["pos.order"].create_from_ui([ui_order])
        (answer,) = self.book(body)
        self.assertEqual((answer["status"], answer["id"]), ("exists", made["id"]))
        self.assertEqual(self.booked(body).fiscal_fd, 1)

    def test_a_sale_booked_by_the_bridge_is_not_made_again_by_the_pos_screen(self):
        body = receipt_body()
        (answer,) = self.book(body)
        ui_order = self._ui_order(self.booked(body).session_id, body["key"])
        (known,) = self.env["pos.order"].create_from_ui([ui_order])
        self.assertEqual(known["id"], answer["id"])
        self.assertEqual(self.env["pos.order"].search_count([("fiscal_key", "=", body["key"])]), 1)

    def _ui_order(self, session, key):
        bank = self.config.payment_method_ids.filtered(lambda m: m.type == "bank")[:1]
        data = {
            "name": f"Order {uuid.uuid4()}",
            "uid": str(uuid.uuid4()),
            "fiscal_key": key,
            "user_id": self.env.uid,
            "pos_session_id": session.id,
            "sequence_number": 1,
            "partner_id": False,
            "date_order": "2026-11-21 09:34:00",
            "fiscal_position_id": False,
            "pricelist_id": self.config.pricelist_id.id,
            "amount_paid": 12490,
            "amount_total": 12490,
            "amount_tax": 0,
            "amount_return": 0,
            "lines": [
                (
                    0,
                    0,
                    {
                        "product_id": self.frame.id,
                        "qty": 1,
                        "price_unit": 12490,
                        "discount": 0,
                        "price_subtotal": 12490,
                        "price_subtotal_incl": 12490,
                        "tax_ids": [(6, 0, [])],
                    },
                )
            ],
            "statement_ids": [
                (0, 0, {"amount": 12490, "name": "2026-11-21 09:34:00", "payment_method_id": bank.id})
            ],
        }
        return {"id": data["uid"], "data": data, "to_invoice": False}

    def test_two_receipts_never_share_a_document(self):
        first, other = receipt_body(fd=1), receipt_body(fd=1)
        self.assertEqual([a["status"] for a in self.book(first, other)], ["created", "rejected"])

    def test_one_receipt_never_has_two_documents_nor_one_key_two_receipts(self):
        first = receipt_body(fd=1)
        self.book(first)
        moved = {**first, "document": {**first["document"], "fd": 9}}
        stolen = receipt_body(fd=2, key=first["key"])
        self.assertEqual([a["status"] for a in self.book(moved, stolen)], ["rejected", "rejected"])

    @mute_logger("odoo.sql_db")
    def test_a_race_lost_in_the_database_is_an_answer(self):
        """The search saw nothing (its snapshot is older), the unique index did."""
        body = receipt_body()
        (answer,) = self.book(body)
        model = type(self.env["pos.order"])
        empty = self.env["pos.order"]
        with (
            patch.object(model, "search", lambda *args, **kwargs: empty),
            patch.object(
                model,
                "_booked_elsewhere",
                lambda _self, uid, _body: {"uid": uid, "id": answer["id"], "status": "exists"},
            ),
            patch.object(model, "_check_document_is_free", lambda *_args: None),
        ):
            (again,) = self.book(body)
        self.assertEqual((again["status"], again["id"]), ("exists", answer["id"]))

    def test_what_head_office_lacks_is_named(self):
        no_till = receipt_body(fd=1, till="till-404")
        no_tax = receipt_body(fd=2)
        no_tax["receipt"]["lines"][0]["vat"] = 7
        no_method = receipt_body(fd=3)
        no_method["receipt"]["payments"][0]["tender"] = "prepayment"
        self.config.payment_method_ids.filtered(lambda m: m.type == "pay_later").write({"tender": "credit"})
        answers = self.book(no_till, no_tax, no_method)
        self.assertEqual([a["status"] for a in answers], ["rejected"] * 3)
        for answer, word in zip(answers, ("till-404", "7", "prepayment"), strict=True):
            self.assertIn(word, answer["error"])

    def test_a_tender_is_booked_with_the_method_that_names_it(self):
        terminal = self.bank_pm1.copy({"name": "Эквайринг", "tender": "acquiring"})
        self.config.payment_method_ids |= terminal
        body = receipt_body()
        body["receipt"]["payments"][0]["tender"] = "acquiring"
        self.assertEqual(self.book(body)[0]["status"], "created")
        self.assertEqual(self.booked(body).payment_ids.payment_method_id, terminal)

    def test_time_of_the_receipt_is_the_fns_in_the_shops_zone(self):
        self.shop.partner_id = self.env["res.partner"].create(
            {"name": "Екатеринбург", "tz": "Asia/Yekaterinburg"}
        )
        body = receipt_body()
        self.book(body)
        self.assertEqual(str(self.booked(body).date_order), "2026-11-21 07:34:00")

    def test_only_the_bridge_books(self):
        cashier = new_test_user(self.env, "cashier54", groups="point_of_sale.group_pos_manager")
        with self.assertRaises(AccessError):
            self.env["pos.order"].with_user(cashier).book_receipts([receipt_body()])
