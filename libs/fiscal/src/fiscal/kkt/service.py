"""Status, identity, clock, tables, registers (Штрих-М protocol v2.0, commands 10h–2Eh, 6Bh, F7h, FCh)."""

from typing import Annotated

from fiscal.kkt.command import Authorised, Command, Operator, OperatorReply, Reply, Request
from fiscal.kkt.fields import (
    U8,
    U16,
    U32,
    U48,
    U64,
    DateDMY,
    Hms,
    Raw,
    RawRest,
    TailU8,
    TailU16,
    Text,
    TextRest,
    UintRest,
)


class ShortStatusReply(Operator, frozen=True, kw_only=True):
    """Answer to 10h."""

    flags: U16
    mode_byte: U8  # low nibble = mode, high nibble = kind of the open document
    submode: U8
    operations_low: U8 = 0
    battery: U8 = 0
    power: U8 = 0
    fm_error: U8 = 0
    journal_error: U8 = 0
    operations_high: U8 = 0
    reserved: Annotated[bytes, Raw(3)] = bytes(3)
    last_print: TailU8 = None  # 0 good, 1 paper broke, 2 printer fault, 5 printing

    @property
    def mode(self) -> int:
        """Mode without the status nibble."""
        return self.mode_byte & 0x0F

    @property
    def document(self) -> int:
        """Kind of the open document in mode 8: 0 sale, 1 buy, 2 return of sale, 3 return of buy, 4 non-fiscal."""
        return self.mode_byte >> 4

    @property
    def operations(self) -> int:
        """Lines in the open receipt."""
        return self.operations_high << 8 | self.operations_low


class LongStatusReply(Operator, frozen=True, kw_only=True):
    """Answer to 11h; newer firmware appends fields."""

    firmware: Annotated[str, Text(2)]
    firmware_build: U16
    firmware_date: DateDMY
    hall_place: U8 = 1
    document_number: U16  # running number of any document, fiscal or not
    flags: U16
    mode_byte: U8
    submode: U8
    port: U8  # 128 = TCP
    fm_firmware: Annotated[str, Text(2)]
    fm_build: U16
    fm_date: DateDMY
    date: DateDMY
    time: Hms
    fm_flags: U8  # bit 6 shift open, bit 7 24 h over
    serial: U32
    last_closed_shift: U16
    free_records: U16 = 0
    registrations: U8
    registrations_left: U8
    inn: U48

    @property
    def mode(self) -> int:
        """Mode without the status nibble."""
        return self.mode_byte & 0x0F


class PortRequest(Authorised, frozen=True, kw_only=True):
    """Number of a port: 0 COM1, 128 TCP."""

    port: U8


class SetPortRequest(PortRequest, frozen=True, kw_only=True):
    """New speed code and byte timeout code of a port; the answer still comes at the old speed."""

    speed: U8
    byte_timeout: U8


class PortReply(Reply, frozen=True, kw_only=True):
    """Speed code (6 = 115200) and byte timeout code (0–150 = ms)."""

    speed: U8
    byte_timeout: U8


class RegisterRequest(Authorised, frozen=True, kw_only=True):
    """Number of a register; two bytes from 256 on."""

    number: Annotated[int, UintRest(1, 2, trim=True)]


class MoneyRegisterReply(Operator, frozen=True, kw_only=True):
    """Value in kopecks."""

    value: U48


class OperationRegisterReply(Operator, frozen=True, kw_only=True):
    """Value of a counter."""

    value: U16


class CellRequest(Authorised, frozen=True, kw_only=True):
    """A cell of a settings table."""

    table: U8
    row: U16
    field: U8


class WriteTableRequest(CellRequest, frozen=True, kw_only=True):
    """New value of a cell: a little-endian number of the field's size, or CP1251 text."""

    value: RawRest


class CellReply(Reply, frozen=True, kw_only=True):
    """Value of a cell in the same form."""

    value: RawRest

    @property
    def number(self) -> int:
        """The value of a numeric cell."""
        return int.from_bytes(self.value, "little")

    @property
    def text(self) -> str:
        """The value of a text cell."""
        return self.value.partition(b"\0")[0].decode("cp1251", "replace")


class TableRequest(Authorised, frozen=True, kw_only=True):
    """Number of a table."""

    table: U8


class TableReply(Reply, frozen=True, kw_only=True):
    """Shape of a table."""

    name: Annotated[str, Text(40)]
    rows: U16
    fields: U8


class FieldRequest(TableRequest, frozen=True, kw_only=True):
    """Number of a field of a table."""

    field: U8


class FieldReply(Reply, frozen=True, kw_only=True):
    """Shape of a field; numbers add `size` bytes of minimum and `size` of maximum."""

    name: Annotated[str, Text(40)]
    kind: U8  # 0 number, 1 text
    size: U8
    bounds: RawRest = b""


class SetTimeRequest(Authorised, frozen=True, kw_only=True):
    """New time of day."""

    time: Hms


class DateRequest(Authorised, frozen=True, kw_only=True):
    """New date; 22h asks for it, 23h confirms the same."""

    date: DateDMY


class ErrorTextRequest(Request, frozen=True, kw_only=True):
    """An error code, or nothing for the last error."""

    code: TailU8 = None


class ErrorTextReply(Reply, frozen=True, kw_only=True):
    """The device's own text."""

    text: TextRest


class ModelRequest(Request, frozen=True, kw_only=True):
    """Which page of model parameters: 1."""

    page: U8 = 1


class ModelReply(Reply, frozen=True, kw_only=True):
    """Capabilities of the model; older firmware ends before the optional fields."""

    capabilities: U64
    font1_width: U8
    font2_width: U8
    first_graphics_line: U8
    inn_digits: U8
    rnm_digits: U8
    long_rnm_digits: U8
    long_serial_digits: U8
    tax_password: U32
    system_password: U32
    bluetooth_table: U8
    tax_mode_field: U8
    max_command_length: U16
    graphics_line_bytes: U8
    wide_graphics_bytes: TailU8 = None
    wide_graphics_lines: TailU16 = None
    fn_table: TailU8 = None
    ofd_table: TailU8 = None
    embedded_table: TailU8 = None
    ffd_table: TailU8 = None
    ffd_field: TailU8 = None

    def can(self, bit: int) -> bool:
        """Tell whether a capability bit is set."""
        return bool(self.capabilities >> bit & 1)


class DeviceTypeReply(Reply, frozen=True, kw_only=True):
    """What the device is."""

    kind: U8 = 0  # 0 = KKT
    subkind: U8 = 0
    protocol: U8
    subprotocol: U8
    model: U8
    language: U8 = 0
    name: TextRest


SHORT_STATUS = Command(0x10, "short_status", Authorised, ShortStatusReply, 3.0)
LONG_STATUS = Command(0x11, "long_status", Authorised, LongStatusReply, 3.0)
BEEP = Command(0x13, "beep", Authorised, OperatorReply)
SET_PORT = Command(0x14, "set_port", SetPortRequest, Reply)
READ_PORT = Command(0x15, "read_port", PortRequest, PortReply)
TECHNICAL_RESET = Command(0x16, "technical_reset", Request, Reply, 60.0)
MONEY_REGISTER = Command(0x1A, "money_register", RegisterRequest, MoneyRegisterReply)
OPERATION_REGISTER = Command(0x1B, "operation_register", RegisterRequest, OperationRegisterReply)
WRITE_TABLE = Command(0x1E, "write_table", WriteTableRequest, Reply)
READ_TABLE = Command(0x1F, "read_table", CellRequest, CellReply)
SET_TIME = Command(0x21, "set_time", SetTimeRequest, Reply)
SET_DATE = Command(0x22, "set_date", DateRequest, Reply)
CONFIRM_DATE = Command(0x23, "confirm_date", DateRequest, Reply)
TABLE_STRUCTURE = Command(0x2D, "table_structure", TableRequest, TableReply)
FIELD_STRUCTURE = Command(0x2E, "field_structure", FieldRequest, FieldReply)
ERROR_TEXT = Command(0x6B, "error_text", ErrorTextRequest, ErrorTextReply)
MODEL = Command(0xF7, "model", ModelRequest, ModelReply)
DEVICE_TYPE = Command(0xFC, "device_type", Request, DeviceTypeReply)
