from datetime import datetime

import pytest

from fiscal.money import Kopecks
from fiscal.qr import BadQr, QrFacts, parse_qr, qr_text
from fiscal.receipt import Operation

FACTS = QrFacts(
    at=datetime(2026, 2, 15, 18, 7),
    total=Kopecks(155_000),
    fn="9999078900000961",
    fd=812,
    fp=305419896,
    operation=Operation.SALE,
)
TEXT = "t=20260215T1807&s=1550.00&fn=9999078900000961&i=812&fp=305419896&n=1"


def test_worked_qr() -> None:
    assert qr_text(FACTS) == TEXT
    assert parse_qr(TEXT) == FACTS


def test_what_other_devices_write_is_read() -> None:
    text = "n=2&fp=0305419896&i=0000812&fn=9999078900000961&s=1550&t=20260215T180759"
    facts = parse_qr(text)
    assert facts.at == datetime(2026, 2, 15, 18, 7, 59)
    assert (facts.fp, facts.fd, facts.total, facts.operation) == (
        305419896,
        812,
        155_000,
        Operation.SALE_REFUND,
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "https://example.ru",
        TEXT.replace("&n=1", ""),
        TEXT.replace("n=1", "n=7"),
        TEXT.replace("t=2", "t=x"),
    ],
)
def test_what_is_no_receipts_qr(text: str) -> None:
    with pytest.raises(BadQr):
        parse_qr(text)
