"""Tills that report, and three price lists: one imported, one with questions, one whose reading has begun."""

import base64

from odoo.tools import file_open


def tell(env):
    """Give the demo shops their till codes, then import while all receipts are home, then let one till go offline."""
    env = env(context={**env.context, "lang": "ru_RU", "tz": "Europe/Moscow"})
    tills = _name_tills(env)
    _report(env, tills)
    first = _upload(env, "a", "xlsx")
    first.action_import()
    for code in ("b", "c"):
        _upload(env, code, "csv")
    _report(env, tills, degraded=1, offline=2)


def _name_tills(env):
    configs = env["pos.config"].search([("shop_id", "!=", False)], order="id")
    for number, config in enumerate(configs, start=1):
        config.till_code = f"till-{number:03d}"
    return configs.mapped("till_code")


def _report(env, tills, degraded=None, offline=None):
    """Beats of all tills; the numbered ones are in trouble, as far as there are so many."""
    beats = [{"till": till, "mode": "online", "undelivered": 0} for till in tills]
    for place, trouble in (
        (degraded, {"mode": "degraded", "undelivered": 4}),
        (offline, {"mode": "offline", "undelivered": 172}),
    ):
        if place is not None and place < len(beats):
            beats[place].update(trouble)
    env["pos.offline.buffer.status"].report(beats)


def _upload(env, code, extension):
    name = f"supplier_{code}.{extension}"
    with file_open(f"connector_b/demo/files/{name}", "rb") as stream:
        data = stream.read()
    job = env["connector.import"].create(
        {
            "profile_id": env.ref(f"connector_b.profile_{code}").id,
            "file": base64.b64encode(data),
            "file_name": name,
        }
    )
    job.action_check()
    return job
