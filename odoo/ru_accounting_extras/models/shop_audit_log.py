from datetime import timedelta

from psycopg2.extras import execute_values

from odoo import _, api, fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import formatLang

MIN_KEEP_DAYS = 90  # the trigger lets nothing younger be deleted, whoever asks


class ShopAuditLog(models.Model):
    """Who changed which price or stock, from what to what. Rows are only ever added: the database sees to it."""

    _name = "shop.audit.log"
    _description = "Audit of Prices and Stock"
    _order = "id desc"
    _rec_name = "record_name"
    _log_access = False

    at = fields.Datetime(string="When", readonly=True, index=True)
    user_id = fields.Many2one("res.users", string="Who", readonly=True, ondelete="restrict", index=True)
    company_id = fields.Many2one("res.company", readonly=True, ondelete="restrict")
    shop_id = fields.Many2one("optics.shop", string="Shop", readonly=True, ondelete="restrict")
    kind = fields.Selection(
        [
            ("price", "Price"),
            ("cost", "Cost"),
            ("pricelist", "Price list"),
            ("tax", "VAT"),
            ("stock", "Stock"),
        ],
        readonly=True,
        index=True,
    )
    res_model = fields.Char(string="Model", readonly=True)
    res_id = fields.Many2oneReference(string="Record", model_field="res_model", readonly=True, index=True)
    record_name = fields.Char(string="Product", readonly=True)
    sku = fields.Char(string="SKU", readonly=True)
    field_name = fields.Char(string="What", readonly=True)
    before = fields.Char(string="Was", compute="_compute_texts")
    after = fields.Char(string="Became", compute="_compute_texts")
    old_value = fields.Float(string="Was (number)", readonly=True, group_operator=False)
    new_value = fields.Float(string="Became (number)", readonly=True, group_operator=False)
    old_text = fields.Char(string="Was (text)", readonly=True)
    new_text = fields.Char(string="Became (text)", readonly=True)
    change = fields.Float(readonly=True)
    percent = fields.Float(string="Change, %", readonly=True, group_operator="avg")
    reference = fields.Char(readonly=True)

    @api.depends("old_value", "new_value", "old_text", "new_text")
    def _compute_texts(self):
        """One column for what is a number and what is not."""
        for row in self:
            number = row.kind in ("price", "cost", "stock")
            row.before = formatLang(self.env, row.old_value) if number else row.old_text
            row.after = formatLang(self.env, row.new_value) if number else row.new_text

    def init(self):
        """Refuse UPDATE always and DELETE of young rows, for every role."""
        self.env.cr.execute(
            """
            CREATE OR REPLACE FUNCTION shop_audit_log_protect() RETURNS trigger AS $$
            BEGIN
                IF TG_OP = 'DELETE' AND OLD.at < (now() AT TIME ZONE 'UTC') - make_interval(days => %s) THEN
                    RETURN OLD;
                END IF;
                RAISE EXCEPTION 'The audit trail cannot be changed';
            END $$ LANGUAGE plpgsql;
            DROP TRIGGER IF EXISTS shop_audit_log_protect ON shop_audit_log;
            CREATE TRIGGER shop_audit_log_protect BEFORE UPDATE OR DELETE ON shop_audit_log
                FOR EACH ROW EXECUTE FUNCTION shop_audit_log_protect();
            """,
            [MIN_KEEP_DAYS],
        )

    @api.model_create_multi
    def create(self, vals_list):  # pylint: disable=method-required-super
        raise UserError(_("The audit trail is written by the system only."))

    @api.model
    def _record(self, entries):
        """Add rows in one statement: an import of 10 000 prices must not pay for 10 000 creates.

        An entry has kind, record, field, old, new; numbers, or texts for what is no number."""
        rows = [self._row(entry) for entry in entries]
        if rows:
            columns = ", ".join(rows[0])
            values = [tuple(row.values()) for row in rows]
            execute_values(self.env.cr._obj, f"INSERT INTO {self._table} ({columns}) VALUES %s", values)

    def _row(self, entry):
        record, old, new = entry["record"], entry["old"], entry["new"]
        number = isinstance(new, (int, float))
        change = new - old if number else 0.0
        return {
            "at": fields.Datetime.now(),
            "user_id": self.env.uid,
            "company_id": (entry.get("company") or self.env.company).id,
            "shop_id": (entry.get("shop") and entry["shop"].id) or None,
            "kind": entry["kind"],
            "res_model": record._name,
            "res_id": record.id,
            "record_name": entry.get("name") or record.display_name,
            "sku": getattr(entry.get("product", record), "default_code", None) or None,
            "field_name": entry["field"],
            "old_value": old if number else None,
            "new_value": new if number else None,
            "old_text": None if number else old,
            "new_text": None if number else new,
            "change": change,
            "percent": 100.0 * change / old if number and old else 0.0,
            "reference": entry.get("reference") or self.env.context.get("shop_audit_reference"),
        }

    @api.autovacuum
    def _gc_old_rows(self):
        """Drop what is older than the longest time a company wants it kept."""
        days = max([MIN_KEEP_DAYS, *self.env["res.company"].sudo().search([]).mapped("audit_keep_days")])
        limit = fields.Datetime.now() - timedelta(days=days)
        self.env.cr.execute("DELETE FROM shop_audit_log WHERE at < %s", [limit])
