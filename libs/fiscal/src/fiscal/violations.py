"""A fault of a receipt as a value: where, which, the tag it would spoil, a sentence for each reader."""

import enum
import unicodedata
from collections.abc import Iterator

import msgspec

from fiscal.tags import Tag
from fiscal.text import encode_text


class Fault(enum.StrEnum):
    """Machine-readable reason of a violation; never renamed."""

    EMPTY = "empty"
    TOO_MANY = "too_many"
    TOO_LONG = "too_long"
    BAD_TEXT = "bad_text"
    NOT_POSITIVE = "not_positive"
    NEGATIVE = "negative"
    TOO_LARGE = "too_large"
    WRONG_SUM = "wrong_sum"
    UNDERPAID = "underpaid"
    OVERPAID = "overpaid"
    RATE_NOT_IN_FORCE = "rate_not_in_force"
    RATE_NOT_ALLOWED = "rate_not_allowed"
    BAD_CODE = "bad_code"
    MARKING_OFF = "marking_off"
    MARK_CODE_MISSING = "mark_code_missing"
    MARK_CODE_UNEXPECTED = "mark_code_unexpected"
    BAD_CONTACT = "bad_contact"
    BAD_INN = "bad_inn"
    NOT_REGISTERED = "not_registered"
    UNSUPPORTED = "unsupported"


class Violation(msgspec.Struct, frozen=True, kw_only=True):
    """One fault: where, which, the tag it would spoil, a sentence for the cashier and one for a developer."""

    field: str
    code: Fault
    tag: int
    message_ru: str
    message: str


def violation(field: str, code: Fault, tag: Tag, message_ru: str, message: str) -> Violation:
    """Make a violation."""
    return Violation(field=field, code=code, tag=tag, message_ru=message_ru, message=message)


def too_large(field: str, tag: Tag, message_ru: str) -> Violation:
    """Make the violation of a value that the KKT's fields cannot hold."""
    return violation(field, Fault.TOO_LARGE, tag, message_ru, "above the greatest value of the KKT")


def check_text(field: str, text: str, tag: Tag, ru: str) -> Iterator[Violation]:
    """Yield what keeps a text from being printed: control characters, nothing in it, too long in CP866."""
    if any(unicodedata.category(char) in ("Cc", "Cs") for char in text):
        yield violation(
            field,
            Fault.BAD_TEXT,
            tag,
            f"{ru}: недопустимые символы.",
            "control characters or lone surrogates",
        )
    elif not text.strip():
        yield violation(field, Fault.EMPTY, tag, f"{ru} не заполнено.", "blank text")
    elif (length := len(encode_text(text))) > tag.max_len:
        yield violation(
            field,
            Fault.TOO_LONG,
            tag,
            f"{ru}: {length} знаков, можно не больше {tag.max_len}.",
            f"{length} bytes in CP866, at most {tag.max_len}",
        )
