from odoo import _, api, fields, models
from odoo.exceptions import ValidationError

from .. import power

EYES = ("od", "os")
PARTS = ("sph", "cyl", "axis", "add", "prism", "base", "pd")
DIOPTRES = (5, 2)


class OpticsPrescriptionSet(models.Model):
    """One correction of both eyes: what is worn for distance, near or between."""

    _name = "optics.prescription.set"
    _description = "Correction"
    _order = "prescription_id, sequence, id"

    prescription_id = fields.Many2one("optics.prescription", required=True, ondelete="cascade", index=True)
    sequence = fields.Integer(default=10)
    purpose = fields.Selection(
        [("distance", "Distance"), ("near", "Near"), ("intermediate", "Intermediate")],
        required=True,
        default="distance",
    )
    od_sph = fields.Float("Right Sph", digits=DIOPTRES)
    od_cyl = fields.Float("Right Cyl", digits=DIOPTRES)
    od_axis = fields.Integer("Right Axis")
    od_add = fields.Float("Right Add", digits=DIOPTRES)
    od_prism = fields.Float("Right Prism", digits=DIOPTRES)
    od_base = fields.Selection("_bases", "Right Base")
    od_pd = fields.Float(
        "Right PD", digits=(4, 1), help="From the bridge of the nose to the right pupil, mm."
    )
    os_sph = fields.Float("Left Sph", digits=DIOPTRES)
    os_cyl = fields.Float("Left Cyl", digits=DIOPTRES)
    os_axis = fields.Integer("Left Axis")
    os_add = fields.Float("Left Add", digits=DIOPTRES)
    os_prism = fields.Float("Left Prism", digits=DIOPTRES)
    os_base = fields.Selection("_bases", "Left Base")
    os_pd = fields.Float("Left PD", digits=(4, 1), help="From the bridge of the nose to the left pupil, mm.")
    pd_total = fields.Float("PD", compute="_compute_pd_total", digits=(4, 1))

    _sql_constraints = [
        (
            "purpose_unique",
            "unique(prescription_id, purpose)",
            "A prescription has one correction for distance, one for near and one for between.",
        ),
    ]

    @api.model
    def _bases(self):
        return [("in", _("In")), ("out", _("Out")), ("up", _("Up")), ("down", _("Down"))]

    @api.depends("od_pd", "os_pd")
    def _compute_pd_total(self):
        for record in self:
            record.pd_total = record.od_pd + record.os_pd if record.od_pd and record.os_pd else 0

    @api.depends("purpose")
    def _compute_display_name(self):
        labels = dict(self._fields["purpose"]._description_selection(self.env))
        for record in self:
            record.display_name = f"{record.prescription_id.name}: {labels.get(record.purpose, '')}"

    def _eye(self, side):
        """Return the power.Eye of ``od`` or ``os``."""
        self.ensure_one()
        return power.Eye(**{part: self[f"{side}_{part}"] or ("" if part == "base" else 0) for part in PARTS})

    @api.constrains(*(f"{side}_{part}" for side in EYES for part in PARTS))
    def _check_eyes(self):
        for record in self:
            for side in EYES:
                for problem in power.problems(record._eye(side)):
                    raise ValidationError(record._problem_text(side, problem))
            record.prescription_id._check_notation()

    def _problem_text(self, side, problem):
        label = self._fields[f"{side}_{problem.field}"]._description_string(self.env)
        sentences = {
            "range": _("%(field)s is %(value)g; it must be between %(low)g and %(high)g."),
            "step": _("%(field)s is %(value)g, which is not a multiple of the step (0.25 D, PD 0.5 mm)."),
            "no_axis": _("%(field)s is missing: a cylinder needs an axis (write 180 for a horizontal one)."),
            "no_cylinder": _("%(field)s is missing: an axis without a cylinder means nothing."),
            "prism_base": _("%(field)s: a prism needs a base, and a base a prism."),
        }
        values = {"field": label, "value": problem.value, "low": problem.low, "high": problem.high}
        return sentences[problem.code] % values

    def _transpose(self):
        """Write both eyes in the other cylinder notation."""
        for record in self:
            values = {}
            for side in EYES:
                other = power.transposed(record._eye(side))
                values |= {f"{side}_sph": other.sph, f"{side}_cyl": other.cyl, f"{side}_axis": other.axis}
            record.write(values)
