"""What the paper says, as plain text of 48 columns."""

from fiscal.documents import RegistrationCard
from fiscal.money import Kopecks, format_roubles
from fiscal.qr import QrFacts, qr_text
from fiscal.reading import fiscal_document, parse_receipt
from fiscal.receipt import Operation
from fiscal.slip import receipt_slip
from fiscal.tags import known
from fiscal.tlv import Members, inner, parse_member
from kkt_emulator.identity import LINE_WIDTH
from kkt_emulator.store import Document

RECEIPT = 3
TITLES = {
    1: "ОТЧЕТ О РЕГИСТРАЦИИ",
    2: "ОТЧЕТ ОБ ОТКРЫТИИ СМЕНЫ",
    5: "ОТЧЕТ О ЗАКРЫТИИ СМЕНЫ",
    21: "ОТЧЕТ О СОСТОЯНИИ РАСЧЕТОВ",
    31: "КАССОВЫЙ ЧЕК КОРРЕКЦИИ",
}


def money(kopecks: int) -> str:
    """Roubles with two digits."""
    return format_roubles(Kopecks(kopecks))


def two(left: str, right: str) -> str:
    """A line with both margins."""
    return f"{left[: LINE_WIDTH - len(right) - 1]:<{LINE_WIDTH - len(right)}}{right}"


def qr(document: Document, fn: str) -> str:
    """Text of the QR code; empty for a document that is no settlement."""
    if not document.operation:
        return ""
    facts = QrFacts(
        at=document.at,
        total=Kopecks(document.total),
        fn=fn,
        fd=document.fd,
        fp=document.fpd,
        operation=Operation(document.operation),
    )
    return qr_text(facts)


def document(of: Document, card: RegistrationCard, *, heading: str, running_number: int) -> list[str]:
    """The slip of a fiscal document, from its own TLV."""
    if of.form == RECEIPT:
        parsed = parse_receipt(of.tlv)
        text = receipt_slip(parsed.content, fiscal_document(parsed), width=LINE_WIDTH, card=card)
        lines = text.splitlines()
    else:
        members = inner(parse_member(of.tlv)[0])
        lines = [
            TITLES[of.form].center(LINE_WIDTH).rstrip(),
            *_report(members),
            f"ФП {of.fpd:010d}",
            qr(of, card.fn),
        ]
    lines = [line for line in lines if line]
    return [heading.center(LINE_WIDTH).rstrip(), *lines, f"N{running_number:08d}"]


def _report(members: Members) -> list[str]:
    lines = []
    for member in members:
        tag = known(member.tag)
        if tag is not None and isinstance(member.value, int | str):
            lines.append(two(tag.russian, str(member.value)))
    return lines
