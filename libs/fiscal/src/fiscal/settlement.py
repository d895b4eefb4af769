"""What is due and how it is paid: the five sums that make up the total of a receipt."""

import msgspec

from fiscal.money import Kopecks
from fiscal.receipt import Receipt, Tender


class Settlement(msgspec.Struct, frozen=True, kw_only=True):
    """Total (tag 1020) and its parts; `change` goes back to the buyer and is in no part."""

    total: Kopecks
    cash: Kopecks  # 1031, what stays in the drawer
    cashless: Kopecks  # 1081
    prepaid: Kopecks  # 1215
    credit: Kopecks  # 1216
    provision: Kopecks  # 1217
    change: Kopecks


def total(receipt: Receipt) -> Kopecks:
    """Return the sum of the lines."""
    return Kopecks(sum(line.total for line in receipt.lines))


def tendered(receipt: Receipt, *tenders: Tender) -> Kopecks:
    """Return the sum of the payments in these forms."""
    return Kopecks(sum(payment.amount for payment in receipt.payments if payment.tender in tenders))


def settle(receipt: Receipt) -> Settlement:
    """Split the total by form of money; change comes from cash only. The receipt must have passed the rules."""
    due = total(receipt)
    cashless = tendered(receipt, Tender.CARD, Tender.ACQUIRING)
    prepaid = tendered(receipt, Tender.PREPAYMENT)
    credit = tendered(receipt, Tender.CREDIT)
    cash = due - cashless - prepaid - credit
    return Settlement(
        total=due,
        cash=Kopecks(cash),
        cashless=cashless,
        prepaid=prepaid,
        credit=credit,
        provision=Kopecks(0),
        change=Kopecks(tendered(receipt, Tender.CASH) - cash),
    )
