"""Believable receipts, rows and events."""

from buffer_actor.machine import State
from buffer_actor.rows import ReceiptRow
from contracts import events as e
from fiscal.money import ONE, Kopecks, Quantity
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
FN = "9999078900000961"
NOW_MS = 1_772_000_000_000
CASHIER = Cashier(name="Иванова А. П.")


def key_of(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012x}"


def id_of(number: int) -> str:
    return f"00000000-0000-7000-8000-{number:012x}"


def line(*, sku: str = "FR-1", quantity: int = 1, price: int = 10_000, total: int | None = None) -> Line:
    return Line(
        sku=sku,
        name=f"Оправа {sku}",
        quantity=Quantity(quantity * ONE),
        price=Kopecks(price),
        total=Kopecks(quantity * price if total is None else total),
        vat=VatRate.NO_VAT,
    )


def receipt(*lines: Line, operation: Operation = Operation.SALE, tender: Tender = Tender.CASH) -> Receipt:
    sold = lines or (line(),)
    total = Kopecks(sum(each.total for each in sold))
    return Receipt(operation=operation, lines=sold, payments=(Payment(tender=tender, amount=total),))


def row(number: int = 1, *, state: State = State.RECEIVED, of: Receipt | None = None) -> ReceiptRow:
    accepted = e.ReceiptAccepted(
        event_id=f"{id_of(number)}:accepted",
        till=TILL,
        receipt_id=id_of(number),
        key=key_of(number),
        receipt=of or receipt(),
        cashier=CASHIER,
        accepted_at_ms=NOW_MS,
    )
    return ReceiptRow(
        key=key_of(number),
        receipt_id=id_of(number),
        body_hash=b"hash",
        accepted=accepted,
        state=state,
        created_at_ms=NOW_MS + number,
        hlc=f"2026-02-25T06:13:20.000Z+{number:04}@till-001",
    )


def document(fd: int, *, form: int = 3, shift: int = 1, total: int = 10_000) -> FiscalDocument:
    return FiscalDocument(
        fn=FN,
        fd=fd,
        fp=1000 + fd,
        at="2026-02-25T09:13",
        form=form,
        shift=shift,
        number=fd,
        total=Kopecks(total),
        qr="",
    )


def fiscalised(number: int, fd: int, *, of: Receipt | None = None, event_id: str = "") -> e.ReceiptFiscalised:
    return e.ReceiptFiscalised(
        event_id=event_id or f"fiscalised-{number}-{fd}",
        till=TILL,
        receipt_id=id_of(number),
        key=key_of(number),
        receipt=of or receipt(),
        cashier=CASHIER,
        document=document(fd),
    )


def delivered(fd: int) -> e.DocumentDelivered:
    return e.DocumentDelivered(
        event_id=f"delivered-{fd}", till=TILL, fn=FN, fd=fd, ticket="ab" * 18, ticket_at="2026-02-25T09:14"
    )


def held(
    number: int, reason: e.HoldReason = e.HoldReason.UNKNOWN_OUTCOME, *, event_id: str = ""
) -> e.ReceiptHeld:
    return e.ReceiptHeld(
        event_id=event_id or f"held-{number}",
        till=TILL,
        receipt_id=id_of(number),
        key=key_of(number),
        reason=reason,
        facts={"fd_before": "7"},
    )


def annulled(number: int) -> e.ReceiptAnnulled:
    return e.ReceiptAnnulled(
        event_id=f"annulled-{number}", till=TILL, receipt_id=id_of(number), key=key_of(number), by="manager"
    )
