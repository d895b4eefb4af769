"""A receipt at the door: key, input, gates, then received → BUFFER → accepted. Runs in the mailbox.

Each verdict is stored before it is said. What is not known is no verdict: the row stays `received` and the guard
carries it on.
"""

import datetime

import msgspec

from actor import log
from buffer_actor import accept
from buffer_actor.buffer_stream import Published
from buffer_actor.context import Context
from buffer_actor.faults import Point
from buffer_actor.keeper import Keeper
from buffer_actor.machine import Fact, State, advance
from buffer_actor.notices import ReceiptSettled
from buffer_actor.refunds import REFUND_OF, check_refund
from buffer_actor.rows import Drawer, ReceiptRow
from buffer_actor.tx import Tx
from contracts.commands import AcceptReceipt
from contracts.events import ReceiptAccepted, ReceiptRefused
from contracts.refusals import Code, Refusal, refuse
from hlc import ClockInDoubt


class Joined(msgspec.Struct, frozen=True, kw_only=True):
    """The key has its row: wait for it and answer from it."""

    key: str
    repeated: bool


class Reception:
    """Takes receipts of one till."""

    def __init__(self, context: Context, keeper: Keeper) -> None:
        self._context = context
        self._keeper = keeper

    async def take(self, command: AcceptReceipt) -> Joined | Refusal:
        """Find or make the key's row. A Refusal from here is not stored; nothing was done."""
        known = await self._context.ledger.known(command.key)
        body_hash = accept.body_hash(command)
        if known.receipt is not None:
            return _join(known.receipt, body_hash)
        if known.task is not None:
            return refuse(Code.KEY_REUSED)
        return (
            await self._check(command)
            or await self._keeper.not_now()
            or await self._decide(command, body_hash)
        )

    async def around(self) -> accept.Surroundings:
        """What the gates look at, now."""
        context = self._context
        facts = await context.ledger.gate_facts()
        return accept.Surroundings(
            now_ms=context.now_ms(),
            running_since_ms=context.running_since_ms,
            capacity=facts.capacity,
            free_bytes=context.free_bytes(),
            waiting=facts.waiting,
            maintenance=facts.maintenance,
            printer=context.world.printer,
        )

    async def _check(self, command: AcceptReceipt) -> Refusal | None:
        context = self._context
        today = datetime.datetime.fromtimestamp(context.now_ms() / 1000).astimezone().date()
        wrong = accept.check_input(command, till=context.till, on=today, tax_systems=context.tax_system)
        if wrong is not None or command.receipt.operation not in REFUND_OF:
            return wrong
        original_id = command.original_receipt_id
        original = await context.ledger.find_receipt(original_id) if original_id else None
        earlier = await context.ledger.refunds_of(original.receipt_id) if original else ()
        return check_refund(command.receipt, original_id, original, earlier)

    async def _decide(self, command: AcceptReceipt, body_hash: bytes) -> Joined | Refusal:
        try:
            hlc = str(self._context.clock.now())
        except ClockInDoubt as error:
            return refuse(Code.STARTING, waits_for=str(error))
        row = self._new_row(command, body_hash, hlc)
        closed = accept.first_closed_gate(
            await self.around(), self._context.limits
        ) or accept.not_enough_cash(command.receipt, await self._context.ledger.meta(Drawer) or Drawer())
        if closed is not None:
            await self._store_new_refusal(row, closed)
        else:
            await self._accept(row)
        return Joined(key=row.key, repeated=False)

    def _new_row(self, command: AcceptReceipt, body_hash: bytes, hlc: str) -> ReceiptRow:
        receipt_id, now_ms = self._context.new_id(), self._context.now_ms()
        accepted = ReceiptAccepted(
            event_id=f"{receipt_id}:accepted",
            till=self._context.till,
            receipt_id=receipt_id,
            key=command.key,
            receipt=command.receipt,
            cashier=command.cashier,
            accepted_at_ms=now_ms,
            original_receipt_id=command.original_receipt_id,
        )
        return ReceiptRow(
            key=command.key,
            receipt_id=receipt_id,
            body_hash=body_hash,
            accepted=accepted,
            state=State.RECEIVED,
            created_at_ms=now_ms,
            hlc=hlc,
        )

    # --- received → BUFFER → accepted -----------------------------------------------------------------------

    async def _accept(self, row: ReceiptRow) -> None:
        context = self._context
        await context.ledger.write(lambda tx: tx.insert_receipt(row))
        await context.at(Point.RECEIVED)
        published = await context.buffer.publish(row.accepted, row.hlc, first=True)
        await context.at(Point.PUBLISHED)
        match published:
            case Published.STORED:
                await self._keeper.store_accepted(row)
            case Published.NO_ROOM:
                await self._store_no_room(row)
            case Published.UNKNOWN:
                context.condition.guard()
                self._keeper.wake()

    # --- refusals -------------------------------------------------------------------------------------------

    async def _store_new_refusal(self, row: ReceiptRow, refusal: Refusal) -> None:
        refused = msgspec.structs.replace(row, state=State.REFUSED, refusal=refusal)

        def store(tx: Tx) -> None:
            tx.insert_receipt(refused)
            self._append_refused(tx, refused, refusal)

        await self._context.ledger.write(store)
        await self._refused(refused, refusal)

    async def _store_no_room(self, row: ReceiptRow) -> None:
        refusal = accept.buffer_full((await self._context.ledger.gate_facts()).capacity)

        def store(tx: Tx) -> None:
            tx.move(row, advance(row.state, Fact.NO_ROOM)[0])
            tx.set_refusal(row, refusal)
            self._append_refused(tx, row, refusal)

        await self._context.ledger.write(store)
        await self._refused(row, refusal)

    def _append_refused(self, tx: Tx, row: ReceiptRow, refusal: Refusal) -> None:
        event = ReceiptRefused(
            event_id=f"{row.receipt_id}:refused",
            till=self._context.till,
            receipt_id=row.receipt_id,
            key=row.key,
            code=refusal.code,
            total=row.total,
        )
        tx.append(event, row.hlc)

    async def _refused(self, row: ReceiptRow, refusal: Refusal) -> None:
        await self._context.at(Point.REFUSED)
        self._context.events.wake()
        self._context.notify(ReceiptSettled(state=State.REFUSED))
        log.canonical(
            "receipt_refused", receipt_id=row.receipt_id, key=row.key, hlc=row.hlc, code=refusal.code,
            total_kopecks=row.total,
        )  # fmt: skip


def _join(known: ReceiptRow, body_hash: bytes) -> Joined | Refusal:
    if known.body_hash != body_hash:
        return refuse(Code.KEY_REUSED, receipt_id=known.receipt_id)
    return Joined(key=known.key, repeated=True)
