import json
from dataclasses import dataclass, field

from odoo import models

from ..catalog import snapshot, stock
from ..catalog.undo import ARCHIVED, KEPT, Undo
from ..catalog.writer import Writer
from ..engine import decide
from ..engine.faults import ERROR, WARNING, Fault
from ..engine.rows import Row

_INSERT_LINES = """
    INSERT INTO connector_import_line
        (import_id, row, sku, name, ean, kind, done, price, cost, vat, stock, data)
    VALUES %s
"""
_INSERT_MESSAGES = """
    INSERT INTO connector_import_message
        (import_id, line_id, row, sku, level, code, field, value, about, done, stage)
    VALUES %s
"""
_UPDATE_PLANS = """
    UPDATE connector_import_line l
    SET kind = v.kind, price = v.price, old_price = v.old_price, price_change = v.change, old_vat = v.old_vat,
        reasons = v.reasons, product_id = v.product, question = v.question,
        confirmed = coalesce(l.confirmed, false) AND l.confirmed_for = v.question
    FROM (VALUES %s) AS v (id, kind, price, old_price, change, old_vat, reasons, product, question)
    WHERE l.id = v.id
"""
_PLAN_TYPES = "(%s, %s, %s::numeric, %s::numeric, %s::numeric, %s, %s, %s::int, %s)"
_UPDATE_DONE = """
    UPDATE connector_import_line l
    SET done = v.done, product_id = v.product, before = v.before, after = v.after, before_stock = v.before_stock
    FROM (VALUES %s) AS v (id, done, product, before, after, before_stock) WHERE l.id = v.id
"""
_DONE_TYPES = "(%s, %s, %s::int, %s::jsonb, %s::jsonb, %s::float8)"
_PAGE = 1000


@dataclass(kw_only=True)
class Item:
    """A row on its way into the catalog."""

    line_id: int
    row: Row
    decision: decide.Decision | None = None
    confirmed: bool = False
    product_id: int | None = None
    before: dict | None = None
    after: dict = field(default_factory=dict)
    before_stock: float | None = None
    done: str = "none"


class ConnectorImport(models.Model):
    """The rows of an import: stored, decided, written and undone in bulk."""

    _inherit = "connector.import"

    # --- check --------------------------------------------------------------------------------------------

    def _forget_rows(self):
        """Rows and findings of an earlier check; past the ORM, as they came."""
        self.env.flush_all()
        self.env.cr.execute("DELETE FROM connector_import_message WHERE import_id = %s", [self.id])
        self.env.cr.execute("DELETE FROM connector_import_line WHERE import_id = %s", [self.id])
        self._forget_cache()

    def _store_rows(self, checked):
        """Rows and the faults of their cells, past the ORM: nothing computes from them, and there are many."""
        rows = [self._line_tuple(item) for item in checked]
        self.env.cr.execute_values(_INSERT_LINES, rows, page_size=_PAGE)
        line_ids = self._line_ids()
        self._store_faults(
            "row",
            (
                (line_ids[item.number], item.number, item.shown["sku"], fault)
                for item in checked
                for fault in item.faults
            ),
        )

    def _line_tuple(self, item):
        row = item.row
        return (
            self.id,
            item.number,
            item.shown["sku"],
            item.shown["name"],
            item.shown["ean"],
            "same" if row else "error",
            "none",
            row.price / 100 if row else None,
            row.cost / 100 if row and row.cost is not None else None,
            row.vat if row else None,
            row.stock if row else None,
            json.dumps(row.as_dict()) if row else None,
        )

    def _line_ids(self):
        self.env.cr.execute("SELECT row, id FROM connector_import_line WHERE import_id = %s", [self.id])
        return dict(self.env.cr.fetchall())

    def _store_faults(self, stage, found):
        rows = [
            (self.id, line_id, number, sku, f.level, f.code, f.field, f.value, f.about, f.done, stage)
            for line_id, number, sku, f in found
        ]
        if rows:
            self.env.cr.execute_values(_INSERT_MESSAGES, rows, page_size=_PAGE)
        self._forget_cache()

    def _forget_cache(self):
        self.env["connector.import.message"].invalidate_model()
        self.env["connector.import.line"].invalidate_model()
        self.invalidate_recordset()

    def _open_items(self):
        """Rows that are good and not imported yet, in the order of the file."""
        self.env.flush_all()
        self.env.cr.execute(
            """SELECT id, data FROM connector_import_line
               WHERE import_id = %s AND done = 'none' AND data IS NOT NULL ORDER BY row""",
            [self.id],
        )
        return [Item(line_id=line_id, row=Row(**data)) for line_id, data in self.env.cr.fetchall()]

    def _decide_rows(self, progress):
        """Compare every open row with the catalog as it is now; answers the rows with their decisions."""
        items = self._open_items()
        progress("check", 0, len(items))
        profile, skus, eans = (
            self.profile_id,
            [i.row.sku for i in items],
            [i.row.ean for i in items if i.row.ean],
        )
        catalog = snapshot.load(self.env, profile.partner_id, skus, eans)
        rules, claimed = profile._rules(), {}
        for item in items:
            item.decision = decide.decide(item.row, catalog, rules, claimed)
        self.env.cr.execute(
            "DELETE FROM connector_import_message WHERE import_id = %s AND stage = 'decision'", [self.id]
        )
        self._store_faults(
            "decision", ((i.line_id, i.row.number, i.row.sku, f) for i in items for f in i.decision.faults)
        )
        if items:
            plans = [self._plan_tuple(item) for item in items]
            self.env.cr.execute_values(_UPDATE_PLANS, plans, template=_PLAN_TYPES, page_size=_PAGE)
        self._forget_cache()
        self._read_confirmations(items)
        return items

    def _plan_tuple(self, item):
        decision, known = item.decision, item.decision.known
        price = (decision.price or item.row.price) / 100
        old_price = known.price / 100 if known else None
        change = (price - old_price) / old_price * 100 if old_price else None
        reasons = ", ".join(decision.reasons)
        # Another price, rate or EAN is another question: the old answer does not hold for it.
        question = f"{reasons}|{price:.2f}|{item.row.vat}|{item.row.ean}"
        return (
            item.line_id,
            decision.kind,
            price,
            old_price,
            change,
            known.vat if known else None,
            reasons,
            known.product_id if known else None,
            question,
        )

    def _read_confirmations(self, items):
        self.env.cr.execute(
            "SELECT id FROM connector_import_line WHERE import_id = %s AND confirmed", [self.id]
        )
        confirmed = {line_id for (line_id,) in self.env.cr.fetchall()}
        for item in items:
            item.confirmed = item.line_id in confirmed

    def _count_rows(self):
        groups = self.env["connector.import.line"]._read_group(
            [("import_id", "=", self.id)], ["kind"], ["__count"]
        )
        counts = dict(groups)
        self.write({f"{kind}_count": counts.get(kind, 0) for kind in ("new", "change", "same", "error")})

    # --- import --------------------------------------------------------------------------------------------

    def _import_rows(self, progress):
        """Write what is ready: new and changed rows, and those a person confirmed."""
        items = self._decide_rows(progress)
        ready = [i for i in items if i.decision.kind in (decide.NEW, decide.CHANGE) or i.confirmed]
        position = 0

        def step(count):
            nonlocal position
            position += count
            progress("write", position, len(ready))

        failures = []
        taxes = self.profile_id._taxes_today()
        writer = Writer(
            self.env, self.profile_id, taxes, lambda item, error: self._settle(item, error, failures)
        )
        writer.write(ready, step)
        for item in items:
            if item.decision.kind == decide.SAME:
                item.done, item.product_id = "unchanged", item.decision.known.product_id
        settled = [item for item in items if item.done != "none"]
        self._count_stock(settled)
        self._store_done(settled)
        self._store_faults("write", failures)
        self._count_rows()
        self._count_done()
        self.write({"state": "done", "failure": False, "failure_code": False})

    def _settle(self, item, error, failures):
        if error is None:
            item.done = "created" if item.decision.known is None else "updated"
            return
        item.done = "failed"
        fault = Fault(level=ERROR, code="WRITE_FAILED", done="refused", value=error[:500])
        failures.append((item.line_id, item.row.number, item.row.sku, fault))

    def _count_stock(self, items):
        """Where the file counts an own location, make the location agree."""
        location = self.profile_id.location_id
        counted = [i for i in items if location and i.done != "failed" and i.row.stock is not None]
        if not counted:
            return
        wanted = {item.product_id: item.row.stock for item in counted}
        before = stock.count(self.env, location, wanted, f"{self.name}, {self.env.user.name}")
        for item in counted:
            if item.product_id in before:
                item.before_stock = before[item.product_id]
                item.after = {**item.after, "stock": item.row.stock}
                item.done = "updated" if item.done == "unchanged" else item.done

    def _store_done(self, items):
        rows = [
            (i.line_id, i.done, i.product_id, json.dumps(i.before), json.dumps(i.after), i.before_stock)
            for i in items
        ]
        if rows:
            self.env.cr.execute_values(_UPDATE_DONE, rows, template=_DONE_TYPES, page_size=_PAGE)
        self._forget_cache()

    def _count_done(self):
        groups = self.env["connector.import.line"]._read_group(
            [("import_id", "=", self.id)], ["done"], ["__count"]
        )
        counts = dict(groups)
        self.write({f"{done}_count": counts.get(done, 0) for done in ("created", "updated", "failed")})

    # --- roll back -----------------------------------------------------------------------------------------

    def _undo(self, progress):
        """Restore every line; what someone changed since stays, and the report says so."""
        lines = self.line_ids.filtered(lambda line: line.done in ("created", "updated"))
        numbers = {line.id: (line.row, line.sku) for line in lines}
        position = 0

        def step(count):
            nonlocal position
            position += count
            progress("undo", position, len(lines))

        outcomes = Undo(self.env, self.profile_id).run(lines, step)
        found = []
        for line, outcome, kept in outcomes:
            number, sku = numbers[line.id]
            if outcome == ARCHIVED:
                found.append((line.id, number, sku, Fault(level=WARNING, code="IN_USE", done="archived")))
            for name in kept if outcome == KEPT else ():
                fault = Fault(level=WARNING, code="CHANGED_SINCE", done="kept", field=name)
                found.append((line.id, number, sku, fault))
        for outcome in {outcome for _line, outcome, _kept in outcomes}:
            ids = [line.id for line, what, _kept in outcomes if what == outcome]
            self.env.cr.execute(
                "UPDATE connector_import_line SET done = %s WHERE id = ANY(%s)", [outcome, ids]
            )
        self._store_faults("undo", found)
        self.write({"state": "rolled_back"})
