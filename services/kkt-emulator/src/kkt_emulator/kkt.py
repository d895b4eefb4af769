"""The device as its commands see it: memory, FN, paper, clock, and the questions that most of them ask."""

import datetime as dt
from collections.abc import Callable, Sequence

from fiscal.documents import ReceiptContent, RegistrationCard
from kkt_emulator import documents, slips
from kkt_emulator.faults import FaultPlan, FnError
from kkt_emulator.fn import LIFE, Fn
from kkt_emulator.identity import Identity
from kkt_emulator.paper import IDLE, WAITING, Paper
from kkt_emulator.refusal import PowerCut, PowerPoint, Refusal
from kkt_emulator.state import DOCUMENT_NUMBER, Memory
from kkt_emulator.store import Document, KktStore
from kkt_emulator.tables import FN_TABLE, OPERATOR_NAME, OPERATORS, Tables, tables_of

ADMINISTRATOR, SYSTEM = 29, 30
READING, SHIFT_OPEN, SHIFT_EXPIRED, SHIFT_CLOSED, DATE, DOCUMENT = 1, 2, 3, 4, 6, 8
NON_FISCAL = 4
WORK_MODE, AUTONOMOUS = 6, 2  # field of table 18, its bit
PAPER_PRESENT = 0x0292  # an idle device with paper, head down, two decimals
RECEIPT_SENSOR, COVER = 1 << 7, 1 << 10


class Kkt:
    """One virtual device. Everything that a power cut takes is made anew by `power_on`."""

    def __init__(
        self,
        device: Identity,
        store: KktStore,
        fn: Fn,
        paper: Paper,
        plan: FaultPlan,
        wall: Callable[[], dt.datetime],
    ) -> None:
        self.identity, self.fn, self.paper, self.plan = device, fn, paper, plan
        self._store, self._wall = store, wall
        self.command = b""  # code bytes of the command at work
        self.power_on()

    def power_on(self) -> None:
        """Begin with what is on the disk and catch up with the FN."""
        self.memory: Memory = self._store.load()
        self.fn.reload()
        self.reading: bytes | None = None  # rest of the document that FF3Bh hands out
        self.answer = bytearray()  # the OFD's answer as FF33h brings it
        self.answer_size = 0
        self.paper.power_on()
        self._forget_old_fn()
        self.tables = Tables(tables_of(self.identity), self.memory.cells)
        self._catch_up()
        if not self.fn.state.phase >> 1:
            self.register()
        self.save()

    def _forget_old_fn(self) -> None:
        """Begin anew when the power went between a new FN and the memory of the KKT."""
        if self.memory.applied_fd > self.fn.state.last_fd:
            self.memory = Memory(cells=self.memory.cells, clock_offset_s=self.memory.clock_offset_s)

    def _catch_up(self) -> None:
        """Apply documents that the FN made and the KKT's memory does not know; their paper is still to come."""
        missed = self.fn.documents(self.memory.applied_fd)
        for document in missed:
            self.memory.apply(document.registered)
            self.memory.unprinted = self.slip(document)
        if missed:
            self.memory.submode = WAITING

    def save(self) -> None:
        """Store the KKT's memory."""
        self._store.save(self.memory)

    def register(self) -> None:
        """Make the registration report, FD 1 of a new FN."""
        autonomous = self.fn.state.autonomous = bool(self.work_mode & AUTONOMOUS)
        self.commit(1, documents.registration(self.card, self.minute, LIFE.days, autonomous=autonomous))

    def reset(self, *, autonomous: bool) -> None:
        """Put in a new FN, forget everything else."""
        self.fn.replace()
        self.memory = Memory()
        tables = Tables(self.tables.shape, self.memory.cells)
        tables.write(FN_TABLE, 1, WORK_MODE, bytes([AUTONOMOUS if autonomous else 0]))
        self.save()
        self.power_on()

    # -- questions

    @property
    def now(self) -> dt.datetime:
        """The KKT's clock."""
        return self._wall() + dt.timedelta(seconds=self.memory.clock_offset_s)

    @property
    def minute(self) -> dt.datetime:
        """The KKT's clock as documents bear it."""
        return self.now.replace(second=0, microsecond=0)

    def set_now(self, value: dt.datetime) -> None:
        """Set the KKT's clock."""
        self.memory.clock_offset_s = (value - self._wall()).total_seconds()

    @property
    def mode_byte(self) -> int:
        """Mode in the low nibble, kind of the open document in the high one."""
        memory = self.memory
        if memory.unconfirmed_date is not None:
            return DATE
        if self.reading is not None:
            return READING
        if memory.receipt is not None:
            return DOCUMENT | (memory.receipt.kind & 0x0F) << 4
        if memory.non_fiscal:
            return DOCUMENT | NON_FISCAL << 4
        if not self.fn.state.shift_open:
            return SHIFT_CLOSED
        return SHIFT_EXPIRED if self.fn.shift_expired(self.now) else SHIFT_OPEN

    @property
    def submode(self) -> int:
        """Submode of 10h and 11h."""
        return self.paper.submode(self.memory)

    @property
    def flags(self) -> int:
        """Flags of 10h and 11h."""
        flags = PAPER_PRESENT
        if self.memory.lines_left == 0 or self.memory.submode in (1, 2):
            flags &= ~RECEIPT_SENSOR
        return flags | COVER if self.memory.cover_open else flags

    @property
    def card(self) -> RegistrationCard:
        """Registration data of table 18."""

        def text(field: int) -> str:
            return self.tables.text(FN_TABLE, 1, field)

        return RegistrationCard(
            fn=self.fn.state.number,
            kkt_serial=f"{self.identity.serial:016d}",
            user_inn=text(2),
            reg_number=text(3),
            tax_systems=self.tables.number(FN_TABLE, 1, 5),
            user_name=text(7),
            address=text(9),
            ofd_name=text(10),
            ofd_inn=text(12),
            fns_url=text(13),
            place=text(14),
            sender_email=text(15),
            kkt_version=documents.KKT_VERSION,
        )

    @property
    def work_mode(self) -> int:
        """Bits of table 18 field 6."""
        return self.tables.number(FN_TABLE, 1, WORK_MODE)

    def operator(self, password: int) -> int:
        """Return the operator of a password; 4Fh when nobody has it."""
        for row in range(1, SYSTEM + 1):
            if self.tables.number(OPERATORS, row, 1) == password:
                return row
        raise Refusal(0x4F)

    def administrator(self, password: int) -> int:
        """Return the operator when it is an administrator; else 4Fh."""
        row = self.operator(password)
        if row < ADMINISTRATOR:
            raise Refusal(0x4F)
        return row

    def cashier(self, operator: int) -> str:
        """Name of an operator, tag 1021."""
        return self.tables.text(OPERATORS, operator, OPERATOR_NAME)

    def require_mode(self, *modes: int) -> None:
        """73h outside these modes."""
        if self.mode_byte & 0x0F not in modes:
            raise Refusal(0x73)

    def require_no_document(self) -> None:
        """4Ah inside a receipt, 73h when something else is under way."""
        if self.mode_byte & 0x0F == DOCUMENT:
            raise Refusal(0x4A)
        self.require_mode(SHIFT_OPEN, SHIFT_EXPIRED, SHIFT_CLOSED)

    def require_paper(self) -> None:
        """Refuse what prints while printing is impossible."""
        self.paper.require(self.memory)

    def ask_fn(self) -> None:
        """Let a planted FN error happen."""
        fault = self.plan.take(FnError, self.command)
        if fault is not None:
            raise Refusal(int(fault.code, 16))

    # -- deeds

    def commit(
        self,
        form: int,
        build: documents.Build,
        *,
        content: ReceiptContent | None = None,
        payments: tuple[int, ...] = (),
    ) -> Document:
        """Have the FN make a document, then bring the KKT's memory up to it: two steps, as in the real device."""
        now = self.now
        self.ask_fn()
        self.fn.check(form, now)
        self.power_point(PowerPoint.BEFORE_FN)
        document = self.fn.commit(form, now, build, content=content, payments=payments)
        self.power_point(PowerPoint.AFTER_FN)
        self.memory.apply(document.registered)
        self.save()
        return document

    def print_document(self, document: Document) -> None:
        """Print the slip of a fiscal document."""
        self.print_lines(self.slip(document))

    def slip(self, document: Document) -> list[str]:
        """The text of a fiscal document."""
        number = self.memory.counters.get(DOCUMENT_NUMBER, 0)
        heading = self.tables.text(4, 1, 1)
        return slips.document(document, self.card, heading=heading, running_number=number)

    def print_lines(self, lines: Sequence[str], *, cut: bool = True) -> None:
        """Print a slip; 71h and the like come after the fact."""
        self.paper.print_slip(self.memory, lines, cut=cut)

    def power_point(self, point: PowerPoint) -> None:
        """Lose the power here when the plan says so."""
        power = self.plan.take_power(point, self.command)
        if power is None:
            return
        if power.annul:
            self.memory.receipt = None
            self.save()
        raise PowerCut(power.restart_s)

    @property
    def idle(self) -> bool:
        """True when nothing is printing or waiting for paper."""
        return self.submode == IDLE
