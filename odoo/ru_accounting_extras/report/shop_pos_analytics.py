from odoo import api, fields, models, tools
from odoo.tools import SQL

# spec → (what is summed, what it is divided by, factor); a ratio of sums, never an average of ratios
RATIOS = {
    "average_receipt:avg": ("sales", "sale_count", 1.0),
    "items_per_receipt:avg": ("items", "sale_count", 1.0),
    "discount_percent:avg": ("discount", "before_discount", 100.0),
    "refund_percent:avg": ("refunds", "sales", 100.0),
}


class ShopPosAnalytics(models.Model):
    """One row for each receipt: average receipt, refunds, discounts."""

    _name = "shop.pos.analytics"
    _description = "Receipts, Refunds and Discounts"
    _auto = False
    _order = "date desc"
    _rec_name = "order_id"
    _depends = {
        "pos.order": [
            "date_order",
            "state",
            "user_id",
            "session_id",
            "amount_total",
            "partner_id",
            "fiscal_cashier",
        ],
        "pos.order.line": ["qty", "price_unit", "discount", "price_subtotal_incl"],
        "pos.config": ["shop_id"],
    }

    date = fields.Datetime(readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    shop_id = fields.Many2one("optics.shop", string="Shop", readonly=True)
    config_id = fields.Many2one("pos.config", string="Till", readonly=True)
    session_id = fields.Many2one("pos.session", string="Session", readonly=True)
    cashier = fields.Char(
        readonly=True, help="The name on the fiscal receipt; without one, the Odoo user who sold."
    )
    user_id = fields.Many2one("res.users", string="User", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Buyer", readonly=True)
    order_id = fields.Many2one("pos.order", string="Receipt", readonly=True)
    sale_count = fields.Integer(string="Sales", readonly=True)
    refund_count = fields.Integer(string="Refunds, number", readonly=True)
    discounted_count = fields.Integer(string="With a discount", readonly=True)
    sales = fields.Monetary(string="Sold", readonly=True)
    refunds = fields.Monetary(string="Refunded", readonly=True)
    net = fields.Monetary(string="Sold less refunded", readonly=True)
    before_discount = fields.Monetary(string="At full price", readonly=True)
    discount = fields.Monetary(string="Discounts", readonly=True)
    items = fields.Float(readonly=True)
    average_receipt = fields.Monetary(readonly=True, group_operator="avg")
    items_per_receipt = fields.Float(readonly=True, group_operator="avg")
    discount_percent = fields.Float(string="Discount, %", readonly=True, group_operator="avg")
    refund_percent = fields.Float(string="Refunds, %", readonly=True, group_operator="avg")

    @api.model
    def _read_group_select(self, aggregate_spec, query):
        if aggregate_spec not in RATIOS:
            return super()._read_group_select(aggregate_spec, query)
        above, below, factor = RATIOS[aggregate_spec]
        ratio = SQL(
            "%s * SUM(%s) / NULLIF(SUM(%s), 0)",
            factor,
            self._field_to_sql(self._table, above, query),
            self._field_to_sql(self._table, below, query),
        )
        return ratio, [above, below]

    def init(self):
        tools.drop_view_if_exists(self.env.cr, self._table)
        self.env.cr.execute(
            f"CREATE VIEW {self._table} AS ({self._receipts()})"  # pylint: disable=sql-injection
        )

    @api.model
    def _receipts(self):
        """A receipt is a refund when its sum is negative; an exchange counts by what the buyer paid or got."""
        return """
            WITH receipt AS (
                SELECT o.id, o.date_order AS date, o.company_id, co.currency_id, c.shop_id,
                       s.config_id, o.session_id, o.user_id, o.partner_id, o.id AS order_id,
                       COALESCE(NULLIF(o.fiscal_cashier, ''), person.name) AS cashier,
                       o.amount_total / COALESCE(NULLIF(o.currency_rate, 0), 1.0) AS net,
                       sum(GREATEST(l.qty, 0)) AS items,
                       sum(CASE WHEN l.qty > 0 THEN l.price_subtotal_incl ELSE 0 END)
                           / COALESCE(NULLIF(o.currency_rate, 0), 1.0) AS sold,
                       sum(CASE WHEN l.qty <= 0 THEN 0
                                WHEN l.discount >= 100 THEN l.qty * l.price_unit
                                ELSE l.price_subtotal_incl * l.discount / (100.0 - l.discount) END)
                           / COALESCE(NULLIF(o.currency_rate, 0), 1.0) AS discount
                  FROM pos_order o
                  JOIN pos_order_line l ON l.order_id = o.id
                  JOIN pos_session s ON s.id = o.session_id
                  JOIN pos_config c ON c.id = s.config_id
                  LEFT JOIN res_users u ON u.id = o.user_id
                  LEFT JOIN res_partner person ON person.id = u.partner_id
                  JOIN res_company co ON co.id = o.company_id
                 WHERE o.state IN ('paid', 'done', 'invoiced')
              GROUP BY o.id, co.currency_id, c.shop_id, s.config_id, person.name
            )
            SELECT id, date, company_id, currency_id, shop_id, config_id, session_id, user_id, cashier, partner_id,
                   order_id,
                   (net >= 0)::int AS sale_count,
                   (net < 0)::int AS refund_count,
                   (discount > 0)::int AS discounted_count,
                   GREATEST(net, 0) AS sales,
                   GREATEST(-net, 0) AS refunds,
                   net, sold + discount AS before_discount, discount, items,
                   CASE WHEN net >= 0 THEN net END AS average_receipt,
                   CASE WHEN net >= 0 THEN items END AS items_per_receipt,
                   100.0 * discount / NULLIF(sold + discount, 0) AS discount_percent,
                   CASE WHEN net < 0 THEN 100.0 ELSE 0.0 END AS refund_percent
              FROM receipt
        """
