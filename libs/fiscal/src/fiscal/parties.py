"""Is it an INN, a phone, an e-mail? Shapes and check digits, nothing more."""

import re

_PHONE = re.compile(r"\+[0-9]{10,15}", re.ASCII)
_EMAIL = re.compile(r"[A-Za-z0-9._%+\-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\.[A-Za-z0-9-]{2,}", re.ASCII)
_WEIGHTS_11 = (7, 2, 4, 10, 3, 5, 9, 4, 6, 8)
_WEIGHTS_12 = (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)
_WEIGHTS_10 = (2, 4, 10, 3, 5, 9, 4, 6, 8)


def is_inn(text: str) -> bool:
    """True for 10 or 12 digits whose check digits are right (order ММВ-7-14/435@, appendix)."""
    if not (text.isascii() and text.isdigit()):
        return False
    digits = [int(digit) for digit in text]
    if len(digits) == 10:
        return digits[9] == _check_digit(digits, _WEIGHTS_10)
    if len(digits) == 12:
        return digits[10] == _check_digit(digits, _WEIGHTS_11) and digits[11] == _check_digit(
            digits, _WEIGHTS_12
        )
    return False


def is_contact(text: str) -> bool:
    """True for a phone `+79161234567` or an e-mail of at most 64 bytes (tag 1008)."""
    return len(text) <= 64 and bool(_PHONE.fullmatch(text) or _EMAIL.fullmatch(text))


def _check_digit(digits: list[int], weights: tuple[int, ...]) -> int:
    return sum(weight * digit for weight, digit in zip(weights, digits, strict=False)) % 11 % 10
