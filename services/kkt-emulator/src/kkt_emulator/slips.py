"""What the paper says, as plain text of 48 columns."""

from collections.abc import Sequence
from decimal import Decimal

from fiscal.money import Kopecks, format_roubles
from fiscal.tags import Tag, known
from fiscal.tlv import Member, Members, every, first, parse_member
from kkt_emulator.identity import LINE_WIDTH
from kkt_emulator.store import Document

TITLES = {
    1: "ОТЧЕТ О РЕГИСТРАЦИИ",
    2: "ОТЧЕТ ОБ ОТКРЫТИИ СМЕНЫ",
    3: "КАССОВЫЙ ЧЕК",
    5: "ОТЧЕТ О ЗАКРЫТИИ СМЕНЫ",
    6: "ОТЧЕТ О ЗАКРЫТИИ ФН",
    21: "ОТЧЕТ О СОСТОЯНИИ РАСЧЕТОВ",
    31: "КАССОВЫЙ ЧЕК КОРРЕКЦИИ",
}
OPERATIONS = {1: "ПРИХОД", 2: "ВОЗВРАТ ПРИХОДА", 3: "РАСХОД", 4: "ВОЗВРАТ РАСХОДА"}
RATES = {
    1: "НДС 20%", 2: "НДС 10%", 3: "НДС 20/120", 4: "НДС 10/110", 5: "НДС 0%", 6: "БЕЗ НДС",
    7: "НДС 5%", 8: "НДС 7%", 9: "НДС 5/105", 10: "НДС 7/107", 11: "НДС 22%", 12: "НДС 22/122",
}  # fmt: skip
SUMS: dict[int, str] = {
    Tag.CASH_TOTAL_SUM: "НАЛИЧНЫМИ",
    Tag.CASHLESS_TOTAL_SUM: "БЕЗНАЛИЧНЫМИ",
    Tag.PREPAID_SUM: "ПРЕДВАРИТЕЛЬНАЯ ОПЛАТА",
    Tag.CREDIT_SUM: "ПОСЛЕДУЮЩАЯ ОПЛАТА",
    Tag.PROVISION_SUM: "ИНАЯ ФОРМА ОПЛАТЫ",
}


def money(kopecks: int) -> str:
    """Roubles with two digits."""
    return format_roubles(Kopecks(kopecks))


def two(left: str, right: str) -> str:
    """A line with both margins."""
    return f"{left[: LINE_WIDTH - len(right) - 1]:<{LINE_WIDTH - len(right)}}{right}"


def qr(document: Document, fn: str) -> str:
    """Text of the QR code: order ЕД-7-20/662@, tag 1196."""
    total = money(document.total)
    return f"t={document.at:%Y%m%dT%H%M}&s={total}&fn={fn}&i={document.fd}&fp={document.fpd}&n={document.operation}"


def document(of: Document, *, heading: str, fn: str, running_number: int) -> list[str]:
    """The slip of a fiscal document, from its own TLV."""
    member, _ = parse_member(of.tlv)
    members = member.value
    assert isinstance(members, tuple)
    titles = [heading, TITLES.get(of.form, f"ДОКУМЕНТ {of.form}")]
    body = _receipt(members, of) if of.operation else _report(members)
    tail = [
        two(f"N{running_number:08d}", f"{of.at:%d.%m.%Y %H:%M}"),
        two(f"ФН {fn}", f"СМЕНА {of.shift}"),
        two(f"ФД {of.fd}", f"ФП {of.fpd:010d}"),
    ]
    codes = [f"QR {qr(of, fn)}"] if of.operation else []
    return [line.center(LINE_WIDTH).rstrip() for line in titles] + body + tail + codes


def _receipt(members: Members, of: Document) -> list[str]:
    lines = [two(OPERATIONS[of.operation], f"ЧЕК {of.number}")]
    for item in every(members, Tag.ITEM):
        assert isinstance(item.value, tuple)
        lines += _item(item.value)
    lines.append(two("ИТОГ", f"={money(of.total)}"))
    for member in members:
        if member.tag in SUMS and member.value:
            lines.append(two(SUMS[member.tag], f"={money(_number(member))}"))
    contact = first(members, Tag.BUYER_CONTACT)
    cashier = first(members, Tag.CASHIER)
    lines += [two("ЭЛ. АДР. ПОКУПАТЕЛЯ", str(contact.value))] if contact else []
    lines += [two("КАССИР", str(cashier.value))] if cashier else []
    return lines


def _item(members: Sequence[Member]) -> list[str]:
    values = {member.tag: member.value for member in members}
    price, total = values[Tag.ITEM_PRICE], values[Tag.ITEM_SUM]
    assert isinstance(price, int)
    assert isinstance(total, int)
    rate, quantity = values[Tag.VAT_RATE], values[Tag.ITEM_QUANTITY]
    assert isinstance(rate, int)
    assert isinstance(quantity, Decimal)
    name = str(values[Tag.ITEM_NAME])
    wrapped = [name[at : at + LINE_WIDTH] for at in range(0, len(name), LINE_WIDTH)]
    return [
        *wrapped,
        two(f"{quantity:f} X {money(price)}", f"={money(total)}"),
        f"  {RATES[rate]}",
    ]


def _report(members: Members) -> list[str]:
    lines = []
    for member in members:
        tag = known(member.tag)
        if tag is not None and isinstance(member.value, int | str) and tag is not Tag.FISCAL_SIGN:
            lines.append(two(tag.russian, str(member.value)))
    return lines


def _number(member: Member) -> int:
    assert isinstance(member.value, int)
    return member.value
