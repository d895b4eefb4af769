from dateutil.relativedelta import relativedelta

from odoo import _, api, fields, models
from odoo.exceptions import UserError, ValidationError

from .. import power
from .optics_prescription_set import EYES

HISTORY_COLUMNS = 5


class OpticsPrescription(models.Model):
    """What an eye doctor found out about a patient; medical data, seen by opticians of its shop only."""

    _name = "optics.prescription"
    _description = "Prescription"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "issued_on desc, id desc"

    name = fields.Char("Number", readonly=True, copy=False, default="/")
    patient_id = fields.Many2one("res.partner", required=True, index=True, tracking=True)
    birthdate = fields.Date(related="patient_id.birthdate", readonly=False)
    shop_id = fields.Many2one(
        "optics.shop",
        required=True,
        index=True,
        default=lambda self: self.env.user.shop_ids[:1],
        help="Opticians of this shop may see the prescription.",
    )
    company_id = fields.Many2one(related="shop_id.company_id", store=True)
    issuer_kind = fields.Selection(
        [("own", "Our Optician"), ("outside", "Outside Doctor")], required=True, default="own"
    )
    optician_id = fields.Many2one("res.users", default=lambda self: self.env.user)
    issuer = fields.Char("Doctor and Clinic")
    issued_on = fields.Date(required=True, default=fields.Date.context_today, tracking=True)
    valid_until = fields.Date(
        compute="_compute_valid_until",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
        tracking=True,
    )
    is_valid = fields.Boolean("Valid", compute="_compute_is_valid", search="_search_is_valid")
    set_ids = fields.One2many("optics.prescription.set", "prescription_id", "Corrections", copy=True)
    notation = fields.Selection(
        [("minus", "Minus Cylinder"), ("plus", "Plus Cylinder")],
        "Cylinder Notation",
        compute="_compute_notation",
    )
    note = fields.Text("Recommendations")
    previous_id = fields.Many2one("optics.prescription", "Previous", compute="_compute_previous_id")
    warnings = fields.Text(compute="_compute_warnings")
    history_html = fields.Html("History", compute="_compute_history_html", sanitize=False)
    order_count = fields.Integer(compute="_compute_order_count")

    _sql_constraints = [
        ("validity", "check(valid_until >= issued_on)", "A prescription cannot end before it was issued."),
    ]

    @api.depends("issued_on")
    def _compute_valid_until(self):
        for record in self:
            months = (record.company_id or self.env.company).prescription_months
            record.valid_until = (record.issued_on or fields.Date.today()) + relativedelta(months=months)

    @api.depends("valid_until")
    @api.depends_context("tz")
    def _compute_is_valid(self):
        today = fields.Date.context_today(self)
        for record in self:
            record.is_valid = bool(record.valid_until) and record.valid_until >= today

    @api.model
    def _search_is_valid(self, operator, value):
        if operator not in ("=", "!="):
            raise UserError(_("Validity can be searched with yes or no only."))
        today = fields.Date.context_today(self)
        return [("valid_until", ">=" if (operator == "=") == bool(value) else "<", today)]

    @api.depends("set_ids.od_cyl", "set_ids.os_cyl")
    def _compute_notation(self):
        for record in self:
            signs = record._cylinder_signs()
            record.notation = False if not signs else "plus" if signs == {1} else "minus"

    def _cylinder_signs(self):
        cylinders = [one[f"{side}_cyl"] for one in self.set_ids for side in EYES]
        return {1 if cylinder > 0 else -1 for cylinder in cylinders if cylinder}

    def _check_notation(self):
        for record in self:
            if len(record._cylinder_signs()) > 1:
                raise ValidationError(
                    _(
                        "Plus and minus cylinders stand in one prescription. Write all of them in one notation."
                    )
                )

    @api.depends("patient_id", "issued_on")
    def _compute_previous_id(self):
        for record in self:
            record.previous_id = record._earlier(limit=1)

    def _earlier(self, limit):
        """Return earlier prescriptions of the patient that the user may see, newest first."""
        self.ensure_one()
        if not self.patient_id or not self.issued_on:
            return self.browse()
        domain = [("patient_id", "=", self.patient_id.id), ("issued_on", "<=", self.issued_on)]
        if self._origin:
            earlier_today = ["|", ("issued_on", "<", self.issued_on), ("id", "<", self._origin.id)]
            domain += [("id", "!=", self._origin.id), *earlier_today]
        return self.search(domain, limit=limit)

    @api.depends(
        "previous_id",
        *(f"set_ids.{side}_{part}" for side in EYES for part in ("sph", "cyl", "axis", "add")),
        "set_ids.purpose",
    )
    def _compute_warnings(self):
        for record in self:
            record.warnings = "\n".join(record._warning_sentences()) or False

    def _warning_sentences(self):
        old_sets = {one.purpose: one for one in self.previous_id.set_ids}
        for new in self.set_ids:
            old = old_sets.get(new.purpose)
            if not old:
                continue
            before, after = [old._eye(side) for side in EYES], [new._eye(side) for side in EYES]
            if power.swapped(*before, *after):
                yield _("Right and left look exchanged against %s.", self.previous_id.name)
                continue
            for label, was, now in zip((_("Right eye"), _("Left eye")), before, after, strict=True):
                if power.change(was, now) > power.NOTABLE_CHANGE:
                    yield _(
                        "%(eye)s: %(was)s became %(now)s, a change of %(change).2f D against %(number)s.",
                        eye=label,
                        was=power.text(was),
                        now=power.text(now),
                        change=power.change(was, now),
                        number=self.previous_id.name,
                    )

    @api.depends("patient_id", "issued_on", "set_ids")
    def _compute_history_html(self):
        for record in self:
            columns = (record | record._earlier(limit=HISTORY_COLUMNS - 1)) if record.patient_id else record
            record.history_html = self.env["ir.qweb"]._render(
                "optics_core.prescription_history", {"columns": columns, "rows": columns._history_rows()}
            )

    def _history_rows(self):
        """Return rows for the side-by-side table: label, and for each prescription text and whether it differs.

        All in minus-cylinder notation, so that a mere transposition is no difference; ``self`` runs from
        the newest to the oldest, and a cell differs when the next older prescription says otherwise.
        """
        purposes = dict(
            self.env["optics.prescription.set"]._fields["purpose"]._description_selection(self.env)
        )
        labels = {
            "sph": "Sph",
            "cyl": "Cyl",
            "axis": _("Axis"),
            "add": "Add",
            "prism": _("Prism"),
            "base": _("Base"),
        }
        labels["pd"] = "PD"
        rows = []
        for purpose, purpose_label in purposes.items():
            sets = [one.set_ids.filtered(lambda s, p=purpose: s.purpose == p)[:1] for one in self]
            if not any(sets):
                continue
            rows.append({"head": purpose_label})
            for side, eye_label in (("od", _("Right eye")), ("os", _("Left eye"))):
                eyes = [power.as_minus(one._eye(side)) if one else None for one in sets]
                for part, pattern in _ROWS.items():
                    cells = [
                        pattern.format(getattr(eye, part)) if eye and getattr(eye, part) else ""
                        for eye in eyes
                    ]
                    if any(cells):
                        older = [*cells[1:], cells[-1]]
                        known = [*eyes[1:], None]
                        differs = [
                            cell != was and eye is not None
                            for cell, was, eye in zip(cells, older, known, strict=True)
                        ]
                        rows.append(
                            {
                                "eye": eye_label,
                                "label": labels[part],
                                "cells": list(zip(cells, differs, strict=True)),
                            }
                        )
        return rows

    def _compute_order_count(self):
        groups = self.env["optics.manufacturing.order"]._read_group(
            [("prescription_id", "in", self.ids)], ["prescription_id"], ["__count"]
        )
        counts = {prescription.id: count for prescription, count in groups}
        for record in self:
            record.order_count = counts.get(record.id, 0)

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("name", "/") == "/":
                vals["name"] = self.env["ir.sequence"].next_by_code("optics.prescription")
        return super().create(vals_list)

    def action_transpose(self):
        """Rewrite every correction in the other cylinder notation; the optics stay the same."""
        self.set_ids._transpose()

    def action_new_order(self):
        """Open a new manufacturing order for this prescription."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "optics_core.optics_manufacturing_order_action"
        )
        context = {
            "default_prescription_id": self.id,
            "default_patient_id": self.patient_id.id,
            "default_shop_id": self.shop_id.id,
            "default_set_id": self.set_ids[:1].id,
        }
        return {**action, "views": [(False, "form")], "view_mode": "form", "context": context}

    def action_view_orders(self):
        """Open the manufacturing orders of this prescription."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "optics_core.optics_manufacturing_order_action"
        )
        return {**action, "domain": [("prescription_id", "=", self.id)], "context": {}}


_ROWS = {
    "sph": "{:+.2f}",
    "cyl": "{:+.2f}",
    "axis": "{}",
    "add": "{:+.2f}",
    "prism": "{:.2f}",
    "base": "{}",
    "pd": "{:g}",
}
