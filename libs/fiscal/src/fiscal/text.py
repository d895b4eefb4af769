"""Text of a fiscal document: one byte a character, CP866 (order ЕД-7-20/662@, FFD 1.2, type "string")."""

import unicodedata

_REPLACED = str.maketrans(
    {
        "«": '"',
        "»": '"',
        "“": '"',
        "”": '"',
        "’": "'",
        "—": "-",
        "–": "-",
        "…": "...",
        "₽": "руб.",
        "\u00a0": " ",
    }
)


def encode_text(text: str) -> bytes:
    """Encode text as CP866, replacing what it lacks; the length of the result is what a limit counts.

    Composes first: a decomposed й is two characters of which CP866 has one.
    """
    return unicodedata.normalize("NFC", text).translate(_REPLACED).encode("cp866", "replace")


def parse_text(raw: bytes) -> str:
    """Decode CP866; every byte has a character."""
    return raw.decode("cp866")


def printable(text: str) -> str:
    """Return the text as the document will hold it."""
    return parse_text(encode_text(text))
