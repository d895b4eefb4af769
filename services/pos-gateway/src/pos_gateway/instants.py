"""Moments as the API writes them."""

from datetime import UTC, datetime


def instant(ms: int) -> str:
    """Milliseconds since 1970 UTC as ISO 8601."""
    return datetime.fromtimestamp(ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def maybe_instant(ms: int | None) -> str | None:
    """As `instant`, where there may be none."""
    return None if ms is None else instant(ms)
