from collections import namedtuple

from odoo import _, api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

from .. import power
from .optics_lens import AVAILABILITY
from .res_partner import OPTICIAN

CASHIER, MANAGER = "optics_core.group_cashier", "optics_core.group_manager"
COSTS = "optics_core.group_manager,optics_core.group_accountant"

Step = namedtuple("Step", "group check stamp")

# Every way an order may go, who may send it there, what is checked first, and which date it leaves.
TRANSITIONS = {
    ("draft", "confirmed"): Step(OPTICIAN, "_check_confirm", "date_confirmed"),
    ("confirmed", "in_production"): Step(OPTICIAN, "_check_start", "date_started"),
    ("in_production", "ready"): Step(OPTICIAN, None, "date_ready"),
    ("ready", "delivered"): Step(CASHIER, None, "date_delivered"),
    ("in_production", "confirmed"): Step(MANAGER, None, None),  # the lab sent it back
    ("draft", "cancelled"): Step(OPTICIAN, None, None),
    ("confirmed", "cancelled"): Step(MANAGER, None, None),
    ("in_production", "cancelled"): Step(MANAGER, None, None),
    ("ready", "cancelled"): Step(MANAGER, None, None),
}
STATES = [
    ("draft", "Draft"),
    ("confirmed", "Confirmed"),
    ("in_production", "In Production"),
    ("ready", "Ready"),
    ("delivered", "Delivered"),
    ("cancelled", "Cancelled"),
]
UNFINISHED = ("confirmed", "in_production")
STAMPED = (
    "date_confirmed",
    "date_started",
    "date_ready",
    "date_delivered",
    "ready_late",
    "od_text",
    "os_text",
    "barcode",
)
ORDERED = (
    "patient_id",
    "prescription_id",
    "set_id",
    "lens_od_id",
    "lens_os_id",
    "diameter",
    "frame_id",
    "shop_id",
)


class OpticsManufacturingOrder(models.Model):
    """One pair of glasses made for one patient, from the prescription to the hand-over."""

    _name = "optics.manufacturing.order"
    _description = "Manufacturing Order"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "date_promised, id"

    name = fields.Char("Number", readonly=True, copy=False, default="/", index="trigram")
    barcode = fields.Char(readonly=True, copy=False, index=True, help="What the label shows as Code 128.")
    state = fields.Selection(STATES, readonly=True, copy=False, default="draft", index=True, tracking=True)
    shop_id = fields.Many2one(
        "optics.shop",
        required=True,
        index=True,
        tracking=True,
        default=lambda self: self.env.user.shop_ids[:1],
    )
    company_id = fields.Many2one(related="shop_id.company_id", store=True)
    optician_id = fields.Many2one("res.users", default=lambda self: self.env.user, tracking=True)
    patient_id = fields.Many2one("res.partner", required=True, index=True, tracking=True)
    payer_id = fields.Many2one(
        "res.partner",
        compute="_compute_payer_id",
        store=True,
        readonly=False,
        help="Who buys: a parent, an employer.",
    )
    phone = fields.Char(compute="_compute_phone")
    prescription_id = fields.Many2one(
        "optics.prescription",
        groups=OPTICIAN,
        index=True,
        domain="[('patient_id', '=', patient_id)]",
        tracking=True,
    )
    set_id = fields.Many2one(
        "optics.prescription.set",
        "Correction",
        groups=OPTICIAN,
        compute="_compute_set_id",
        store=True,
        readonly=False,
        domain="[('prescription_id', '=', prescription_id)]",
    )
    od_text = fields.Char("Right Lens Power", groups=OPTICIAN, readonly=True, copy=False)
    os_text = fields.Char("Left Lens Power", groups=OPTICIAN, readonly=True, copy=False)
    lens_od_id = fields.Many2one("optics.lens", "Right Lens", tracking=True)
    lens_os_id = fields.Many2one("optics.lens", "Left Lens", tracking=True)
    diameter = fields.Integer("Least Diameter (mm)", default=65)
    availability = fields.Selection(AVAILABILITY, compute="_compute_availability", groups=OPTICIAN)
    availability_note = fields.Text(compute="_compute_availability", groups=OPTICIAN)
    frame_id = fields.Many2one("product.product", "Frame", help="Empty when the patient brings an own frame.")
    own_frame = fields.Char("Patient's Own Frame")
    lab_id = fields.Many2one(
        "optics.lab", tracking=True, default=lambda self: self.env["optics.lab"].search([], limit=1)
    )
    lab_note = fields.Char("Note for the Lab")
    pos_order_id = fields.Many2one("pos.order", "Sale", copy=False, index=True)
    date_earliest = fields.Date("Earliest by the Rules", compute="_compute_date_earliest", groups=OPTICIAN)
    date_promised = fields.Date("Promised", copy=False, index=True, tracking=True)
    date_confirmed = fields.Datetime(readonly=True, copy=False)
    date_started = fields.Datetime(readonly=True, copy=False)
    date_ready = fields.Datetime(readonly=True, copy=False)
    date_delivered = fields.Datetime(readonly=True, copy=False)
    ready_late = fields.Boolean("Became Ready Late", readonly=True, copy=False, index=True)
    is_late = fields.Boolean("Late", compute="_compute_is_late", search="_search_is_late")
    remake_of_id = fields.Many2one(
        "optics.manufacturing.order", "Remake Of", readonly=True, copy=False, index=True
    )
    remake_ids = fields.One2many("optics.manufacturing.order", "remake_of_id", "Remakes")
    remake_reason_id = fields.Many2one("optics.remake.reason", readonly=True, copy=False, tracking=True)
    remake_note = fields.Char(readonly=True, copy=False)
    is_remake = fields.Boolean(compute="_compute_is_remake", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    cost_lenses = fields.Monetary(
        "Cost of Lenses", compute="_compute_cost_lenses", store=True, readonly=False, groups=COSTS
    )
    cost_work = fields.Monetary(
        "Cost of Work", compute="_compute_cost_work", store=True, readonly=False, groups=COSTS
    )
    cost_total = fields.Monetary("Cost", compute="_compute_cost_total", store=True, groups=COSTS)

    _sql_constraints = [
        ("barcode_unique", "unique(company_id, barcode)", "Another order bears this barcode."),
    ]

    @api.depends("patient_id")
    def _compute_payer_id(self):
        for record in self:
            record.payer_id = record.payer_id or record.patient_id

    @api.depends("payer_id", "patient_id")
    def _compute_phone(self):
        for record in self:
            people = record.patient_id | record.payer_id
            record.phone = next((one.mobile or one.phone for one in people if one.mobile or one.phone), False)

    @api.depends("prescription_id")
    def _compute_set_id(self):
        for record in self:
            if record.set_id not in record.prescription_id.set_ids:
                record.set_id = record.prescription_id.set_ids[:1]

    @api.depends("remake_of_id")
    def _compute_is_remake(self):
        for record in self:
            record.is_remake = bool(record.remake_of_id)

    @api.depends("lens_od_id", "lens_os_id")
    def _compute_cost_lenses(self):
        for record in self:
            products = [lens.product_id for lens in (record.lens_od_id, record.lens_os_id)]
            record.cost_lenses = sum(product.standard_price for product in products)

    @api.depends("lab_id")
    def _compute_cost_work(self):
        for record in self:
            record.cost_work = record.lab_id.work_price

    @api.depends("cost_lenses", "cost_work")
    def _compute_cost_total(self):
        for record in self:
            record.cost_total = record.cost_lenses + record.cost_work

    def _answers(self):
        """Return [(eye label, lens_range.Answer, reason)] for the lenses of this order."""
        self.ensure_one()
        answers = []
        for label, side, lens in ((_("Right"), "od", self.lens_od_id), (_("Left"), "os", self.lens_os_id)):
            if lens and self.set_id:
                answers.append((label, *lens._availability(self.set_id._eye(side), self.diameter)))
        return answers

    @api.depends("lens_od_id", "lens_os_id", "set_id", "diameter")
    def _compute_availability(self):
        worst = [state for state, _label in AVAILABILITY]
        for record in self:
            answers = record._answers()
            record.availability = max(
                (one.state for _eye, one, _why in answers), key=worst.index, default=False
            )
            record.availability_note = "\n".join(f"{eye}: {why}" for eye, _one, why in answers)

    @api.depends("lens_od_id", "lens_os_id", "set_id", "diameter", "lab_id", "shop_id", "date_confirmed")
    def _compute_date_earliest(self):
        for record in self:
            record.date_earliest = record._deadline()

    def _deadline(self):
        """Return the day on which the order can be ready by the rules; False when no rule fits."""
        self.ensure_one()
        lenses = self.lens_od_id | self.lens_os_id
        rule = self.env["optics.deadline.rule"]._rule_for(lenses, self.availability, self.lab_id)
        if not rule:
            return False
        arrival = max((one.fits.days for _eye, one, _why in self._answers() if one.fits), default=0)
        start = fields.Datetime.context_timestamp(self, self.date_confirmed or fields.Datetime.now()).date()
        days = rule.days + arrival + self.lab_id.extra_days
        return rule._working_day_after(self.shop_id.calendar_id, start, days)

    @api.depends("state", "date_promised", "ready_late")
    @api.depends_context("tz")
    def _compute_is_late(self):
        today = fields.Date.context_today(self)
        for record in self:
            overdue = (
                bool(record.date_promised) and record.date_promised < today and record.state in UNFINISHED
            )
            record.is_late = overdue or record.ready_late

    @api.model
    def _search_is_late(self, operator, value):
        if operator not in ("=", "!="):
            raise UserError(_("Lateness can be searched with yes or no only."))
        today = fields.Date.context_today(self)
        late = [
            "|",
            ("ready_late", "=", True),
            "&",
            ("state", "in", UNFINISHED),
            ("date_promised", "<", today),
        ]
        return late if (operator == "=") == bool(value) else ["!", *late]

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("state", "draft") != "draft":
                raise UserError(_("An order begins as a draft."))
            if vals.get("name", "/") == "/":
                vals["name"] = self.env["ir.sequence"].next_by_code("optics.manufacturing.order")
            vals["barcode"] = "".join(sign for sign in vals["name"] if sign.isalnum())
        return super().create(vals_list)

    def write(self, vals):
        if "state" in vals or any(name in vals for name in STAMPED):
            raise UserError(_("The state of an order changes by its buttons only."))
        if any(name in vals for name in ORDERED) and any(record.state != "draft" for record in self):
            raise UserError(_("A confirmed order cannot be changed: cancel it, or make a remake."))
        if (
            "date_promised" in vals
            and not self._may(MANAGER)
            and any(record.state != "draft" for record in self)
        ):
            raise AccessError(_("Only a shop manager may change the date that a patient was promised."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_drafts(self):
        if any(record.state != "draft" for record in self):
            raise UserError(_("Only a draft can be deleted; cancel the order instead."))

    def _may(self, group):
        return self.env.su or self.env.user.has_group(group)

    def _advance(self, to, **more):
        """Move the orders to a state: the only way there is. Checks the way, the role and the conditions."""
        for record in self:
            record.check_access_rights("write")
            record.check_access_rule("write")
            step = TRANSITIONS.get((record.state, to))
            if not step:
                labels = dict(self._fields["state"]._description_selection(self.env))
                raise UserError(
                    _(
                        "%(order)s is %(now)s and cannot become %(then)s.",
                        order=record.name,
                        now=labels[record.state],
                        then=labels[to],
                    )
                )
            if not record._may(step.group):
                raise AccessError(_("%s: this step is not allowed to your role.", record.name))
            values = {"state": to, **more}
            if step.check:
                values |= getattr(record, step.check)()
            if step.stamp:
                values[step.stamp] = fields.Datetime.now()
            if to == "ready":
                values["ready_late"] = bool(record.date_promised) and (
                    fields.Date.context_today(record) > record.date_promised
                )
            super(OpticsManufacturingOrder, record).write(values)
        return True

    def _check_confirm(self):
        """Refuse what cannot be made; return the powers as ordered and the promised date."""
        self.ensure_one()
        if not self.lens_od_id and not self.lens_os_id:
            raise UserError(_("%s has no lens.", self.name))
        if not self.set_id or not self.prescription_id:
            raise UserError(_("%s has no prescription.", self.name))
        if not self.prescription_id.is_valid and not self._may(MANAGER):
            raise UserError(
                _(
                    "Prescription %s has expired. A shop manager may confirm nevertheless.",
                    self.prescription_id.name,
                )
            )
        if self.prescription_id.patient_id != self.patient_id:
            raise UserError(_("Prescription %s belongs to another patient.", self.prescription_id.name))
        if self.availability == "impossible":
            raise UserError(_("These lenses are not made.\n%s", self.availability_note))
        earliest = self._deadline()
        if not earliest:
            raise UserError(_("No deadline rule fits %s.", self.name))
        if self.date_promised and self.date_promised < earliest and not self._may(MANAGER):
            raise UserError(
                _("By the rules the order is ready on %s at the earliest.", format_date(self.env, earliest))
            )
        return {
            "od_text": power.text(self.set_id._eye("od")),
            "os_text": power.text(self.set_id._eye("os")),
            "date_promised": self.date_promised or earliest,
        }

    def _check_start(self):
        self.ensure_one()
        if not self.lab_id:
            raise UserError(_("%s has no lab to make it.", self.name))
        return {}

    def action_confirm(self):
        """Confirm: the powers are fixed and a date is promised."""
        return self._advance("confirmed")

    def action_start(self):
        """Hand the order to the lab."""
        return self._advance("in_production")

    def action_ready(self):
        """The glasses are made and checked."""
        return self._advance("ready")

    def action_deliver(self):
        """Hand the glasses over to the patient."""
        return self._advance("delivered")

    def action_cancel(self):
        """Cancel an order that was not handed over."""
        return self._advance("cancelled")

    def action_return(self):
        """Take the order back from the lab."""
        return self._advance("confirmed")

    def action_print_label(self):
        """Print the label with the barcode."""
        return self.env.ref("optics_core.report_label").report_action(self)

    @api.model
    def find_by_barcode(self, barcode):
        """Return the action that opens the order with this barcode, or False; other shops' orders stay hidden."""
        code = "".join(sign for sign in barcode or "" if sign.isalnum()).upper()
        order = code and self.search([("barcode", "=", code)], limit=1)
        if not order:
            return False
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": order.id,
            "views": [(False, "form")],
            "name": order.name,
        }

    def _remake(self, reason, note=""):
        """Return a new draft that repeats this order; what was not handed over is cancelled."""
        self.ensure_one()
        if self.state not in ("confirmed", "in_production", "ready", "delivered"):
            raise UserError(_("%s was never made: there is nothing to make again.", self.name))
        values = {"remake_of_id": self.id, "remake_reason_id": reason.id, "remake_note": note}
        remake = self.copy(values)
        if self.state != "delivered":
            self._advance("cancelled")
        self.message_post(body=_("Remake %(order)s: %(reason)s", order=remake.name, reason=reason.name))
        return remake

    @api.model
    def _cron_warn_late(self):
        """Give the manager of the shop an activity for each order that became late; once for each order."""
        kind = self.env.ref("optics_core.mail_activity_late")
        late = self.search(
            [("state", "in", UNFINISHED), ("date_promised", "<", fields.Date.context_today(self))]
        )
        for record in late:
            if kind not in record.activity_ids.activity_type_id:
                user = record.shop_id.manager_id or record.optician_id or self.env.user
                record.activity_schedule("optics_core.mail_activity_late", user_id=user.id)

    def _job_rows(self):
        """Return what a lab must know, one row for each lens: powers and the order's barcode, no name."""
        self.ensure_one()
        rows = []
        for eye, side, lens in (("R", "od", self.lens_od_id), ("L", "os", self.lens_os_id)):
            if not lens:
                continue
            values = self.sudo().set_id._eye(side)
            powers = {
                part: getattr(values, part) or "" for part in ("cyl", "axis", "add", "prism", "base", "pd")
            }
            rows.append(
                {
                    "order": self.barcode,
                    "eye": eye,
                    "lens": lens.name,
                    "code": lens.code or "",
                    "sph": values.sph,
                    **powers,
                    "diameter": self.diameter,
                    "promised": self.date_promised.isoformat() if self.date_promised else "",
                    "note": self.lab_note or "",
                }
            )
        return rows
