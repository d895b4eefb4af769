"""A typed row and what the catalog knows → what to do. Pure: the same at preview and at import."""

from dataclasses import dataclass, field

from . import values
from .faults import ERROR, KEPT_LOWER, NOTED, TOOK_LOWER, WAITS, WARNING, left_out, noted, refused, waits

NEW, CHANGE, SAME, CONFIRM, REFUSE = "new", "change", "same", "confirm", "error"


@dataclass(frozen=True, kw_only=True)
class Offer:
    """What one supplier asks for a product; None = it does not say."""

    id: int
    partner_id: int
    partner: str
    code: str
    price: int | None
    cost: int | None
    stock: int | None


@dataclass(frozen=True, kw_only=True)
class Known:
    """A product as the catalog has it; money in kopecks, `price` with VAT, `cost` without, as Odoo keeps them."""

    product_id: int
    template_id: int
    sku: str
    name: str
    ean: str
    price: int
    cost: int
    vat: str
    active: bool
    variants: int
    offers: tuple
    tax_ids: tuple = ()


@dataclass(frozen=True, kw_only=True)
class Catalog:
    """The products that the rows of one file may mean."""

    supplier: int
    by_code: dict  # this supplier's article → Known
    by_sku: dict  # our SKU → list of Known
    by_ean: dict  # EAN → Known


@dataclass(frozen=True, kw_only=True)
class Rules:
    """The part of a profile that judges."""

    confirm_percent: int = 20
    update_names: bool = False


@dataclass(kw_only=True)
class Decision:
    """`kind` and the values to write; `reasons` are the codes that wait for a person."""

    kind: str
    known: Known | None
    price: int = 0
    changes: dict = field(default_factory=dict)
    reasons: tuple = ()
    faults: list = field(default_factory=list)


def decide(row, catalog, rules, claimed):
    """Decide one row. `claimed` collects the products that earlier rows of the file have taken."""
    faults = []
    known = _find(row, catalog, faults)
    if known and known.product_id in claimed:
        faults.append(refused("SAME_PRODUCT", "sku", row.sku, about=str(claimed[known.product_id])))
    if known is None and not row.name:
        faults.append(refused("EMPTY_FIELD", "name"))
    if any(fault.level == ERROR for fault in faults):
        return Decision(kind=REFUSE, known=known, faults=faults)
    if known:
        claimed[known.product_id] = row.number
    price = _lowest("price", row.price, known, catalog, faults)
    cost = _lowest("cost", row.cost, known, catalog, faults)
    changes = _changes(row, known, catalog, rules, price, cost, faults)
    faults += _questions(row, known, rules, price, changes)
    reasons = tuple(sorted({fault.code for fault in faults if fault.done == WAITS}))
    kind = CONFIRM if reasons else NEW if known is None else CHANGE if changes else SAME
    return Decision(kind=kind, known=known, price=price, changes=changes, reasons=reasons, faults=faults)


def _find(row, catalog, faults):
    """This supplier's own article, then our SKU, then the EAN."""
    same_sku = catalog.by_sku.get(row.sku, [])
    if row.sku in catalog.by_code:
        known = catalog.by_code[row.sku]
    elif len(same_sku) > 1:
        faults.append(refused("SKU_AMBIGUOUS", "sku", row.sku))
        return None
    elif same_sku:
        known = same_sku[0]
    else:
        known = _find_by_ean(row, catalog, faults)
    if known and known.variants > 1:
        faults.append(refused("HAS_VARIANTS", "sku", row.sku))
    if known and not known.active:
        faults.append(noted("ARCHIVED", NOTED, "sku", row.sku, level=WARNING))
    return known


def _find_by_ean(row, catalog, faults):
    known = catalog.by_ean.get(row.ean) if row.ean else None
    if known is None:
        return None
    own = own_offer(known, catalog.supplier)
    if own and own.code != row.sku:
        faults.append(refused("EAN_TAKEN", "ean", row.ean, about=own.code))
        return None
    faults.append(noted("MATCHED_BY_EAN", NOTED, "ean", row.ean, about=known.sku))
    return known


def own_offer(known, supplier):
    """What this supplier offered for the product before."""
    return next((offer for offer in known.offers if offer.partner_id == supplier), None)


def _lowest(name, own, known, catalog, faults):
    """The lowest price among suppliers wins; a difference is always logged."""
    rivals = [
        offer
        for offer in (known.offers if known else ())
        if offer.partner_id != catalog.supplier and getattr(offer, name)
    ]
    if own is None or not rivals:
        return own
    rival = min(rivals, key=lambda offer: getattr(offer, name))
    other = getattr(rival, name)
    if other != own:
        done = KEPT_LOWER if other < own else TOOK_LOWER
        about = f"{rival.partner}: {roubles(other)}"
        faults.append(noted("SUPPLIER_CONFLICT", done, name, roubles(own), about=about))
    return min(own, other)


def _changes(row, known, catalog, rules, price, cost, faults):
    """Field → new value, only where it differs. For a new product everything."""
    if known is None:
        net = None if cost is None else values.without_vat(cost, row.vat)
        wanted = {"name": row.name, "price": price, "cost": net, "vat": row.vat, "ean": row.ean or None}
        return {**{k: v for k, v in wanted.items() if v is not None}, "offer": _offer_values(row, None)}
    changes = {}
    if price != known.price:
        changes["price"] = price
    if cost is not None and values.without_vat(cost, row.vat) != known.cost:
        changes["cost"] = values.without_vat(cost, row.vat)
    if row.vat != known.vat:
        changes["vat"] = row.vat
    if row.ean and row.ean != known.ean:
        holder = catalog.by_ean.get(row.ean)
        if holder and holder.product_id != known.product_id:
            faults.append(left_out("EAN_TAKEN", "ean", row.ean, about=holder.sku))
        else:
            changes["ean"] = row.ean
    if rules.update_names and row.name and row.name != known.name:
        changes["name"] = row.name
    own = own_offer(known, catalog.supplier)
    offer = _offer_values(row, own)
    if own is None or (own.price, own.cost, own.stock, own.code) != tuple(offer.values()):
        changes["offer"] = offer
    return changes


def _offer_values(row, own):
    """What the supplier offers now; where the file is silent, what it offered before."""
    cost = row.cost if row.cost is not None or own is None else own.cost
    stock = row.stock if row.stock is not None else (own.stock if own else 0)
    return {"price": row.price, "cost": cost, "stock": stock, "code": row.sku}


def _questions(row, known, rules, price, changes):
    """What a person must confirm before the row is imported."""
    faults = []
    if row.cost is not None and row.cost > row.price:
        faults.append(waits("COST_ABOVE_PRICE", "cost", roubles(row.cost), about=roubles(row.price)))
    if known is None:
        return faults
    if (
        "price" in changes
        and known.price
        and abs(price - known.price) * 100 > rules.confirm_percent * known.price
    ):
        faults.append(waits("PRICE_JUMP", "price", roubles(price), about=roubles(known.price)))
    if "vat" in changes:
        faults.append(waits("VAT_CHANGED", "vat", row.vat, about=known.vat))
    if "ean" in changes and known.ean:
        faults.append(waits("EAN_CHANGED", "ean", row.ean, about=known.ean))
    return faults


def roubles(kopecks):
    """Kopecks as a person reads them."""
    return f"{kopecks // 100}.{kopecks % 100:02d}"
