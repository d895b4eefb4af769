"""W3C trace context (Trace Context, level 1, §3.2) carried from a request to the requests it causes."""

import re
import secrets
from contextvars import ContextVar
from typing import Final

_HEADER: Final = re.compile(r"00-([0-9a-f]{32})-[0-9a-f]{16}-([0-9a-f]{2})")
_current: ContextVar[str | None] = ContextVar("traceparent", default=None)


def enter(traceparent: str | None) -> None:
    """Go on with a caller's trace in this task; anything malformed is as if there were none."""
    _current.set(traceparent if traceparent and _HEADER.fullmatch(traceparent) else None)


def outgoing() -> str:
    """A `traceparent` for a message: the current trace with a new span, or a new trace."""
    match = _HEADER.fullmatch(_current.get() or "")
    trace, flags = match.groups() if match else (secrets.token_hex(16), "01")
    return f"00-{trace}-{secrets.token_hex(8)}-{flags}"
