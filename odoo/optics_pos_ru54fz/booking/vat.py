"""VAT rate codes of a receipt line, tag 1199 (FFD 1.2), and the labels of the taxes that book them."""

VAT_20, VAT_10, VAT_20_120, VAT_10_110, VAT_0, NO_VAT = 1, 2, 3, 4, 5, 6
VAT_5, VAT_7, VAT_5_105, VAT_7_107, VAT_22, VAT_22_122 = 7, 8, 9, 10, 11, 12

NO_VAT_LABEL = "no_vat"
_LABELS = {
    VAT_20: "20%",
    VAT_20_120: "20%",
    VAT_10: "10%",
    VAT_10_110: "10%",
    VAT_0: "0%",
    NO_VAT: NO_VAT_LABEL,
    VAT_5: "5%",
    VAT_5_105: "5%",
    VAT_7: "7%",
    VAT_7_107: "7%",
    VAT_22: "22%",
    VAT_22_122: "22%",
}
_CODES = {
    "22%": VAT_22,
    "20%": VAT_20,
    "10%": VAT_10,
    "7%": VAT_7,
    "5%": VAT_5,
    "0%": VAT_0,
    NO_VAT_LABEL: NO_VAT,
}


def label_of(code):
    """Label of the tax that books a code, calculated rates included; None for a code the law does not know."""
    return _LABELS.get(code)


def code_of(label):
    """Code that a till prints for a tax with this label; "no VAT" for a label that is no rate of today's law."""
    return _CODES.get(label, NO_VAT)


def tax_kopecks(total, code):
    """VAT inside `total` kopecks, rounded half up as the KKT does; 0 for "no VAT"."""
    label = _LABELS.get(code, NO_VAT_LABEL)
    rate = 0 if label == NO_VAT_LABEL else int(label.rstrip("%"))
    divisor = 100 + rate
    return (2 * total * rate + divisor) // (2 * divisor)
