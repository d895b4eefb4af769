"""Query parameters, checked: a wrong one is refused by name, never guessed."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from pos_gateway.errors import invalid

Query = Mapping[str, str]


def integer(query: Query, name: str, *, default: int, low: int, high: int) -> int:
    """A whole number within bounds."""
    given = query.get(name)
    if given is None:
        return default
    if not re.fullmatch(r"[0-9]{1,16}", given) or not low <= int(given) <= high:
        raise invalid(
            name, f"must be a whole number from {low} to {high}", f"нужно целое число от {low} до {high}."
        )
    return int(given)


def word(query: Query, name: str, known: Sequence[str]) -> str | None:
    """One of the known words."""
    given = query.get(name)
    if given is not None and given not in known:
        raise invalid(name, f"must be one of {', '.join(known)}", "недопустимое значение.")
    return given


def text(query: Query, name: str, *, longest: int) -> str:
    """Text of limited length; empty when it is absent."""
    given = query.get(name, "")
    if len(given) > longest:
        raise invalid(name, f"longer than {longest} characters", "слишком длинный текст.")
    if any("\ud800" <= letter <= "\udfff" for letter in given):
        raise invalid(name, "not UTF-8", "текст не в UTF-8.")
    return given


def moment(query: Query, name: str) -> str | None:
    """A moment of ISO 8601 with a zone, in the text form of the journal (UTC, milliseconds)."""
    given = query.get(name)
    if given is None:
        return None
    try:
        found = datetime.fromisoformat(given)
        if found.tzinfo is None:
            raise ValueError("no zone")
        found = found.astimezone(UTC)
    except (ValueError, OverflowError):
        raise invalid(
            name, "must be ISO 8601 with a zone", "нужны дата и время ISO 8601 с часовым поясом."
        ) from None
    return found.isoformat(timespec="milliseconds").replace("+00:00", "Z")
