"""Who the virtual device says it is; everything that a seed decides."""

import enum
import hashlib

import msgspec

LINE_WIDTH = 48


class IdentityKind(enum.StrEnum):
    """Model families that a host must treat differently."""

    DESKTOP = "desktop"
    CASH_CORE = "cash-core"


class Identity(msgspec.Struct, frozen=True, kw_only=True):
    """Answers of FCh, F7h and 11h."""

    kind: IdentityKind
    model: int
    name: str
    capabilities: int
    serial: int

    @property
    def tags_before_operation(self) -> bool:
        """True when FF4Dh goes before its FF46h (cash core); on the others it goes after."""
        return self.kind is IdentityKind.CASH_CORE


_COMMON_BITS = (
    1,
    3,
    4,
    13,
    15,
    36,
    43,
    44,
    47,
    48,
    50,
)  # sensors, cutter, drawer, 6Bh, FN, host exchange, FFD 1.2
_CASH_CORE_BIT = 23


def identity(kind: IdentityKind, seed: str) -> Identity:
    """Return the identity of a family; the serial number comes from the seed."""
    bits = (*_COMMON_BITS, _CASH_CORE_BIT) if kind is IdentityKind.CASH_CORE else _COMMON_BITS
    desktop = kind is IdentityKind.DESKTOP
    return Identity(
        kind=kind,
        model=250 if desktop else 16,
        name="ШТРИХ-М-01Ф" if desktop else "РИТЕЙЛ-01Ф",
        capabilities=sum(1 << bit for bit in bits),
        serial=int.from_bytes(secret(seed, "serial")[:4], "big") % 100_000_000,
    )


def secret(seed: str, purpose: str) -> bytes:
    """Return 32 bytes that a seed gives for a purpose."""
    return hashlib.sha256(f"{seed}/{purpose}".encode()).digest()


def fn_number(seed: str, generation: int) -> str:
    """Return 16 digits of the test series 9999; another generation is another FN."""
    digits = int.from_bytes(secret(seed, f"fn {generation}")[:8], "big") % 10**12
    return f"9999{digits:012d}"
