"""An order is found by its barcode among 100 000, as the cashier's screen asks for it."""

import time

ORDERS = 100_000
_FILL = """
INSERT INTO optics_manufacturing_order (name, barcode, state, shop_id, company_id, patient_id, date_promised, is_remake)
SELECT 'B-' || n, 'B' || n, 'delivered', %s, %s, %s, current_date - n %% 700, false FROM generate_series(1, %s) n
"""


def run(env):
    """Yield (what, seconds, limit in seconds); the contract's limit is 2 s."""
    shop = env["optics.shop"].create({"name": "Bench", "code": "BN"})
    patient = env["res.partner"].create({"name": "Bench"})
    env.cr.execute(_FILL, (shop.id, shop.company_id.id, patient.id, ORDERS))
    env.cr.execute("ANALYZE optics_manufacturing_order")
    cashier = env["res.users"].create(
        {
            "name": "Bench",
            "login": "bench",
            "groups_id": [(4, env.ref("optics_core.group_cashier").id)],
            "shop_ids": [(4, shop.id)],
        }
    )
    orders = env["optics.manufacturing.order"].with_user(cashier)
    worst = 0.0
    for number in range(1, ORDERS, ORDERS // 50):
        env.invalidate_all()
        begun = time.perf_counter()
        assert orders.find_by_barcode(f"B-{number}")
        worst = max(worst, time.perf_counter() - begun)
    yield f"order by barcode among {ORDERS}, slowest of 50", worst, 2.0
    begun = time.perf_counter()
    orders.search_count([("is_late", "=", True)])
    yield f"late orders counted among {ORDERS}", time.perf_counter() - begun, 2.0
