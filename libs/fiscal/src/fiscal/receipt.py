"""Receipt, line, payment: the document as the law sees it (order ЕД-7-20/662@, FFD 1.2, tables of the receipt)."""

import enum

import msgspec

from fiscal.money import Kopecks, Quantity


class Operation(enum.IntEnum):
    """Calculation type, tag 1054."""

    SALE = 1
    SALE_REFUND = 2
    EXPENSE = 3
    EXPENSE_REFUND = 4


class VatRate(enum.IntEnum):
    """VAT rate code, tag 1199."""

    VAT_20 = 1
    VAT_10 = 2
    VAT_20_120 = 3
    VAT_10_110 = 4
    VAT_0 = 5
    NO_VAT = 6
    VAT_5 = 7
    VAT_7 = 8
    VAT_5_105 = 9
    VAT_7_107 = 10
    VAT_22 = 11
    VAT_22_122 = 12


class PaymentMethod(enum.IntEnum):
    """How a line is settled, tag 1214 (признак способа расчёта)."""

    FULL_PREPAYMENT = 1
    PARTIAL_PREPAYMENT = 2
    ADVANCE = 3
    FULL_PAYMENT = 4
    PARTIAL_CREDIT = 5
    CREDIT_HANDOVER = 6
    CREDIT_PAYMENT = 7


class PaymentSubject(enum.IntEnum):
    """What a line sells, tag 1212 (признак предмета расчёта); the part an optician's shop uses."""

    GOODS = 1
    EXCISE_GOODS = 2
    WORK = 3
    SERVICE = 4
    PAYMENT = 10
    OTHER = 13
    MARKED_EXCISE_WITHOUT_CODE = 30
    MARKED_EXCISE = 31
    MARKED_GOODS_WITHOUT_CODE = 32
    MARKED_GOODS = 33


class TaxSystem(enum.IntEnum):
    """Tax system of one receipt, tag 1055 (one bit of tag 1062)."""

    GENERAL = 1
    SIMPLIFIED_INCOME = 2
    SIMPLIFIED_INCOME_MINUS_EXPENSE = 4
    AGRICULTURAL = 16
    PATENT = 32


class Tender(enum.StrEnum):
    """Form of money. Card and acquiring are both tag 1081; they differ for the shop's books only."""

    CASH = "cash"
    CARD = "card"
    ACQUIRING = "acquiring"
    PREPAYMENT = "prepayment"
    CREDIT = "credit"


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One item, tag 1059. `total` already holds the discount and is what the buyer owes for the line."""

    name: str
    quantity: Quantity
    price: Kopecks
    total: Kopecks
    vat: VatRate
    sku: str = ""
    method: PaymentMethod = PaymentMethod.FULL_PAYMENT
    subject: PaymentSubject = PaymentSubject.GOODS
    measure: int = 0  # tag 2108, 0 = piece
    mark_code: str | None = None


class Payment(msgspec.Struct, frozen=True, kw_only=True):
    """Money of one form. For cash it is the amount tendered, which may exceed what is due."""

    tender: Tender
    amount: Kopecks


class Cashier(msgspec.Struct, frozen=True, kw_only=True):
    """Who settles with the buyer, tags 1021 and 1203."""

    name: str
    inn: str | None = None


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """A receipt before it has a fiscal document: what is sold, how it is paid."""

    operation: Operation
    lines: tuple[Line, ...]
    payments: tuple[Payment, ...]
    tax_system: TaxSystem = TaxSystem.GENERAL
    buyer_contact: str | None = None  # tag 1008, an e-mail or +7…


class FiscalDocument(msgspec.Struct, frozen=True, kw_only=True):
    """What the FN made of it. `fp` is the fiscal sign as the number that paper shows; `at` is the FN's local
    wall time, ISO 8601 without a zone."""

    fn: str
    fd: int
    fp: int
    at: str
    form: int
    shift: int
    number: int  # within the shift
    total: Kopecks
    qr: str
