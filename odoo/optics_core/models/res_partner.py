from odoo import fields, models

OPTICIAN = "optics_core.group_optician"


class ResPartner(models.Model):
    _inherit = "res.partner"

    birthdate = fields.Date("Date of Birth", groups=OPTICIAN)
    prescription_ids = fields.One2many("optics.prescription", "patient_id", "Prescriptions", groups=OPTICIAN)
    prescription_count = fields.Integer(compute="_compute_prescription_count", groups=OPTICIAN)

    def _compute_prescription_count(self):
        groups = self.env["optics.prescription"]._read_group(
            [("patient_id", "in", self.ids)], ["patient_id"], ["__count"]
        )
        counts = {patient.id: count for patient, count in groups}
        for record in self:
            record.prescription_count = counts.get(record.id, 0)

    def action_view_prescriptions(self):
        """Open the prescriptions of this patient."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("optics_core.optics_prescription_action")
        return {
            **action,
            "domain": [("patient_id", "=", self.id)],
            "context": {"default_patient_id": self.id},
        }
