"""The database every run starts from: Odoo's own modules, no demo data, Russian loaded; made once, then copied."""

from __future__ import annotations

import sys

import server
from cluster import Cluster
from home import STATE, digest, odoo_home
from problem import Unprepared

MODULES = ("point_of_sale", "stock_account", "account", "pos_sale")
_LIMIT_S = 600.0


def ensure(cluster: Cluster) -> str:
    """Return the name of the template database of this Odoo tree, made when it is not there."""
    home = odoo_home()
    release = (home / "odoo" / "release.py").read_text(encoding="utf-8")
    name = f"template_{digest(str(home), release, *MODULES)}"
    if name in cluster.databases():
        return name
    print(f"odoo: making the template database ({', '.join(MODULES)})", file=sys.stderr)
    draft = f"{name}_draft"  # only a finished template bears the name
    cluster.create(draft)
    arguments = ["-d", draft, "-i", ",".join(MODULES), "--load-language=ru_RU", "--without-demo=all"]
    words = server.command(server.configuration(cluster), *arguments, "--stop-after-init")
    outcome = server.run(words, log=STATE / "log" / "template.log", limit_s=_LIMIT_S)
    if not outcome.ok:
        raise Unprepared(f"Odoo itself does not install; see {outcome.log}")
    cluster.rename(draft, name)
    return name
