from dataclasses import replace

from odoo.tests import BaseCase, tagged

from ..engine.decide import Catalog, Known, Offer, Rules, decide
from ..engine.rows import Row

OWN, RIVAL = 1, 2
ROW = Row(
    number=2, sku="A", name="Frame", ean="4006381333931", price=100_000, cost=61_000, vat="22%", stock=5
)
OFFER = Offer(id=10, partner_id=OWN, partner="Own", code="A", price=100_000, cost=61_000, stock=5)
KNOWN = Known(
    product_id=7,
    template_id=8,
    sku="A",
    name="Frame",
    ean="4006381333931",
    price=100_000,
    cost=50_000,
    vat="22%",
    active=True,
    variants=1,
    offers=(OFFER,),
)


def catalog(*products):
    by_sku, by_ean, by_code = {}, {}, {}
    for known in products:
        by_sku.setdefault(known.sku, []).append(known)
        by_ean[known.ean] = known
        by_code.update({offer.code: known for offer in known.offers if offer.partner_id == OWN})
    return Catalog(supplier=OWN, by_code=by_code, by_sku=by_sku, by_ean=by_ean)


def rival(**prices):
    return Offer(
        id=11,
        partner_id=RIVAL,
        partner="Rival",
        code="Z",
        **{"price": None, "cost": None, "stock": None, **prices},
    )


@tagged("post_install", "-at_install")
class TestDecide(BaseCase):
    def decide(self, row, *products, claimed=None, **rules):
        return decide(row, catalog(*products), Rules(**rules), {} if claimed is None else claimed)

    def codes(self, decision):
        return [(fault.code, fault.done) for fault in decision.faults]

    def test_unknown_is_new_and_known_is_the_same(self):
        decision = self.decide(ROW)
        self.assertEqual((decision.kind, decision.changes["cost"]), ("new", 50_000))
        self.assertEqual(self.decide(ROW, KNOWN).kind, "same")

    def test_a_new_row_without_a_name_is_refused(self):
        self.assertEqual(self.codes(self.decide(replace(ROW, name=""))), [("EMPTY_FIELD", "refused")])
        self.assertEqual(self.decide(replace(ROW, name=""), KNOWN).kind, "same")

    def test_only_what_differs_is_written(self):
        self.assertEqual(set(self.decide(replace(ROW, price=110_000), KNOWN).changes), {"price", "offer"})
        self.assertEqual(set(self.decide(replace(ROW, stock=6), KNOWN).changes), {"offer"})
        self.assertEqual(self.decide(replace(ROW, stock=None, cost=None), KNOWN).kind, "same")
        self.assertEqual(self.decide(replace(ROW, name="Other"), KNOWN).kind, "same")
        self.assertEqual(
            set(self.decide(replace(ROW, name="Other"), KNOWN, update_names=True).changes), {"name"}
        )

    def test_a_jump_of_exactly_the_limit_passes_and_one_kopeck_more_waits(self):
        for price, kind in (
            (120_000, "change"),
            (120_001, "confirm"),
            (80_000, "change"),
            (79_999, "confirm"),
        ):
            self.assertEqual(self.decide(replace(ROW, price=price), KNOWN).kind, kind, price)

    def test_each_question_waits(self):
        for row, reason in (
            (replace(ROW, vat="no_vat"), "VAT_CHANGED"),
            (replace(ROW, ean="96385074"), "EAN_CHANGED"),
            (replace(ROW, cost=100_001), "COST_ABOVE_PRICE"),
        ):
            decision = self.decide(row, KNOWN)
            self.assertEqual((decision.kind, decision.reasons), ("confirm", (reason,)))

    def test_a_first_ean_is_no_question(self):
        decision = self.decide(ROW, replace(KNOWN, ean=""))
        self.assertEqual((decision.kind, decision.changes), ("change", {"ean": ROW.ean}))

    def test_the_lowest_supplier_wins_and_it_is_logged(self):
        decision = self.decide(ROW, replace(KNOWN, offers=(OFFER, rival(price=90_000))))
        self.assertEqual(
            (decision.price, self.codes(decision)), (90_000, [("SUPPLIER_CONFLICT", "kept_lower")])
        )
        self.assertEqual(decision.faults[0].about, "Rival: 900.00")
        decision = self.decide(ROW, replace(KNOWN, price=105_000, offers=(OFFER, rival(price=105_000))))
        self.assertEqual(
            (decision.price, self.codes(decision)), (100_000, [("SUPPLIER_CONFLICT", "took_lower")])
        )
        decision = self.decide(ROW, replace(KNOWN, offers=(OFFER, rival(price=100_000))))
        self.assertEqual(self.codes(decision), [])

    def test_the_lowest_cost_wins_too(self):
        decision = self.decide(ROW, replace(KNOWN, offers=(OFFER, rival(cost=48_800))))
        self.assertEqual(decision.changes["cost"], 40_000)

    def test_found_by_the_suppliers_article_before_our_sku(self):
        ours = replace(KNOWN, product_id=1, sku="A", offers=(), ean="")
        theirs = replace(KNOWN, product_id=2, sku="OUR-9")
        self.assertEqual(self.decide(ROW, ours, theirs).known.product_id, 2)

    def test_found_by_ean_when_another_supplier_sells_it(self):
        decision = self.decide(ROW, replace(KNOWN, sku="B", offers=(rival(price=100_000),)))
        self.assertEqual((decision.kind, self.codes(decision)), ("change", [("MATCHED_BY_EAN", "noted")]))

    def test_an_ean_under_another_article_of_the_same_supplier_is_refused(self):
        decision = self.decide(ROW, replace(KNOWN, sku="B", offers=(replace(OFFER, code="B"),)))
        self.assertEqual(self.codes(decision), [("EAN_TAKEN", "refused")])

    def test_an_ean_of_another_product_is_left_out(self):
        other = replace(KNOWN, product_id=9, sku="B", ean="96385074", offers=())
        decision = self.decide(replace(ROW, ean="96385074"), KNOWN, other)
        self.assertEqual((decision.kind, self.codes(decision)), ("same", [("EAN_TAKEN", "left_out")]))

    def test_two_products_with_the_sku_variants_and_archived(self):
        twin = replace(KNOWN, product_id=9, offers=())
        self.assertEqual(
            self.codes(self.decide(ROW, replace(KNOWN, offers=()), twin)), [("SKU_AMBIGUOUS", "refused")]
        )
        self.assertEqual(
            self.codes(self.decide(ROW, replace(KNOWN, variants=2))), [("HAS_VARIANTS", "refused")]
        )
        self.assertEqual(self.codes(self.decide(ROW, replace(KNOWN, active=False))), [("ARCHIVED", "noted")])

    def test_two_rows_that_mean_one_product(self):
        claimed = {}
        self.decide(ROW, KNOWN, claimed=claimed)
        decision = self.decide(replace(ROW, number=3), KNOWN, claimed=claimed)
        self.assertEqual(
            (self.codes(decision), decision.faults[0].about), ([("SAME_PRODUCT", "refused")], "2")
        )
