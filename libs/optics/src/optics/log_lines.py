"""Which lines of the children a person should see, and in what words; pure."""

import json
from typing import Any, Final

LOUD: Final = frozenset({"warning", "error", "critical"})
COMMON: Final = frozenset({"time", "level", "component", "event", "till", "exc_info", "exception", "stack"})
NATS_LOUD: Final = ("[WRN]", "[ERR]", "[FTL]")
LONGEST: Final = 240


def loud(line: str) -> str | None:
    """The short form of a warning or an error; None for everything else."""
    if line.startswith("{"):
        return _event(line)
    if any(mark in line for mark in NATS_LOUD):
        return line[-LONGEST:]
    return None


def _event(line: str) -> str | None:
    try:
        fields: dict[str, Any] = json.loads(line)
    except ValueError:  # a line that was cut short
        return None
    if fields.get("level") not in LOUD:
        return None
    rest = " ".join(f"{name}={value}" for name, value in fields.items() if name not in COMMON)
    return f"{fields['level']} {fields.get('event', '')} {rest}"[:LONGEST].rstrip()
