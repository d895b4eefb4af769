from odoo import _, api, fields, models
from odoo.exceptions import ValidationError

from .. import lens_range
from .optics_prescription_set import DIOPTRES


class OpticsLensRange(models.Model):
    """One rectangle of a maker's list: diameter, spheres, cylinders, additions, and from where it comes."""

    _name = "optics.lens.range"
    _description = "Range of a Lens"
    _order = "lens_id, diameter desc, stock desc"

    lens_id = fields.Many2one("optics.lens", required=True, ondelete="cascade", index=True)
    diameter = fields.Integer("Diameter (mm)", required=True, default=70)
    sph_min = fields.Float("Sph From", digits=DIOPTRES, required=True)
    sph_max = fields.Float("Sph To", digits=DIOPTRES, required=True)
    cyl_min = fields.Float("Cyl To", digits=DIOPTRES, help="Strongest minus cylinder, such as -2.00.")
    meridian_min = fields.Float(
        "Sph + Cyl To",
        digits=DIOPTRES,
        help="Strongest minus meridian (sphere plus cylinder); 0: no limit of its own.",
    )
    add_min = fields.Float("Add From", digits=DIOPTRES)
    add_max = fields.Float("Add To", digits=DIOPTRES)
    stock = fields.Boolean("In Stock", help="Held ready by the maker or by us; otherwise made to order.")
    days = fields.Integer("Lead Time (Days)", help="Working days that a lens of this range takes to arrive.")

    _sql_constraints = [
        ("sph_order", "check(sph_min <= sph_max)", "The sphere must run from the lower to the higher power."),
        ("cyl_minus", "check(cyl_min <= 0)", "Ranges are written in minus cylinders: 0 or below."),
        ("add_order", "check(add_min <= add_max)", "The addition must run from the lower to the higher."),
        ("days_positive", "check(days >= 0)", "A lead time cannot be negative."),
    ]

    @api.constrains("diameter")
    def _check_diameter(self):
        for record in self:
            if not 40 <= record.diameter <= 90:
                raise ValidationError(_("A blank of Ø %s mm does not exist: 40 to 90.", record.diameter))

    def _as_range(self):
        self.ensure_one()
        names = (
            "diameter",
            "sph_min",
            "sph_max",
            "cyl_min",
            "add_min",
            "add_max",
            "meridian_min",
            "stock",
            "days",
        )
        return lens_range.Range(**{name: self[name] for name in names})
