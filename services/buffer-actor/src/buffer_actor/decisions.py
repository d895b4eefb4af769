"""A manager's decision on a held receipt. Only a stale one is ours to print; the rest printer-actor knows better."""

import msgspec

from actor import log
from buffer_actor.context import Context
from buffer_actor.keeper import Keeper
from buffer_actor.machine import Fact, State, advance
from buffer_actor.rows import ReceiptRow
from buffer_actor.tx import Tx
from contracts.commands import Decision, Resolved, ResolveHeld, ResolveReceipt
from contracts.refusals import Code, Refusal, refuse


class Forward(msgspec.Struct, frozen=True, kw_only=True):
    """Ask printer-actor, outside of the mailbox; then tell `Decisions.taken`."""

    question: ResolveHeld


def judge(row: ReceiptRow | None, command: ResolveReceipt) -> Resolved | Refusal | Forward | None:
    """What to do with a decision; None: print a stale receipt. Pure."""
    if row is None:
        return refuse(Code.NOT_FOUND)
    if _is_repeat(row, command):
        return Resolved(receipt_id=row.receipt_id, decision=command.decision)
    if row.state not in (State.HELD, State.STALE):
        return refuse(Code.NOT_HELD, state=row.state)
    if row.state is State.STALE and command.decision is Decision.PRINT:
        return None
    return Forward(
        question=ResolveHeld(
            receipt_id=row.receipt_id,
            key=row.key,
            decision=command.decision,
            by=command.by,
            fd=command.fd,
            comment=command.comment,
            stale=row.state is State.STALE,
        )
    )


def _is_repeat(row: ReceiptRow, command: ResolveReceipt) -> bool:
    """Whether the decision was carried out before, or is on its way."""
    match row.state, command.decision:
        case State.HELD | State.STALE, decision:
            return row.decision is decision
        case State.ANNULLED, Decision.ANNUL:
            return True
        case State.FISCALISED | State.DELIVERED, Decision.PRINT:
            return row.reason is not None
        case State.FISCALISED | State.DELIVERED, Decision.IS_DOCUMENT:
            return row.reason is not None and row.document is not None and row.document.fd == command.fd
        case _:
            return False


class Decisions:
    """Runs in the mailbox."""

    def __init__(self, context: Context, keeper: Keeper) -> None:
        self._context = context
        self._keeper = keeper

    async def take(self, command: ResolveReceipt) -> Resolved | Refusal | Forward:
        """Judge; a stale receipt that shall be printed is the guard's from now on."""
        row = await self._context.ledger.find_receipt(command.receipt_id)
        answer = judge(row, command)
        if answer is not None or row is None:
            return answer or refuse(Code.NOT_FOUND)
        stale = row

        def store(tx: Tx) -> None:
            tx.move(stale, advance(stale.state, Fact.PRINT_DECIDED)[0])
            tx.set_decision(stale, command.decision, command.by)

        await self._context.ledger.write(store)
        _log(command.receipt_id, command.decision, command.by)
        self._context.condition.guard()
        self._keeper.wake()
        return Resolved(receipt_id=row.receipt_id, decision=command.decision)

    async def taken(self, question: ResolveHeld) -> None:
        """printer-actor has stored the decision."""

        def store(tx: Tx) -> None:
            row = tx.receipt(question.key)
            if row is not None:
                tx.set_decision(row, question.decision, question.by)

        await self._context.ledger.write(store)
        _log(question.receipt_id, question.decision, question.by)


def _log(receipt_id: str, decision: Decision, by: str) -> None:
    log.canonical("receipt_resolved", receipt_id=receipt_id, decision=decision, by=by)
