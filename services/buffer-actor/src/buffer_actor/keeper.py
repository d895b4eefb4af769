"""The guard at work: compares BUFFER with the ledger and mends what differs. Runs in the mailbox; `run` asks for it."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Final

from actor import log
from actor.mailbox import MailboxError
from actor.stop import Stop
from buffer_actor.bells import Bell
from buffer_actor.buffer_stream import Published
from buffer_actor.condition import Stage
from buffer_actor.context import Context
from buffer_actor.faults import Point
from buffer_actor.guard import Plan, compare
from buffer_actor.jetstream import ServerSilent
from buffer_actor.machine import Fact, Outcome, State, advance
from buffer_actor.notices import GuardRan, ReceiptSettled
from buffer_actor.rows import ReceiptRow
from buffer_actor.store import Slot
from buffer_actor.tx import Tx
from contracts.dead import DeadLetter
from contracts.events import HoldReason, ReceiptHeld
from contracts.refusals import Refusal

EVERY_S: Final = 20.0
RETRY_S: Final = 0.5
STALE_AFTER_MS: Final = 10 * 60 * 1000
"""A receipt that was not published for so long is not printed without asking."""


class Keeper:
    """Keeps BUFFER and ledger equal."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._bell = Bell()
        self.republished = 0
        self.released = 0
        context.releaser.on_freed = self._room_again

    def wake(self) -> None:
        self._bell.ring()

    async def run(self, stop: Stop, check: Callable[[], Awaitable[bool]]) -> None:
        """Have BUFFER checked (by the mailbox) when rung, soon while the guard is set, and by timer."""
        stop.ready()
        while True:
            await self._bell.wait(RETRY_S if self._context.condition.guarded else EVERY_S, stop)
            if stop.requested:
                return
            if self._context.condition.stage is Stage.STARTING:
                continue  # the boot guard asks by itself
            try:
                await check()
            except MailboxError as error:
                log.get().info("buffer_check_unanswered", reason=str(error))

    async def not_now(self) -> Refusal | None:
        """Why nothing new can be judged now; a set guard is given its chance first."""
        condition = self._context.condition
        if condition.guarded and condition.stage is not Stage.STARTING:
            await self.check()
        return condition.refusal(device_off=self._context.world.device_off)

    async def check(self) -> bool:
        """Compare and mend; True when both agree and new keys may come."""
        context = self._context
        connection = context.condition.connection()
        try:
            plan = await self._compare()
        except ServerSilent as error:
            log.get().info("buffer_unreadable", reason=str(error))
            context.condition.guard()
            return False
        for slot in plan.accept:
            await self.store_accepted(await self._row(slot))
        for receipt_id in plan.release:
            context.releaser.free(receipt_id)
        for receipt_id, text in plan.contradictions:
            await self.contradict(context.letter(f"buffer:{receipt_id}", text, receipt_id=receipt_id))
        clear = await self._publish_missing(plan) and not plan.contradictions
        if clear:
            context.condition.compared(connection)
        else:
            context.condition.guard()
        self.released += len(plan.release)
        context.notify(GuardRan(republished=len(plan.publish), released=len(plan.release), clear=clear))
        return clear

    async def store_accepted(self, row: ReceiptRow) -> None:
        """BUFFER has the receipt: say so in the ledger, with its event."""
        state, outcome = advance(row.state, Fact.STORED)
        if outcome is not Outcome.MOVED:
            return
        context = self._context

        def accepted(tx: Tx) -> None:
            tx.move(row, state)
            tx.announce(row)

        await context.ledger.write(accepted)
        await context.at(Point.ACCEPTED)
        context.waiters.changed(row.key)
        context.events.wake()
        context.notify(ReceiptSettled(state=state))
        log.canonical(
            "receipt_accepted", receipt_id=row.receipt_id, key=row.key, hlc=row.hlc, total_kopecks=row.total
        )

    async def age(self) -> int:
        """At start: rows that were received too long ago wait for a person; how many."""
        context = self._context
        rows = await context.ledger.received_before(context.now_ms() - STALE_AFTER_MS)
        for row in rows:
            await context.ledger.write(partial(self._store_stale, row))
            context.notify(ReceiptSettled(state=State.STALE))
            log.get().error("receipt_stale", receipt_id=row.receipt_id, key=row.key, hlc=row.hlc)
        return len(rows)

    async def contradict(self, letter: DeadLetter) -> None:
        """Stop the till until a person has looked; told once, remembered over restarts."""
        context = self._context
        fresh = await context.ledger.write(lambda tx: tx.contradict(letter))
        context.condition.stop(await context.ledger.contradictions())
        if fresh:
            log.get().critical("contradiction", letter_id=letter.letter_id, text=letter.text)

    # --- parts ----------------------------------------------------------------------------------------------

    async def _compare(self) -> Plan:
        context = self._context
        present = await context.buffer.present()
        rows = await context.ledger.slots()
        others = present - {row.receipt_id for row in rows}
        return compare(present, [*rows, *await context.ledger.slots_of(sorted(others))])

    async def _publish_missing(self, plan: Plan) -> bool:
        """Publish what BUFFER lacks. Without room a row stays as it is: its turn comes after the next release."""
        complete = True
        for slot in plan.publish:
            row = await self._row(slot)
            published = await self._context.buffer.publish(row.accepted, row.hlc, first=False)
            log.get().warning(
                "buffer_republished", receipt_id=row.receipt_id, state=row.state, outcome=published.name
            )
            if published is not Published.STORED:
                complete = False
                continue
            self.republished += 1
            await self.store_accepted(row)
        return complete

    async def _row(self, slot: Slot) -> ReceiptRow:
        row = await self._context.ledger.receipt(slot.key)
        assert row is not None, f"{slot.key} was in the ledger a moment ago"
        return row

    def _store_stale(self, row: ReceiptRow, tx: Tx) -> None:
        event = ReceiptHeld(
            event_id=f"{row.receipt_id}:stale",
            till=self._context.till,
            receipt_id=row.receipt_id,
            key=row.key,
            reason=HoldReason.STALE,
        )
        tx.move(row, advance(row.state, Fact.AGED)[0])
        tx.set_hold(row, HoldReason.STALE, {})
        tx.append(event, row.hlc)

    def _room_again(self) -> None:
        if self._context.condition.guarded:
            self.wake()
