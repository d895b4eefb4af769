import csv
import hashlib
import hmac
import io
import secrets

from odoo import _, fields, models
from odoo.exceptions import UserError

# What a lab says → the state it means. "refused" sends the order back to us with the lab's reason.
STATUSES = {"accepted": "in_production", "ready": "ready", "refused": "confirmed"}
COLUMNS = (
    "order",
    "eye",
    "lens",
    "code",
    "sph",
    "cyl",
    "axis",
    "add",
    "prism",
    "base",
    "pd",
    "diameter",
    "promised",
    "note",
)


class OpticsLab(models.Model):
    """Who makes the glasses: a workshop of ours or a lab outside. It learns powers, never a patient's name."""

    _name = "optics.lab"
    _description = "Lab"
    _order = "sequence, id"

    name = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    partner_id = fields.Many2one("res.partner", string="Contact")
    extra_days = fields.Integer("Days on the Way", help="Working days added to every deadline for transport.")
    currency_id = fields.Many2one("res.currency", default=lambda self: self.env.company.currency_id)
    work_price = fields.Monetary(
        "Price of One Job", groups="optics_core.group_manager,optics_core.group_accountant"
    )
    api_token_hash = fields.Char(groups="base.group_system", copy=False)
    api_enabled = fields.Boolean(compute="_compute_api_enabled", compute_sudo=True)
    order_ids = fields.One2many("optics.manufacturing.order", "lab_id", "Orders")

    _sql_constraints = [
        ("extra_positive", "check(extra_days >= 0)", "Transport cannot take less than no time.")
    ]

    def _compute_api_enabled(self):
        for record in self:
            record.api_enabled = bool(record.api_token_hash)

    def action_new_token(self):
        """Make a new API token and show it, once; only its hash is kept."""
        self.ensure_one()
        if not self.env.user.has_group("optics_core.group_administrator"):
            raise UserError(_("Only an administrator may give a lab access."))
        token = secrets.token_urlsafe(32)
        self.sudo().api_token_hash = hashlib.sha256(token.encode()).hexdigest()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {"title": _("Token of %s: copy it now", self.name), "message": token, "sticky": True},
        }

    def _by_token(self, token):
        """Return the lab that owns this API token (sudo), or none."""
        digest = hashlib.sha256((token or "").encode()).hexdigest()
        for lab in self.sudo().search([("api_token_hash", "!=", False)]):
            if hmac.compare_digest(lab.api_token_hash, digest):
                return lab
        return self.browse()

    def _waiting_orders(self):
        self.ensure_one()
        domain = [("lab_id", "=", self.id), ("state", "in", ("confirmed", "in_production"))]
        return self.env["optics.manufacturing.order"].search(domain)

    def _job_rows(self):
        """Return one row (dict by COLUMNS) for each lens that waits to be made."""
        self.ensure_one()
        return [row for order in self._waiting_orders() for row in order._job_rows()]

    def _jobs_csv(self):
        """Return the waiting jobs as CSV: UTF-8 with BOM and semicolons, as Excel in Russia opens it."""
        sheet = io.StringIO()
        writer = csv.DictWriter(sheet, COLUMNS, delimiter=";", lineterminator="\r\n")
        writer.writeheader()
        writer.writerows(self._job_rows())
        return ("\ufeff" + sheet.getvalue()).encode()

    def action_export_jobs(self):
        """Download the waiting jobs as a CSV file."""
        self.ensure_one()
        return {"type": "ir.actions.act_url", "url": f"/optics/lab/{self.id}/jobs.csv", "target": "self"}

    def _apply_statuses(self, rows):
        """Take a lab's word on its orders: [{order, status, note}] → [{order, result, message}], one for each row.

        ``result`` is done, already (a repeat is harmless), refused or unknown; a bad row never stops the rest.
        """
        self.ensure_one()
        return [self._apply_status(row) for row in rows]

    def _apply_status(self, row):
        barcode, status = str(row.get("order") or "").strip(), str(row.get("status") or "").strip().lower()
        note = str(row.get("note") or "").strip()
        order = self.env["optics.manufacturing.order"].search(
            [("barcode", "=", barcode), ("lab_id", "=", self.id)], limit=1
        )
        if not order:
            return {"order": barcode, "result": "unknown", "message": _("This lab has no such order.")}
        if status not in STATUSES:
            message = _("Unknown status %(status)s: %(known)s.", status=status, known=", ".join(STATUSES))
            return {"order": barcode, "result": "refused", "message": message}
        return {"order": barcode, **self._advance_order(order, status, note)}

    def _advance_order(self, order, status, note):
        wanted = STATUSES[status]
        passed = {"accepted": ("in_production", "ready", "delivered"), "ready": ("ready", "delivered")}
        if order.state in passed.get(status, ()):
            return {"result": "already", "message": ""}
        try:
            with self.env.cr.savepoint():
                if status == "ready" and order.state == "confirmed":
                    order._advance("in_production")  # a lab may say ready without having said accepted
                order._advance(wanted)
        except UserError as refusal:
            return {"result": "refused", "message": str(refusal)}
        text = _("%(lab)s: %(status)s. %(note)s", lab=self.name, status=status, note=note)
        order.message_post(body=text)
        if status == "refused":
            user = order.optician_id or order.shop_id.manager_id or self.env.user
            order.activity_schedule("mail.mail_activity_data_warning", summary=text, user_id=user.id)
        return {"result": "done", "message": ""}
