from datetime import datetime, time, timedelta

import pytz

from odoo import api, fields, models

from .optics_lens import AVAILABILITY


class OpticsDeadlineRule(models.Model):
    """How many working days a pair of glasses takes; the first rule that fits counts."""

    _name = "optics.deadline.rule"
    _description = "Deadline Rule"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    lens_type = fields.Selection(lambda self: self.env["optics.lens"]._fields["lens_type"].selection)
    availability = fields.Selection([one for one in AVAILABILITY if one[0] != "impossible"])
    coating_id = fields.Many2one("optics.lens.coating", string="With Coating")
    lab_id = fields.Many2one("optics.lab", string="Made By")
    days = fields.Integer("Working Days", required=True, default=3)

    _sql_constraints = [("days_positive", "check(days >= 0)", "A deadline cannot lie in the past.")]

    @api.model
    def _rule_for(self, lenses, availability, lab):
        """Return the first rule that fits these lenses, stock or special, made by this lab; maybe none."""
        for rule in self.search([]):
            if (
                (not rule.lens_type or rule.lens_type in lenses.mapped("lens_type"))
                and (not rule.availability or rule.availability == availability)
                and (not rule.coating_id or rule.coating_id in lenses.coating_ids)
                and (not rule.lab_id or rule.lab_id == lab)
            ):
                return rule
        return self.browse()

    @api.model
    def _working_day_after(self, calendar, start, days):
        """Return the date that lies so many working days after a date, by a calendar and its holidays.

        The day of the order does not count. Without a calendar every day counts.
        """
        if not calendar or not days:
            return start + timedelta(days=days)
        tomorrow = pytz.timezone(calendar.tz).localize(datetime.combine(start + timedelta(days=1), time.min))
        end = calendar.plan_days(days, tomorrow, compute_leaves=True)
        return end.date() if end else start + timedelta(days=days)
