"""Profit of 100 000 sold lines: the pivot's queries, the sheets of the xlsx, the receipts."""

import time

from odoo import fields

LINES, PER_ORDER, SHOPS, CASHIERS = 100_000, 4, 20, 60
LIMIT_S = 30.0


def run(env):
    """Yield (what, seconds, limit in seconds)."""
    _fill(env)
    today = fields.Date.context_today(env.user)
    first = fields.Date.add(today, days=-365)
    report, receipts = env["shop.profit.report"], env["shop.pos.analytics"]
    measures = [
        "revenue:sum",
        "cost:sum",
        "remake_cost:sum",
        "gross_profit:sum",
        "margin_percent:avg",
        "profit:sum",
    ]
    domain = report._period_domain(first, today)
    assert report.search_count(domain) >= LINES
    for what, groups in (
        ("by shop", ["shop_id"]),
        ("by category", ["categ_id"]),
        ("by cashier", ["cashier"]),
        ("by month and shop", ["date:month", "shop_id"]),
    ):
        yield _timed(
            env,
            f"profit {what}",
            lambda groups=groups: report.read_group(domain, measures, groups, lazy=False),
        )
    yield _timed(env, "profit as xlsx, three sheets", lambda: _xlsx(env, first, today))
    names = ["sales", "average_receipt:avg", "discount_percent:avg", "refund_percent:avg"]
    yield _timed(env, "receipts by shop", lambda: receipts.read_group(domain, names, ["shop_id"]))
    yield _timed(env, "80 sold lines of the list", lambda: report.search(domain, limit=80).read())


def _timed(env, what, work):
    env.invalidate_all()
    begun = time.perf_counter()
    work()
    return what, time.perf_counter() - begun, LIMIT_S


def _xlsx(env, first, today):
    values = {"period": "custom", "date_from": first, "date_to": today}
    return env["shop.profit.wizard"].create(values)._xlsx()


def _fill(env):
    """A year of sales, by SQL: what is measured is the reading. A tenth of the costs is not final yet."""
    sessions = [_session(env, number) for number in range(SHOPS)]
    categories = env["product.category"].create([{"name": f"Category {number}"} for number in range(12)])
    products = env["product.product"].create(
        [
            {
                "name": f"Article {number}",
                "type": "product",
                "categ_id": categories[number % 12].id,
                "standard_price": 100 + number,
            }
            for number in range(2000)
        ]
    )
    env.flush_all()
    parameters = {
        "orders": LINES // PER_ORDER,
        "sessions": [session.id for session in sessions],
        "products": products.ids,
        "user": env.uid,
        "company": env.company.id,
    }
    env.cr.execute(_ORDERS, {**parameters, "cashiers": CASHIERS})
    env.cr.execute(_LINES, {**parameters, "lines": LINES, "per_order": PER_ORDER})
    for table in ("pos_order", "pos_order_line", "product_product", "product_template", "ir_property"):
        env.cr.execute(f"ANALYZE {table}")
    env.invalidate_all()


def _session(env, number):
    warehouse = env["stock.warehouse"].create({"name": f"Shop {number}", "code": f"S{number}"})
    shop = env["optics.shop"].create(
        {"name": f"Shop {number}", "code": f"SHOP{number}", "warehouse_id": warehouse.id}
    )
    config = env["pos.config"].create(
        {"name": f"Till {number}", "shop_id": shop.id, "picking_type_id": warehouse.pos_type_id.id}
    )
    return env["pos.session"].create({"config_id": config.id})


_ORDERS = """
    INSERT INTO pos_order (name, pos_reference, session_id, user_id, fiscal_cashier, company_id, state,
        date_order, create_date, currency_rate, amount_tax, amount_total, amount_paid, amount_return)
    SELECT 'Bench/' || n, 'Bench ' || n, (%(sessions)s)[1 + n %% array_length(%(sessions)s, 1)], %(user)s,
        'Cashier ' || n %% %(cashiers)s, %(company)s, 'done',
        now() AT TIME ZONE 'UTC' - make_interval(hours => n %% 8700), now(), 1.0, 220, 1220, 1220, 0
    FROM generate_series(1, %(orders)s) AS n
"""
_LINES = """
    INSERT INTO pos_order_line (name, order_id, product_id, company_id, qty, price_unit, discount, price_subtotal,
        price_subtotal_incl, total_cost, is_total_cost_computed, full_product_name)
    SELECT 'Line ' || n, o.id, (%(products)s)[1 + n %% array_length(%(products)s, 1)], %(company)s,
        CASE WHEN n %% 50 = 0 THEN -1 ELSE 1 END, 1220, n %% 3 * 5, 1000, 1220, 400 + n %% 300, n %% 10 != 0, 'Article'
    FROM generate_series(1, %(lines)s) AS n
    JOIN (SELECT id, row_number() OVER (ORDER BY id) AS number FROM pos_order WHERE name LIKE 'Bench/%%') o
      ON o.number = 1 + (n - 1) / %(per_order)s
"""
