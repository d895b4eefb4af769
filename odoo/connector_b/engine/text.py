"""Bytes → text: which encoding, which separator."""

import codecs
import csv

from .faults import Unreadable

SEPARATORS = (";", ",", "\t", "|")
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_CYRILLIC = ("cp1251", "koi8-r", "cp866")
_FREQUENT = frozenset("оеаинтсрвлкмдпу")
_SAMPLE_LINES = 30


def decode(data, encoding=""):
    """(text, encoding). Without a hint: byte order mark, then strict UTF-8, then the likeliest Cyrillic code page."""
    chosen = encoding or detect_encoding(data)
    try:
        return data.decode(chosen), chosen
    except (UnicodeDecodeError, LookupError) as error:
        raise Unreadable("BAD_ENCODING", encoding=chosen) from error


def detect_encoding(data):
    """Name of the encoding that the bytes look like."""
    for mark, name in _BOMS:
        if data.startswith(mark):
            return name
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return max(_CYRILLIC, key=lambda name: _likeness(data[:65536], name))
    return "utf-8"


def _likeness(data, encoding):
    """Share of the letters that Russian uses most among all non-ASCII characters."""
    foreign = [char for char in data.decode(encoding, errors="replace") if char > "\x7f"]
    return sum(char in _FREQUENT for char in foreign) / (len(foreign) or 1)


def detect_separator(text, known_headers):
    """The separator under which the first lines hold most of the known headers, then most columns."""
    lines = text.splitlines()[:_SAMPLE_LINES]

    def likeness(separator):
        rows = list(csv.reader(lines, delimiter=separator))
        hits = max((sum(normal(cell) in known_headers for cell in row) for row in rows), default=0)
        return hits, max(map(len, rows), default=0)

    try:
        return max(SEPARATORS, key=likeness)
    except csv.Error as error:
        raise Unreadable("BAD_CSV", error=str(error)) from error


def normal(header):
    """A header as it is compared: lower case, one space, no trailing punctuation."""
    return " ".join(str(header or "").replace("\u00a0", " ").lower().split()).strip(" .:*")
