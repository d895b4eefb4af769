import base64
import io
from datetime import timedelta

import openpyxl
from freezegun import freeze_time

from odoo import fields
from odoo.tests import tagged

from ..rules import last_week
from .common import ShopCase


@tagged("post_install", "-at_install")
class TestWeeklyReport(ShopCase):
    def setUp(self):
        super().setUp()
        self.env["res.company"].search([("id", "!=", self.company.id)]).weekly_report = False
        self.weekly = self.env["shop.weekly.report"]
        self.monday, _sunday = last_week(fields.Date.context_today(self.weekly))
        for shop, product in ((self.shop_a, self.frame), (self.shop_b, self.lens)):
            session = self.open_till(shop)
            order = self.sell(session, (product, 1))
            order.date_order = fields.Datetime.to_datetime(self.monday) + timedelta(hours=12)

    def _send(self):
        known = self.env["mail.mail"].search([])
        self.weekly._cron_send()
        return self.env["mail.mail"].search([]) - known

    def _mail_to(self, user, mails):
        return mails.filtered(lambda mail: user.email in mail.email_to)

    def _profits(self, mail):
        book = openpyxl.load_workbook(io.BytesIO(base64.b64decode(mail.attachment_ids.datas)))
        page = book.worksheets[0]
        return {row[0].value for row in page.iter_rows(min_row=4)} - {None}

    def test_each_reader_gets_the_shops_he_may_see(self):
        mails = self._send()
        self.assertEqual(self._profits(self._mail_to(self.manager, mails)), {"Arbat", "Total"})
        self.assertEqual(
            self._profits(self._mail_to(self.accountant, mails)), {"Arbat", "Boulevard", "Total"}
        )
        body = self._mail_to(self.manager, mails).body_html
        self.assertIn("Arbat", body)
        self.assertNotIn("Boulevard", body)
        self.assertIn("5,000.00", body)  # 12 200 with VAT is 10 000 without, less the cost of 5 000

    def test_a_week_is_mailed_once(self):
        self.assertTrue(self._send())
        self.assertFalse(self._send())
        self.assertEqual(self.company.weekly_report_sent_for, self.monday)
        with freeze_time(fields.Datetime.now() + timedelta(days=7)):
            self.assertTrue(self._send())

    def test_a_company_may_do_without_the_mail(self):
        self.company.weekly_report = False
        self.assertFalse(self._send())

    def test_who_has_no_address_gets_no_mail(self):
        self.manager.email = False
        self.assertFalse(self._mail_to(self.accountant, self._send()).filtered(lambda m: not m.email_to))

    def test_the_mail_goes_on_mondays(self):
        cron = self.env.ref("ru_accounting_extras.cron_weekly_report")
        self.assertEqual(cron.nextcall.weekday(), 0)
        self.assertEqual(cron.interval_type, "weeks")
