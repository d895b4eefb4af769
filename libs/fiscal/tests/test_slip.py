import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fiscal.documents import ReceiptContent
from fiscal.reading import fiscal_document, parse_receipt
from fiscal.slip import MIN_WIDTH, receipt_slip

from .goods import CARD, HAND_OVER, contents, settlement, signed

DOCUMENT = fiscal_document(parse_receipt(signed(HAND_OVER)))
PAPER = """\
               ООО "Оптика"
    125009, Москва, ул. Тверская, д. 7
            Салон "Оптика" № 1
               КАССОВЫЙ ЧЕК
                  ПРИХОД
Смена 5                              Чек 3
Кассир                       Иванова А. П.
------------------------------------------
1. Очки корригирующие
1 x 12500.00                     =12500.00
НДС не облагается            ПОЛНЫЙ РАСЧЕТ
2. Футляр
1 x 900.00                         =900.00
НДС 22%                      ПОЛНЫЙ РАСЧЕТ
------------------------------------------
ИТОГ                             =13400.00
НАЛИЧНЫМИ                          =700.00
БЕЗНАЛИЧНЫМИ                      =6000.00
ПРЕДВАРИТЕЛЬНАЯ ОПЛАТА (АВАНС)    =6700.00
СУММА БЕЗ НДС                    =12500.00
СУММА НДС 22%                      =162.30
------------------------------------------
СНО                                    ОСН
Эл. адр. покупателя           +79161234567
ИНН                             7701234567
РН ККТ                    0001234567012345
ЗН ККТ                    0000000000012345
Сайт ФНС                  www.nalog.gov.ru
Дата                      20.11.2026 12:34
ФН                        9999078900000961
ФД 812                       ФП 0305419896
t=20261120T1234&s=13400.00&fn=999907890000
0961&i=812&fp=305419896&n=1"""


def test_the_slip_of_a_hand_over() -> None:
    assert receipt_slip(HAND_OVER, DOCUMENT, card=CARD) == PAPER


def test_change_is_on_paper_when_there_was_any() -> None:
    paid = settlement(1_340_000, cash=70_000, cashless=600_000, prepaid=670_000, change=30_000)
    slip = receipt_slip(msgspec.structs.replace(HAND_OVER, settlement=paid), DOCUMENT)
    assert "ПОЛУЧЕНО                          =1000.00" in slip
    assert "СДАЧА                              =300.00" in slip
    assert "ООО" not in slip


@settings(max_examples=30, deadline=None)
@given(contents(), st.integers(MIN_WIDTH, 64))
def test_no_line_is_wider_than_the_paper(content: ReceiptContent, width: int) -> None:
    slip = receipt_slip(content, DOCUMENT, width=width, card=CARD)
    assert max(map(len, slip.splitlines())) <= width
    assert slip.encode("cp866")


def test_paper_narrower_than_its_numbers_is_refused() -> None:
    with pytest.raises(ValueError, match="24 at least"):
        receipt_slip(HAND_OVER, DOCUMENT, width=MIN_WIDTH - 1)
