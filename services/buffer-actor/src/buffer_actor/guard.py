"""BUFFER against the ledger: what each row needs. Pure.

Run at start, after every reconnect, after every publish without an answer, and by timer.
"""

from collections.abc import Iterable, Set

import msgspec

from buffer_actor.machine import FREED, IN_BUFFER, State
from buffer_actor.store import Slot


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What makes BUFFER agree with the ledger."""

    accept: tuple[Slot, ...] = ()  # received, and BUFFER has it: the row can move on
    publish: tuple[Slot, ...] = ()  # BUFFER lacks it
    release: tuple[str, ...] = ()  # receipt ids whose message must not be there any more
    contradictions: tuple[tuple[str, str], ...] = ()  # receipt id, text


def compare(present: Set[str], rows: Iterable[Slot]) -> Plan:
    """`rows`: all that must be in BUFFER, and those of the receipts that are there."""
    known = {row.receipt_id: row for row in rows}
    must = [row for row in known.values() if row.state in IN_BUFFER]
    there = sorted(present)
    return Plan(
        accept=tuple(row for row in must if row.receipt_id in present and row.state is State.RECEIVED),
        publish=tuple(row for row in must if row.receipt_id not in present),
        release=tuple(each for each in there if each in known and known[each].state in FREED),
        contradictions=tuple(
            (each, text) for each in there if (text := _contradiction(each, known.get(each)))
        ),
    )


def _contradiction(receipt_id: str, row: Slot | None) -> str:
    if row is None:
        return f"В буфере лежит чек {receipt_id}, которого нет в журнале кассы."
    if row.state is State.REFUSED:
        return f"В буфере лежит чек {receipt_id}, в котором кассиру отказано."
    return ""
