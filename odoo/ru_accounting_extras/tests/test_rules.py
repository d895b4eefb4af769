from datetime import date

from odoo.tests import BaseCase

from ..rules import corrects_itself, last_week, period_bounds


class TestRules(BaseCase):
    def _small(self, **values):
        limits = {"max_pieces": 5.0, "max_percent": 10.0}
        return corrects_itself(**{"value": 0.0, "book_value": 0.0, **limits, **values})

    def test_five_pieces_correct_themselves_and_six_do_not(self):
        self.assertTrue(self._small(pieces=5, value=50_000, book_value=60_000))
        self.assertTrue(self._small(pieces=-5, value=-50_000, book_value=60_000))
        self.assertFalse(self._small(pieces=6, value=50_000, book_value=60_000))

    def test_ten_percent_of_the_value_corrects_itself_and_more_does_not(self):
        self.assertTrue(self._small(pieces=-8, value=-800, book_value=8000))
        self.assertFalse(self._small(pieces=-9, value=-900, book_value=8000))

    def test_share_of_a_worthless_stock_is_never_small(self):
        self.assertFalse(self._small(pieces=6, value=0, book_value=0))
        self.assertFalse(self._small(pieces=6, value=600, book_value=-600))

    def test_last_week_is_monday_to_sunday_on_every_day_of_this_week(self):
        for day in range(16, 23):  # Monday 16 to Sunday 22 November 2026
            self.assertEqual(last_week(date(2026, 11, day)), (date(2026, 11, 9), date(2026, 11, 15)))

    def test_named_periods_end_today_or_before(self):
        today = date(2026, 3, 1)
        self.assertEqual(period_bounds("this_week", today), (date(2026, 2, 23), today))
        self.assertEqual(period_bounds("last_week", today), (date(2026, 2, 16), date(2026, 2, 22)))
        self.assertEqual(period_bounds("this_month", today), (today, today))
        self.assertEqual(period_bounds("last_month", today), (date(2026, 2, 1), date(2026, 2, 28)))
        self.assertEqual(period_bounds("this_quarter", today), (date(2026, 1, 1), today))
        self.assertEqual(period_bounds("this_year", today), (date(2026, 1, 1), today))
        with self.assertRaises(ValueError):
            period_bounds("some_day", today)
