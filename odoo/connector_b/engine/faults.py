"""What can be wrong with a row, and what was done about it."""

from dataclasses import dataclass

ERROR, WARNING, INFO = "error", "warning", "info"

# What was done with the row or the field; the texts are selections of connector.import.message.
REFUSED = "refused"  # the row is not imported
LEFT_OUT = "left_out"  # the row is imported without this field
CONVERTED = "converted"  # the value was understood and taken
WAITS = "waits"  # the row waits for a person's confirmation
KEPT_LOWER = "kept_lower"  # another supplier's lower price stays
TOOK_LOWER = "took_lower"  # this supplier's lower price replaces the other's
NOTED = "noted"


class Unreadable(Exception):
    """The file as a whole cannot be imported. `code` names the reason, `detail` holds the values that matter."""

    def __init__(self, code, **detail):
        super().__init__(f"{code} {detail}")
        self.code = code
        self.detail = detail


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One finding in one row. `value` is what the file says; `about` what it collides with."""

    level: str
    code: str
    done: str
    field: str = ""
    value: str = ""
    about: str = ""


def refused(code, field, value="", about=""):
    """An error: the row is not imported."""
    return Fault(level=ERROR, code=code, done=REFUSED, field=field, value=_shown(value), about=about)


def left_out(code, field, value="", about=""):
    """A warning: the row is imported, this field of it is not."""
    return Fault(level=WARNING, code=code, done=LEFT_OUT, field=field, value=_shown(value), about=about)


def waits(code, field, value="", about=""):
    """A warning: the row waits until a person confirms it."""
    return Fault(level=WARNING, code=code, done=WAITS, field=field, value=_shown(value), about=about)


def noted(code, done, field, value="", about="", level=INFO):
    """Something to know; the row is imported."""
    return Fault(level=level, code=code, done=done, field=field, value=_shown(value), about=about)


def _shown(value):
    """A cell as a person may read it; a page of text is cut."""
    shown = "" if value is None else str(value)
    return shown if len(shown) <= 200 else shown[:199] + "…"
