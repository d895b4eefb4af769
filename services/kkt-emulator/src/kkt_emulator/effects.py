"""Faults that are states rather than events: they come true the moment they are asked for."""

import datetime as dt

from kkt_emulator.faults import (
    AnyFault,
    ClockJump,
    CoverOpen,
    FnFill,
    ForeignReceipt,
    LoadPaper,
    OfdAge,
    PaperOut,
    ShiftAge,
)
from kkt_emulator.foreign import register_foreign_receipt
from kkt_emulator.kkt import Kkt


def apply_now(kkt: Kkt, fault: AnyFault) -> bool:
    """Make a state come true and return True; False for a fault that has to wait for its command."""
    match fault:
        case PaperOut():
            kkt.paper.end_after(kkt.memory, fault.at_line)
        case CoverOpen():
            kkt.memory.cover_open = True
        case LoadPaper():
            kkt.paper.load(kkt.memory)
        case ClockJump():
            kkt.set_now(kkt.now + dt.timedelta(seconds=fault.seconds))
        case ShiftAge():
            kkt.fn.set_shift_age(kkt.now, fault.hours)
        case FnFill():
            kkt.fn.set_fill(fault.percent)
        case OfdAge():
            kkt.fn.set_queue_age(fault.days)
        case ForeignReceipt() if fault.cmd == "*":
            register_foreign_receipt(kkt, fault.total)
        case _:
            return False
    kkt.save()
    return True
