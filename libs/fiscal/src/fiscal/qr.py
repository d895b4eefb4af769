"""The text of a receipt's QR code, tag 1196 (order ЕД-7-20/662@, FFD 1.2, table of the receipt)."""

from datetime import datetime
from urllib.parse import parse_qsl

import msgspec

from fiscal.errors import FiscalError
from fiscal.money import Kopecks, format_roubles, parse_roubles
from fiscal.receipt import Operation


class BadQr(FiscalError, ValueError):
    """A text is no QR code of a receipt."""


class QrFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What the code says; `at` is the KKT's local time."""

    at: datetime
    total: Kopecks
    fn: str
    fd: int
    fp: int
    operation: Operation


def qr_text(facts: QrFacts) -> str:
    """Write the code: time to the minute, roubles with two decimals, numbers without padding."""
    return (
        f"t={facts.at:%Y%m%dT%H%M}&s={format_roubles(facts.total)}&fn={facts.fn}"
        f"&i={facts.fd}&fp={facts.fp}&n={int(facts.operation)}"
    )


def parse_qr(text: str) -> QrFacts:
    """Read a code with its fields in any order, seconds in the time, zeros before the numbers."""
    fields = dict(parse_qsl(text.strip()))
    try:
        return QrFacts(
            at=datetime.fromisoformat(fields["t"]),
            total=parse_roubles(fields["s"]),
            fn=fields["fn"],
            fd=int(fields["i"]),
            fp=int(fields["fp"]),
            operation=Operation(int(fields["n"])),
        )
    except (KeyError, ValueError) as error:
        raise BadQr(f"{text[:100]!r} is no QR code of a receipt") from error
