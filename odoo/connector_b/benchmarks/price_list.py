"""10 000 rows of a price list, from the file to the commit: preview included."""

import base64
import time

from odoo.addons.connector_b.tests.price_lists import clean_list, dirty_list

ROWS = 10_000


def run(env):
    """Yield (what, seconds, limit in seconds)."""
    profile = _prepared(env)
    yield f"{ROWS} new rows, check and import", _import(env, profile, clean_list(ROWS)), 60
    yield (
        f"{ROWS} rows with price, cost and stock changed",
        _import(env, profile, clean_list(ROWS, rise=7)),
        20,
    )
    yield f"{ROWS} unchanged rows, check and import", _import(env, profile, clean_list(ROWS, rise=7)), 20
    yield f"{ROWS} dirty rows (POC-2), check only", _check(env, profile, dirty_list(ROWS)[0]), 20
    job = env["connector.import"].search([("state", "=", "done")], order="id", limit=1, offset=1)
    yield f"{ROWS} changed rows, rolled back", _timed(env, lambda: job._run_task("undo", _quiet)), 60


def _prepared(env):
    """Profile C on a database without tills."""
    env["pos.config"].search([]).write({"till_code": False})
    env["pos.offline.buffer.status"].search([]).write({"active": False})
    if not env["account.tax"]._vat_on("22%", "2026-11-21"):
        env["account.tax"].create(
            {"name": "22%", "amount": 22, "price_include": True, "type_tax_use": "sale", "vat_label": "22%"}
        )
    env.cr.commit()  # pylint: disable=invalid-commit # a benchmark is its own program
    return env.ref("connector_b.profile_c")


def _check(env, profile, data):
    job = _job(env, profile, data)
    return _timed(env, lambda: job._run_task("check", _quiet))


def _import(env, profile, data):
    job = _job(env, profile, data)

    def work():
        job._run_task("check", _quiet)
        job.line_ids.filtered(lambda line: line.kind == "confirm")._confirm()
        job._run_task("write", _quiet)

    seconds = _timed(env, work)
    done = job.created_count + job.updated_count + job.same_count
    assert job.state == "done" and done == ROWS, (job.state, job.failure, done)
    return seconds


def _job(env, profile, data):
    return env["connector.import"].create(
        {"profile_id": profile.id, "file": base64.b64encode(data), "file_name": "bench.csv"}
    )


def _timed(env, work):
    start = time.perf_counter()
    work()
    env.cr.commit()  # pylint: disable=invalid-commit # the commit is part of what is measured
    return time.perf_counter() - start


def _quiet(_phase, _position, _total):
    """No progress bar to feed."""
