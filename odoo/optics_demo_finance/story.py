"""A day of money in the demo chain, told through the same methods that people's clicks call."""

from itertools import count, cycle

from odoo import fields
from odoo.addons.optics_demo import story as shops_story

CASHIERS = ("Иванова А. П.", "Петров С. Н.", "Сергеева О. В.")
SHORT = (150.0, 0.0, 0.0)  # what the drawers lack at closing, shop by shop


def tell(env):
    """Open the desks, sell for a day, carry money, write off, count."""
    env = env(context={**env.context, "tracking_disable": True, "lang": "ru_RU", "tz": "Europe/Moscow"})
    shops = env["optics.shop"].search(
        [("config_ids", "!=", False), ("warehouse_id", "!=", False)], order="id"
    )
    shops.action_open_cash_desk()
    for number, shop in enumerate(shops):
        _sell_a_day(env, shop, number)
    _carry_money(env, shops)
    _write_off(env, shops[1])
    _change_prices(env)
    _count_goods(env, shops[0])
    env["shop.stock.reconciliation"]._cron_reconcile()


def _sell_a_day(env, shop, number):
    config = shop.config_ids[:1]
    config.open_ui()
    session = config.current_session_id
    session.set_cashbox_pos(session.cash_register_balance_start, "")
    baskets = cycle(shops_story.BASKETS[number:] + shops_story.BASKETS[:number])
    patients = cycle(env["res.partner"].search([("birthdate", "!=", False)], order="id"))
    now = fields.Datetime.now()
    for receipt in range(1, 7):
        ui_order = shops_story._receipt(session, next(baskets), receipt, next(patients), now)
        answer = env["pos.order"].create_from_ui([ui_order])
        env["pos.order"].browse(answer[0]["id"]).fiscal_cashier = CASHIERS[(number + receipt) % len(CASHIERS)]
    env.invalidate_all()
    session.cash_register_balance_end_real = session.cash_register_balance_end - SHORT[number % len(SHORT)]
    session.action_pos_session_closing_control()


def _drawer(shop):
    return shop.config_ids.payment_method_ids.filtered("is_cash_count").journal_id[:1]


def _carry_money(env, shops):
    bank = env["account.journal"].search(
        [("type", "=", "bank"), ("company_id", "=", env.company.id)], limit=1
    )
    numbers = count(1)
    for shop in shops[:2]:
        drawer = _drawer(shop)
        collection = {
            "kind": "collection",
            "amount": max(round(drawer.shop_cash_balance * 0.8, -3), 100.0),
            "source_journal_id": drawer.id,
            "target_journal_id": bank.id,
            "carrier": "Росинкас",
            "bag_number": f"77-{next(numbers):03d}/45",
        }
        env["shop.cash.transfer"].create(collection).action_send()
    transfer = {
        "amount": 1000.0,
        "source_journal_id": _drawer(shops[-1]).id,
        "target_journal_id": shops[0].cash_journal_id.id,
        "carrier": CASHIERS[0],
    }
    carried = env["shop.cash.transfer"].create(transfer)
    carried.action_send()
    carried._receive(990.0)


def _write_off(env, shop):
    lens = env.ref("optics_demo.product_lens_160")
    env["shop.write.off"].create(
        {
            "shop_id": shop.id,
            "reason_id": env.ref("ru_accounting_extras.write_off_reason_fitting").id,
            "note": "Скол при установке в оправу",
            "line_ids": [fields.Command.create({"product_id": lens.id, "quantity": 2})],
        }
    ).action_post()


def _change_prices(env):
    for name, factor in (("frame_ray", 1.05), ("sun_polar", 0.9)):
        product = env.ref(f"optics_demo.product_{name}")
        product.lst_price = round(product.lst_price * factor, -1)


def _count_goods(env, shop):
    """Two counts that nobody applied: one small, one for a person."""
    for name, missing in (("frame_basic", 2), ("frame_ray", 9)):
        quant = env["stock.quant"].search(
            [
                ("product_id", "=", env.ref(f"optics_demo.product_{name}").id),
                ("location_id", "=", shop.warehouse_id.lot_stock_id.id),
            ],
            limit=1,
        )
        quant.with_context(inventory_mode=True).inventory_quantity = quant.quantity - missing
