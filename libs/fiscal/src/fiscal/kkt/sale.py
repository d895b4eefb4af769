"""Shift, receipt, cash, reports, corrections (Штрих-М protocol v2.0 with its FN and FFD 1.2 supplements)."""

from typing import Annotated

from fiscal.kkt.command import Authorised, Command, Operator, OperatorReply, Reply
from fiscal.kkt.fields import (
    U8,
    U16,
    U32,
    U40,
    U48,
    DateYMD,
    RawRest,
    SumOrUnset,
    TailDt5,
    Text,
    Uints,
)

PAYMENTS = 16
TAXES = 6


class DocumentReply(Reply, frozen=True, kw_only=True):
    """A fiscal document was made; the time comes with F7h bit 50 only."""

    fd: U32
    fpd: U32
    at: TailDt5 = None


class ShiftDocumentReply(Reply, frozen=True, kw_only=True):
    """A shift was opened or closed."""

    shift: U16
    fd: U32
    fpd: U32
    at: TailDt5 = None


class OpenReceiptRequest(Authorised, frozen=True, kw_only=True):
    """0 sale, 1 buy, 2 return of sale, 3 return of buy; +80h correction (FFD ≥ 1.1)."""

    kind: U8


class OperationRequest(Authorised, frozen=True, kw_only=True):
    """One line of the receipt. The order of operations differs from 8Dh: 1 income, 2 its return, 3 expense, 4."""

    operation: U8  # tag 1054
    quantity: U48  # millionths
    price: U40
    total: SumOrUnset = None  # None: price × quantity, rounded by the device; else within ±1 kopeck of it
    tax_sum: SumOrUnset = None
    tax: U8  # see fiscal.kkt.vat
    department: U8 = 1
    method: U8  # tag 1214
    subject: U8  # tag 1212
    name: Annotated[str, Text(longest=128)]  # a name that begins with // is not printed


class ReceiptDiscountRequest(Authorised, frozen=True, kw_only=True):
    """Discount and surcharge on the whole receipt."""

    discount: U40
    surcharge: U40 = 0
    tax: U8 = 0
    text: Annotated[str, Text(shortest=40, longest=128)] = ""


class SubtotalReply(Operator, frozen=True, kw_only=True):
    """Total of the open receipt."""

    subtotal: U40


class TlvRequest(Authorised, frozen=True, kw_only=True):
    """TLV members, 250 bytes at most; text inside is CP866."""

    tlv: RawRest


class CloseReceiptRequest(Authorised, frozen=True, kw_only=True):
    """Payments 1 cash, 2–13 electronic, 14 prepaid, 15 credit, 16 other; the missing ones are 0."""

    payments: Annotated[tuple[int, ...], Uints(PAYMENTS, 5)]
    rounding: U8 = 0
    taxes: Annotated[tuple[int, ...], Uints(TAXES, 5)] = ()
    tax_system: U8
    text: Annotated[str, Text(longest=64)] = ""


class CloseReceiptReply(Reply, frozen=True, kw_only=True):
    """The receipt is in the FN."""

    change: U40
    fd: U32
    fpd: U32
    at: TailDt5 = None


class ClassicItemRequest(Authorised, frozen=True, kw_only=True):
    """A line in the old form: quantity in thousandths, up to four numbers of table 6 rows."""

    quantity: U40
    price: U40
    department: U8 = 1
    taxes: Annotated[tuple[int, ...], Uints(4, 1)] = ()
    text: Annotated[str, Text(40)] = ""


class ClassicCloseRequest(Authorised, frozen=True, kw_only=True):
    """Close in the old form; its answer names no document, ask FF01h."""

    payments: Annotated[tuple[int, ...], Uints(4, 5)]
    discount_percent: U16 = 0
    taxes: Annotated[tuple[int, ...], Uints(4, 1)] = ()
    text: Annotated[str, Text(40)] = ""


class ClassicCloseReply(Operator, frozen=True, kw_only=True):
    """Change in kopecks."""

    change: U40


class CashRequest(Authorised, frozen=True, kw_only=True):
    """Sum put into the drawer or taken out of it."""

    amount: U40


class CashReply(Operator, frozen=True, kw_only=True):
    """Running document number."""

    document_number: U16


class CorrectionRequest(Authorised, frozen=True, kw_only=True):
    """Correction of FFD 1.0."""

    total: U40
    operation: U8


class CorrectionV2Request(Authorised, frozen=True, kw_only=True):
    """Correction of FFD 1.05."""

    kind: U8  # 0 own, 1 by order
    operation: U8  # 1 in, 3 out
    total: U40
    payments: Annotated[tuple[int, ...], Uints(5, 5)]
    taxes: Annotated[tuple[int, ...], Uints(TAXES, 5)] = ()
    tax_system: U8


class CorrectionReply(Reply, frozen=True, kw_only=True):
    """The correction is in the FN."""

    number: U16
    fd: U32
    fpd: U32
    at: TailDt5 = None


class StateReportReply(Reply, frozen=True, kw_only=True):
    """Current state of settlements, with what the OFD has not confirmed."""

    fd: U32
    fpd: U32
    unconfirmed: U32
    first_unconfirmed: DateYMD = None
    at: TailDt5 = None


OPEN_SHIFT = Command(0xE0, "open_shift", Authorised, OperatorReply, 120.0)
BEGIN_OPEN_SHIFT = Command(0xFF41, "begin_open_shift", Authorised, Reply)
OPEN_SHIFT_IN_FN = Command(0xFF0B, "open_shift_in_fn", Authorised, ShiftDocumentReply, 120.0)
BEGIN_CLOSE_SHIFT = Command(0xFF42, "begin_close_shift", Authorised, Reply)
CLOSE_SHIFT_IN_FN = Command(0xFF43, "close_shift_in_fn", Authorised, ShiftDocumentReply, 65.0)
OPEN_RECEIPT = Command(0x8D, "open_receipt", OpenReceiptRequest, OperatorReply)
OPERATION = Command(0xFF46, "operation", OperationRequest, Reply)
RECEIPT_DISCOUNT = Command(0xFF4B, "receipt_discount", ReceiptDiscountRequest, Reply)
SUBTOTAL = Command(0x89, "subtotal", Authorised, SubtotalReply)
DOCUMENT_TLV = Command(0xFF0C, "document_tlv", TlvRequest, Reply)
OPERATION_TLV = Command(0xFF4D, "operation_tlv", TlvRequest, Reply)
CLOSE_RECEIPT = Command(0xFF45, "close_receipt", CloseReceiptRequest, CloseReceiptReply)
CANCEL = Command(0x88, "cancel", Authorised, OperatorReply)
REPEAT_DOCUMENT = Command(0x8C, "repeat_document", Authorised, OperatorReply)
CLASSIC_SALE = Command(0x80, "classic_sale", ClassicItemRequest, OperatorReply)
CLASSIC_BUY = Command(0x81, "classic_buy", ClassicItemRequest, OperatorReply)
CLASSIC_SALE_RETURN = Command(0x82, "classic_sale_return", ClassicItemRequest, OperatorReply)
CLASSIC_BUY_RETURN = Command(0x83, "classic_buy_return", ClassicItemRequest, OperatorReply)
CLASSIC_CLOSE = Command(0x85, "classic_close", ClassicCloseRequest, ClassicCloseReply)
CASH_IN = Command(0x50, "cash_in", CashRequest, CashReply)
CASH_OUT = Command(0x51, "cash_out", CashRequest, CashReply)
X_REPORT = Command(0x40, "x_report", Authorised, OperatorReply)
Z_REPORT = Command(0x41, "z_report", Authorised, OperatorReply, 65.0)
BEGIN_CORRECTION = Command(0xFF35, "begin_correction", Authorised, Reply)
CORRECTION = Command(0xFF36, "correction", CorrectionRequest, CorrectionReply)
CORRECTION_V2 = Command(0xFF4A, "correction_v2", CorrectionV2Request, CorrectionReply)
BEGIN_STATE_REPORT = Command(0xFF37, "begin_state_report", Authorised, Reply)
STATE_REPORT = Command(0xFF38, "state_report", Authorised, StateReportReply)
CANCEL_FN_DOCUMENT = Command(0xFF08, "cancel_fn_document", Authorised, Reply)
