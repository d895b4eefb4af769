"""What happened in the demo chain lately, told through the same methods that people's clicks call."""

from datetime import timedelta
from itertools import count, cycle

from odoo import fields

SHOPS = {"nevsky": "NEV", "ligovka": "LIG", "petrogradka": "PET"}
# What a basket holds, how it is paid, and how much off: the till's day in miniature.
BASKETS = [
    (("frame_ray", 1), ("lens_160", 2), ("case", 1)),
    (("sun_polar", 1),),
    (("frame_basic", 1), ("lens_150", 2)),
    (("spray", 2), ("case", 1)),
    (("exam", 1),),
    (("frame_titan", 1), ("lens_prog", 2)),
    (("frame_kids", 1), ("lens_150", 2), ("sun_kids", 1)),
]
DAYS = 12


def tell(env):
    """Make tills, stock, prescriptions, glasses in every state, and sales of the last days."""
    env = env(context={**env.context, "tracking_disable": True, "lang": "ru_RU", "tz": "Europe/Moscow"})
    _tax_goods(env)
    for number, (shop, code) in enumerate(SHOPS.items()):
        config = _open_till(env, _ref(env, f"shop_{shop}"), code)
        _stock(env, config.picking_type_id.warehouse_id)
        _sell(env, config, first=number)
    _prescribe(env)
    _make_glasses(env)


def _ref(env, name):
    return env.ref(f"optics_demo.{name}")


def _tax_goods(env):
    """Corrective frames and lenses are free of VAT (tax code, art. 149), the rest bears the standard rate."""
    taxes, today = env["account.tax"], fields.Date.today()
    free, standard = taxes._vat_on("no_vat", today), taxes._standard_vat_on(today)
    for product in env["product.product"].search([("optics_kind", "!=", False)]):
        product.taxes_id = free if product.optics_kind in ("frame", "lens") else standard


def _open_till(env, shop, code):
    warehouse = env["stock.warehouse"].create({"name": shop.name, "code": code, "company_id": env.company.id})
    shop.warehouse_id = warehouse
    journals = env["account.journal"].create(
        [
            {"name": f"Касса {shop.name}", "type": "cash", "code": f"C{code}"},
            {"name": f"Эквайринг {shop.name}", "type": "bank", "code": f"B{code}"},
        ]
    )
    methods = env["pos.payment.method"].create(
        [
            {"name": name, "journal_id": one.id}
            for name, one in zip(("Наличные", "Карта"), journals, strict=True)
        ]
    )
    return env["pos.config"].create(
        {
            "name": f"Касса 1, {shop.name}",
            "shop_id": shop.id,
            "picking_type_id": warehouse.pos_type_id.id,
            "payment_method_ids": [(6, 0, methods.ids)],
        }
    )


def _stock(env, warehouse):
    goods = env["product.product"].search([("optics_kind", "!=", False), ("detailed_type", "=", "product")])
    quants = env["stock.quant"].with_context(inventory_mode=True)
    for product in goods:
        quantity = 200 if product.optics_kind == "lens" else 40
        values = {
            "product_id": product.id,
            "location_id": warehouse.lot_stock_id.id,
            "inventory_quantity": quantity,
        }
        quants.create(values).action_apply_inventory()


def _sell(env, config, first):
    """Sell for some days and close each day's session."""
    baskets, numbers = cycle(BASKETS[first:] + BASKETS[:first]), count(1)
    patients = cycle(env["res.partner"].search([("birthdate", "!=", False)], order="id"))
    for ago in range(DAYS, 0, -3):
        day = fields.Datetime.now().replace(hour=9, minute=0, second=0, microsecond=0) - timedelta(days=ago)
        config.open_ui()
        session = config.current_session_id
        session.set_cashbox_pos(5000, "")
        for hour in range(3 + (first + ago) % 3):
            order = _receipt(
                session, next(baskets), next(numbers), next(patients), day + timedelta(hours=hour)
            )
            env["pos.order"].create_from_ui([order])
        session.action_pos_session_closing_control()
        session.write({"start_at": day, "stop_at": day + timedelta(hours=11)})


def _receipt(session, basket, number, patient, moment):
    """Return a receipt as the POS screen sends it; every second is paid by card, every fourth has a discount."""
    lines, discount = [], 10 if number % 4 == 0 else 0
    for name, quantity in basket:
        product = _ref(session.env, f"product_{name}")
        price = product.lst_price
        amounts = product.taxes_id.compute_all(price * (1 - discount / 100), session.currency_id, quantity)
        lines.append(
            {
                "id": len(lines) + 1,
                "pack_lot_ids": [],
                "product_id": product.id,
                "qty": quantity,
                "price_unit": price,
                "discount": discount,
                "price_subtotal": amounts["total_excluded"],
                "price_subtotal_incl": amounts["total_included"],
                "tax_ids": [(6, 0, product.taxes_id.ids)],
            }
        )
    total = sum(line["price_subtotal_incl"] for line in lines)
    cash, card = session.config_id.payment_method_ids.sorted(lambda one: not one.is_cash_count)
    payment = {"amount": total, "name": moment, "payment_method_id": (card if number % 2 else cash).id}
    uid = f"{session.id:05d}-001-{number:04d}"
    data = {
        "name": f"Order {uid}",
        "uid": uid,
        "sequence_number": number,
        "pos_session_id": session.id,
        "partner_id": patient.id,
        "user_id": session.env.uid,
        "date_order": fields.Datetime.to_string(moment),
        "fiscal_position_id": False,
        "pricelist_id": session.config_id.pricelist_id.id,
        "amount_total": total,
        "amount_paid": total,
        "amount_return": 0,
        "amount_tax": total - sum(line["price_subtotal"] for line in lines),
        "lines": [(0, 0, line) for line in lines],
        "statement_ids": [(0, 0, payment)],
        "to_invoice": False,
    }
    return {"id": uid, "data": data, "to_invoice": False}


def _prescribe(env):
    """Give patients a past: a growing myopia, eyes written the wrong way round, a first progressive pair."""
    today = fields.Date.today()

    def write(patient, ago, shop="nevsky", optician="optician_nevsky", **more):
        eyes = {key: value for key, value in more.items() if key[:3] in ("od_", "os_")}
        rest = {key: value for key, value in more.items() if key not in eyes and key != "near"}
        sets = [(0, 0, {"od_pd": 31.5, "os_pd": 32, **eyes})]
        if "near" in more:
            sets.append((0, 0, {"purpose": "near", "od_pd": 30, "os_pd": 30.5, **more["near"]}))
        values = {
            "patient_id": _ref(env, f"patient_{patient}").id,
            "shop_id": _ref(env, f"shop_{shop}").id,
            "optician_id": _ref(env, f"user_{optician}").id,
            "issued_on": today - timedelta(days=ago),
            "set_ids": sets,
        }
        return env["optics.prescription"].create({**values, **rest})

    write("anna", 760, od_sph=-1.25, od_cyl=-0.5, od_axis=90, os_sph=-1.5)
    write("anna", 390, od_sph=-1.75, od_cyl=-0.5, od_axis=85, os_sph=-2)
    write(
        "anna",
        3,
        od_sph=-3.25,
        od_cyl=-0.75,
        od_axis=85,
        os_sph=-2.25,
        note="Рост миопии: контроль через 6 месяцев.",
    )
    write("kirill", 200, od_sph=-0.75, os_sph=-1)
    write("kirill", 5, od_sph=-1.25, os_sph=-1.5)
    write("boris", 6, od_sph=1.5, od_add=2.25, os_sph=1.75, os_cyl=-0.5, os_axis=170, os_add=2.25)
    write("vera", 12, od_sph=2, os_sph=2.25, near={"od_sph": 4.5, "os_sph": 4.75})
    write("gleb", 380, od_sph=-2, os_sph=-4)
    write("gleb", 2, od_sph=-4, os_sph=-2, note="Проверить: глаза, похоже, записаны наоборот.")
    outside = {"issuer_kind": "outside", "issuer": "Поликлиника № 34, Смирнова А. А."}
    write("darya", 20, od_sph=-6.5, od_cyl=-2.5, od_axis=15, os_sph=-7, os_cyl=-2, os_axis=165, **outside)
    write("egor", 30, "ligovka", "optician_ligovka", od_sph=-0.5, os_sph=-0.75)
    write("zoya", 8, "ligovka", "optician_ligovka", od_sph=0.5, od_add=2.5, os_sph=0.75, os_add=2.5)


def _make_glasses(env):
    """Put orders in every state: late ones, a remake, a child whose mother pays."""
    today = fields.Date.today()

    def order(patient, lens, frame, steps, promised=None, lab="lab_own", **more):
        person = _ref(env, f"patient_{patient}")
        prescription = env["optics.prescription"].search([("patient_id", "=", person.id)], limit=1)
        made = env["optics.manufacturing.order"].create(
            {
                "patient_id": person.id,
                "shop_id": prescription.shop_id.id,
                "optician_id": prescription.optician_id.id,
                "prescription_id": prescription.id,
                "lens_od_id": _ref(env, f"lens_{lens}").id,
                "lens_os_id": _ref(env, f"lens_{lens}").id,
                "frame_id": _ref(env, f"product_{frame}").id,
                "lab_id": _ref(env, lab).id,
                "date_promised": today + timedelta(days=promised) if promised is not None else False,
                **more,
            }
        )
        for state in steps:
            made._advance(state)
        return made

    mother = _ref(env, "patient_anna").id
    order("anna", "160", "frame_titan", ["confirmed"], 1)
    order("kirill", "150", "frame_kids", ["confirmed", "in_production"], 0, payer_id=mother)
    order("boris", "prog", "frame_ray", ["confirmed", "in_production"], -2, lab="lab_outside")
    order("vera", "150", "frame_basic", ["confirmed", "in_production", "ready"], 1)
    order("gleb", "150", "frame_basic", [])
    order(
        "darya",
        "160",
        "frame_titan",
        ["confirmed"],
        -1,
        lab="lab_outside",
        lab_note="Тонкая оправа, фаска 0,3",
    )
    order("egor", "150", "frame_basic", ["confirmed", "in_production", "ready", "delivered"], 2)
    made = order("zoya", "prog", "frame_ray", ["confirmed", "in_production", "ready", "delivered"], 3)
    remake = made._remake(env.ref("optics_core.remake_reason_measure"), "Высота установки прогрессии")
    remake._advance("confirmed")
    env["optics.manufacturing.order"]._cron_warn_late()
