"""The one error of these tools: something the person at the keyboard has to put right."""

from __future__ import annotations


class Unprepared(Exception):
    """Something outside this repository is missing; the text says what to do. Exit code 2."""
