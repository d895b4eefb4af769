"""What callers send, field for field. Unknown fields are refused; money and quantities are exact."""

import enum
from typing import Annotated

import msgspec
from msgspec import Meta

from contracts.commands import Decision
from fiscal.receipt import Tender
from pos_gateway.amounts import Amount, MethodCode, Roubles, SubjectCode, Vat

MAX_ITEMS = 100
MAX_PAYMENTS = 10

Text64 = Annotated[str, Meta(max_length=64)]
Text128 = Annotated[str, Meta(max_length=128)]
Text256 = Annotated[str, Meta(max_length=256)]
Id = Annotated[str, Meta(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]


class ReceiptType(enum.StrEnum):
    """What the receipt does."""

    SALE = "sale"
    REFUND = "refund"
    EXPENSE = "expense"
    EXPENSE_REFUND = "expense_refund"
    CORRECTION = "correction"


class _Body(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    pass


class Item(_Body, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One line. `discount` is roubles off the whole line."""

    sku: Text64
    name: Annotated[str, Meta(min_length=1, max_length=128)]
    qty: Amount
    price: Roubles
    vat: Vat
    discount: Roubles | None = None
    mark_code: Annotated[str, Meta(min_length=1, max_length=256)] | None = None
    payment_method: MethodCode | None = None
    payment_subject: SubjectCode | None = None


class PaymentItem(_Body, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Money of one form; for cash what the buyer hands over."""

    method: Tender
    amount: Roubles


class Customer(_Body, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the electronic receipt goes."""

    email: Text64 | None = None
    phone: Text64 | None = None


class Person(_Body, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who settles with the buyer; without it the role's name is printed."""

    name: Annotated[str, Meta(min_length=1, max_length=64)]
    inn: Annotated[str, Meta(pattern=r"^(\d{10}|\d{12})$")] | None = None


class Correction(_Body, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Basis of a correction receipt, tags 1173, 1178, 1179."""

    kind: str
    date: str
    number: str = ""


class ReceiptBody(_Body, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """POST /v1/kkt/receipt."""

    pos_id: Text64
    type: ReceiptType
    items: Annotated[tuple[Item, ...], Meta(min_length=1, max_length=MAX_ITEMS)]
    payments: Annotated[tuple[PaymentItem, ...], Meta(min_length=1, max_length=MAX_PAYMENTS)]
    customer: Customer | None = None
    original_receipt_id: Id | None = None
    correction: Correction | None = None
    cashier: Person | None = None


class TaskBody(_Body, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Shift and reports. Everything may be left out."""

    pos_id: Text64 | None = None
    cashier: Person | None = None


class CashBody(_Body, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Money into or out of the drawer."""

    amount: Roubles
    pos_id: Text64 | None = None
    cashier: Person | None = None


class SyncBody(_Body, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Deliver now; `force` ignores backoff and breaker."""

    force: bool = False


class ResolveBody(_Body, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A manager's decision on a held receipt: it is document `fd`, print it, or annul it."""

    decision: Decision
    fd: Annotated[int, Meta(ge=1, le=2**32 - 1)] | None = None
    comment: Text256 = ""


class MaintenanceBody(_Body, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why sales stop."""

    reason: Text256 = ""


class EmptyBody(_Body, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Nothing to say; an empty object or no body at all."""
