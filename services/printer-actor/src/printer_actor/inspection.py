"""Asking the device: wait until it rests, read its counter, find out whether an intent's document is in the FN.

Штрих-М recovery procedure R1–R5 above the FiscalPrinter interface, so it serves any maker. Nothing is stored here.
"""

import asyncio
from collections.abc import Awaitable, Callable

from contracts.events import HoldReason
from fiscal.kkt.errors import ErrorClass
from printer_actor.document import DocumentFacts, read_facts
from printer_actor.machine import Candidate, Expected, NotRegistered, Unclear, Verdict, judge, resembles
from printer_actor.printer import (
    CoverOpen,
    DeviceStatus,
    FiscalPrinter,
    FnStatus,
    Mode,
    OutcomeUnknown,
    Paper,
    PaperOut,
    Rejected,
)
from printer_actor.store import Store

POLL_S = 0.025
REST_LIMIT_S = 120.0  # a Z report
FN_RETRIES = 3
FN_PAUSE_S = 1.0
MAX_WALK = 500  # documents; more of them after one intent is no case for a program
LOOKS = 3

Sleep = Callable[[float], Awaitable[None]]


class Inspection:
    """Questions to one device."""

    def __init__(self, printer: FiscalPrinter, store: Store, *, sleep: Sleep = asyncio.sleep) -> None:
        self._printer = printer
        self._store = store
        self._sleep = sleep

    async def ready(self) -> DeviceStatus:
        """Wait until the device can print; PaperOut or CoverOpen when somebody must help first."""
        status = await self.rest()
        if status.paper is Paper.COVER_OPEN:
            raise CoverOpen("short_status", 0x6B, ErrorClass.PAPER, "the cover is open")
        if status.paper is Paper.OUT:
            raise PaperOut("short_status", 0x6B, ErrorClass.PAPER, "no paper")
        return status

    async def rest(self) -> DeviceStatus:
        """R1: wait until nothing is printed, with or without paper; OutcomeUnknown when it never ends."""
        waited_s = 0.0
        while not (status := await self._printer.status()).at_rest:
            if waited_s > REST_LIMIT_S:
                raise OutcomeUnknown(f"the device has been printing for {waited_s:.0f} s: {status.detail}")
            if status.paper is Paper.WAITING:
                await self._printer.continue_print()
            waited_s += POLL_S
            await self._sleep(POLL_S)
        return status

    async def fn_status(self) -> FnStatus:
        """R2: the FN's counter; a stumbling line between KKT and FN is asked again."""
        for _ in range(FN_RETRIES - 1):
            try:
                return await self._printer.fn_status()
            except Rejected as error:
                if error.kind is not ErrorClass.LINK:
                    raise
            await self._sleep(FN_PAUSE_S)
        return await self._printer.fn_status()

    async def investigate(self, intent_id: str, expected: Expected) -> Verdict:
        """R1–R5. NotRegistered only from a device at rest, nothing open, after a second look at the counter."""
        for _ in range(LOOKS):
            status = await self.rest()
            fn = await self.fn_status()
            verdict = judge(
                expected,
                fn.fn,
                fn.last_fd,
                await self._candidates(intent_id, expected, fn),
                document_open=status.mode is Mode.DOCUMENT_OPEN,
            )
            if not isinstance(verdict, NotRegistered):
                return verdict
            if status.mode is Mode.DOCUMENT_OPEN or fn.document_open:
                await self._printer.cancel_document()
                await self.rest()
            second = await self.fn_status()
            if (second.fn, second.last_fd) == (fn.fn, fn.last_fd):
                return verdict
        facts = {"fd_before": str(expected.fd_before), "cause": "the FN counter keeps moving"}
        return Unclear(reason=HoldReason.UNKNOWN_OUTCOME, facts=facts)

    async def facts(self, fd: int) -> DocumentFacts | None:
        """What the FN's bytes say of a document."""
        return read_facts(await self._printer.read_document(fd))

    async def _candidates(self, intent_id: str, expected: Expected, fn: FnStatus) -> list[Candidate]:
        first, last = expected.fd_before + 1, fn.last_fd
        if fn.fn != expected.fn or last - first >= MAX_WALK:
            return []
        return [await self._candidate(intent_id, expected, fd) for fd in range(first, last + 1)]

    async def _candidate(self, intent_id: str, expected: Expected, fd: int) -> Candidate:
        document = await self._printer.find_document(fd)
        if document is None:
            raise OutcomeUnknown(f"the FN counts document {fd} and does not find it")
        owned = await self._store.owner_of(expected.fn, fd) not in (None, intent_id)
        lines_hash = ""
        if not owned and expected.is_receipt and resembles(expected, document):
            facts = await self.facts(fd)
            lines_hash = facts.lines_hash if facts else ""
        return Candidate(document=document, lines_hash=lines_hash, owned=owned)
