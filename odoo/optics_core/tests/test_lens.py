import psycopg2

from odoo.addons.optics_core.power import Eye
from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import OpticsCase


@tagged("post_install", "-at_install")
class TestLens(OpticsCase):
    def _says(self, wish, diameter=65):
        found, reason = self.lens._availability(wish, diameter)
        return found.state, reason

    def test_stock_is_preferred_and_special_order_is_named_with_its_days(self):
        self.assertEqual(self._says(Eye(sph=-2, cyl=-1, axis=10)), ("stock", "In the stock range, Ø 70 mm."))
        self.assertEqual(
            self._says(Eye(sph=-7, cyl=-1, axis=10)), ("special", "Special order, Ø 65 mm, 5 days.")
        )

    def test_the_edges_of_a_range_belong_to_it(self):
        for wish in (Eye(sph=-6), Eye(sph=4), Eye(sph=0, cyl=-2, axis=1)):
            self.assertEqual(self._says(wish)[0], "stock")
        self.assertEqual(self._says(Eye(sph=-6.25))[0], "special")

    def test_a_plus_cylinder_is_looked_up_in_minus(self):
        self.assertEqual(self._says(Eye(sph=-6, cyl=2, axis=10))[0], "stock")
        self.assertEqual(self._says(Eye(sph=4, cyl=2, axis=10))[0], "special")

    def test_what_is_not_made_says_why(self):
        for wish, diameter, words in (
            (Eye(sph=-9), 65, "Sphere -9.00 is outside -8.00 … +6.00 at Ø 65 mm."),
            (Eye(sph=0, cyl=-5, axis=1), 65, "Cylinder -5.00 is beyond -4.00 at Ø 65 mm."),
            (Eye(sph=-7), 70, "Sphere -7.00 is outside -6.00 … +4.00 at Ø 70 mm."),
            (Eye(sph=-1), 75, "Ø 75 mm is needed, the largest blank is 70 mm."),
        ):
            self.assertEqual(self._says(wish, diameter), ("impossible", words))

    def test_the_strongest_meridian_can_have_a_limit_of_its_own(self):
        self.lens.range_ids[0].meridian_min = -7
        self.lens.range_ids[1].meridian_min = -7
        state, words = self._says(Eye(sph=-6, cyl=-2, axis=1))
        self.assertEqual(
            (state, words), ("impossible", "Sphere and cylinder make -8.00, beyond -7.00 at Ø 70 mm.")
        )

    def test_addition_matters_for_lenses_that_have_one(self):
        wish = Eye(sph=-1, add=2)
        self.assertEqual(self._says(wish)[0], "stock")
        self.lens.lens_type = "progressive"
        state, words = self._says(wish)
        self.assertEqual(state, "impossible")
        self.assertIn("Addition +2.00", words)
        self.lens.range_ids.write({"add_min": 0.75, "add_max": 3})
        self.assertEqual(self._says(wish)[0], "stock")
        self.assertEqual(self._says(Eye(sph=-1))[0], "impossible")

    def test_a_lens_without_ranges_promises_nothing(self):
        self.lens.range_ids.unlink()
        self.assertEqual(self._says(Eye()), ("impossible", "No range is known for this lens."))

    def test_the_matrix_shows_every_diameter_with_its_states(self):
        html = str(self.lens.matrix_html)
        self.assertLess(html.index("Ø 65"), html.index("Ø 70"))
        small, large = self.lens._matrix()
        self.assertEqual((small["rows"][0]["sphere"], small["rows"][-1]["sphere"]), ("+6.00", "-8.00"))
        self.assertEqual(small["cylinders"][-1], "-4.00")
        self.assertEqual({state for row in large["rows"] for state in row["cells"]}, {"stock"})
        self.assertEqual({state for row in small["rows"] for state in row["cells"]}, {"special"})

    def test_ranges_that_cannot_be_are_refused(self):
        for values in (
            {"sph_min": 5, "sph_max": 4},
            {"cyl_min": 1},
            {"add_min": 2, "add_max": 1},
            {"days": -1},
        ):
            with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.IntegrityError), self.cr.savepoint():
                self.lens.range_ids[0].write(values)
                self.env.flush_all()
            self.env.invalidate_all()
        with self.assertRaises(ValidationError):
            self.lens.range_ids[0].diameter = 95
