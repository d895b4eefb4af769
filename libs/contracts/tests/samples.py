"""One believable value of every message that is ever published or requested."""

from msgspec import Struct

from contracts import commands as c
from contracts import events as e
from contracts import states as s
from contracts.dead import CONTRADICTION, DeadLetter
from contracts.head_office import OdooStatus
from contracts.refusals import Code, refuse
from fiscal.money import Kopecks, Quantity
from fiscal.receipt import (
    Cashier,
    FiscalDocument,
    Line,
    Operation,
    Payment,
    Receipt,
    Tender,
    VatRate,
)

TILL = "till-001"
KEY = "5f0c1f6e-64f0-4b6f-9d0e-0f1b5e7a9c11"
RECEIPT_ID = "0193c5a0-7a10-7c3e-9b1d-2f6f0a4d8e21"
ORIGINAL_ID = "0193c59f-1b00-7a11-8c2d-6a5b4c3d2e1f"
TASK_ID = "0193c5a1-0000-7000-8000-000000000001"
EVENT_ID = "0193c5a0-7b22-7d00-8000-00000000000a"
FN = "9999078900000961"

CASHIER = Cashier(name="Иванова А. П.", inn="500100732259")
RECEIPT = Receipt(
    operation=Operation.SALE,
    lines=(
        Line(sku="FR-0012", name="Оправа Ray-Ban RX7047", quantity=Quantity(1_000_000), price=Kopecks(1_249_000),
             total=Kopecks(1_249_000), vat=VatRate.NO_VAT),
        Line(sku="SG-0007", name="Очки солнцезащитные Polaroid", quantity=Quantity(2_000_000), price=Kopecks(499_950),
             total=Kopecks(999_900), vat=VatRate.VAT_22),
    ),
    payments=(
        Payment(tender=Tender.CASH, amount=Kopecks(1_300_000)),
        Payment(tender=Tender.CARD, amount=Kopecks(999_900)),
    ),
    buyer_contact="+79161234567",
)  # fmt: skip
DOCUMENT = FiscalDocument(
    fn=FN, fd=812, fp=305419896, at="2026-11-21T12:34", form=3, shift=5, number=17, total=Kopecks(2_248_900),
    qr="t=20261121T1234&s=22489.00&fn=9999078900000961&i=812&fp=305419896&n=1",
)  # fmt: skip
SHIFT_DOCUMENT = FiscalDocument(
    fn=FN, fd=800, fp=1000001, at="2026-11-21T09:00", form=2, shift=5, number=0, total=Kopecks(0), qr=""
)
TOTALS = e.ShiftTotals(
    cash_in_drawer=Kopecks(1_749_000), sales=17, sale_refunds=1, sales_total=Kopecks(20_000_000),
    sale_refunds_total=Kopecks(50_000),
)  # fmt: skip
PRINTER = s.PrinterState(
    till=TILL, at_ms=1_795_178_040_000, link=s.Link.UP, settled=True, device="ШТРИХ-М-01Ф",
    fn=s.FnState(number=FN, last_fd=812, phase=3, warnings=0, documents_left=229_188, valid_until="2029-11-20"),
    shift=s.ShiftState(open=True, number=5, opened_at="2026-11-21T09:00", receipts=17),
    unsent=s.Unsent(count=2, first_fd=811, first_at="2026-11-21T12:30"), delivered_through=810,
)  # fmt: skip
OFD = s.OfdState(
    till=TILL, at_ms=1_795_178_040_000, reachable=True, breaker=s.BreakerState.CLOSED,
    last_success_ms=1_795_178_039_000, run_started_ms=1_795_178_038_000, run_delivered=3, run_duration_ms=120,
)  # fmt: skip
QUEUE = c.QueueInfo(queue_position=2, total_queued=2, estimated_sync_time_s=1)
EVENT = {"event_id": EVENT_ID, "till": TILL}

ACCEPTED = e.ReceiptAccepted(
    **EVENT,
    receipt_id=RECEIPT_ID,
    key=KEY,
    receipt=RECEIPT,
    cashier=CASHIER,
    accepted_at_ms=1_795_178_040_123,
)
PRODUCT = c.Product(
    sku="FR-0012", ean="4601234567893", name="Оправа Ray-Ban RX7047", price=Kopecks(1_249_000), vat=6,
    category="Оправы", stock=3,
)  # fmt: skip

SAMPLES: tuple[Struct, ...] = (
    ACCEPTED,
    e.ReceiptRefused(**EVENT, receipt_id=RECEIPT_ID, key=KEY, code=Code.BUFFER_FULL, total=Kopecks(2_248_900)),
    e.ReceiptFiscalised(**EVENT, receipt_id=RECEIPT_ID, key=KEY, receipt=RECEIPT, cashier=CASHIER, document=DOCUMENT),
    e.ReceiptHeld(**EVENT, receipt_id=RECEIPT_ID, key=KEY, reason=e.HoldReason.UNKNOWN_OUTCOME,
                  facts={"fd_before": "811", "last_fd": "813"}),
    e.ReceiptAnnulled(**EVENT, receipt_id=RECEIPT_ID, key=KEY, by="manager", comment="деньги возвращены"),
    e.DocumentDelivered(**EVENT, fn=FN, fd=812, ticket="1a0b150c22" + "ab" * 18, ticket_at="2026-11-21T12:34"),
    e.ForeignDocument(**EVENT, fn=FN, fd=813, form=3, total=Kopecks(100)),
    e.ShiftOpened(**EVENT, document=SHIFT_DOCUMENT, cashier=CASHIER),
    e.ShiftClosed(**EVENT, document=SHIFT_DOCUMENT, cashier=CASHIER, totals=TOTALS, task_id=TASK_ID),
    e.CashMoved(**EVENT, task_id=TASK_ID, amount=Kopecks(-50_000), cash_in_drawer=Kopecks(1_699_000), cashier=CASHIER),
    e.ReportPrinted(**EVENT, task_id=TASK_ID, totals=TOTALS),
    e.TaskRefused(**EVENT, task_id=TASK_ID, code=Code.NOT_ENOUGH_CASH, message="В денежном ящике нет такой суммы."),
    e.PaperChanged(**EVENT, can_print=False, cause="нет бумаги"),
    e.FnWarned(**EVENT, fn=FN, warnings=4),
    e.MaintenanceChanged(**EVENT, on=True, by="admin", reason="замена ФН"),
    e.BootPassed(**EVENT, fn=FN, last_fd=812, republished=0, released=1, took_ms=41),
    e.ModeChanged(**EVENT, mode=s.Mode.DEGRADED, before=s.Mode.ONLINE, cause=s.ModeCause.ODOO_SILENT,
                  at_ms=1_795_178_040_123),
    PRINTER,
    OFD,
    s.ModeState(till=TILL, at_ms=1_795_178_040_000, mode=s.Mode.DEGRADED, since_ms=1_795_177_040_000,
                cause=s.ModeCause.ODOO_SILENT,
                checks=s.ModeChecks(nats=s.Reach.UP, kkt=s.Reach.UP, ofd=s.Reach.SLOW, link=s.Reach.UP,
                                    odoo=s.Reach.DOWN)),
    s.Beat(till=TILL, at_ms=1_795_178_040_000, version="0.1.0", uptime_s=3600, mode=s.Mode.ONLINE,
           since_ms=1_795_177_040_000, fn=FN, last_fd=812, delivered_through=810, unsent=2, ledger_seq=1204,
           events_seq=1204, queued=2, capacity=200),
    OdooStatus(up=False, at_ms=1_795_178_040_000, cause="База Odoo не отвечает."),
    c.AcceptReceipt(key=KEY, till=TILL, receipt=RECEIPT, cashier=CASHIER),
    c.ReceiptAnswer(status=c.ReceiptStatus.PRINTED, receipt_id=RECEIPT_ID, key=KEY, total=Kopecks(2_248_900),
                    queue=QUEUE, document=DOCUMENT, created_at_ms=1_795_178_040_123),
    c.FindReceipt(receipt_id=RECEIPT_ID),
    c.ResolveReceipt(receipt_id=RECEIPT_ID, decision=c.Decision.IS_DOCUMENT, by="manager", fd=812),
    c.Resolved(receipt_id=RECEIPT_ID, decision=c.Decision.IS_DOCUMENT),
    c.RunTask(key=KEY, till=TILL, kind=c.TaskKind.CASH_OUT, cashier=CASHIER, amount=Kopecks(50_000)),
    c.TaskDone(task_id=TASK_ID, key=KEY, kind=c.TaskKind.OPEN_SHIFT, document=SHIFT_DOCUMENT),
    c.ReadBufferStatus(),
    c.BufferStatus(till=TILL, capacity=200, queued=34, unprinted=0, held=(), maintenance=False, boot_passed=True,
                   stopped="", cash_in_drawer=Kopecks(1_749_000), printer=PRINTER, ofd=OFD, shift=PRINTER.shift,
                   oldest=c.OldestReceipt(receipt_id=RECEIPT_ID, created_at_ms=1_795_178_040_123),
                   alerts=(c.Alert(level="warning", code="buffer_80", message="Буфер заполнен на 80 %."),)),
    c.SetMaintenance(on=True, by="admin", reason="замена ФН"),
    c.ReadJournal(after=10, limit=50),
    c.JournalPage(rows=(c.JournalRow(seq=11, hlc="hlc", event=ACCEPTED),), last_seq=11),
    c.RecordEvent(event=ACCEPTED, hlc="hlc"),
    c.Recorded(event_id=EVENT_ID, seq=11),
    c.PerformTask(task_id=TASK_ID, key=KEY, kind=c.TaskKind.CASH_IN, cashier=CASHIER, amount=Kopecks(50_000),
                  deadline_ms=1_795_178_100_000),
    c.ReadPrinterState(),
    c.OfdTake(),
    c.OfdMessage(fn=FN, fd=812, data=b"\x2a\x08\x41\x0a"),
    c.NothingToSend(),
    c.OfdGive(fn=FN, fd=812, data=b"\x2a\x08\x41\x0a"),
    c.OfdGiven(taken=True),
    c.ResolveHeld(receipt_id=RECEIPT_ID, key=KEY, decision=c.Decision.ANNUL, by="manager", stale=True),
    c.Sync(by="manager", force=True),
    c.SyncStarted(run_id="1"),
    c.ReadOfdState(),
    c.ResetBreaker(by="admin"),
    c.BreakerReset(before=s.BreakerState.OPEN, after=s.BreakerState.CLOSED),
    c.SearchCatalog(text="ray ban"),
    c.FoundProducts(products=(PRODUCT,), source="cache", total=300),
    DeadLetter(letter_id=EVENT_ID, till=TILL, kind=CONTRADICTION, text="Чек аннулирован, но есть в ФН.",
               at_ms=1_795_178_040_123, facts={"fd": "812"}),
    refuse(Code.ORIGINAL_NOT_SYNCED, retry_after_s=30, original_receipt_id=ORIGINAL_ID),
)  # fmt: skip
