"""VAT rate ⇄ row of the device's table 6 ⇄ tax code of FF46h and FF4Bh (Штрих-М protocol, FFD 1.2 supplement).

The row is the link between tag 1199 and the code. An unknown rate is an error: the vendor's driver sells it at 0 %.
"""

import enum

from fiscal.receipt import VatRate


class Family(enum.Enum):
    """Model families that differ in tax codes or in the order of operation tags."""

    DESKTOP = "desktop"
    CASH_CORE = "cash core"
    MOBILE = "mobile"
    NANO = "nano"

    @property
    def tags_before_operation(self) -> bool:
        """True when FF4Dh goes before the FF46h it belongs to; on the others it goes after."""
        return self in (Family.CASH_CORE, Family.MOBILE)


ROWS: dict[VatRate, int] = {
    VatRate.VAT_20: 1,
    VatRate.VAT_10: 2,
    VatRate.VAT_0: 3,
    VatRate.NO_VAT: 4,
    VatRate.VAT_20_120: 5,
    VatRate.VAT_10_110: 6,
    VatRate.VAT_5: 7,
    VatRate.VAT_7: 8,
    VatRate.VAT_5_105: 9,
    VatRate.VAT_7_107: 10,
    VatRate.VAT_22: 11,
    VatRate.VAT_22_122: 12,
}

TABLE_VALUES: dict[VatRate, int] = {
    VatRate.VAT_20: 2000,
    VatRate.VAT_10: 1000,
    VatRate.VAT_0: 0,
    VatRate.NO_VAT: 0,
    VatRate.VAT_20_120: 2000,
    VatRate.VAT_10_110: 1000,
    VatRate.VAT_5: 500,
    VatRate.VAT_7: 700,
    VatRate.VAT_5_105: 500,
    VatRate.VAT_7_107: 700,
    VatRate.VAT_22: 2200,
    VatRate.VAT_22_122: 2200,
}
"""What row ROWS[rate] of table 6, field 1 must hold, in hundredths of a per cent."""

_NANO = {VatRate.VAT_22: 0x90, VatRate.VAT_22_122: 0xA0}


def tax_code(rate: VatRate, family: Family = Family.DESKTOP) -> int:
    """Return the tax byte for a rate: rows 1–6 one bit each, rows 7–10 80h + bit, rows 11 and 12 C0h + row."""
    row = ROWS[rate]
    if family is Family.NANO and rate in _NANO:
        return _NANO[rate]
    if row <= 6:
        return 1 << (row - 1)
    if row <= 10:
        return 0x80 | 1 << (row - 7)
    return 0xC0 | row


def rate_of_code(code: int, family: Family = Family.DESKTOP) -> VatRate | None:
    """Return the rate of a tax byte, None when the model has no such code."""
    return next((rate for rate in ROWS if tax_code(rate, family) == code), None)
