from odoo import fields, models


class OpticsLensCoating(models.Model):
    """What a lens is coated with."""

    _name = "optics.lens.coating"
    _description = "Lens Coating"
    _order = "name"

    name = fields.Char(required=True, translate=True)
    code = fields.Char()
