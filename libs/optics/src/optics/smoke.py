"""`optics smoke`: a fresh till on free ports sells, repeats, refunds, reports; every fact is a line with its time."""

import asyncio
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Final

import aiohttp

from optics.log_lines import loud
from optics.stack import StackError, TillStack
from optics.stale import members
from optics.till_client import Answer, TillClient, eventually

LIMIT_S: Final = 60.0
DELIVERY_S: Final = 15.0
RECEIPT_FORM: Final = 3

SALE: Final[dict[str, Any]] = {
    "pos_id": "till-001",
    "type": "sale",
    "items": [
        {"sku": "FR-001", "name": "Оправа Ray-Ban RX7047", "qty": 1, "price": "7990.00", "vat": "no_vat"},
        {"sku": "SG-001", "name": "Очки солнцезащитные", "qty": 2, "price": "4990.50", "vat": "22%"},
    ],
    "payments": [{"method": "card", "amount": "10000.00"}, {"method": "cash", "amount": "8000.00"}],
}
TOTAL_KOPECKS: Final = 1_797_100
OTHER_PAYMENTS: Final = [{"method": "card", "amount": "17971.00"}]
REFUND_PAYMENTS: Final = [{"method": "card", "amount": "10000.00"}, {"method": "cash", "amount": "7971.00"}]


class Wrong(Exception):
    """The till did not do what it must; the message says what was seen."""


class Facts:
    """Prints each fact with the seconds since the start."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self.warnings: list[str] = []

    def saw(self, text: str) -> None:
        print(f"+{time.monotonic() - self._began:5.2f} s  {text}", flush=True)

    def line(self, name: str, line: str) -> None:
        """Keep the children's warnings for the case of failure."""
        if text := loud(line):
            self.warnings.append(f"{name}: {text}")


async def run() -> int:
    """0 when every fact was seen, 1 otherwise; nothing is left behind in either case."""
    facts = Facts()
    with tempfile.TemporaryDirectory(prefix="optics-smoke-") as name:
        folder = Path(name)
        try:
            async with asyncio.timeout(LIMIT_S):
                await _sell_on_a_fresh_till(folder, facts)
        except (Wrong, StackError, TimeoutError, aiohttp.ClientError) as error:
            facts.saw(f"FAILED: {type(error).__name__}: {error}")
            print("\n".join(facts.warnings[-40:]), file=sys.stderr, flush=True)
            return 1
        if left := members(folder):
            facts.saw(f"FAILED: processes are left behind: {left}")
            return 1
    facts.saw("everything stopped, no process is left")
    return 0


async def _sell_on_a_fresh_till(folder: Path, facts: Facts) -> None:
    async with TillStack(folder, on_line=facts.line) as stack, TillClient(stack) as till:
        facts.saw(f"ready: {len(stack.names())} processes, {stack.url}")
        await _open_shift(till, facts)
        receipt_id = await _sell(till, facts)
        await _refund(till, facts, receipt_id)
        await _report(till, facts)
        await _compare(till, facts)


async def _open_shift(till: TillClient, facts: Facts) -> None:
    opened = _done(await till.post("/v1/kkt/shift/open"), "shift")
    facts.saw(f"shift {opened['fiscal_doc']['shift']} opened: fd {opened['fiscal_doc']['fd']}")


async def _sell(till: TillClient, facts: Facts) -> str:
    """The receipt's id, once the OFD has it."""
    key = "5e11a000-0000-4000-8000-000000000001"
    sold = await till.post("/v1/kkt/receipt", SALE, key=key)
    body = _done(sold, "sale")
    document = body["fiscal_doc"]
    facts.saw(f"sold: fd {document['fd']}, fp {document['fp']}, {body['total']} roubles, {body['status']}")
    facts.saw(f"QR: {document['qr']}")

    again = await till.post("/v1/kkt/receipt", SALE, key=key)
    _must(_done(again, "repeat")["fiscal_doc"] == document, f"another answer to the same key: {again}")
    other = await till.post("/v1/kkt/receipt", {**SALE, "payments": OTHER_PAYMENTS}, key=key)
    _must(other.status == 409, f"the key was taken for another body: {other}")
    facts.saw("same key: the same document; same key with another body: 409")

    async def delivered() -> bool:
        found = await till.get(f"/v1/kkt/receipt/{body['receipt_id']}")
        return bool(found.body.get("delivered"))

    await _within(delivered, "the OFD's ticket for the sale")
    facts.saw(f"delivered: the OFD has fd {document['fd']} and the FN its ticket")
    return str(body["receipt_id"])


async def _refund(till: TillClient, facts: Facts, receipt_id: str) -> None:
    refund = {**SALE, "type": "refund", "original_receipt_id": receipt_id, "payments": REFUND_PAYMENTS}
    document = _done(await till.post("/v1/kkt/receipt", refund), "refund")["fiscal_doc"]
    facts.saw(f"refunded: fd {document['fd']}")
    again = await till.post("/v1/kkt/receipt", refund)
    _must(again.status == 409, f"refunded twice: {again}")
    facts.saw(f"a second refund: {again.status} {again.body['code']}")


async def _report(till: TillClient, facts: Facts) -> None:
    totals = _done(await till.post("/v1/kkt/x_report"), "X report")["totals"]
    facts.saw(f"X report: {totals['sales']} sale, {totals['sale_refunds']} refund")
    closed = _done(await till.post("/v1/kkt/z_report"), "Z report")["fiscal_doc"]
    facts.saw(f"Z report: shift {closed['shift']} closed, fd {closed['fd']}")


async def _compare(till: TillClient, facts: Facts) -> None:
    """The OFD holds all the FN made, in order, byte for byte."""
    made = await till.fn_documents()

    async def complete() -> Any:
        found = await till.ofd_documents()
        return found if len(found) >= len(made) else None

    held = await _within(complete, f"{len(made)} documents at the OFD")
    numbers = [document["fd"] for document in held]
    _must(numbers == list(range(1, len(made) + 1)), f"not in FD order: {numbers}")
    foreign = [fn["fd"] for fn, ofd in zip(made, held, strict=True) if fn["tlv"] not in ofd["raw"]]
    _must(not foreign, f"bytes at the OFD differ from the FN's: fd {foreign}")
    totals = [document["total"] for document in held if document["form"] == RECEIPT_FORM]
    _must(totals == [TOTAL_KOPECKS, TOTAL_KOPECKS], f"sums at the OFD: {totals}")
    facts.saw(f"the OFD holds fd 1…{len(held)} in order, byte for byte as the FN made them")


async def _within(probe: Any, what: str) -> Any:
    try:
        return await eventually(probe, DELIVERY_S)
    except TimeoutError:
        raise Wrong(f"{what}: not within {DELIVERY_S:g} s") from None


def _done(answer: Answer, what: str) -> dict[str, Any]:
    """The body of a 200."""
    _must(answer.status == 200, f"{what}: {answer.status} {answer.body}")
    body: dict[str, Any] = answer.body
    return body


def _must(holds: bool, otherwise: str) -> None:
    if not holds:
        raise Wrong(otherwise)
