from odoo import _, api, fields, models
from odoo.exceptions import AccessError, UserError

from ..models.connector_import import OVERRIDE_GROUP


class ConnectorImportOverride(models.TransientModel):
    """A manager takes it upon himself that prices change while tills hold receipts or are silent."""

    _name = "connector.import.override"
    _description = "Import Despite Undelivered Receipts"

    import_id = fields.Many2one("connector.import", required=True, ondelete="cascade")
    task = fields.Selection([("write", "Import"), ("undo", "Roll back")], required=True, default="write")
    tills = fields.Char(string="Till codes", compute="_compute_tills")
    till_text = fields.Text(string="Tills", compute="_compute_tills")
    reason = fields.Char(required=True)

    @api.depends("import_id")
    def _compute_tills(self):
        unsynced = self.env["pos.offline.buffer.status"].unsynced_tills()
        for wizard in self:
            wizard.tills = ", ".join(till["till"] for till in unsynced)
            wizard.till_text = "\n".join(wizard.import_id._till_text(till) for till in unsynced)

    def action_override(self):
        """Log who, why and for which tills, then run. A till that turns up later is not covered."""
        self.ensure_one()
        if not self.env.user.has_group(OVERRIDE_GROUP):
            raise AccessError(_("Only a manager may import while tills hold receipts."))
        if not (self.reason or "").strip():
            raise UserError(_("Say why it cannot wait."))
        job = self.import_id
        job._check_may_import()
        job.sudo().write(
            {
                "override_tills": self.tills,
                "override_reason": self.reason.strip(),
                "override_by": self.env.uid,
                "override_at": fields.Datetime.now(),
            }
        )
        job.sudo().message_post(
            body=_(
                "Till check overridden for %(tills)s: %(reason)s",
                tills=self.tills,
                reason=self.reason.strip(),
            )
        )
        return job.action_import() if self.task == "write" else job.action_roll_back()
