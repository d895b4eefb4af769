"""Decisions without a database: when a difference may correct itself, which days a period holds."""

from datetime import date, timedelta


def corrects_itself(*, pieces, value, book_value, max_pieces, max_percent):
    """True when a difference is small: by pieces, or by its share of the book value of that product in the shop."""
    if abs(pieces) <= max_pieces:
        return True
    return book_value > 0 and abs(value) * 100.0 <= book_value * max_percent


def last_week(today):
    """Return Monday and Sunday of the last whole week before `today`."""
    monday = today - timedelta(days=today.weekday() + 7)
    return monday, monday + timedelta(days=6)


def period_bounds(name, today):
    """Return the first and the last day of a named period that holds or precedes `today`."""
    if name == "last_week":
        return last_week(today)
    if name == "this_week":
        monday = today - timedelta(days=today.weekday())
        return monday, today
    if name == "this_month":
        return today.replace(day=1), today
    if name == "last_month":
        end = today.replace(day=1) - timedelta(days=1)
        return end.replace(day=1), end
    if name == "this_quarter":
        return date(today.year, (today.month - 1) // 3 * 3 + 1, 1), today
    if name == "this_year":
        return date(today.year, 1, 1), today
    raise ValueError(f"unknown period: {name}")
