from datetime import date, datetime

from freezegun import freeze_time

from odoo.tests import tagged

from .common import OpticsCase


@tagged("post_install", "-at_install")
class TestDeadline(OpticsCase):
    def _after(self, start, days, calendar=None):
        return self.env["optics.deadline.rule"]._working_day_after(
            self.calendar if calendar is None else calendar, start, days
        )

    def test_only_working_days_count_and_the_first_day_does_not(self):
        friday = date(2026, 11, 20)
        self.assertEqual(self._after(friday, 1), date(2026, 11, 23))
        self.assertEqual(self._after(friday, 5), date(2026, 11, 27))
        self.assertEqual(self._after(friday, 6), date(2026, 11, 30))
        self.assertEqual(self._after(friday, 0), friday)

    def test_a_public_holiday_moves_the_deadline(self):
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Holiday",
                "calendar_id": self.calendar.id,
                "date_from": datetime(2026, 11, 22, 21),
                "date_to": datetime(2026, 11, 23, 20, 59, 59),
            }
        )
        self.assertEqual(self._after(date(2026, 11, 20), 1), date(2026, 11, 24))

    def test_without_a_calendar_every_day_counts(self):
        none = self.env["resource.calendar"]
        self.assertEqual(self._after(date(2026, 11, 20), 2, none), date(2026, 11, 22))

    @freeze_time("2026-11-19 09:00:00")
    def test_rule_lead_time_and_transport_add_up(self):
        order = self._order()
        self.assertEqual(order.date_earliest, date(2026, 11, 20))
        self.lab.extra_days = 2
        order.invalidate_recordset()
        self.assertEqual(order.date_earliest, date(2026, 11, 24))
        self.prescription.set_ids.od_sph = -7
        order.invalidate_recordset()
        self.assertEqual(order.availability, "special")
        self.assertEqual(
            order.date_earliest, date(2026, 12, 2), "2 by the rule, 5 for the lens, 2 on the way"
        )

    def test_the_first_rule_that_fits_counts(self):
        rules = self.env["optics.deadline.rule"]
        rules.search([]).active = False
        coating = self.env["optics.lens.coating"].create({"name": "Photochromic"})
        self.assertFalse(rules._rule_for(self.lens, "stock", self.lab))
        general, coated, at_lab, special, typed = rules.create(
            [
                {"name": "Any", "sequence": 50, "days": 9},
                {"name": "Coated", "sequence": 40, "coating_id": coating.id, "days": 8},
                {"name": "Lab", "sequence": 30, "lab_id": self.lab.id, "days": 7},
                {"name": "Special", "sequence": 20, "availability": "special", "days": 6},
                {"name": "Progressive", "sequence": 10, "lens_type": "progressive", "days": 5},
            ]
        )
        elsewhere = self.lab.copy()
        self.assertEqual(rules._rule_for(self.lens, "stock", elsewhere), general)
        self.assertEqual(rules._rule_for(self.lens, "stock", self.lab), at_lab)
        self.assertEqual(rules._rule_for(self.lens, "special", self.lab), special)
        self.lens.coating_ids = coating
        self.assertEqual(rules._rule_for(self.lens, "stock", elsewhere), coated)
        self.lens.lens_type = "progressive"
        self.assertEqual(rules._rule_for(self.lens, "special", self.lab), typed)
