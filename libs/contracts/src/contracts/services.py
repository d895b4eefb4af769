"""Who answers what: service, verb, request type, reply type. Micro services and clients read this one table."""

from typing import Any

import msgspec

from contracts import commands as c
from contracts.refusals import Refusal
from contracts.states import OfdState, PrinterState


class Verb(msgspec.Struct, frozen=True):
    """One endpoint: `till.<till>.cmd.<service>.<verb>`. `reply` is a union type."""

    service: str
    verb: str
    request: type[msgspec.Struct]
    reply: Any


ACCEPT = Verb("buffer", "accept", c.AcceptReceipt, c.ReceiptAnswer | Refusal)
RECEIPT = Verb("buffer", "receipt", c.FindReceipt, c.ReceiptAnswer | Refusal)
RESOLVE = Verb("buffer", "resolve", c.ResolveReceipt, c.Resolved | Refusal)
TASK = Verb("buffer", "task", c.RunTask, c.TaskDone | Refusal)
STATUS = Verb("buffer", "status", c.ReadBufferStatus, c.BufferStatus | Refusal)
MAINTENANCE = Verb("buffer", "maintenance", c.SetMaintenance, c.BufferStatus | Refusal)
JOURNAL = Verb("buffer", "journal", c.ReadJournal, c.JournalPage | Refusal)
RECORD = Verb("ledger", "record", c.RecordEvent, c.Recorded | Refusal)

PERFORM = Verb("printer", "task", c.PerformTask, c.TaskDone | Refusal)
PRINTER_STATE = Verb("printer", "state", c.ReadPrinterState, PrinterState | Refusal)
OFD_TAKE = Verb("printer", "ofd_take", c.OfdTake, c.OfdMessage | c.NothingToSend | Refusal)
OFD_GIVE = Verb("printer", "ofd_give", c.OfdGive, c.OfdGiven | Refusal)
RESOLVE_HELD = Verb("printer", "resolve", c.ResolveHeld, c.Resolved | Refusal)

SYNC = Verb("ofd", "sync", c.Sync, c.SyncStarted | Refusal)
OFD_STATE = Verb("ofd", "state", c.ReadOfdState, OfdState | Refusal)
RESET_BREAKER = Verb("ofd", "reset_breaker", c.ResetBreaker, c.BreakerReset | Refusal)

SEARCH = Verb("catalog", "search", c.SearchCatalog, c.FoundProducts | Refusal)

VERBS: tuple[Verb, ...] = (
    ACCEPT, RECEIPT, RESOLVE, TASK, STATUS, MAINTENANCE, JOURNAL, RECORD,
    PERFORM, PRINTER_STATE, OFD_TAKE, OFD_GIVE, RESOLVE_HELD,
    SYNC, OFD_STATE, RESET_BREAKER, SEARCH,
)  # fmt: skip
