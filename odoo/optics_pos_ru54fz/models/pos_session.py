from odoo import api, fields, models


class PosSession(models.Model):
    _inherit = "pos.session"

    fiscal_fn = fields.Char(string="FN", readonly=True, copy=False)
    fiscal_shift = fields.Integer(string="Shift of the KKT", readonly=True, copy=False)

    def init(self):
        """One open session for one shift of one FN: two bookings at a time cannot make two."""
        super().init()
        self.env.cr.execute(
            """CREATE UNIQUE INDEX IF NOT EXISTS pos_session_one_open_per_shift
               ON pos_session (config_id, fiscal_fn, fiscal_shift)
               WHERE state != 'closed' AND fiscal_fn IS NOT NULL"""
        )

    @api.model
    def _for_shift(self, config, fn, shift):
        """The open session that books the shift. A shift whose session is closed, or that meets the session of
        another shift, gets a session of its own beside it, so that a late receipt never lands in a foreign one."""
        open_sessions = self.search([("config_id", "=", config.id), ("state", "!=", "closed")], order="id")
        own = open_sessions.filtered(lambda s: s.fiscal_fn == fn and s.fiscal_shift == shift)
        if own:
            return own[:1]._opened()
        was_closed = self.search_count(
            [("config_id", "=", config.id), ("fiscal_fn", "=", fn), ("fiscal_shift", "=", shift)]
        )
        unclaimed = open_sessions.filtered(lambda s: not s.fiscal_fn and not s.rescue)
        if unclaimed and not was_closed:
            unclaimed[:1].write({"fiscal_fn": fn, "fiscal_shift": shift})
            return unclaimed[:1]._opened()
        return self._open_for_shift(config, fn, shift, beside=bool(was_closed or open_sessions))

    def _open_for_shift(self, config, fn, shift, *, beside):
        return self.create(
            {
                "config_id": config.id,
                "name": f"({config.till_code} {fn} / {shift})" if beside else False,
                "rescue": beside,
                "fiscal_fn": fn,
                "fiscal_shift": shift,
            }
        )._opened()

    def _opened(self):
        """Leave the opening control: the drawer was counted at the till, not here."""
        if self.state == "opening_control":
            self.set_cashbox_pos(self.cash_register_balance_start, "")
        return self
