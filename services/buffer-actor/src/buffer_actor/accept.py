"""Whether a new receipt may be taken: input, refund, gates, in this order. Pure decisions.

A refusal by input stores nothing. A refusal by a gate is stored before it is said and is final for its key, because
the gate may open again a moment later and the same key must not hear two verdicts.
"""

import datetime
import hashlib
import re
from collections.abc import Callable, Iterator
from typing import Any, Final

import msgspec

from buffer_actor.projections import cash_effect
from buffer_actor.rows import Drawer, Maintenance
from buffer_actor.store import Waiting
from contracts.commands import AcceptReceipt
from contracts.refusals import Code, Refusal, refuse
from contracts.states import Link, PrinterState
from fiscal.receipt import Receipt
from fiscal.rules import Fault, Registration, Violation, check_receipt
from fiscal.tags import Tag

_KEY: Final = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_ENCODE: Final = msgspec.json.Encoder().encode


def body_hash(command: AcceptReceipt) -> bytes:
    """What a key stands for. Who stands at the till and how long he waits is not part of it."""
    body = (command.till, command.receipt, command.original_receipt_id)
    return hashlib.sha256(_ENCODE(body)).digest()


def canonical_key(key: str) -> str:
    """One key, however its hexadecimal digits are written: two spellings of one UUID are one payment."""
    return key.lower()


# --- input -------------------------------------------------------------------------------------------------


def check_input(command: AcceptReceipt, *, till: str, on: datetime.date, tax_systems: int) -> Refusal | None:
    """Refuse what can never become a document, with every fault named; `on` is the local date."""
    if command.till != till:
        return refuse(Code.WRONG_TILL, field="pos_id", expected=till)
    if not _KEY.fullmatch(command.key):
        return invalid([_bad_key()])
    found = check_receipt(
        command.receipt,
        on=on,
        cashier=command.cashier,
        registration=Registration(tax_systems=tax_systems),
    )
    return invalid(found) if found else None


def invalid(violations: list[Violation] | tuple[Violation, ...]) -> Refusal:
    """INVALID with its list; the first fault's sentence is what the cashier reads."""
    listed: list[dict[str, Any]] = [
        {"field": each.field, "code": each.code, "tag": each.tag, "message": each.message_ru}
        for each in violations
    ]
    return refuse(Code.INVALID, violations[0].message_ru, violations=listed)


def _bad_key() -> Violation:
    return Violation(
        field="key",
        code=Fault.BAD_CODE,
        tag=Tag.CALCULATION_TYPE,
        message_ru="Ключ операции должен быть UUID.",
        message="the idempotency key is a UUID",
    )


# --- gates -------------------------------------------------------------------------------------------------


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """Settings of the gates."""

    unprinted_limit_s: float = 60.0
    disk_reserve_bytes: int = 200 * 1024 * 1024
    auto_open_shift: bool = True


class Surroundings(msgspec.Struct, frozen=True, kw_only=True):
    """All that gates look at, at one moment. `printer` None: nobody has spoken for the KKT for too long."""

    now_ms: int
    running_since_ms: int  # a queue that stood while we were off has not been waiting for the KKT
    capacity: int
    free_bytes: int
    waiting: Waiting = Waiting()
    maintenance: Maintenance = Maintenance()
    printer: PrinterState | None = None


def first_closed_gate(around: Surroundings, limits: Limits) -> Refusal | None:
    """The first gate that is closed, as the refusal to store; None when all are open."""
    return next(_closed(around, limits), None)


def _closed(around: Surroundings, limits: Limits) -> Iterator[Refusal]:
    for gate in _GATES:
        refusal = gate(around, limits)
        if refusal is not None:
            yield refusal


def _maintenance(around: Surroundings, _: Limits) -> Refusal | None:
    stopped = around.maintenance
    return refuse(Code.MAINTENANCE, by=stopped.by, reason=stopped.reason) if stopped.on else None


def _held(around: Surroundings, _: Limits) -> Refusal | None:
    at_device = around.printer.held if around.printer else ()
    held = tuple(dict.fromkeys((*around.waiting.held, *at_device)))
    return refuse(Code.DEVICE_HELD, held=list(held)) if held else None


def device_down(printer: PrinterState | None) -> Refusal | None:
    """DEVICE_DOWN when the KKT is away or says that it cannot print; a task has this gate too."""
    return device_away(printer) or _cannot_print(printer)


def device_away(printer: PrinterState | None) -> Refusal | None:
    """DEVICE_DOWN when nobody speaks for the KKT, or its line is down."""
    if printer is None:
        return refuse(Code.DEVICE_DOWN, cause="silent")
    return refuse(Code.DEVICE_DOWN, cause="link") if printer.link is Link.DOWN else None


def _cannot_print(printer: PrinterState | None) -> Refusal | None:
    if printer is None or printer.can_print:
        return None
    return refuse(Code.DEVICE_DOWN, _sentence(printer.cause), cause="cannot_print")


def _sentence(cause: str) -> str | None:
    return f"Принтер чеков не печатает: {cause.rstrip('.')}. Деньги не принимайте." if cause else None


def _away(around: Surroundings, _: Limits) -> Refusal | None:
    return device_away(around.printer)


def _blocked(around: Surroundings, _: Limits) -> Refusal | None:
    return _cannot_print(around.printer)


def _unprinted(around: Surroundings, limits: Limits) -> Refusal | None:
    if not around.waiting.unprinted:
        return None
    waits_ms = around.now_ms - max(around.waiting.unprinted_since_ms, around.running_since_ms)
    if waits_ms <= limits.unprinted_limit_s * 1000:
        return None
    return refuse(Code.DEVICE_DOWN, cause="unprinted", receipt_id=around.waiting.unprinted_id)


def _shift(around: Surroundings, limits: Limits) -> Refusal | None:
    shift = around.printer.shift if around.printer else None
    if shift is None:
        return None
    if shift.open and shift.over_24h:
        return refuse(Code.SHIFT_EXPIRED, shift=shift.number)
    if not shift.open and not limits.auto_open_shift:
        return refuse(Code.SHIFT_CLOSED)
    return None


def _fn(around: Surroundings, _: Limits) -> Refusal | None:
    return refuse(Code.FN_FULL) if around.printer and around.printer.fn_full else None


def _ofd(around: Surroundings, _: Limits) -> Refusal | None:
    return refuse(Code.OFD_OVERDUE) if around.printer and around.printer.ofd_blocked else None


def _disk(around: Surroundings, limits: Limits) -> Refusal | None:
    if around.free_bytes >= limits.disk_reserve_bytes:
        return None
    return refuse(Code.DISK_FULL, free_bytes=around.free_bytes)


def _room(around: Surroundings, _: Limits) -> Refusal | None:
    return buffer_full(around.capacity) if around.waiting.count >= around.capacity else None


def not_enough_cash(receipt: Receipt, drawer: Drawer) -> Refusal | None:
    """Refuse to pay out more than the drawer holds, once counted: after the "yes" only a person could mend that."""
    if not drawer.counted or drawer.cash + min(0, cash_effect(receipt)) >= 0:
        return None
    return refuse(Code.NOT_ENOUGH_CASH, cash_in_drawer=drawer.cash)


def buffer_full(capacity: int) -> Refusal:
    """By the ledger's own count, or by the server's word."""
    return refuse(Code.BUFFER_FULL, capacity=capacity)


# An FN that takes nothing also blocks the device: what the cashier hears is the cause, so it is asked first.
_GATES: Final[tuple[Callable[[Surroundings, Limits], Refusal | None], ...]] = (
    _maintenance, _held, _away, _fn, _ofd, _blocked, _unprinted, _shift, _disk, _room,
)  # fmt: skip
