"""Cells → values. Money is integer kopecks; a cell is what the reader gives: text, int, float, bool, date or None."""

import re
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

_SPACES = re.compile(r"[\s\u00a0\u2009\u202f'’]+")
_ROUBLE = re.compile(r"(руб(?:лей|ля|\.)?|р\.?|₽|rub\.?|rur)$", re.IGNORECASE)
_CURRENCY = re.compile(r"[$€£¥₸]|usd|eur|cny|gbp|kzt|byn|долл|евро|юан|тенге", re.IGNORECASE)
# Thousands in threes under one mark, then perhaps one or two decimals: what follows a mark in threes is thousands.
_GROUPED = re.compile(r"(-?\d+|-?\d{1,3}(?:,\d{3})+|-?\d{1,3}(?:\.\d{3})+)([.,]\d{1,2})?")
_DECIMAL_TAIL = re.compile(r"[.,]\d{1,2}$")
_VAT = re.compile(r"^(?:ндс|vat)?\s*(\d{1,2}(?:[.,]\d{1,4})?)\s*%?$", re.IGNORECASE)
_NO_VAT = ("без ндс", "безндс", "no_vat", "no vat", "не облагается", "ндс не облагается")
_EAN_LENGTHS = (8, 12, 13, 14)
MAX_KOPECKS = 10**11  # a thousand million roubles: above that a column was taken for another


class BadValue(ValueError):
    """The cell does not say what its column promises; `code` is the fault."""

    def __init__(self, code):
        super().__init__(code)
        self.code = code


def as_text(cell):
    """A cell as text: numbers without a decimal point that the spreadsheet added, spaces trimmed."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 10**15:
        cell = int(cell)
    return str(cell).replace("\u00a0", " ").strip()


def decimal_mark(cells):
    """Which mark the money of a column uses, by what most cells say; empty when nothing tells."""
    tails = [match.group()[0] for cell in cells if (match := _DECIMAL_TAIL.search(as_text(cell)))]
    return max(("," if tails.count(",") >= tails.count(".") else "."), "") if tails else ""


def money(cell, mark=""):
    """(kopecks, said a currency). A rouble sign is understood; any other currency is refused."""
    if isinstance(cell, bool):
        raise BadValue("BAD_PRICE")
    if isinstance(cell, int | float):
        return _kopecks(repr(cell)), False
    text = _SPACES.sub("", as_text(cell))
    if _CURRENCY.search(text):
        raise BadValue("CURRENCY_IN_PRICE")
    plain = _ROUBLE.sub("", text)
    return _kopecks(_with_dot(plain, mark)), plain != text


def _with_dot(text, mark):
    """The number with a decimal point and no thousands marks; text that is neither stays and is refused later."""
    if mark and re.fullmatch(rf"-?\d+{re.escape(mark)}\d+", text):
        return text.replace(mark, ".")
    match = _GROUPED.fullmatch(text)
    if not match:
        return text
    whole, tail = match.groups()
    return whole.replace(",", "").replace(".", "") + (tail or "").replace(",", ".")


def _kopecks(text):
    try:
        amount = Decimal(text)
    except InvalidOperation as error:
        raise BadValue("BAD_PRICE") from error
    if not amount.is_finite() or amount <= 0:
        raise BadValue("BAD_PRICE")
    kopecks = (
        int((amount * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP)) if amount < 10**12 else MAX_KOPECKS
    )
    if not 0 < kopecks < MAX_KOPECKS:
        raise BadValue("BAD_PRICE")
    return kopecks


def vat(cell, labels):
    """VAT label such as `22%` or `no_vat`, out of `22`, `22%`, `0.22`, `НДС 22 %`, `без НДС`."""
    text = as_text(cell).lower()
    if text in _NO_VAT:
        return "no_vat"
    match = None if isinstance(cell, bool) else _VAT.match(text)
    if not match:
        raise BadValue("BAD_VAT")
    rate = Decimal(match.group(1).replace(",", "."))
    percent = rate * 100 if 0 < rate < 1 else rate
    label = f"{percent.normalize():f}%"
    if label not in labels:
        raise BadValue("BAD_VAT")
    return label


def rate(label):
    """Percent of a VAT label."""
    return 0 if label == "no_vat" else int(label.rstrip("%"))


def with_vat(kopecks, label):
    """A net sum with its VAT, rounded half up."""
    return (2 * kopecks * (100 + rate(label)) + 100) // 200


def without_vat(kopecks, label):
    """The net part of a sum with VAT, rounded half up."""
    divisor = 100 + rate(label)
    return (2 * kopecks * 100 + divisor) // (2 * divisor)


def stock(cell, words):
    """Pieces. `words` maps a supplier's word in lower case to a number; `10+`, `>10` mean at least ten."""
    if isinstance(cell, bool):
        raise BadValue("BAD_STOCK")
    text = _SPACES.sub(" ", as_text(cell)).lower()
    if text in words:
        return words[text]
    match = re.fullmatch(r"[>≥]?\s*(-?\d{1,9})(?:[.,]0+)?\s*\+?\s*(?:шт\.?|pcs)?", text)
    if not match:
        raise BadValue("BAD_STOCK")
    return int(match.group(1))


def ean(cell):
    """EAN-8, UPC-A, EAN-13 or GTIN-14 whose check digit is right (GS1 General Specifications, section 7.9)."""
    digits = _SPACES.sub("", as_text(cell))
    if not digits.isascii() or not digits.isdigit() or len(digits) not in _EAN_LENGTHS:
        raise BadValue("BAD_EAN")
    if int(digits) == 0 or check_digit(digits[:-1]) != int(digits[-1]):
        raise BadValue("BAD_EAN")
    return digits


def check_digit(digits):
    """GS1 check digit of the digits before it: weights 3 and 1 from the right."""
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits)))
    return -total % 10
