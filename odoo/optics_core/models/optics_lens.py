from odoo import _, api, fields, models

from .. import lens_range
from ..power import Eye

WITH_ADDITION = ("bifocal", "progressive", "office")
AVAILABILITY = [("stock", "In Stock Range"), ("special", "Special Order"), ("impossible", "Not Made")]


class OpticsLens(models.Model):
    """A lens as its maker lists it: type, index, coatings, and the ranges in which it exists."""

    _name = "optics.lens"
    _description = "Lens"
    _order = "name"

    name = fields.Char(required=True)
    code = fields.Char("Maker's Code", index=True)
    active = fields.Boolean(default=True)
    maker_id = fields.Many2one("res.partner", string="Maker")
    product_id = fields.Many2one("product.product", help="What is sold and bought, one piece for one eye.")
    lens_type = fields.Selection(
        [
            ("single", "Single Vision"),
            ("bifocal", "Bifocal"),
            ("progressive", "Progressive"),
            ("office", "Office"),
            ("plano", "Plano"),
        ],
        required=True,
        default="single",
        index=True,
    )
    refractive_index = fields.Float(digits=(4, 3), required=True, default=1.5)
    material = fields.Selection(
        [
            ("plastic", "Plastic"),
            ("polycarbonate", "Polycarbonate"),
            ("trivex", "Trivex"),
            ("glass", "Glass"),
        ],
        required=True,
        default="plastic",
    )
    coating_ids = fields.Many2many("optics.lens.coating", string="Coatings")
    range_ids = fields.One2many("optics.lens.range", "lens_id", "Ranges", copy=True)
    matrix_html = fields.Html("Range Matrix", compute="_compute_matrix_html", sanitize=False)

    _sql_constraints = [
        (
            "index_physical",
            "check(refractive_index >= 1.4 and refractive_index <= 2.0)",
            "The index of refraction of a spectacle lens lies between 1.4 and 2.0.",
        ),
    ]

    def _ranges(self):
        self.ensure_one()
        return [one._as_range() for one in self.range_ids]

    def _availability(self, eye, diameter=0):
        """Return (lens_range.Answer, reason as a sentence) for an eye and the least diameter in mm.

        A lens without addition is made for the sphere and cylinder alone.
        """
        self.ensure_one()
        wish = Eye(
            sph=eye.sph, cyl=eye.cyl, axis=eye.axis, add=eye.add if self.lens_type in WITH_ADDITION else 0
        )
        found = lens_range.answer(self._ranges(), wish, diameter)
        return found, self._reason(found)

    def _reason(self, found):
        if found.state == lens_range.STOCK:
            return _("In the stock range, Ø %s mm.", found.fits.diameter)
        if found.state == lens_range.SPECIAL:
            return _(
                "Special order, Ø %(mm)s mm, %(days)s days.", mm=found.fits.diameter, days=found.fits.days
            )
        sentences = {
            "no_ranges": _("No range is known for this lens."),
            "diameter": _("Ø %(value)g mm is needed, the largest blank is %(high)g mm."),
            "sph": _("Sphere %(value)+.2f is outside %(low)+.2f … %(high)+.2f at Ø %(diameter)s mm."),
            "cyl": _("Cylinder %(value)+.2f is beyond %(low)+.2f at Ø %(diameter)s mm."),
            "meridian": _("Sphere and cylinder make %(value)+.2f, beyond %(low)+.2f at Ø %(diameter)s mm."),
            "add": _("Addition %(value)+.2f is outside %(low)+.2f … %(high)+.2f at Ø %(diameter)s mm."),
        }
        return " ".join(
            sentences[miss.code]
            % {"value": miss.value, "low": miss.low, "high": miss.high, "diameter": miss.diameter}
            for miss in found.misses
        )

    @api.depends("lens_type", "range_ids.stock", *(f"range_ids.{name}" for name in (
        "diameter", "sph_min", "sph_max", "cyl_min", "add_min", "add_max", "meridian_min", "days")))  # fmt: skip
    def _compute_matrix_html(self):
        for record in self:
            record.matrix_html = self.env["ir.qweb"]._render(
                "optics_core.lens_matrix", {"tables": record._matrix()}
            )

    def _matrix(self):
        """Return a table for each diameter: rows of spheres, columns of minus cylinders, cells of states."""
        tables = []
        ranges = self._ranges()
        for diameter in sorted({one.diameter for one in ranges}):
            offered = [one for one in ranges if one.diameter == diameter]
            spheres = range(
                int(min(one.sph_min for one in offered)), int(max(one.sph_max for one in offered)) + 1
            )
            cylinders = [-step / 2 for step in range(int(-2 * min(one.cyl_min for one in offered)) + 1)]
            rows = []
            for sphere in reversed(spheres):
                cells = []
                for cylinder in cylinders:
                    addition = min(one.add_min for one in offered)
                    wish = Eye(sph=sphere, cyl=cylinder, axis=90 if cylinder else 0, add=addition)
                    cells.append(lens_range.answer(offered, wish, diameter).state)
                rows.append({"sphere": f"{sphere:+.2f}", "cells": cells})
            additions = sorted({(one.add_min, one.add_max) for one in offered if one.add_max})
            tables.append(
                {
                    "diameter": diameter,
                    "cylinders": [f"{one:+.2f}" if one else "0.00" for one in cylinders],
                    "rows": rows,
                    "additions": ", ".join(f"{low:+.2f} … {high:+.2f}" for low, high in additions),
                }
            )
        return tables
