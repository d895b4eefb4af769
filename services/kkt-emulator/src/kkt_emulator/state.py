"""What the KKT remembers beside the FN: registers, tables, the open receipt, the paper."""

import datetime as dt

import msgspec

CASH_IN_DRAWER, CASH_IN, CASH_OUT = 241, 242, 243
FIRST_SALE_REGISTER, LAST_SALE_REGISTER = 193, 240
RECEIPTS, RECEIPT_NUMBERS = 144, 148  # four kinds each: sale, buy, return of sale, return of buy
DOCUMENT_NUMBER = 152
CASH_IN_COUNT, CASH_OUT_COUNT, CASH_IN_NUMBER, CASH_OUT_NUMBER = 153, 154, 155, 156
CANCELLED, X_REPORTS = 157, 158
CORRECTION = 0x80

KIND_OF_OPERATION = {1: 0, 2: 2, 3: 1, 4: 3}
"""Tag 1054 (the order of FF46h) → kind of 8Dh: 0 sale, 1 buy, 2 return of sale, 3 return of buy."""

RECEIPT_FORMS = (3, 4, 31, 41)
SHIFT_CLOSE = 5


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the open receipt; `tags` are the TLV members of FF4Dh."""

    name: str
    quantity: int  # millionths
    price: int
    total: int
    tax: int
    method: int
    subject: int
    department: int
    tags: bytes = b""


class OpenReceipt(msgspec.Struct, kw_only=True):
    """A receipt between 8Dh and its close or cancel."""

    kind: int
    operator: int
    items: list[Item] = []
    tags: bytes = b""
    next_tags: bytes = b""  # tags that came before their operation (cash core)
    discount: int = 0

    @property
    def total(self) -> int:
        """What the buyer owes, in kopecks."""
        return sum(item.total for item in self.items) - self.discount

    @property
    def operation(self) -> int:
        """Tag 1054."""
        return {kind: tag for tag, kind in KIND_OF_OPERATION.items()}[self.kind & 0x0F]

    @property
    def form(self) -> int:
        """Form code of the document that closing makes."""
        return 31 if self.kind & CORRECTION else 3


class Registered(msgspec.Struct, frozen=True, kw_only=True):
    """What the KKT itself has to know of a document that the FN made."""

    fd: int
    form: int
    operation: int = 0
    total: int = 0
    payments: tuple[int, ...] = ()


class Memory(msgspec.Struct, kw_only=True):
    """The KKT's own memory; it may lag behind the FN by the one document that a power cut fell upon."""

    applied_fd: int = 0
    fn_document: int = 0  # FF01h "current document": 0 none, 2 shift open, 4 receipt, 8 shift close, 14h, 17h
    receipt: OpenReceipt | None = None
    non_fiscal: bool = False
    shift_tags: bytes = b""
    money: dict[int, int] = {}
    counters: dict[int, int] = {}
    cells: dict[str, bytes] = {}
    clock_offset_s: float = 0.0
    unconfirmed_date: dt.date | None = None
    submode: int = 0
    cover_open: bool = False
    lines_left: int | None = None  # None: paper without end
    unprinted: list[str] = []
    last_slip: list[str] = []
    last_error: int = 0

    def add(self, register: int, amount: int) -> None:
        """Add to a money register."""
        self.money[register] = self.money.get(register, 0) + amount

    def count(self, register: int, by: int = 1) -> int:
        """Add to an operation register and return its new value."""
        self.counters[register] = self.counters.get(register, 0) + by
        return self.counters[register]

    def apply(self, document: Registered) -> None:
        """Bring the registers up to a document of the FN; a document already applied changes nothing."""
        if document.fd <= self.applied_fd:
            return
        self.applied_fd = document.fd
        self.count(DOCUMENT_NUMBER)
        self.fn_document = 0
        if document.form in RECEIPT_FORMS:
            self._apply_receipt(document)
        elif document.form == SHIFT_CLOSE:
            self._zero_shift()

    def _apply_receipt(self, document: Registered) -> None:
        kind = KIND_OF_OPERATION[document.operation]
        self.receipt = None
        for index, amount in enumerate(document.payments):
            register = FIRST_SALE_REGISTER + 4 * index + kind
            if amount and register <= LAST_SALE_REGISTER:
                self.add(register, amount)
        cash = document.payments[0] if document.payments else 0
        self.add(CASH_IN_DRAWER, cash if kind in (0, 3) else -cash)
        self.count(RECEIPTS + kind)
        self.count(RECEIPT_NUMBERS + kind)

    def _zero_shift(self) -> None:
        for register in (*range(FIRST_SALE_REGISTER, LAST_SALE_REGISTER + 1), CASH_IN, CASH_OUT):
            self.money.pop(register, None)
        for register in (*range(RECEIPTS, RECEIPTS + 4), CASH_IN_COUNT, CASH_OUT_COUNT, CANCELLED):
            self.counters.pop(register, None)
