from datetime import datetime, time, timedelta

import pytz

from odoo import api, fields, models, tools
from odoo.tools import SQL

MEASURES = (
    "revenue_total",
    "revenue",
    "discount",
    "cost",
    "remake_cost",
    "gross_profit",
    "write_off_cost",
    "cash_difference",
    "expense",
    "profit",
)


class ShopProfitReport(models.Model):
    """Gross profit and profit, one row for each sold line and for each cost that no sale carries.

    Gross profit = revenue without VAT − cost of goods − cost of remakes.
    Profit = gross profit − write-offs + cash differences (shortages are negative) − expenses of the shop."""

    _name = "shop.profit.report"
    _description = "Profit by Shop, Category and Cashier"
    _auto = False
    _order = "date desc"
    _rec_name = "source"
    _depends = {
        "pos.order": [
            "date_order",
            "state",
            "user_id",
            "session_id",
            "company_id",
            "currency_rate",
            "fiscal_cashier",
        ],
        "pos.order.line": [
            "qty",
            "price_unit",
            "discount",
            "price_subtotal",
            "price_subtotal_incl",
            "total_cost",
        ],
        "pos.session": ["config_id", "shop_id", "state", "stop_at", "user_id", "z_cash_difference"],
        "pos.config": ["shop_id"],
        "product.product": ["product_tmpl_id", "standard_price"],
        "product.template": ["categ_id"],
        "optics.manufacturing.order": ["shop_id", "date_started", "is_remake", "cost_total", "optician_id"],
        "shop.write.off": ["date", "shop_id", "state"],
        "shop.write.off.line": ["product_id", "quantity", "value"],
        "shop.cash.transfer": ["state", "difference", "received_at"],
        "account.move": ["state"],
        "account.move.line": ["analytic_distribution", "balance", "date"],
        "optics.shop": ["shop_analytic_id"],
    }

    date = fields.Datetime(readonly=True)
    source = fields.Selection(
        [
            ("sale", "Sale"),
            ("refund", "Refund"),
            ("remake", "Remake"),
            ("write_off", "Write-off"),
            ("cash", "Cash difference"),
            ("expense", "Expense"),
        ],
        readonly=True,
    )
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    shop_id = fields.Many2one("optics.shop", string="Shop", readonly=True)
    config_id = fields.Many2one("pos.config", string="Till", readonly=True)
    cashier = fields.Char(
        readonly=True, help="The name on the fiscal receipt; without one, the Odoo user who sold."
    )
    user_id = fields.Many2one("res.users", string="User", readonly=True)
    order_id = fields.Many2one("pos.order", string="Receipt", readonly=True)
    product_id = fields.Many2one("product.product", readonly=True)
    categ_id = fields.Many2one("product.category", string="Category", readonly=True)
    quantity = fields.Float(readonly=True)
    revenue_total = fields.Monetary(string="Revenue with VAT", readonly=True)
    revenue = fields.Monetary(readonly=True, help="Without VAT.")
    discount = fields.Monetary(readonly=True, help="With VAT, as the buyer saw it.")
    cost = fields.Monetary(string="Cost of goods", readonly=True)
    remake_cost = fields.Monetary(string="Remakes", readonly=True)
    gross_profit = fields.Monetary(readonly=True)
    write_off_cost = fields.Monetary(string="Write-offs", readonly=True)
    cash_difference = fields.Monetary(string="Cash differences", readonly=True)
    expense = fields.Monetary(string="Expenses", readonly=True)
    profit = fields.Monetary(readonly=True)
    margin_percent = fields.Float(
        string="Margin, %", readonly=True, group_operator="avg", help="Gross profit to revenue without VAT."
    )
    cost_is_estimate = fields.Boolean(
        readonly=True, help="The session is open: the cost is today's, Odoo fixes it at closing."
    )

    @api.model
    def _read_group_select(self, aggregate_spec, query):
        """The margin of a group is a ratio of sums, not an average of ratios."""
        if aggregate_spec != "margin_percent:avg":
            return super()._read_group_select(aggregate_spec, query)
        profit = self._field_to_sql(self._table, "gross_profit", query)
        revenue = self._field_to_sql(self._table, "revenue", query)
        ratio = SQL("100.0 * SUM(%s) / NULLIF(SUM(%s), 0)", profit, revenue)
        return ratio, ["gross_profit", "revenue"]

    # --- the view ---------------------------------------------------------------------------------------

    def init(self):
        tools.drop_view_if_exists(self.env.cr, self._table)
        rows = " UNION ALL ".join(f"({query})" for query in self._sources())
        # The parts are constants of this class and of the modules that extend it; nothing comes from a user.
        self.env.cr.execute(f"CREATE VIEW {self._table} AS ({self._totals(rows)})")  # pylint: disable=sql-injection

    @api.model
    def _totals(self, rows):
        return f"""
            SELECT r.*, r.revenue - r.cost - r.remake_cost AS gross_profit,
                   r.revenue - r.cost - r.remake_cost - r.write_off_cost + r.cash_difference - r.expense AS profit,
                   CASE WHEN r.revenue != 0
                        THEN 100.0 * (r.revenue - r.cost - r.remake_cost) / r.revenue END AS margin_percent,
                   co.currency_id
              FROM ({rows}) r JOIN res_company co ON co.id = r.company_id
        """

    @api.model
    def _sources(self):
        """Queries with equal columns; a module adds its own with `_source_sql` and an id remainder of its own."""
        return [
            self._sales(),
            self._remakes(),
            self._write_offs(),
            self._cash_differences(),
            self._expenses(),
            self._transfer_differences(),
        ]

    @api.model
    def _source_sql(self, *, tables, **columns):
        """A query of the columns of a row; what is not named is empty. `id` must be unique over all sources."""
        row = {
            "id": None,
            "date": None,
            "source": None,
            "company_id": None,
            "shop_id": "NULL::int",
            "config_id": "NULL::int",
            "user_id": "NULL::int",
            "cashier": "NULL::varchar",
            "order_id": "NULL::int",
            "product_id": "NULL::int",
            "categ_id": "NULL::int",
            "quantity": "0.0",
            **{name: "0.0" for name in MEASURES if name not in ("gross_profit", "profit")},
            "cost_is_estimate": "FALSE",
            **columns,
        }
        chosen = ", ".join(f"{expression} AS {name}" for name, expression in row.items())
        return f"SELECT {chosen} FROM {tables}"

    @api.model
    def _sales(self):
        rate = "COALESCE(NULLIF(o.currency_rate, 0), 1.0)"
        return self._source_sql(
            id="l.id::bigint * 8",
            date="o.date_order",
            source="CASE WHEN l.qty < 0 THEN 'refund' ELSE 'sale' END",
            company_id="o.company_id",
            shop_id="c.shop_id",
            config_id="s.config_id",
            user_id="o.user_id",
            cashier="COALESCE(NULLIF(o.fiscal_cashier, ''), person.name)",
            order_id="o.id",
            product_id="l.product_id",
            categ_id="pt.categ_id",
            quantity="l.qty",
            revenue_total=f"l.price_subtotal_incl / {rate}",
            revenue=f"l.price_subtotal / {rate}",
            discount=f"""CASE WHEN l.discount >= 100 THEN l.qty * l.price_unit
                ELSE l.price_subtotal_incl * l.discount / (100.0 - l.discount) END / {rate}""",
            cost=f"""CASE WHEN l.is_total_cost_computed THEN l.total_cost / {rate}
                ELSE l.qty * COALESCE(price.value_float, 0) END""",
            cost_is_estimate="l.is_total_cost_computed IS NOT TRUE",
            # The cost of a product is a property, one for each company; it is looked up only where it is needed.
            tables="""pos_order_line l
                JOIN pos_order o ON o.id = l.order_id AND o.state IN ('paid', 'done', 'invoiced')
                JOIN pos_session s ON s.id = o.session_id
                JOIN pos_config c ON c.id = s.config_id
                LEFT JOIN res_users u ON u.id = o.user_id
                LEFT JOIN res_partner person ON person.id = u.partner_id
                JOIN product_product p ON p.id = l.product_id
                JOIN product_template pt ON pt.id = p.product_tmpl_id
                LEFT JOIN ir_property price ON l.is_total_cost_computed IS NOT TRUE
                      AND price.name = 'standard_price' AND price.company_id = o.company_id
                      AND price.res_id = 'product.product,' || l.product_id""",
        )

    @api.model
    def _remakes(self):
        """Glasses made again cost from the moment the lab starts, whatever becomes of the order."""
        return self._source_sql(
            id="m.id::bigint * 8 + 5",
            date="m.date_started",
            source="'remake'",
            company_id="m.company_id",
            shop_id="m.shop_id",
            user_id="m.optician_id",
            cashier="person.name",
            order_id="m.pos_order_id",
            product_id="lens.product_id",
            categ_id="pt.categ_id",
            remake_cost="COALESCE(m.cost_total, 0)",
            tables="""optics_manufacturing_order m
                LEFT JOIN optics_lens lens ON lens.id = COALESCE(m.lens_od_id, m.lens_os_id)
                LEFT JOIN product_product p ON p.id = lens.product_id
                LEFT JOIN product_template pt ON pt.id = p.product_tmpl_id
                LEFT JOIN res_users u ON u.id = m.optician_id
                LEFT JOIN res_partner person ON person.id = u.partner_id
                WHERE m.is_remake AND m.date_started IS NOT NULL""",
        )

    @api.model
    def _write_offs(self):
        return self._source_sql(
            id="l.id::bigint * 8 + 1",
            date="w.date::timestamp",
            source="'write_off'",
            company_id="w.company_id",
            shop_id="w.shop_id",
            product_id="l.product_id",
            categ_id="pt.categ_id",
            write_off_cost="l.value",
            tables="""shop_write_off_line l
                JOIN shop_write_off w ON w.id = l.write_off_id AND w.state = 'posted'
                JOIN product_product p ON p.id = l.product_id
                JOIN product_template pt ON pt.id = p.product_tmpl_id""",
        )

    @api.model
    def _cash_differences(self):
        return self._source_sql(
            id="s.id::bigint * 8 + 2",
            date="s.stop_at",
            source="'cash'",
            company_id="c.company_id",
            shop_id="s.shop_id",
            config_id="s.config_id",
            user_id="s.user_id",
            cashier="person.name",
            cash_difference="s.z_cash_difference",
            tables="""pos_session s JOIN pos_config c ON c.id = s.config_id
                AND s.state = 'closed' AND s.z_cash_difference != 0
                LEFT JOIN res_users u ON u.id = s.user_id
                LEFT JOIN res_partner person ON person.id = u.partner_id""",
        )

    @api.model
    def _expenses(self):
        """What the ledger books on a shop's analytic account, except goods, which are counted elsewhere.

        The key of a distribution names the accounts of several plans, separated by commas."""
        return self._source_sql(
            id="(l.id::bigint * 100000 + w.id) * 8 + 3",
            date="l.date::timestamp",
            source="'expense'",
            company_id="l.company_id",
            shop_id="w.id",
            product_id="l.product_id",
            expense="l.balance * part.percent::numeric / 100.0",
            tables="""account_move_line l
                JOIN account_move m ON m.id = l.move_id AND m.state = 'posted' AND m.stock_move_id IS NULL
                JOIN account_account g ON g.id = l.account_id
                     AND g.account_type IN ('expense', 'expense_depreciation')
                CROSS JOIN LATERAL jsonb_each_text(l.analytic_distribution) AS part(accounts, percent)
                JOIN optics_shop w ON w.shop_analytic_id::text = ANY (string_to_array(part.accounts, ','))
                WHERE l.analytic_distribution IS NOT NULL""",
        )

    @api.model
    def _transfer_differences(self):
        return self._source_sql(
            id="x.id::bigint * 8 + 4",
            date="x.received_at",
            source="'cash'",
            company_id="x.company_id",
            shop_id="COALESCE(x.target_shop_id, x.source_shop_id)",
            user_id="x.received_by_id",
            cash_difference="x.difference",
            tables="""shop_cash_transfer x
                WHERE x.state = 'received' AND x.difference != 0""",
        )

    # --- figures for papers and mails -------------------------------------------------------------------

    @api.model
    def _figures(self, group_by, date_from, date_to, shops=None):
        """Rows of [(record, {measure: sum, margin_percent, quantity})] of a field, best profit first, and the total.

        The days are whole days of the user's time zone, both included."""
        domain = self._period_domain(date_from, date_to, shops)
        names = [*MEASURES, "quantity"]
        aggregates = [f"{name}:sum" for name in names]
        rows = [
            (record, self._with_margin(dict(zip(names, sums, strict=True))))
            for record, *sums in self._read_group(domain, [group_by], aggregates)
        ]
        rows.sort(key=lambda row: -row[1]["profit"])
        (sums,) = self._read_group(domain, [], aggregates)
        return rows, self._with_margin(dict(zip(names, (value or 0.0 for value in sums), strict=True)))

    @api.model
    def _with_margin(self, figures):
        revenue = figures["revenue"]
        return {**figures, "margin_percent": 100.0 * figures["gross_profit"] / revenue if revenue else 0.0}

    @api.model
    def _period_domain(self, date_from, date_to, shops=None):
        first, after = self._day_bounds(date_from, date_to)
        domain = [("date", ">=", first), ("date", "<", after), ("company_id", "in", self.env.companies.ids)]
        return [*domain, ("shop_id", "in", shops.ids)] if shops else domain

    @api.model
    def _day_bounds(self, date_from, date_to):
        zone = pytz.timezone(self.env.user.tz or "Europe/Moscow")

        def start(day):
            return zone.localize(datetime.combine(day, time.min)).astimezone(pytz.utc).replace(tzinfo=None)

        return start(date_from), start(date_to + timedelta(days=1))
