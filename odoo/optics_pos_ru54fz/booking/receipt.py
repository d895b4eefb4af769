"""The body of `receipt.fiscalised` (contracts, version 1), checked once at the border. Money is integer kopecks."""

import uuid
from dataclasses import dataclass
from datetime import datetime

SALE, SALE_REFUND = 1, 2
TENDERS = ("cash", "card", "acquiring", "prepayment", "credit")
QUANTITY_SCALE = 1_000_000  # the contract counts in millionths of the measure


class BadReceipt(Exception):
    """The body breaks the contract; it will never be bookable as it is."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """One item as the fiscal document has it; `total` is with VAT and after the discount."""

    name: str
    sku: str
    quantity: float
    price: int
    total: int
    vat: int
    method: int
    subject: int


@dataclass(frozen=True, kw_only=True)
class Payment:
    """Money of one form; for cash what the buyer handed over."""

    tender: str
    amount: int


@dataclass(frozen=True, kw_only=True)
class Document:
    """What the FN made of the receipt; `at` is the FN's local wall time."""

    fn: str
    fd: int
    fp: int
    at: datetime
    shift: int
    number: int
    total: int
    qr: str


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """A receipt with its fiscal document."""

    uid: str
    key: str
    till: str
    operation: int
    lines: tuple
    payments: tuple
    cashier: str
    contact: str
    document: Document
    original: str

    @property
    def sign(self):
        """1 for a sale, -1 for its refund."""
        return 1 if self.operation == SALE else -1

    @property
    def change(self):
        """Kopecks given back from the cash."""
        return sum(payment.amount for payment in self.payments) - self.document.total


def uid_of(body):
    """The receipt's id as the answer names it, however broken the rest is."""
    value = body.get("receipt_id") if isinstance(body, dict) else None
    return value if isinstance(value, str) else ""


def parse(body):
    """Read one body; `BadReceipt` names the field that is wrong."""
    _need(isinstance(body, dict), "receipt", "is not an object")
    receipt = _take(body, "receipt", dict)
    operation = _take(receipt, "operation", int)
    _need(operation in (SALE, SALE_REFUND), "operation", f"{operation} is not booked automatically")
    parsed = Receipt(
        uid=_uuid(body, "receipt_id"),
        key=_uuid(body, "key"),
        till=_take(body, "till", str),
        operation=operation,
        lines=tuple(_line(line) for line in _take(receipt, "lines", list)),
        payments=tuple(_payment(payment) for payment in _take(receipt, "payments", list)),
        cashier=_take(_take(body, "cashier", dict), "name", str),
        contact=receipt.get("buyer_contact") or "",
        document=_document(_take(body, "document", dict)),
        original=body.get("original_receipt_id") or "",
    )
    _check_sums(parsed)
    return parsed


def _check_sums(receipt):
    _need(receipt.lines, "lines", "is empty")
    _need(
        sum(line.total for line in receipt.lines) == receipt.document.total,
        "total",
        "differs from the sum of the lines",
    )
    cash = sum(payment.amount for payment in receipt.payments if payment.tender == "cash")
    _need(0 <= receipt.change <= cash, "payments", "do not add up to the total")


def _line(raw):
    _need(isinstance(raw, dict), "lines", "holds something that is no line")
    quantity = _take(raw, "quantity", int)
    _need(quantity > 0, "quantity", "is not positive")
    return Line(
        name=_take(raw, "name", str),
        sku=raw.get("sku") or "",
        quantity=quantity / QUANTITY_SCALE,
        price=_amount(raw, "price"),
        total=_amount(raw, "total"),
        vat=_take(raw, "vat", int),
        method=raw.get("method", 4),
        subject=raw.get("subject", 1),
    )


def _payment(raw):
    _need(isinstance(raw, dict), "payments", "holds something that is no payment")
    tender = _take(raw, "tender", str)
    _need(tender in TENDERS, "tender", f"{tender} is unknown")
    return Payment(tender=tender, amount=_amount(raw, "amount"))


def _document(raw):
    text = _take(raw, "at", str)
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadReceipt(f"document.at: {text} is no time") from error
    _need(at.tzinfo is None, "document.at", "is the FN's wall time and has no zone")
    return Document(
        fn=_take(raw, "fn", str),
        fd=_take(raw, "fd", int),
        fp=_take(raw, "fp", int),
        at=at,
        shift=_take(raw, "shift", int),
        number=_take(raw, "number", int),
        total=_amount(raw, "total"),
        qr=raw.get("qr") or "",
    )


def _uuid(raw, name):
    text = _take(raw, name, str)
    try:
        return str(uuid.UUID(text))
    except ValueError as error:
        raise BadReceipt(f"{name}: {text} is no UUID") from error


def _amount(raw, name):
    value = _take(raw, name, int)
    _need(value >= 0, name, "is negative")
    return value


def _take(raw, name, kind):
    value = raw.get(name)
    is_kind = isinstance(value, kind) and not (kind is int and isinstance(value, bool))
    _need(is_kind, name, f"is missing or no {kind.__name__}")
    return value


def _need(condition, field, fault):
    if not condition:
        raise BadReceipt(f"{field}: {fault}")
