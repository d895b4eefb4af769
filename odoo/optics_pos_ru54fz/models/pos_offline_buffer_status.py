from datetime import UTC, datetime, timedelta

from odoo import _, api, fields, models
from odoo.exceptions import ValidationError

from ..till_bridge import check_is_bridge

SILENT_PARAMETER = "optics_pos_ru54fz.silent_after_minutes"
SILENT_AFTER_MINUTES = 5
YELLOW_PERCENT = 80
RED_PERCENT = 90


class PosOfflineBufferStatus(models.Model):
    """What head office knows of a till's health; written by the bridge from the tills' beats, newest wins."""

    _name = "pos.offline.buffer.status"
    _description = "Till Health"
    _rec_name = "till"
    _order = "till"

    till = fields.Char(required=True, readonly=True, index=True)
    config_id = fields.Many2one(
        "pos.config", string="Point of sale", compute="_compute_config", search="_search_config"
    )
    shop_id = fields.Many2one("optics.shop", string="Shop", compute="_compute_config", search="_search_shop")
    mode = fields.Selection(
        [("online", "Online"), ("degraded", "Degraded"), ("offline", "Offline")], required=True, readonly=True
    )
    mode_since = fields.Datetime(readonly=True)
    capacity = fields.Integer(default=200, readonly=True)
    undelivered = fields.Integer(
        string="Undelivered receipts",
        readonly=True,
        group_operator="sum",
        help="Receipts of this till that the tax operator or head office does not have yet.",
    )
    percent = fields.Float(string="Buffer, %", compute="_compute_percent", store=True, group_operator="max")
    held = fields.Integer(string="Waiting for a person", readonly=True)
    oldest_uid = fields.Char(string="Oldest receipt", readonly=True)
    oldest_at = fields.Datetime(string="Oldest since", readonly=True)
    seen_at = fields.Datetime(
        string="Last heard", required=True, readonly=True, index=True, help="By the clock of head office."
    )
    silent = fields.Boolean(compute="_compute_silent", search="_search_silent")
    health = fields.Selection(
        [("green", "Good"), ("yellow", "Attention"), ("red", "Trouble")], compute="_compute_health"
    )
    active = fields.Boolean(default=True, help="Archive a till that was taken out of service.")

    _sql_constraints = [
        ("till_unique", "UNIQUE(till)", "A till has one record of health."),
        ("undelivered_positive", "CHECK(undelivered >= 0)", "A till cannot have fewer than no receipts."),
    ]

    @api.depends("till")
    def _compute_config(self):
        configs = self.env["pos.config"].sudo().search([("till_code", "in", self.mapped("till"))])
        by_till = {config.till_code: config for config in configs}
        for status in self:
            status.config_id = by_till.get(status.till, configs.browse())
            status.shop_id = status.config_id.shop_id

    def _search_config(self, operator, value):
        configs = self.env["pos.config"].sudo().search([("id", operator, value)])
        return [("till", "in", configs.mapped("till_code"))]

    def _search_shop(self, operator, value):
        configs = self.env["pos.config"].sudo().search([("shop_id", operator, value)])
        return [("till", "in", configs.mapped("till_code"))]

    @api.depends("undelivered", "capacity")
    def _compute_percent(self):
        for status in self:
            status.percent = 100.0 * status.undelivered / status.capacity if status.capacity else 100.0

    @api.model
    def _silent_before(self):
        """A till last heard before this moment is silent."""
        minutes = int(
            self.env["ir.config_parameter"].sudo().get_param(SILENT_PARAMETER, SILENT_AFTER_MINUTES)
        )
        return fields.Datetime.now() - timedelta(minutes=minutes)

    @api.depends("seen_at")
    def _compute_silent(self):
        limit = self._silent_before()
        for status in self:
            status.silent = not status.seen_at or status.seen_at < limit

    def _search_silent(self, operator, value):
        wanted = (operator == "=") == bool(value)
        return [("seen_at", "<" if wanted else ">=", self._silent_before())]

    @api.depends("mode", "percent", "held", "silent")
    def _compute_health(self):
        for status in self:
            if status.silent or status.mode == "offline" or status.held or status.percent > RED_PERCENT:
                status.health = "red"
            elif status.mode == "degraded" or status.percent >= YELLOW_PERCENT:
                status.health = "yellow"
            else:
                status.health = "green"

    # --- written by the bridge -------------------------------------------------------------------------

    @api.model
    def report(self, beats):
        """Take the tills' beats: a list of {till, mode, undelivered, capacity, held, oldest_uid, oldest_at,
        mode_since, seen_at}; times are ISO 8601 with a zone, or UTC. The answer has for each {till, status, error}:
        `stored`, `stale` (a newer one is known) or `rejected`. A repeat is harmless."""
        check_is_bridge(self.env)
        return [self.sudo()._report_one(beat) for beat in beats]

    def _report_one(self, beat):
        till = beat.get("till") if isinstance(beat, dict) else ""
        try:
            values = self._beat_values(beat)
        except (ValidationError, ValueError, KeyError, TypeError, AttributeError) as error:
            return {"till": till or "", "status": "rejected", "error": str(error)}
        known = self.with_context(active_test=False).search([("till", "=", till)], limit=1)
        if known and known.seen_at > values["seen_at"]:
            return {"till": till, "status": "stale", "error": False}
        if known:
            known.write(values)
        else:
            self.create(values)
        return {"till": till, "status": "stored", "error": False}

    def _beat_values(self, beat):
        now = fields.Datetime.now()
        values = {
            "till": beat["till"],
            "mode": beat["mode"],
            "undelivered": int(beat["undelivered"]),
            "capacity": int(beat.get("capacity") or 200),
            "held": int(beat.get("held") or 0),
            "oldest_uid": beat.get("oldest_uid") or False,
            "oldest_at": _utc(beat.get("oldest_at")),
            "mode_since": _utc(beat.get("mode_since")),
            # A stamp from the future would keep a dead till "heard" for ever.
            "seen_at": min(_utc(beat.get("seen_at")) or now, now),
        }
        if not values["till"] or values["undelivered"] < 0:
            raise ValidationError(_("A beat needs the till and a count that is not negative."))
        if values["mode"] not in dict(self._fields["mode"].selection):
            raise ValidationError(_("Unknown mode of a till: %s", values["mode"]))
        return values

    # --- read by whoever must not act while receipts are on their way ---------------------------------

    @api.model
    def unsynced_tills(self):
        """Tills that hold undelivered receipts or are silent, or never spoke: [{till, shop, reason, undelivered,
        seen_at}], reason `undelivered` or `silent`. Fails closed: what is not known to be empty is listed."""
        statuses = self.sudo().search([])
        found = [status._unsynced() for status in statuses if status.undelivered or status.silent]
        archived = self.sudo().with_context(active_test=False).search([("active", "=", False)])
        spoke = set((statuses | archived).mapped("till"))
        configs = self.env["pos.config"].sudo().search([("till_code", "!=", False)])
        found += [
            {
                "till": c.till_code,
                "shop": c.shop_id.name or "",
                "reason": "silent",
                "undelivered": 0,
                "seen_at": False,
            }
            for c in configs
            if c.till_code not in spoke
        ]
        return sorted(found, key=lambda row: row["till"])

    def _unsynced(self):
        return {
            "till": self.till,
            "shop": self.shop_id.name or "",
            "reason": "undelivered" if self.undelivered else "silent",
            "undelivered": self.undelivered,
            "seen_at": fields.Datetime.to_string(self.seen_at),
        }


def _utc(text):
    """A naive UTC time of ISO 8601 text; False stays False."""
    if not text:
        return False
    moment = datetime.fromisoformat(text)
    if moment.tzinfo:
        moment = moment.astimezone(UTC).replace(tzinfo=None)
    return moment.replace(microsecond=0)
