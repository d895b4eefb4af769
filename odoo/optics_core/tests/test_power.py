from odoo.addons.optics_core.power import Eye, as_minus, change, problems, swapped, text, transposed
from odoo.tests import BaseCase


class TestPower(BaseCase):
    def test_transposition_as_in_the_textbook(self):
        for one, other in (
            (Eye(sph=-1.25, cyl=-0.5, axis=90), Eye(sph=-1.75, cyl=0.5, axis=180)),
            (Eye(sph=2.0, cyl=-3.0, axis=10), Eye(sph=-1.0, cyl=3.0, axis=100)),
            (Eye(sph=0.0, cyl=1.0, axis=180), Eye(sph=1.0, cyl=-1.0, axis=90)),
        ):
            self.assertEqual(transposed(one), other)
            self.assertEqual(transposed(other), one)

    def test_a_sphere_has_one_notation(self):
        self.assertEqual(transposed(Eye(sph=3.0)), Eye(sph=3.0))

    def test_transposition_changes_no_optics_and_keeps_the_rest(self):
        for axis in range(1, 181):
            eye = Eye(sph=-2.5, cyl=1.75, axis=axis, add=2.0, prism=1.0, base="in", pd=31.0)
            other = as_minus(eye)
            self.assertAlmostEqual(change(eye, other), 0)
            self.assertEqual((other.add, other.prism, other.base, other.pd), (2.0, 1.0, "in", 31.0))
            self.assertTrue(1 <= other.axis <= 180)

    def test_every_limit_is_named(self):
        for eye, expected in (
            (Eye(sph=-30.25), ("range", "sph")),
            (Eye(cyl=12.25, axis=1), ("range", "cyl")),
            (Eye(cyl=-1, axis=181), ("range", "axis")),
            (Eye(add=0.25), ("range", "add")),
            (Eye(add=4.25), ("range", "add")),
            (Eye(prism=20.25, base="in"), ("range", "prism")),
            (Eye(pd=19.5), ("range", "pd")),
            (Eye(pd=40.5), ("range", "pd")),
            (Eye(sph=1.1), ("step", "sph")),
            (Eye(pd=31.3), ("step", "pd")),
            (Eye(cyl=-1), ("no_axis", "axis")),
            (Eye(axis=10), ("no_cylinder", "cyl")),
            (Eye(prism=1), ("prism_base", "base")),
            (Eye(base="up"), ("prism_base", "base")),
        ):
            self.assertEqual([(one.code, one.field) for one in problems(eye)], [expected], eye)
        fine = Eye(sph=-30, cyl=-12, axis=180, add=4, prism=20, base="out", pd=40)
        self.assertEqual(list(problems(fine)), [])

    def test_change_is_that_of_the_worst_meridian(self):
        self.assertAlmostEqual(change(Eye(sph=-1), Eye(sph=-2)), 1)
        self.assertAlmostEqual(change(Eye(), Eye(cyl=-1.5, axis=30)), 1.5)
        self.assertAlmostEqual(change(Eye(cyl=-2, axis=180), Eye(cyl=-2, axis=90)), 2)

    def test_a_swap_is_seen_and_similar_eyes_are_not_suspected(self):
        right, left = Eye(sph=-1), Eye(sph=-3)
        self.assertTrue(swapped(right, left, left, right))
        self.assertFalse(swapped(right, left, right, left))
        self.assertFalse(swapped(right, Eye(sph=-1.25), Eye(sph=-1.25), right))

    def test_text_is_what_an_optician_writes(self):
        eye = Eye(sph=1.25, cyl=-0.5, axis=90, add=2, prism=1, base="in", pd=31.5)
        self.assertEqual(text(eye), "+1.25 / -0.50 x 90 Add +2.00 Pr 1.00 in PD 31.5")
        self.assertEqual(text(Eye()), "+0.00")
