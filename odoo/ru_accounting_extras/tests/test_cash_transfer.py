from psycopg2 import IntegrityError

from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import ShopCase


@tagged("post_install", "-at_install")
class TestCashTransfer(ShopCase):
    def setUp(self):
        super().setUp()
        self.transit = self.company.transfer_account_id
        session = self.open_till(self.shop_a)
        self.sell(session, (self.frame, 1))  # 12 200 in cash
        self.close_till(session)
        self.drawer_a = self.shop_a.config_ids.payment_method_ids.filtered("is_cash_count").journal_id

    def _transfer(self, amount, source=None, target=None, **values):
        return self.env["shop.cash.transfer"].create(
            {
                "amount": amount,
                "source_journal_id": (source or self.drawer_a).id,
                "target_journal_id": (target or self.shop_b.cash_journal_id).id,
                **values,
            }
        )

    def _collection(self, amount):
        return self._transfer(amount, target=self.company_data["default_journal_bank"], kind="collection")

    def test_a_transfer_posts_two_entries_that_meet_in_transit(self):
        transfer = self._transfer(5000.0)
        transfer.action_send()
        self.assertEqual(transfer.state, "sent")
        self.assertAlmostEqual(self.balance(self.shop_a.cash_account_id), 7200.0)
        self.assertAlmostEqual(self.balance(self.transit), 5000.0)
        transfer._receive(5000.0)
        self.assertEqual(transfer.state, "received")
        self.assertAlmostEqual(self.balance(self.transit), 0.0)
        self.assertAlmostEqual(self.balance(self.shop_b.cash_account_id), 5000.0)
        self.assertEqual(set(transfer._moves().mapped("state")), {"posted"})
        in_transit = transfer._moves().line_ids.filtered(lambda line: line.account_id == self.transit)
        self.assertTrue(all(in_transit.mapped("reconciled")))
        self.assertEqual(transfer.move_count, 2)
        self.assertEqual(self.env["account.move"].search_count(transfer.action_view_moves()["domain"]), 2)

    def test_a_collection_brings_money_to_the_bank(self):
        collection = self._collection(10000.0)
        collection.action_send()
        collection.with_user(self.accountant)._receive(10000.0)
        bank = self.company_data["default_journal_bank"].default_account_id
        self.assertAlmostEqual(self.balance(bank), 10000.0)
        self.assertEqual(collection.received_by_id, self.accountant)

    def test_change_comes_from_the_bank_whatever_the_books_say_of_it(self):
        change = self._transfer(
            3000.0,
            source=self.company_data["default_journal_bank"],
            target=self.shop_b.cash_journal_id,
            kind="change",
        )
        change.action_send()
        change._receive(3000.0)
        self.assertAlmostEqual(self.shop_b.cash_balance, 3000.0)

    def test_a_shortage_at_receipt_is_a_loss_of_the_desk(self):
        transfer = self._transfer(5000.0)
        transfer.action_send()
        wizard = self.env["shop.cash.receive"].with_context(**transfer.action_receive()["context"]).create({})
        wizard.amount = 4900.0
        self.assertAlmostEqual(wizard.difference, -100.0)
        wizard.action_confirm()
        self.assertAlmostEqual(transfer.difference, -100.0)
        self.assertAlmostEqual(self.balance(self.transit), 0.0)
        loss = self.shop_b.cash_journal_id.loss_account_id
        self.assertEqual(transfer.difference_move_id.line_ids.filtered("debit").account_id, loss)
        self.assertAlmostEqual(self.shop_b.cash_balance, 4900.0)

    def test_a_surplus_at_receipt_is_income(self):
        transfer = self._transfer(5000.0)
        transfer.action_send()
        transfer._receive(5010.0)
        income = self.shop_b.cash_journal_id.profit_account_id
        self.assertEqual(transfer.difference_move_id.line_ids.filtered("credit").account_id, income)
        self.assertAlmostEqual(self.balance(self.transit), 0.0)

    def test_a_bag_that_arrives_empty_is_a_loss_entirely(self):
        transfer = self._transfer(5000.0)
        transfer.action_send()
        transfer._receive(0.0)
        self.assertFalse(transfer.target_line_id)
        self.assertAlmostEqual(transfer.difference, -5000.0)
        self.assertAlmostEqual(self.balance(self.transit), 0.0)
        with self.assertRaises(UserError):
            transfer._receive(0.0)

    def test_a_cancelled_transfer_brings_the_money_back(self):
        transfer = self._transfer(5000.0)
        transfer.action_send()
        transfer.action_cancel()
        self.assertEqual(transfer.state, "cancelled")
        self.assertAlmostEqual(self.balance(self.transit), 0.0)
        self.assertAlmostEqual(self.shop_a.cash_balance, 12200.0)
        draft = self._transfer(1.0)
        draft.action_cancel()
        self.assertFalse(draft._moves())

    def test_more_than_the_desk_holds_cannot_leave_it(self):
        with self.assertRaisesRegex(UserError, "cannot be taken out"):
            self._transfer(12200.01).action_send()

    def test_the_amount_counted_cannot_be_negative(self):
        transfer = self._transfer(10.0)
        transfer.action_send()
        with self.assertRaises(UserError):
            transfer._receive(-1.0)

    def test_each_step_happens_once(self):
        transfer = self._transfer(100.0)
        transfer.action_send()
        with self.assertRaises(UserError):
            transfer.action_send()
        transfer._receive(100.0)
        for step in (transfer.action_send, transfer.action_receive, transfer.action_cancel):
            with self.assertRaises(UserError):
                step()
        self.assertEqual(transfer.move_count, 2)

    def test_kind_and_desks_must_fit(self):
        bank = self.company_data["default_journal_bank"]
        with self.assertRaises(ValidationError):
            self._transfer(1.0, target=bank)
        foreign = self.env["account.journal"].create({"name": "No shop", "code": "NOSH", "type": "cash"})
        with self.assertRaises(ValidationError):
            self._transfer(1.0, target=foreign)

    @mute_logger("odoo.sql_db")
    def test_amount_and_desks_are_checked_by_the_database(self):
        with self.assertRaises(IntegrityError), self.cr.savepoint():
            self._transfer(0.0)
        with self.assertRaises(IntegrityError), self.cr.savepoint():
            self._transfer(1.0, target=self.drawer_a)

    def test_cash_taken_during_a_session_is_not_missing_at_its_closing(self):
        session = self.open_till(self.shop_a, 12200.0)
        self.sell(session, (self.liquid, 1))
        transfer = self._collection(12000.0)
        transfer.action_send()
        self.assertEqual(transfer.source_line_id.pos_session_id, session)
        self.close_till(session)
        self.assertAlmostEqual(session.z_cash_expected, 810.0)
        self.assertAlmostEqual(session.z_cash_difference, 0.0)

    def test_cash_taken_between_sessions_is_not_missing_at_the_next_opening(self):
        self._collection(12000.0).action_send()
        self.config = self.shop_a.config_ids
        self.config.open_ui()
        session = self.config.current_session_id
        self.assertAlmostEqual(session.cash_register_balance_start, 200.0)
        session.set_cashbox_pos(200.0, None)
        self.sell(session, (self.liquid, 1))
        self.close_till(session)
        self.assertAlmostEqual(session.z_cash_expected, 810.0)
        self.assertAlmostEqual(session.z_cash_difference, 0.0)

    def test_the_form_offers_desks_by_kind(self):
        form = Form(self.env["shop.cash.transfer"])
        form.source_journal_id = self.drawer_a
        self.assertAlmostEqual(form.available, 12200.0)
        form.target_journal_id = self.shop_b.cash_journal_id
        form.amount = 100.0
        transfer = form.save()
        self.assertNotEqual(transfer.name, "/")
        self.assertNotIn(self.company_data["default_journal_bank"], transfer.target_choice_ids)
        with Form(transfer) as edited:
            edited.kind = "collection"
            self.assertFalse(edited.source_journal_id)
            edited.source_journal_id = self.drawer_a
            edited.target_journal_id = self.company_data["default_journal_bank"]

    def test_what_was_handed_over_is_not_edited_or_deleted(self):
        transfer = self._transfer(100.0).with_user(self.accountant)
        with self.assertRaises(UserError):
            transfer.write({"state": "received"})
        transfer.action_send()
        with self.assertRaises(UserError):
            transfer.amount = 1.0
        with self.assertRaises(UserError):
            transfer.unlink()
        transfer.message_post(body="A talk about it goes on")

    def test_a_document_cannot_be_born_received(self):
        values = {
            "amount": 1.0,
            "source_journal_id": self.drawer_a.id,
            "target_journal_id": self.shop_b.cash_journal_id.id,
            "state": "received",
            "name": "MINE",
        }
        transfer = self.env["shop.cash.transfer"].with_user(self.accountant).create(values)
        self.assertEqual(transfer.state, "draft")
        self.assertNotEqual(transfer.name, "MINE")

    def test_a_manager_hands_over_at_home_and_does_not_receive_elsewhere(self):
        transfer = self._transfer(100.0).with_user(self.manager)
        transfer.action_send()
        with self.assertRaisesRegex(UserError, "other side"):
            transfer._receive(100.0)
        other = self._transfer(100.0, source=self.shop_b.cash_journal_id, target=self.drawer_a)
        with self.assertRaisesRegex(UserError, "other side"):
            other.with_user(self.manager).action_send()

    def test_missing_accounts_are_named(self):
        self.company.transfer_account_id = False
        with self.assertRaisesRegex(UserError, "internal transfer account"):
            self._transfer(100.0).action_send()
        self.company.transfer_account_id = self.transit
        transfer = self._transfer(100.0)
        transfer.action_send()
        self.shop_b.cash_journal_id.loss_account_id = False
        with self.assertRaisesRegex(UserError, "profit and a loss"):
            transfer._receive(50.0)

    def test_the_slip_has_the_amount_in_words(self):
        transfer = self._collection(1234.05)
        transfer.write({"carrier": "Bank service", "bag_number": "77-001"})
        transfer.action_send()
        html = self._slip(transfer)
        self.assertIn("One thousand, two hundred and thirty-four", html)
        self.assertIn("77-001", html)
        self.assertIn(transfer.name, html)
        russian = transfer.with_context(lang="ru_RU")._amount_in_words()
        self.assertEqual(russian, "Одна тысяча двести тридцать четыре руб. 05 коп.")
        self.assertTrue(transfer.with_context(lang="xx_XX")._amount_in_words().startswith("One thousand"))

    def _slip(self, transfer):
        reports = self.env["ir.actions.report"]
        html, _kind = reports._render_qweb_html("ru_accounting_extras.cash_transfer_slip", transfer.ids)
        return html.decode()
