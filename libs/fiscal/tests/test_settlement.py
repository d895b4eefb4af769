from fiscal.money import ONE, Kopecks
from fiscal.receipt import Line, Operation, Payment, Receipt, Tender, VatRate
from fiscal.settlement import settle


def test_change_comes_from_cash_and_is_in_no_sum() -> None:
    receipt = Receipt(
        operation=Operation.SALE,
        lines=(
            Line(
                name="Очки",
                quantity=ONE,
                price=Kopecks(1_340_000),
                total=Kopecks(1_340_000),
                vat=VatRate.NO_VAT,
            ),
        ),
        payments=(
            Payment(tender=Tender.CASH, amount=Kopecks(100_000)),
            Payment(tender=Tender.CARD, amount=Kopecks(500_000)),
            Payment(tender=Tender.ACQUIRING, amount=Kopecks(60_000)),
            Payment(tender=Tender.PREPAYMENT, amount=Kopecks(670_000)),
            Payment(tender=Tender.CREDIT, amount=Kopecks(40_000)),
        ),
    )
    parts = settle(receipt)
    assert parts.total == 1_340_000
    assert (parts.cash, parts.cashless, parts.prepaid, parts.credit) == (70_000, 560_000, 670_000, 40_000)
    assert parts.provision == 0
    assert parts.change == 30_000
    assert parts.total == parts.cash + parts.cashless + parts.prepaid + parts.credit + parts.provision
