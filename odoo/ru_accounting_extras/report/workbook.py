"""A table as an xlsx file; knows nothing of the database."""

import io

import xlsxwriter

FORMATS = {"money": "# ##0.00;[Red]-# ##0.00", "percent": "0.0", "number": "# ##0.##", "text": "@"}


def workbook(sheets):
    """Return the bytes of a workbook. A sheet has name, title, columns [(label, format)], rows and total."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        styles = {name: book.add_format({"num_format": code}) for name, code in FORMATS.items()}
        totals = {
            name: book.add_format({"num_format": code, "bold": True, "top": 1})
            for name, code in FORMATS.items()
        }
        heading = book.add_format({"bold": True, "font_size": 13})
        header = book.add_format({"bold": True, "text_wrap": True, "bottom": 1, "bg_color": "#E8EEF4"})
        for sheet in sheets:
            _write(book.add_worksheet(sheet["name"][:31]), sheet, styles, totals, heading, header)
    return target.getvalue()


def _write(page, sheet, styles, totals, heading, header):
    columns = sheet["columns"]
    page.write_string(0, 0, sheet["title"], heading)
    for index, (label, _kind) in enumerate(columns):
        page.write_string(2, index, label, header)
    for number, row in enumerate(sheet["rows"], start=3):
        _write_row(page, number, row, columns, styles)
    _write_row(page, 3 + len(sheet["rows"]), sheet["total"], columns, totals)
    page.set_column(0, 0, 34)
    page.set_column(1, len(columns) - 1, 15)
    page.freeze_panes(3, 1)
    if sheet["rows"]:
        page.autofilter(2, 0, 2 + len(sheet["rows"]), len(columns) - 1)


def _write_row(page, number, row, columns, styles):
    for index, (value, (_label, kind)) in enumerate(zip(row, columns, strict=True)):
        if kind == "text":
            # A name that begins with "=" stays a text.
            page.write_string(number, index, value or "", styles[kind])
        else:
            page.write_number(number, index, value or 0.0, styles[kind])
