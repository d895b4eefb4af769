"""Device error codes: what they mean, what kind they are, may the command be sent again.

Codes and texts: Штрих-М protocol v2.0, "Коды ошибок", with its FN and FFD 1.2 supplements. On an FN device
01h–20h and A0h–B2h come from the FN (its codes from 32h on are shifted by +6Eh), the others from the KKT.
"""

import enum

import msgspec


class Retry(enum.Enum):
    """May the same command be sent again?"""

    YES = "yes"  # it was not executed: make the device ready, send it again
    ASK_FIRST = "ask first"  # ask the device for its state; a fiscal close only after its last document
    NO = "no"


class ErrorClass(enum.StrEnum):
    """Split by what the caller should do."""

    BUSY = "busy"  # poll 10h to submode 0, then the same command again
    CONTINUE = "continue"  # B0h, wait until ready, then the same command again
    PAPER = "paper"  # tell the user, poll; no new fiscal document
    HARDWARE = "hardware"  # the same, service may be needed
    LINK = "link"  # wait 1 s, ask 11h or FF01h
    SHIFT = "shift"  # close or open the shift, begin the receipt anew
    STATE = "state"  # read 10h and FF01h and decide
    CLOCK = "clock"  # set date and time with no document open, then again
    OFD = "ofd"  # sell no more, run the exchange
    FN = "fn"  # fatal for fiscal work
    SERVICE = "service"  # fatal for the device
    MARK = "mark"  # refuse the marked item
    BUG = "bug"  # our request is wrong
    CAPABILITY = "capability"  # the device has no such feature: remember it, use the fallback
    CONFIG = "config"  # password, operator or registration
    NO_DATA = "no data"  # a normal "nothing there"
    UNKNOWN = "unknown"  # a code that no paper names: treat as STATE

    @property
    def retry(self) -> Retry:
        """May the same command be sent again?"""
        if self in (ErrorClass.BUSY, ErrorClass.CONTINUE):
            return Retry.YES
        if self in (ErrorClass.LINK, ErrorClass.STATE, ErrorClass.CLOCK, ErrorClass.UNKNOWN):
            return Retry.ASK_FIRST
        return Retry.NO


class DeviceError(msgspec.Struct, frozen=True):
    """One code of the table."""

    code: int
    kind: ErrorClass
    meaning: str


class KktError(Exception):
    """A command did not succeed."""


class Rejected(KktError):
    """The device answered with an error code; what it did not do, it says itself."""

    def __init__(self, command: str, error: DeviceError) -> None:
        super().__init__(f"{command}: {error.code:02X}h {error.meaning}")
        self.command = command
        self.error = error

    @property
    def code(self) -> int:
        """The device's error byte."""
        return self.error.code

    @property
    def kind(self) -> ErrorClass:
        """What the caller should do."""
        return self.error.kind


class StaleReply(KktError):
    """An answer to another command than the one in flight: evidence for recovery, never a result."""

    def __init__(self, command: str, data: bytes) -> None:
        super().__init__(f"{command}: the answer belongs to another command: {data[:8].hex(' ')}")
        self.command = command
        self.data = data


class MalformedReply(KktError):
    """The answer has a good checksum and this command's code, but its fields cannot be read."""


class BadRequest(KktError):
    """The fields of a request cannot be read (the device answers 33h)."""


class UnknownCommand(KktError):
    """No command has this code (the device answers 37h)."""

    def __init__(self, code: bytes) -> None:
        super().__init__(f"no command {code.hex().upper()}h")
        self.code = code


def device_error(code: int) -> DeviceError:
    """Return what the table says of an error byte."""
    return ERRORS.get(code) or DeviceError(code, ErrorClass.UNKNOWN, "a code that the papers do not name")


C = ErrorClass
_TABLE: tuple[tuple[int, ErrorClass, str], ...] = (
    (0x01, C.BUG, "FN: unknown command, bad frame or unknown parameter (legacy FM: storage/clock fault)"),
    (0x02, C.STATE, "FN: command not allowed in the present FN state"),
    (0x03, C.FN, "FN: internal failure, ask extended error"),
    (0x04, C.FN, "FN: crypto-coprocessor failure"),
    (0x05, C.FN, "FN: service life over"),
    (0x06, C.FN, "FN: archive full"),
    (0x07, C.CLOCK, "FN: date/time breaks FN order (earlier than last doc, or >24 h after shift open)"),
    (0x08, C.NO_DATA, "FN: requested data absent (end of FF3B stream, unknown FD number)"),
    (0x09, C.BUG, "FN: parameter value wrong (also shift totals overflow)"),
    (0x0A, C.BUG, "legacy FM: data not BCD"),
    (0x0B, C.FN, "legacy FM: memory cell failed"),
    (0x10, C.BUG, "FN: TLV data too large"),
    (0x11, C.OFD, "FN: no transport connection with the OFD"),
    (0x12, C.FN, "FN: crypto resource exhausted, close shift and fiscal mode"),
    (0x14, C.OFD, "FN: storage for unsent documents exhausted, deliver to OFD"),
    (0x15, C.OFD, "FN: oldest unsent document is older than 30 days"),
    (0x16, C.SHIFT, "FN: shift longer than 24 h"),
    (0x17, C.CLOCK, "FN: clock differs from FN inner timer by more than 5 min between operations"),
    (0x18, C.BUG, "legacy FM: range order wrong"),
    (0x19, C.NO_DATA, "legacy FM: no data"),
    (0x1A, C.FN, "legacy FM: re-registration area full"),
    (0x1B, C.FN, "serial number not entered"),
    (0x1C, C.FN, "legacy FM: damaged or missing records"),
    (0x1D, C.FN, "legacy FM: damaged or missing records"),
    (0x1E, C.FN, "legacy FM: damaged or missing records"),
    (0x1F, C.FN, "legacy FM: damaged or missing records"),
    (0x20, C.OFD, "FN: message from OFD rejected (next byte = reason); legacy: money register overflow"),
    (0x21, C.STATE, "money register would go negative"),
    (0x22, C.CLOCK, "wrong date"),
    (0x23, C.MARK, "FN: marking-key update service answered no; legacy: no activation record"),
    (0x24, C.MARK, "FN: unknown answer of the key-update service"),
    (0x25, C.FN, "legacy FM activation/consistency faults"),
    (0x26, C.FN, "legacy FM activation/consistency faults"),
    (0x27, C.FN, "legacy FM activation/consistency faults"),
    (0x28, C.FN, "legacy FM activation/consistency faults"),
    (0x29, C.FN, "legacy FM activation/consistency faults"),
    (0x2A, C.FN, "legacy FM activation/consistency faults"),
    (0x2B, C.STATE, "previous command cannot be undone"),
    (0x2C, C.STATE, "register already zeroed, repeat Z impossible"),
    (0x2D, C.BUG, "section total smaller than the storno"),
    (0x2E, C.STATE, "no cash in drawer for cash-out"),
    (0x2F, C.LINK, "FN link: timeout"),
    (0x30, C.LINK, "FN link: NAK (some firmware: marking keys must be refreshed again)"),
    (0x31, C.LINK, "FN link: format error"),
    (0x32, C.LINK, "FN link: CRC error"),
    (0x33, C.BUG, "bad parameters in the command"),
    (0x34, C.NO_DATA, "no data"),
    (0x35, C.BUG, "parameter not valid with present settings"),
    (0x36, C.BUG, "parameter not valid for this model"),
    (0x37, C.CAPABILITY, "command not supported by this model"),
    (0x38, C.SERVICE, "ROM error"),
    (0x39, C.SERVICE, "internal firmware error"),
    (0x3A, C.STATE, "surcharge total overflow in shift"),
    (0x3B, C.STATE, "shift accumulation overflow"),
    (0x3C, C.SHIFT, "shift is open, not allowed (older meaning: EJ registration number)"),
    (0x3D, C.SHIFT, "shift not open, not allowed"),
    (0x3E, C.STATE, "section total overflow"),
    (0x3F, C.STATE, "discount total overflow"),
    (0x40, C.BUG, "discount out of range"),
    (0x41, C.BUG, "payment 1..4 out of range"),
    (0x42, C.BUG, "payment 1..4 out of range"),
    (0x43, C.BUG, "payment 1..4 out of range"),
    (0x44, C.BUG, "payment 1..4 out of range"),
    (0x45, C.BUG, "payments below receipt total"),
    (0x46, C.STATE, "not enough cash in register"),
    (0x47, C.STATE, "tax total overflow in shift"),
    (0x48, C.BUG, "receipt total overflow"),
    (0x49, C.BUG, "operation not possible in a receipt of this type"),
    (0x4A, C.STATE, "a receipt is open, not allowed"),
    (0x4B, C.BUSY, "receipt buffer full (if no receipt is open: print buffer, wait 1 s)"),
    (0x4C, C.STATE, "tax turnover overflow"),
    (0x4D, C.BUG, "non-cash payments exceed the total"),
    (0x4E, C.SHIFT, "shift over 24 h: run Z"),
    (0x4F, C.CONFIG, "wrong password"),
    (0x50, C.BUSY, "previous command still printing"),
    (0x51, C.STATE, "payment 1..4 shift overflow"),
    (0x52, C.STATE, "payment 1..4 shift overflow"),
    (0x53, C.STATE, "payment 1..4 shift overflow"),
    (0x54, C.STATE, "payment 1..4 shift overflow"),
    (0x55, C.STATE, "receipt already closed"),
    (0x56, C.NO_DATA, "nothing to repeat"),
    (0x57, C.SERVICE, "closed shift count mismatch (EJ)"),
    (0x58, C.CONTINUE, "waiting for continue print"),
    (0x59, C.CONFIG, "document was opened by another operator"),
    (0x5A, C.BUG, "discount larger than accumulated sum"),
    (0x5B, C.BUG, "surcharge out of range"),
    (0x5C, C.HARDWARE, "24 V supply low"),
    (0x5D, C.CAPABILITY, "table not defined"),
    (0x5E, C.BUG, "wrong operation"),
    (0x5F, C.BUG, "receipt total negative"),
    (0x60, C.BUG, "overflow when multiplying"),
    (0x61, C.BUG, "price out of range"),
    (0x62, C.BUG, "quantity out of range"),
    (0x63, C.BUG, "department out of range"),
    (0x64, C.SERVICE, "fiscal memory absent"),
    (0x65, C.STATE, "not enough money in section"),
    (0x66, C.STATE, "section money overflow"),
    (0x67, C.LINK, "no link with FM/FN"),
    (0x68, C.STATE, "tax turnover too small"),
    (0x69, C.STATE, "tax turnover overflow"),
    (0x6A, C.LINK, "power fault during I2C answer"),
    (0x6B, C.PAPER, "receipt paper out"),
    (0x6C, C.PAPER, "journal paper out"),
    (0x6D, C.STATE, "tax money too small"),
    (0x6E, C.STATE, "tax money overflow"),
    (0x6F, C.STATE, "cash-out shift overflow"),
    (0x70, C.FN, "fiscal memory overflow"),
    (0x71, C.HARDWARE, "cutter fault"),
    (0x72, C.BUSY, "command not allowed in this submode"),
    (0x73, C.STATE, "command not allowed in this mode"),
    (0x74, C.SERVICE, "RAM fault (vendor driver: technical reset)"),
    (0x75, C.LINK, "power fault"),
    (0x76, C.HARDWARE, "no tacho pulses"),
    (0x77, C.HARDWARE, "no sensor signal"),
    (0x78, C.SERVICE, "firmware replaced (technical reset needed)"),
    (0x79, C.SERVICE, "FM/FN replaced"),
    (0x7A, C.BUG, "field is read-only"),
    (0x7B, C.HARDWARE, "hardware fault"),
    (0x7C, C.CLOCK, "date does not match (confirm date)"),
    (0x7D, C.BUG, "date format wrong"),
    (0x7E, C.BUG, "value wrong in length field"),
    (0x7F, C.BUG, "total out of range"),
    (0x80, C.LINK, "FM/FN link faults on the inner bus"),
    (0x81, C.LINK, "FM/FN link faults on the inner bus"),
    (0x82, C.LINK, "FM/FN link faults on the inner bus"),
    (0x83, C.LINK, "FM/FN link faults on the inner bus"),
    (0x84, C.STATE, "cash overflow"),
    (0x85, C.STATE, "sale/buy/return shift overflow"),
    (0x86, C.STATE, "sale/buy/return shift overflow"),
    (0x87, C.STATE, "sale/buy/return shift overflow"),
    (0x88, C.STATE, "sale/buy/return shift overflow"),
    (0x89, C.STATE, "cash-in overflow"),
    (0x8A, C.BUG, "surcharges overflow in receipt"),
    (0x8B, C.BUG, "discounts overflow in receipt"),
    (0x8C, C.BUG, "negative surcharge total"),
    (0x8D, C.BUG, "negative discount total"),
    (0x8E, C.BUG, "zero receipt total"),
    (0x8F, C.CONFIG, "device not registered (not fiscalised)"),
    (0x90, C.BUG, "field larger than set"),
    (0x91, C.BUG, "outside the print area with this font"),
    (0x92, C.BUG, "fields overlap"),
    (0x93, C.LINK, "RAM restored successfully"),
    (0x94, C.BUG, "operation limit in receipt reached"),
    (0x95, C.SERVICE, "unknown EJ fault"),
    (0x96, C.SHIFT, "run Z report first"),
    (0x9B, C.STATE, "wrong action"),
    (0x9C, C.BUG, "goods base faults"),
    (0x9D, C.BUG, "goods base faults"),
    (0x9E, C.BUG, "goods base faults"),
    (0xA0, C.MARK, "FN 1.2: marked goods not allowed (legacy: EJ link)"),
    (0xA1, C.MARK, "FN 1.2: wrong order of marking commands (legacy: EJ absent)"),
    (0xA2, C.MARK, "FN 1.2: marking work temporarily blocked"),
    (0xA3, C.MARK, "FN 1.2: table of checked codes full"),
    (0xA4, C.MARK, "legacy EJ faults; in FN 1.2 the shifted inner codes 36h..3Bh"),
    (0xA5, C.MARK, "legacy EJ faults; in FN 1.2 the shifted inner codes 36h..3Bh"),
    (0xA6, C.MARK, "legacy EJ faults; in FN 1.2 the shifted inner codes 36h..3Bh"),
    (0xA7, C.MARK, "legacy EJ faults; in FN 1.2 the shifted inner codes 36h..3Bh"),
    (0xA8, C.MARK, "legacy EJ faults; in FN 1.2 the shifted inner codes 36h..3Bh"),
    (0xA9, C.MARK, "legacy EJ faults; in FN 1.2 the shifted inner codes 36h..3Bh"),
    (0xAA, C.BUG, "FN 1.2: required tags missing in TLV block"),
    (0xAC, C.MARK, "FN 1.2: tag 2007 holds a code that was not checked"),
    (0xAF, C.SERVICE, "bad data received from EJ"),
    (0xB0, C.BUG, "quantity overflow (EJ)"),
    (0xB1, C.BUG, "amount overflow (EJ)"),
    (0xB2, C.STATE, "already activated"),
    (0xB4, C.SERVICE, "storage records damaged or missing (B9: storage layout of another firmware)"),
    (0xB5, C.SERVICE, "storage records damaged or missing (B9: storage layout of another firmware)"),
    (0xB6, C.SERVICE, "storage records damaged or missing (B9: storage layout of another firmware)"),
    (0xB7, C.SERVICE, "storage records damaged or missing (B9: storage layout of another firmware)"),
    (0xB8, C.SERVICE, "storage records damaged or missing (B9: storage layout of another firmware)"),
    (0xB9, C.SERVICE, "storage records damaged or missing (B9: storage layout of another firmware)"),
    (0xBA, C.SERVICE, "storage records damaged or missing (B9: storage layout of another firmware)"),
    (0xBB, C.CLOCK, "date earlier than last activation record"),
    (0xBC, C.CLOCK, "date earlier than last registration"),
    (0xBD, C.CLOCK, "date earlier than last shift total"),
    (0xBE, C.STATE, "command not supported in this state"),
    (0xBF, C.SERVICE, "storage cannot be initialised"),
    (0xC0, C.CLOCK, "date/time control: confirm date and time"),
    (0xC1, C.STATE, "Z report cannot be interrupted"),
    (0xC2, C.HARDWARE, "supply over-voltage"),
    (0xC3, C.SERVICE, "totals differ from storage"),
    (0xC4, C.SERVICE, "shift numbers differ"),
    (0xC5, C.STATE, "slip buffer empty"),
    (0xC6, C.PAPER, "no slip document"),
    (0xC7, C.STATE, "field not editable in this mode"),
    (0xC8, C.HARDWARE, "no tacho pulses / print unit link fault"),
    (0xC9, C.HARDWARE, "print head overheated"),
    (0xCA, C.HARDWARE, "temperature out of range"),
    (0xCB, C.BUG, "wrong subtotal"),
    (0xCC, C.SHIFT, "shift already closed in storage"),
    (0xCD, C.SERVICE, "archive integrity test failed"),
    (0xCE, C.SERVICE, "RAM or ROM space exhausted"),
    (0xCF, C.CLOCK, "clock reset, set the date"),
    (0xD0, C.STATE, "control tape of shift not printed"),
    (0xD1, C.NO_DATA, "no documents/data in buffer"),
    (0xD2, C.OFD, "modem not working"),
    (0xD3, C.MARK, "goods not produced or withdrawn"),
    (0xD4, C.MARK, "marking code forged"),
    (0xD5, C.CONFIG, "authentication failed (other firmware: critical boot fault)"),
    (0xE0, C.HARDWARE, "bill acceptor faults"),
    (0xE1, C.HARDWARE, "bill acceptor faults"),
    (0xE2, C.HARDWARE, "bill acceptor faults"),
    (0xE3, C.HARDWARE, "bill acceptor faults"),
    (0xE4, C.HARDWARE, "bill acceptor faults"),
)

ERRORS = {code: DeviceError(code, kind, meaning) for code, kind, meaning in _TABLE}
