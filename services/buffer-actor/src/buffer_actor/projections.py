"""What events do to the cash balance; pure. Stored in the transaction of their event, so each counts once."""

from buffer_actor.rows import Drawer
from contracts.events import CashMoved, Event, ReceiptFiscalised, ReportPrinted, ShiftClosed
from fiscal.money import Kopecks
from fiscal.receipt import Operation, Receipt
from fiscal.settlement import settle

_INTO_DRAWER = {Operation.SALE, Operation.EXPENSE_REFUND}


def cash_effect(receipt: Receipt) -> Kopecks:
    """Kopecks that a fiscalised receipt adds to the drawer, negative when it takes them out."""
    cash = settle(receipt).cash
    return cash if receipt.operation in _INTO_DRAWER else Kopecks(-cash)


def drawer_after(drawer: Drawer, event: Event) -> Drawer:
    """The drawer after an event; the KKT's own register wins over our addition."""
    match event:
        case ReceiptFiscalised(receipt=receipt):
            return Drawer(Kopecks(drawer.cash + cash_effect(receipt)), drawer.counted)
        case CashMoved(cash_in_drawer=cash):
            return Drawer(cash, counted=True)
        case ShiftClosed(totals=totals) | ReportPrinted(totals=totals):
            return Drawer(totals.cash_in_drawer, counted=True)
        case _:
            return drawer
