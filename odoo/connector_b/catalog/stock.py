"""Stock of an own location (a consignment, a central store) set to what the file says, as an inventory."""

from odoo import SUPERUSER_ID

from .writer import BATCH, QUIET


def quantities(env, location, product_ids):
    """Pieces of each product in the location itself."""
    groups = env["stock.quant"]._read_group(
        [("location_id", "=", location.id), ("product_id", "in", product_ids)],
        ["product_id"],
        ["quantity:sum"],
    )
    return {product.id: quantity for product, quantity in groups}


def count(env, location, wanted, reason):
    """Make the location hold `wanted` = {product id: pieces}, by stock moves that name the reason."""
    # The core asks for a stock manager even of a privileged environment; who may import was asked before.
    env = env(
        user=SUPERUSER_ID, context={**env.context, **QUIET, "inventory_mode": True, "inventory_name": reason}
    )
    present = quantities(env, location, list(wanted))
    different = [(product, pieces) for product, pieces in wanted.items() if present.get(product, 0) != pieces]
    for start in range(0, len(different), BATCH):
        quants = env["stock.quant"].create(
            [
                {"product_id": product, "location_id": location.id, "inventory_quantity": pieces}
                for product, pieces in different[start : start + BATCH]
            ]
        )
        quants.action_apply_inventory()
    return {product: present.get(product, 0) for product, _pieces in different}
