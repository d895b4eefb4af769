"""Who answers at the port, and whether it can do what the shop needs: read once after each connect."""

import datetime as dt

import msgspec

from fiscal.kkt import service
from fiscal.kkt.command import Request
from fiscal.kkt.errors import ErrorClass
from fiscal.kkt.vat import ROWS, TABLE_VALUES, Family
from fiscal.receipt import VatRate
from printer_actor.printer import DeviceIdentity, Rejected, WrongDevice
from printer_actor.shtrih_line import ShtrihLine

CASH_CORE_BIT = 23
FN_BIT = 43
CASH_CORE_MODELS = frozenset({16, 20, 21, 45, 46})
MOBILE_MODEL = 19
NANO_MODEL = 152
TAX_TABLE = 6
NO_SERIAL = 0xFFFFFFFF


class ShtrihIdentity(msgspec.Struct, frozen=True, kw_only=True):
    """The device and the family whose rules it follows."""

    device: DeviceIdentity
    family: Family


async def read_identity(line: ShtrihLine) -> ShtrihIdentity:
    """Read model, firmware and tax table; WrongDevice when the device cannot sell here."""
    kind = await line.ask(service.DEVICE_TYPE, Request())
    model = await line.ask(service.MODEL, service.ModelRequest())
    long_status = await line.ask(service.LONG_STATUS, line.authorised)
    if not model.can(FN_BIT):
        raise WrongDevice(f"{kind.name}: no fiscal drive in this model (F7h bit {FN_BIT})")
    family = family_of(kind.model, cash_core=model.can(CASH_CORE_BIT))
    await check_taxes(line)
    serial = "" if long_status.serial == NO_SERIAL else str(long_status.serial)
    firmware = f"{long_status.firmware}.{long_status.firmware_build}"
    clock = dt.datetime.combine(long_status.date, long_status.time) if long_status.date else None
    device = DeviceIdentity(name=kind.name, serial=serial, firmware=firmware, clock=clock)
    return ShtrihIdentity(device=device, family=family)


def family_of(model: int, *, cash_core: bool) -> Family:
    """Family by model code and capability (Штрих-М protocol v2.0, FCh and F7h)."""
    if model == NANO_MODEL:
        return Family.NANO
    if model == MOBILE_MODEL:
        return Family.MOBILE
    return Family.CASH_CORE if cash_core or model in CASH_CORE_MODELS else Family.DESKTOP


async def check_taxes(line: ShtrihLine) -> None:
    """Compare table 6 with the rates we send: wrong or missing rows must show at start of day, not at the till."""
    wrong = [rate.name for rate in ROWS if await _tax_value(line, rate) != TABLE_VALUES[rate]]
    if wrong:
        raise WrongDevice(f"table 6 lacks or misstates {', '.join(wrong)}: the device needs newer firmware")


async def _tax_value(line: ShtrihLine, rate: VatRate) -> int | None:
    cell = service.CellRequest(password=line.password, table=TAX_TABLE, row=ROWS[rate], field=1)
    try:
        return (await line.ask(service.READ_TABLE, cell)).number
    except Rejected as error:
        if error.kind in (ErrorClass.CAPABILITY, ErrorClass.BUG, ErrorClass.NO_DATA):
            return None
        raise
