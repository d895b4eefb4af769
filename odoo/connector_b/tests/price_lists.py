"""Price lists for tests and benchmarks."""

import csv
import io

from ..engine.values import check_digit

HEADER = ["article", "title", "barcode", "purchase_price", "retail_price", "vat", "qty"]


def ean(number):
    """A valid EAN-13 of its own for each number."""
    digits = f"46{number:010d}"
    return f"{digits}{check_digit(digits)}"


def row(number, price="8990.00", cost="3900.00", vat="0.22", stock="5"):
    """One good row of profile C."""
    return [f"SG-{number:05d}", f"Sunglasses {number}", ean(number), cost, price, vat, stock]


def as_csv(rows, encoding="utf-8", delimiter=",", header=HEADER):
    """The bytes of a csv file with these rows."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode(encoding)


def clean_list(count, rise=0):
    """`count` good rows; price, cost and stock of each are raised by `rise`."""
    return as_csv(
        [
            row(
                n,
                f"{8000 + n % 900}.{10 + rise:02d}",
                f"{3000 + n % 700}.{20 + rise:02d}",
                stock=str(5 + rise),
            )
            for n in range(count)
        ]
    )


def dirty_list(count):
    """The file of POC-2 and what is planted in it: code → rows of the file (the headers are row 1)."""
    rows = [row(n) for n in range(count)]
    planted = {}
    place = 10

    def plant(code, share, spoil):
        nonlocal place
        numbers = []
        for _each in range(round(count * share / 100)):
            spoil(rows[place], place)
            numbers.append(place + 2)
            place += 2
        planted[code] = numbers

    def set_cell(column, value):
        def spoil(cells, _place):
            cells[column] = value

        return spoil

    def copy_cell(column):
        def spoil(cells, at):
            cells[column] = rows[at - 1][column]

        return spoil

    def break_ean(cells, _place):
        cells[2] = cells[2][:-1] + str((int(cells[2][-1]) + 1) % 10)

    plant("DUPLICATE_SKU", 2, copy_cell(0))
    plant("BAD_EAN", 0.5, break_ean)
    plant("EMPTY_FIELD", 0.1, set_cell(0, ""))
    planted["EMPTY_FIELD"] += _also(plant, planted, "EMPTY_FIELD", 0.1, set_cell(1, ""))
    planted["EMPTY_FIELD"] += _also(plant, planted, "EMPTY_FIELD", 0.1, set_cell(4, " "))
    plant("BAD_VAT", 0.2, set_cell(5, "0.19"))
    plant("CURRENCY_IN_PRICE", 0.05, set_cell(4, "8990 руб."))
    planted["CURRENCY_IN_PRICE"] += _also(plant, planted, "CURRENCY_IN_PRICE", 0.05, set_cell(4, "$120"))
    plant("COST_ABOVE_PRICE", 0.5, set_cell(3, "9990.00"))
    plant("DUPLICATE_EAN", 0.4, copy_cell(2))
    return as_csv(rows), planted


def _also(plant, planted, code, share, spoil):
    """Plant another form of a fault; answers its rows and keeps those planted before."""
    before = planted[code]
    plant(code, share, spoil)
    more, planted[code] = planted[code], before
    return more
