import logging

import psycopg2
import pytz

from odoo import _, api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..booking import receipt as receipts
from ..booking import vat
from ..till_bridge import check_is_bridge

_logger = logging.getLogger(__name__)


class NotBookable(UserError):
    """This receipt cannot be booked as things stand; the bridge keeps it as a dead letter and a person looks."""


class PosOrder(models.Model):
    _inherit = "pos.order"

    fiscal_key = fields.Char(
        string="Idempotency key", readonly=True, copy=False, help="UUID that the POS screen gave to the sale."
    )
    fiscal_uid = fields.Char(string="Receipt UUID", readonly=True, copy=False)
    fiscal_till = fields.Char(string="Till", readonly=True, copy=False)
    fiscal_fn = fields.Char(string="FN", readonly=True, copy=False)
    fiscal_fd = fields.Integer(string="FD", readonly=True, copy=False, group_operator=False)
    fiscal_fp = fields.Char(string="FP", readonly=True, copy=False)
    fiscal_at = fields.Char(string="Time of the FN", readonly=True, copy=False)
    fiscal_shift = fields.Integer(string="Shift", readonly=True, copy=False, group_operator=False)
    fiscal_number = fields.Integer(
        string="Number in the shift", readonly=True, copy=False, group_operator=False
    )
    fiscal_qr = fields.Char(string="QR code", readonly=True, copy=False)
    fiscal_cashier = fields.Char(string="Cashier on the receipt", readonly=True, copy=False)
    fiscal_contact = fields.Char(string="Buyer's contact", readonly=True, copy=False)

    _sql_constraints = [
        ("fiscal_uid_unique", "UNIQUE(fiscal_uid)", "This receipt is booked already."),
        ("fiscal_key_unique", "UNIQUE(fiscal_key)", "This sale is booked already."),
    ]

    def init(self):
        """A document of an FN is booked once, whatever the receipt calls itself."""
        super().init()
        self.env.cr.execute(
            """CREATE UNIQUE INDEX IF NOT EXISTS pos_order_fiscal_document_unique
               ON pos_order (fiscal_fn, fiscal_fd) WHERE fiscal_fn IS NOT NULL"""
        )

    # --- the POS screen of Odoo sends the same sale: both ways meet on the key ------------------------

    @api.model
    def _order_fields(self, ui_order):
        values = super()._order_fields(ui_order)
        if ui_order.get("fiscal_key"):
            values["fiscal_key"] = ui_order["fiscal_key"]
        return values

    @api.model
    def create_from_ui(self, orders, draft=False):
        """Orders that the bridge booked first are answered with what exists, not made again."""
        keys = [order["data"].get("fiscal_key") for order in orders]
        known = self.search([("fiscal_key", "in", [key for key in keys if key]), ("state", "!=", "draft")])
        fresh = [
            order for order in orders if order["data"].get("fiscal_key") not in known.mapped("fiscal_key")
        ]
        answer = super().create_from_ui(fresh, draft=draft) if fresh else []
        return answer + known.read(["id", "pos_reference", "account_move"], load=False)

    # --- the bridge books fiscal receipts --------------------------------------------------------------

    @api.model
    def book_receipts(self, bodies):
        """Book fiscal receipts exactly once: bodies of `receipt.fiscalised` in, one answer for each out, in order:
        {uid, id, status, error}. `created` and `exists` are final. `rejected` booked nothing and hurt no other
        receipt of the list; the same body may be tried again when its cause is mended."""
        check_is_bridge(self.env)
        booker = self.sudo()
        booker._serialise_tills([body.get("till") for body in bodies if isinstance(body, dict)])
        return [booker._book_one(body) for body in bodies]

    def _serialise_tills(self, tills):
        """Two calls for one till: PostgreSQL lets the second fail with a serialisation error, Odoo repeats it on a
        fresh snapshot, and there it sees what the first has booked."""
        known = [till for till in tills if isinstance(till, str)]
        self.env.cr.execute(
            """UPDATE pos_config SET till_code = till_code WHERE id IN (
                 SELECT id FROM pos_config WHERE till_code = ANY(%s) ORDER BY id FOR NO KEY UPDATE)""",
            [known],
        )

    def _book_one(self, body):
        uid = receipts.uid_of(body)
        try:
            with self.env.cr.savepoint():
                order, status = self._book(receipts.parse(body))
                answer = {"uid": uid, "id": order.id, "status": status, "error": False}
        except psycopg2.OperationalError:
            raise  # Odoo repeats the call on a fresh snapshot
        except psycopg2.errors.UniqueViolation:
            return self._booked_elsewhere(uid, body)
        except (receipts.BadReceipt, UserError, ValidationError) as error:
            return _rejected(uid, str(error))
        except Exception as error:
            _logger.exception("receipt_booking_failed uid=%s", uid)
            return _rejected(uid, f"{type(error).__name__}: {error}")
        return answer

    def _booked_elsewhere(self, uid, body):
        """Another transaction booked it meanwhile; our snapshot cannot see it, a new one can."""
        with self.pool.cursor() as cr:
            cr.execute(
                "SELECT id FROM pos_order WHERE fiscal_uid = %s OR fiscal_key = %s", [uid, body.get("key")]
            )
            row = cr.fetchone()
        if row:
            return {"uid": uid, "id": row[0], "status": "exists", "error": False}
        return _rejected(uid, _("Another receipt is booked with this document of the FN."))

    def _book(self, receipt):
        known = self.search(["|", ("fiscal_uid", "=", receipt.uid), ("fiscal_key", "=", receipt.key)])
        if known:
            return self._meet(known, receipt), "exists"
        self._check_document_is_free(receipt)
        config = self.env["pos.config"].search([("till_code", "=", receipt.till)])
        if not config:
            raise NotBookable(_("No point of sale stands for till %s.", receipt.till))
        order_model = self.with_company(config.company_id)
        session = order_model.env["pos.session"]._for_shift(
            config, receipt.document.fn, receipt.document.shift
        )
        ui_order = order_model._ui_order(receipt, session)
        order = order_model.browse(order_model._process_order({"data": ui_order}, False, False))
        if order.state == "draft":  # the core logs why and goes on
            raise NotBookable(_("The order could not be paid: its payments do not match its total."))
        order.write({**_fiscal_values(receipt), "user_id": session.user_id.id})
        return order, "created"

    def _meet(self, known, receipt):
        """The sale came first from the POS screen, or this is a repeat."""
        if len(known) > 1 or (known.fiscal_uid and known.fiscal_uid != receipt.uid):
            raise NotBookable(
                _("The key of this receipt belongs to another receipt: %s", known[:1].fiscal_uid)
            )
        if not known.fiscal_uid:
            self._check_document_is_free(receipt)
            known.write(_fiscal_values(receipt))
        elif (known.fiscal_fn, known.fiscal_fd) != (receipt.document.fn, receipt.document.fd):
            raise NotBookable(_("This receipt is booked as another document: FD %s", known.fiscal_fd))
        return known

    def _check_document_is_free(self, receipt):
        document = receipt.document
        other = self.search([("fiscal_fn", "=", document.fn), ("fiscal_fd", "=", document.fd)], limit=1)
        if other:
            raise NotBookable(
                _(
                    "FD %(fd)s of FN %(fn)s is booked as %(uid)s.",
                    fd=document.fd,
                    fn=document.fn,
                    uid=other.fiscal_uid,
                )
            )

    def _ui_order(self, receipt, session):
        """The sale as the POS screen of Odoo would have sent it."""
        original = self._original_of(receipt)
        lines = self._ui_lines(receipt, session, original)
        total = receipt.sign * receipt.document.total / 100
        methods = session.config_id.payment_method_ids
        at = self._fn_time_as_utc(receipt.document.at, session)
        return {
            "name": f"{receipt.till}/{receipt.document.fn}/{receipt.document.fd}",
            "fiscal_key": receipt.key,
            "user_id": session.user_id.id,
            "pos_session_id": session.id,
            "sequence_number": receipt.document.number,
            "partner_id": original.partner_id.id,
            "date_order": fields.Datetime.to_string(at),
            "fiscal_position_id": False,
            "pricelist_id": session.config_id.pricelist_id.id,
            "lines": [(0, 0, line) for line in lines],
            "statement_ids": [(0, 0, self._ui_payment(p, receipt, methods, at)) for p in receipt.payments],
            "amount_total": total,
            "amount_tax": total - sum(line["price_subtotal"] for line in lines),
            "amount_paid": receipt.sign * sum(payment.amount for payment in receipt.payments) / 100,
            "amount_return": receipt.sign * receipt.change / 100,
            "to_invoice": False,
        }

    def _fn_time_as_utc(self, wall_time, session):
        shop = session.config_id.shop_id
        zone = pytz.timezone(
            shop.partner_id.tz
            or shop.warehouse_id.partner_id.tz
            or session.company_id.partner_id.tz
            or "Europe/Moscow"
        )
        return zone.localize(wall_time).astimezone(pytz.utc).replace(tzinfo=None)

    def _original_of(self, receipt):
        if receipt.operation == receipts.SALE:
            return self.browse()
        original = (
            self.search([("fiscal_uid", "=", receipt.original)], limit=1)
            if receipt.original
            else self.browse()
        )
        if not original:
            raise NotBookable(
                _("ORIGINAL_UNKNOWN: the receipt that is refunded is not booked: %s", receipt.original)
            )
        return original

    def _ui_lines(self, receipt, session, original):
        rest = {line: line.qty - line.refunded_qty for line in original.lines}
        values = []
        for line in receipt.lines:
            product = self._product_of(line)
            refunded = self._refunded_line(line, product, rest) if original else False
            values.append(
                self._ui_line(line, receipt.sign, product, refunded, self._tax_of(line, receipt.document.at))
            )
        return values

    def _ui_line(self, line, sign, product, refunded, tax):
        gross = line.price * line.quantity
        subtotal = line.total - vat.tax_kopecks(line.total, line.vat)
        return {
            "product_id": product.id,
            "full_product_name": line.name,
            "qty": sign * line.quantity,
            "price_unit": line.price / 100,
            # Not rounded: price × quantity less this discount is the line's total to the kopeck.
            "discount": 100 * (1 - line.total / gross) if gross else 0.0,
            "price_subtotal": sign * subtotal / 100,
            "price_subtotal_incl": sign * line.total / 100,
            "tax_ids": [(6, 0, tax.ids)],
            "refunded_orderline_id": refunded and refunded.id,
        }

    def _product_of(self, line):
        """The product by SKU; what the catalog does not know is booked on one product for that, under its own name."""
        product = self.env["product.product"]
        if line.sku:
            product = product.with_context(active_test=False).search(
                [("default_code", "=", line.sku)], limit=1
            )
        return product or self.env.ref("optics_pos_ru54fz.product_unlisted")

    def _refunded_line(self, line, product, rest):
        found = next(
            (o for o, left in rest.items() if o.product_id == product and left >= line.quantity - 1e-6),
            None,
        )
        if found is None:
            raise NotBookable(
                _(
                    "The original has no %(quantity)s of %(name)s left to refund.",
                    quantity=line.quantity,
                    name=line.name,
                )
            )
        rest[found] -= line.quantity
        return found

    def _tax_of(self, line, at):
        """The tax in the price that was the law on the day of the receipt."""
        label = vat.label_of(line.vat)
        tax = self.env["account.tax"]._vat_on(label, at.date()) if label else self.env["account.tax"]
        if not tax and label != vat.NO_VAT_LABEL:
            raise NotBookable(_("No sale tax stands for VAT code %s of the receipt.", line.vat))
        return tax

    def _ui_payment(self, payment, receipt, methods, at):
        method = methods._for_tender(payment.tender)
        if not method:
            raise NotBookable(_("The point of sale has no payment method for %s.", payment.tender))
        return {
            "name": fields.Datetime.to_string(at),
            "payment_method_id": method.id,
            "amount": receipt.sign * payment.amount / 100,
        }


def _rejected(uid, error):
    return {"uid": uid, "id": False, "status": "rejected", "error": error}


def _fiscal_values(receipt):
    document = receipt.document
    return {
        "fiscal_uid": receipt.uid,
        "fiscal_key": receipt.key,
        "fiscal_till": receipt.till,
        "fiscal_fn": document.fn,
        "fiscal_fd": document.fd,
        "fiscal_fp": str(document.fp),
        "fiscal_at": document.at.isoformat(timespec="minutes"),
        "fiscal_shift": document.shift,
        "fiscal_number": document.number,
        "fiscal_qr": document.qr,
        "fiscal_cashier": receipt.cashier,
        "fiscal_contact": receipt.contact,
    }
