"""Read everything that the rows of one file may mean, in a handful of queries."""

from collections import defaultdict

from ..engine.decide import Catalog, Known, Offer

_SELECT = """
    SELECT p.id, t.id, p.default_code, t.name ->> 'en_US', p.barcode, t.list_price, p.active,
           (SELECT count(*) FROM product_product v WHERE v.product_tmpl_id = t.id AND v.active)
    FROM product_product p JOIN product_template t ON t.id = p.product_tmpl_id
"""
_MEANT = """
    WHERE (t.company_id IS NULL OR t.company_id = %(company)s)
      AND (p.default_code = ANY(%(skus)s) OR p.barcode = ANY(%(eans)s)
           OR t.id IN (SELECT product_tmpl_id FROM product_supplierinfo
                       WHERE partner_id = %(supplier)s AND product_code = ANY(%(skus)s)))
    ORDER BY p.active DESC, p.id
"""
_TAXES = """
    SELECT r.prod_id, coalesce(max(t.vat_label), ''), array_agg(t.id)
    FROM product_taxes_rel r JOIN account_tax t ON t.id = r.tax_id
    WHERE r.prod_id = ANY(%s) AND t.company_id = %s
    GROUP BY r.prod_id
"""
_OFFERS = """
    SELECT s.product_tmpl_id, s.id, s.partner_id, coalesce(partner.name, ''), coalesce(s.product_code, ''),
           s.offer_price, s.offer_cost, s.offer_stock
    FROM product_supplierinfo s JOIN res_partner partner ON partner.id = s.partner_id
    WHERE s.product_tmpl_id = ANY(%s) AND (s.company_id IS NULL OR s.company_id = %s)
    ORDER BY s.sequence, s.id
"""


def load(env, supplier, skus, eans):
    """The `Catalog` for these articles and EANs."""
    query = {"company": env.company.id, "skus": list(skus), "eans": list(eans), "supplier": supplier.id}
    return _index(supplier.id, _products(env, _SELECT + _MEANT, query))


def load_products(env, product_ids):
    """{product id: Known} of these products as they are now."""
    query = {"ids": list(product_ids)}
    return {
        known.product_id: known for known in _products(env, _SELECT + " WHERE p.id = ANY(%(ids)s)", query)
    }


def _products(env, statement, query):
    env.flush_all()
    company = env.company.id
    env.cr.execute(statement, query)
    found = env.cr.fetchall()
    templates = [row[1] for row in found]
    costs = {p.id: p.standard_price for p in env["product.product"].browse([row[0] for row in found])}
    taxes = _taxes(env, templates, company)
    offers = _offers(env, templates, company)
    return [
        Known(
            product_id=row[0],
            template_id=row[1],
            sku=row[2] or "",
            name=row[3] or "",
            ean=row[4] or "",
            price=kopecks(row[5]),
            cost=kopecks(costs[row[0]]),
            vat=taxes.get(row[1], ("no_vat", ()))[0],
            tax_ids=taxes.get(row[1], ("no_vat", ()))[1],
            active=row[6],
            variants=row[7],
            offers=tuple(offers[row[1]]),
        )
        for row in found
    ]


def kopecks(roubles):
    """A sum of Odoo, which keeps roubles as float, in whole kopecks."""
    return round((roubles or 0.0) * 100)


def _taxes(env, templates, company):
    """Template → (VAT label, tax ids); a tax that no receipt knows has an empty label."""
    env.cr.execute(_TAXES, [templates, company])
    return {template: (label, tuple(ids)) for template, label, ids in env.cr.fetchall()}


def _offers(env, templates, company):
    env.cr.execute(_OFFERS, [templates, company])
    offers = defaultdict(list)
    for template, offer_id, partner_id, partner, code, price, cost, stock in env.cr.fetchall():
        offer = Offer(
            id=offer_id,
            partner_id=partner_id,
            partner=partner,
            code=code,
            price=kopecks(price) or None,
            cost=kopecks(cost) or None,
            stock=stock,
        )
        offers[template].append(offer)
    return offers


def _index(supplier, products):
    by_code, by_sku, by_ean = {}, defaultdict(list), {}
    for known in products:
        if known.sku:
            by_sku[known.sku].append(known)
        if known.ean:
            by_ean.setdefault(known.ean, known)
        for offer in known.offers:
            if offer.partner_id == supplier and offer.code:
                by_code.setdefault(offer.code, known)
    return Catalog(supplier=supplier, by_code=by_code, by_sku=dict(by_sku), by_ean=by_ean)
