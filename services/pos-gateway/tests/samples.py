"""Believable requests and replies."""

from typing import Any

from contracts import commands as c
from contracts import events as e
from contracts import states as s
from fiscal.money import Kopecks, Quantity
from fiscal.receipt import Cashier, FiscalDocument, Line, Operation, Payment, Receipt, Tender, VatRate

TILL = "till-001"
TOKENS = {
    "cashier": "cashier-token-0001",
    "manager": "manager-token-0001",
    "accountant": "accountant-token-1",
    "admin": "admin-token-000001",
}
KEY = "5f0c1f6e-64f0-4b6f-9d0e-0f1b5e7a9c11"
RECEIPT_ID = "0193c5a0-7a10-7c3e-9b1d-2f6f0a4d8e21"
NOW_MS = 1_795_178_040_000

DOCUMENT = FiscalDocument(
    fn="9999078900000961", fd=812, fp=305419896, at="2026-11-21T12:34", form=3, shift=5, number=17,
    total=Kopecks(1_249_000), qr="t=20261121T1234&s=12490.00&fn=9999078900000961&i=812&fp=305419896&n=1",
)  # fmt: skip
SOLD = Receipt(
    operation=Operation.SALE,
    lines=(
        Line(sku="FR-1", name="Оправа", quantity=Quantity(1_000_000), price=Kopecks(1_249_000),
             total=Kopecks(1_249_000), vat=VatRate.NO_VAT),
    ),
    payments=(Payment(tender=Tender.CARD, amount=Kopecks(1_249_000)),),
)  # fmt: skip
PRINTED = c.ReceiptAnswer(
    status=c.ReceiptStatus.PRINTED, receipt_id=RECEIPT_ID, key=KEY, total=Kopecks(1_249_000),
    queue=c.QueueInfo(queue_position=1, total_queued=1, estimated_sync_time_s=1), document=DOCUMENT,
    created_at_ms=NOW_MS,
)  # fmt: skip
PRINTER = s.PrinterState(
    till=TILL, at_ms=NOW_MS, link=s.Link.UP, settled=True, device="ШТРИХ-М-01Ф",
    fn=s.FnState(number="9999078900000961", last_fd=812, phase=3, warnings=0, documents_left=229_188),
    shift=s.ShiftState(open=True, number=5, opened_at="2026-11-21T09:00", receipts=17),
)  # fmt: skip
OFD = s.OfdState(
    till=TILL, at_ms=NOW_MS, reachable=True, breaker=s.BreakerState.CLOSED, last_success_ms=NOW_MS - 1000,
    run_delivered=3, run_duration_ms=120,
)  # fmt: skip
MODE = s.ModeState(
    till=TILL, at_ms=NOW_MS, mode=s.Mode.ONLINE, since_ms=NOW_MS - 7_200_500, cause=s.ModeCause.ALL_UP,
    checks=s.ModeChecks(nats=s.Reach.UP, kkt=s.Reach.UP, ofd=s.Reach.UP, link=s.Reach.UP, odoo=s.Reach.UP),
)  # fmt: skip
STATUS = c.BufferStatus(
    till=TILL, capacity=200, queued=34, unprinted=0, held=(), maintenance=False, boot_passed=True, stopped="",
    cash_in_drawer=Kopecks(1_749_000), printer=PRINTER, ofd=OFD, shift=PRINTER.shift,
    oldest=c.OldestReceipt(receipt_id=RECEIPT_ID, created_at_ms=NOW_MS - 4_500_000),
    alerts=(c.Alert(level="warning", code="buffer_80", message="Буфер заполнен на 80 %."),),
)  # fmt: skip
TOTALS = e.ShiftTotals(
    cash_in_drawer=Kopecks(1_749_000), sales=17, sale_refunds=1, sales_total=Kopecks(20_000_000),
    sale_refunds_total=Kopecks(50_000),
)  # fmt: skip
CASHIER = Cashier(name="Кассир")


def sale(**changes: Any) -> dict[str, Any]:
    """A sale of one frame by card; `changes` replace fields of the body."""
    return {
        "pos_id": TILL,
        "type": "sale",
        "items": [item()],
        "payments": [{"method": "card", "amount": "12490.00"}],
        **changes,
    }


def item(**changes: Any) -> dict[str, Any]:
    """One line; `changes` replace its fields."""
    return {"sku": "FR-1", "name": "Оправа", "qty": 1, "price": "12490.00", "vat": "no_vat", **changes}


def bearer(role: str = "cashier", key: str | None = KEY) -> dict[str, str]:
    """Headers of a caller."""
    headers = {"Authorization": f"Bearer {TOKENS[role]}"}
    return headers if key is None else {**headers, "Idempotency-Key": key}
