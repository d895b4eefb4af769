"""Status, identity, clock, tables, registers."""

import datetime as dt

from fiscal.kkt import service
from fiscal.kkt.command import Authorised, OperatorReply, Reply, Request
from fiscal.kkt.errors import device_error
from kkt_emulator.handlers.base import Rows
from kkt_emulator.identity import IdentityKind
from kkt_emulator.kkt import DATE, SHIFT_CLOSED, SHIFT_EXPIRED, SHIFT_OPEN, Kkt
from kkt_emulator.refusal import Refusal
from kkt_emulator.state import DOCUMENT_NUMBER
from kkt_emulator.tables import FFD_FIELD, FN_TABLE, OFD_TABLE, REGIONAL_TABLE

FIRMWARE, BUILD, FIRMWARE_DATE = "D1", 5100, dt.date(2026, 3, 1)
TCP_PORT = 128
SPEED_115200, BYTE_TIMEOUT = 6, 100
SHIFT_FLAG, EXPIRED_FLAG = 1 << 6, 1 << 7


def short_status(kkt: Kkt, request: Authorised) -> Reply:
    """10h."""
    lines = len(kkt.memory.receipt.items) if kkt.memory.receipt else 0
    return service.ShortStatusReply(
        operator=kkt.operator(request.password),
        flags=kkt.flags,
        mode_byte=kkt.mode_byte,
        submode=kkt.submode,
        operations_low=lines & 0xFF,
        operations_high=lines >> 8,
        battery=0xC0,
        power=0xD8,
        last_print=5 if kkt.submode == 5 else int(bool(kkt.memory.unprinted)),
    )


def long_status(kkt: Kkt, request: Authorised) -> Reply:
    """11h."""
    state, now = kkt.fn.state, kkt.now
    expired = kkt.fn.shift_expired(now)
    return service.LongStatusReply(
        operator=kkt.operator(request.password),
        firmware=FIRMWARE,
        firmware_build=BUILD,
        firmware_date=FIRMWARE_DATE,
        document_number=kkt.memory.counters.get(DOCUMENT_NUMBER, 0) & 0xFFFF,
        flags=kkt.flags,
        mode_byte=kkt.mode_byte,
        submode=kkt.submode,
        port=TCP_PORT,
        fm_firmware="10",
        fm_build=1,
        fm_date=FIRMWARE_DATE,
        date=kkt.memory.unconfirmed_date or now.date(),
        time=now.time(),
        fm_flags=SHIFT_FLAG * state.shift_open | EXPIRED_FLAG * expired,
        serial=kkt.identity.serial,
        last_closed_shift=(state.shift - state.shift_open) & 0xFFFF,
        registrations=1,
        registrations_left=11,
        inn=int(kkt.card.user_inn or 0),
    )


def beep(kkt: Kkt, request: Authorised) -> Reply:
    """13h."""
    return OperatorReply(operator=kkt.operator(request.password))


def read_port(kkt: Kkt, request: service.PortRequest) -> Reply:
    """15h."""
    kkt.operator(request.password)
    return service.PortReply(speed=SPEED_115200, byte_timeout=BYTE_TIMEOUT)


def set_port(kkt: Kkt, request: service.SetPortRequest) -> Reply:
    """14h: a virtual port has no speed."""
    kkt.administrator(request.password)
    return Reply()


def technical_reset(kkt: Kkt, request: Request) -> Reply:
    """16h: this device never comes into the mode that allows it."""
    raise Refusal(0x73)


def money_register(kkt: Kkt, request: service.RegisterRequest) -> Reply:
    """1Ah; a register that the model has not reads 0."""
    value = kkt.memory.money.get(request.number, 0)
    return service.MoneyRegisterReply(operator=kkt.operator(request.password), value=max(0, value))


def operation_register(kkt: Kkt, request: service.RegisterRequest) -> Reply:
    """1Bh."""
    value = kkt.memory.counters.get(request.number, 0)
    return service.OperationRegisterReply(operator=kkt.operator(request.password), value=value & 0xFFFF)


def _cell(kkt: Kkt, request: service.CellRequest) -> None:
    if (
        request.table not in kkt.tables.shape
        or kkt.tables.find(request.table, request.row, request.field) is None
    ):
        raise Refusal(0x5D)


def write_table(kkt: Kkt, request: service.WriteTableRequest) -> Reply:
    """1Eh; what the registration fixed is read-only."""
    kkt.administrator(request.password)
    _cell(kkt, request)
    if request.table == FN_TABLE and request.field in (1, 4):
        raise Refusal(0x7A)
    kkt.tables.write(request.table, request.row, request.field, request.value)
    return Reply()


def read_table(kkt: Kkt, request: service.CellRequest) -> Reply:
    """1Fh."""
    kkt.operator(request.password)
    _cell(kkt, request)
    if request.table == FN_TABLE and request.field == 1:
        return service.CellReply(value=f"{kkt.identity.serial:016d}".encode().ljust(20, b"\0"))
    if request.table == FN_TABLE and request.field == 4:
        return service.CellReply(value=kkt.fn.state.number.encode())
    return service.CellReply(value=kkt.tables.read(request.table, request.row, request.field))


def table_structure(kkt: Kkt, request: service.TableRequest) -> Reply:
    """2Dh."""
    kkt.operator(request.password)
    table = kkt.tables.shape.get(request.table)
    if table is None:
        raise Refusal(0x5D)
    return service.TableReply(name=table.name, rows=table.rows, fields=len(table.fields))


def field_structure(kkt: Kkt, request: service.FieldRequest) -> Reply:
    """2Eh; numbers carry their bounds."""
    kkt.operator(request.password)
    field = kkt.tables.find(request.table, 1, request.field)
    if field is None:
        raise Refusal(0x5D)
    bounds = b"" if field.is_text else bytes(field.size) + b"\xff" * field.size
    return service.FieldReply(name=field.name, kind=int(field.is_text), size=field.size, bounds=bounds)


def set_time(kkt: Kkt, request: service.SetTimeRequest) -> Reply:
    """21h, with no document open."""
    kkt.administrator(request.password)
    kkt.require_mode(SHIFT_OPEN, SHIFT_EXPIRED, SHIFT_CLOSED, DATE)
    kkt.set_now(dt.datetime.combine(kkt.now.date(), request.time))
    return Reply()


def set_date(kkt: Kkt, request: service.DateRequest) -> Reply:
    """22h: the date holds when 23h confirms it."""
    kkt.administrator(request.password)
    kkt.require_mode(SHIFT_OPEN, SHIFT_EXPIRED, SHIFT_CLOSED, DATE)
    if request.date is None:
        raise Refusal(0x22)
    kkt.memory.unconfirmed_date = request.date
    return Reply()


def confirm_date(kkt: Kkt, request: service.DateRequest) -> Reply:
    """23h with the date of 22h; 7Ch with another."""
    kkt.administrator(request.password)
    kkt.require_mode(DATE)
    if request.date is None or request.date != kkt.memory.unconfirmed_date:
        raise Refusal(0x7C)
    kkt.set_now(dt.datetime.combine(request.date, kkt.now.time()))
    kkt.memory.unconfirmed_date = None
    return Reply()


def error_text(kkt: Kkt, request: service.ErrorTextRequest) -> Reply:
    """6Bh."""
    code = kkt.memory.last_error if request.code is None else request.code
    return service.ErrorTextReply(text=device_error(code).meaning if code else "Ошибок нет")


def model(kkt: Kkt, request: service.ModelRequest) -> Reply:
    """F7h page 1."""
    if request.page != 1:
        raise Refusal(0x33)
    cash_core = kkt.identity.kind is IdentityKind.CASH_CORE
    return service.ModelReply(
        capabilities=kkt.identity.capabilities,
        font1_width=12,
        font2_width=24,
        first_graphics_line=1,
        inn_digits=12,
        rnm_digits=10,
        long_rnm_digits=14,
        long_serial_digits=14,
        tax_password=0,
        system_password=30,
        bluetooth_table=0,
        tax_mode_field=0,
        max_command_length=255,
        graphics_line_bytes=40,
        wide_graphics_bytes=64,
        wide_graphics_lines=600,
        fn_table=FN_TABLE,
        ofd_table=OFD_TABLE,
        embedded_table=0,
        ffd_table=10 if cash_core else REGIONAL_TABLE,
        ffd_field=38 if cash_core else FFD_FIELD,
    )


def device_type(kkt: Kkt, request: Request) -> Reply:
    """FCh."""
    return service.DeviceTypeReply(
        protocol=1, subprotocol=18, model=kkt.identity.model, name=kkt.identity.name
    )


HANDLERS: Rows = (
    (service.SHORT_STATUS, short_status),
    (service.LONG_STATUS, long_status),
    (service.BEEP, beep),
    (service.READ_PORT, read_port),
    (service.SET_PORT, set_port),
    (service.TECHNICAL_RESET, technical_reset),
    (service.MONEY_REGISTER, money_register),
    (service.OPERATION_REGISTER, operation_register),
    (service.WRITE_TABLE, write_table),
    (service.READ_TABLE, read_table),
    (service.TABLE_STRUCTURE, table_structure),
    (service.FIELD_STRUCTURE, field_structure),
    (service.SET_TIME, set_time),
    (service.SET_DATE, set_date),
    (service.CONFIRM_DATE, confirm_date),
    (service.ERROR_TEXT, error_text),
    (service.MODEL, model),
    (service.DEVICE_TYPE, device_type),
)
