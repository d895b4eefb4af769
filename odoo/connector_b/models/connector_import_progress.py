from odoo import api, fields, models


class ConnectorImportProgress(models.Model):
    """How far a running import is. A row of its own, written by its own short transactions: the import itself is one
    long transaction, of which nothing is seen until it ends, and must never wait for this."""

    _name = "connector.import.progress"
    _description = "Import Progress"
    _log_access = False

    import_id = fields.Integer(required=True, index=True)
    phase = fields.Selection(
        [
            ("read", "Reading the file"),
            ("check", "Checking rows"),
            ("write", "Writing"),
            ("undo", "Rolling back"),
        ],
        required=True,
    )
    position = fields.Integer()
    total = fields.Integer()

    _sql_constraints = [("import_unique", "UNIQUE(import_id)", "An import has one progress.")]

    @api.model
    def _put(self, import_id, phase, position, total):
        """Store the state now, outside of the transaction of the import."""
        with self.pool.cursor() as cr:
            cr.execute(
                """INSERT INTO connector_import_progress (import_id, phase, position, total) VALUES (%s, %s, %s, %s)
                   ON CONFLICT (import_id) DO UPDATE
                   SET phase = EXCLUDED.phase, position = EXCLUDED.position, total = EXCLUDED.total""",
                [import_id, phase, position, total],
            )
