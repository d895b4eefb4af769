import base64
import csv
import io

from odoo import _, fields, models
from odoo.exceptions import UserError


class OpticsLabImport(models.TransientModel):
    """Takes a lab's status file (columns order; status; note) and reports every row."""

    _name = "optics.lab.import"
    _description = "Statuses from a Lab"

    lab_id = fields.Many2one("optics.lab", required=True)
    content = fields.Binary("File", required=True, attachment=False)
    filename = fields.Char()
    line_ids = fields.One2many("optics.lab.import.line", "import_id", readonly=True)

    def action_import(self):
        """Apply the file; rows already applied stay as they are."""
        self.ensure_one()
        rows = self._rows()
        results = self.lab_id._apply_statuses(rows)
        self.line_ids.unlink()
        self.line_ids = [
            (0, 0, {"row": number, "order": one["order"], "result": one["result"], "message": one["message"]})
            for number, one in enumerate(results, start=2)
        ]
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
        }

    def _rows(self):
        content = base64.b64decode(self.content)
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = content.decode("windows-1251", errors="replace")
        head = text.partition("\n")[0]
        delimiter = max(";,\t", key=head.count)
        reader = csv.DictReader(io.StringIO(text), delimiter=delimiter)
        names = {name.strip().lower(): name for name in reader.fieldnames or []}
        if not {"order", "status"} <= set(names):
            raise UserError(_("The first row must name the columns order, status and note."))
        return [
            {key: row.get(names[key]) for key in ("order", "status", "note") if key in names}
            for row in reader
        ]


class OpticsLabImportLine(models.TransientModel):
    """What became of one row of a status file."""

    _name = "optics.lab.import.line"
    _description = "Row of a Status File"
    _order = "row"

    import_id = fields.Many2one("optics.lab.import", required=True, ondelete="cascade")
    row = fields.Integer()
    order = fields.Char()
    result = fields.Selection(
        [("done", "Done"), ("already", "Already So"), ("refused", "Refused"), ("unknown", "Unknown Order")]
    )
    message = fields.Char()
