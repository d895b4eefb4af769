"""A receipt that another host registers on the same device."""

from kkt_emulator.handlers import sale
from kkt_emulator.handlers.reports import open_shift_document
from kkt_emulator.kkt import SYSTEM, Kkt
from kkt_emulator.refusal import Refusal
from kkt_emulator.state import Item, OpenReceipt
from kkt_emulator.store import Document

NO_VAT_CODE = 8


def register_foreign_receipt(kkt: Kkt, total: int) -> Document:
    """Register a cash sale of one line; 4Ah while a receipt is open, for one device holds one receipt."""
    if kkt.memory.receipt is not None:
        raise Refusal(0x4A)
    if not kkt.fn.state.shift_open:
        open_shift_document(kkt, SYSTEM)
    item = Item(
        name="Чек другого хоста",
        quantity=1_000_000,
        price=total,
        total=total,
        tax=NO_VAT_CODE,
        method=4,
        subject=1,
        department=1,
    )
    receipt = OpenReceipt(kind=0, operator=SYSTEM, items=[item])
    document, _ = sale.register(kkt, receipt, SYSTEM, (total,), total, 0)
    kkt.print_document(document)
    return document
