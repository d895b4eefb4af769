"""A file (xlsx, xls, csv) → headers and rows, with what was detected on the way."""

import csv
import io
import zipfile
from dataclasses import dataclass

import openpyxl
import xlrd
from openpyxl.utils.exceptions import InvalidFileException

from . import text
from .faults import Unreadable

MAX_BYTES = 50 * 1024 * 1024
MAX_ROWS = 100_000
MAX_UNPACKED_BYTES = 1024 * 1024 * 1024
_TITLE_ROWS = 20  # how far down the headers may stand below a letterhead
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True, kw_only=True)
class Layout:
    """How to find the columns: field → headers it may have (normalised), and which fields must be there."""

    headers: dict
    required: frozenset
    encoding: str = ""
    separator: str = ""
    sheet: str = ""

    @property
    def known(self):
        """Every header that means something."""
        return frozenset(header for headers in self.headers.values() for header in headers)


@dataclass(frozen=True, kw_only=True)
class Table:
    """Rows below the headers: (row number as the person sees it, {field: cell})."""

    rows: list
    columns: dict  # field → header as written in the file
    header_row: int
    file_format: str
    encoding: str = ""
    separator: str = ""
    sheet: str = ""


def read(data, layout):
    """Read a supplier's file. `Unreadable` says why it cannot be one."""
    if not data:
        raise Unreadable("EMPTY_FILE")
    if len(data) > MAX_BYTES:
        raise Unreadable("FILE_TOO_LARGE", limit_mb=MAX_BYTES // 1024 // 1024)
    if data.startswith(_ZIP):
        return _read_xlsx(data, layout)
    if data.startswith(_OLE):
        return _read_xls(data, layout)
    return _read_csv(data, layout)


def _read_csv(data, layout):
    decoded, encoding = text.decode(data, layout.encoding)
    separator = layout.separator or text.detect_separator(decoded, layout.known)
    reader = csv.reader(io.StringIO(decoded, newline=""), delimiter=separator)
    try:
        return _table(reader, layout, file_format="csv", encoding=encoding, separator=separator)
    except csv.Error as error:
        raise Unreadable("BAD_CSV", error=str(error), line=reader.line_num) from error


def _read_xlsx(data, layout):
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > MAX_UNPACKED_BYTES:
                raise Unreadable("FILE_TOO_LARGE", limit_mb=MAX_UNPACKED_BYTES // 1024 // 1024)
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, OSError) as error:
        raise Unreadable("BAD_XLSX", error=str(error)) from error
    sheets = {sheet.title: sheet for sheet in book.worksheets}
    for sheet in sheets.values():
        sheet.reset_dimensions()  # some programs write a wrong size, and rows beyond it would be lost
    return _first_fitting(sheets, lambda sheet: sheet.iter_rows(values_only=True), layout, "xlsx")


def _read_xls(data, layout):
    try:
        book = xlrd.open_workbook(file_contents=data)
    except (xlrd.XLRDError, ValueError, AssertionError, IndexError) as error:
        raise Unreadable("BAD_XLS", error=str(error)) from error
    sheets = {sheet.name: sheet for sheet in book.sheets()}
    return _first_fitting(sheets, lambda sheet: map(sheet.row_values, range(sheet.nrows)), layout, "xls")


def _first_fitting(sheets, rows_of, layout, file_format):
    """The named sheet, or the first one that has the columns."""
    if layout.sheet and layout.sheet not in sheets:
        raise Unreadable("NO_SHEET", sheet=layout.sheet, sheets=", ".join(sheets))
    problem = Unreadable("EMPTY_FILE")
    for title in [layout.sheet] if layout.sheet else sheets:
        try:
            return _table(rows_of(sheets[title]), layout, file_format=file_format, sheet=title)
        except Unreadable as error:
            if error.code != "NO_COLUMNS":
                raise
            problem = error
    raise problem


def _table(lines, layout, **found):
    lines = enumerate(lines, start=1)
    header_row, header, places = _find_headers(lines, layout)
    rows = []
    for number, cells in lines:
        if not any(cell not in (None, "") for cell in cells):
            continue
        if len(rows) == MAX_ROWS:
            raise Unreadable("TOO_MANY_ROWS", limit=MAX_ROWS)
        row = {field: cells[place] if place < len(cells) else None for field, place in places.items()}
        rows.append((number, row))
    if not rows:
        raise Unreadable("EMPTY_FILE")
    columns = {field: str(header[place]) for field, place in places.items()}
    return Table(rows=rows, columns=columns, header_row=header_row, **found)


def _find_headers(lines, layout):
    """The first row that has every required column; price lists begin with a letterhead."""
    best = {}
    for number, cells in lines:
        places = _places([text.normal(cell) for cell in cells], layout)
        if layout.required <= places.keys():
            return number, cells, places
        best = max(best, places, key=len)
        if number == _TITLE_ROWS:
            break
    missing = sorted(layout.required - best.keys())
    raise Unreadable("NO_COLUMNS", missing=", ".join(missing), found=", ".join(sorted(best)))


def _places(header, layout):
    """Field → column. A header of the profile that stands earlier in its list wins."""
    places = {}
    for field, names in layout.headers.items():
        place = next((header.index(name) for name in names if name in header), None)
        if place is not None:
            places[field] = place
    return places
