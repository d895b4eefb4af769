"""Register, find and decide receipts."""

import re
from typing import Final

from contracts import commands as c
from contracts import services
from contracts.refusals import Code
from pos_gateway import qr, views
from pos_gateway.answers import ResolveAnswer
from pos_gateway.bodies import ReceiptBody, ResolveBody
from pos_gateway.call import Call, Reply, cashier_of, check_till
from pos_gateway.errors import Problem, invalid
from pos_gateway.read_receipt import read_receipt
from pos_gateway.till import Till

RECEIPT_ID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


async def register(till: Till, call: Call) -> Reply:
    """One receipt for one key, whatever is repeated."""
    body = call.read(ReceiptBody)
    check_till(till, body.pos_id)
    draft = read_receipt(body, call.role, till.tax_system)
    request = c.AcceptReceipt(
        key=call.key,
        till=till.id,
        receipt=draft.receipt,
        cashier=cashier_of(body.cashier, call.role),
        original_receipt_id=body.original_receipt_id,
        patience_ms=till.patience_ms,
    )
    try:
        answer = await till.act_by_key(services.ACCEPT, request, c.ReceiptAnswer)
    except Problem as problem:
        raise draft.located(problem) from problem
    held = answer.status in {c.ReceiptStatus.ACCEPTED, c.ReceiptStatus.HELD}
    return Reply(status=202 if held else 200, body=views.receipt_done(answer), replayed=answer.repeated)


async def find(till: Till, call: Call) -> Reply:
    """A receipt by its id or its idempotency key."""
    return Reply(body=views.receipt_state(await _find(till, call)))


async def show_qr(till: Till, call: Call) -> Reply:
    """The QR code of the receipt's document as SVG."""
    answer = await _find(till, call)
    if answer.document is None:
        raise Problem(Code.NOT_FOUND, "У чека ещё нет фискального документа.")
    return Reply(content=qr.svg(answer.document.qr), content_type="image/svg+xml")


async def resolve(till: Till, call: Call) -> Reply:
    """A person's decision on a held receipt; it is stored before it acts."""
    body = call.read(ResolveBody)
    if (body.decision is c.Decision.IS_DOCUMENT) != (body.fd is not None):
        raise invalid(
            "fd", "goes with decision `document` and only with it", "номер документа ФН (ФД) нужен."
        )
    request = c.ResolveReceipt(
        receipt_id=_receipt_id(call), decision=body.decision, by=call.role, fd=body.fd, comment=body.comment
    )
    done = await till.act(services.RESOLVE, request, c.Resolved)
    return Reply(body=ResolveAnswer(receipt_id=done.receipt_id, decision=done.decision))


async def _find(till: Till, call: Call) -> c.ReceiptAnswer:
    return await till.read(services.RECEIPT, c.FindReceipt(receipt_id=_receipt_id(call)), c.ReceiptAnswer)


def _receipt_id(call: Call) -> str:
    receipt_id = call.path["id"].lower()
    if not RECEIPT_ID.fullmatch(receipt_id):
        raise Problem(Code.NOT_FOUND, field="id")
    return receipt_id
