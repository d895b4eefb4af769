"""What may still be given back, decided without any I/O."""

from buffer_actor.machine import State
from buffer_actor.refunds import check_refund
from contracts.refusals import Code, Refusal
from fiscal.receipt import Line, Operation, Receipt

from . import samples as s

SOLD = s.receipt(s.line(sku="A", quantity=2, price=5_000), s.line(sku="B", price=3_000))
ORIGINAL = s.row(1, state=State.DELIVERED, of=SOLD)


def refund(*lines: Line) -> Receipt:
    return s.receipt(*lines, operation=Operation.SALE_REFUND)


def check(receipt: Receipt, *earlier: Receipt) -> Refusal | None:
    return check_refund(receipt, ORIGINAL.receipt_id, ORIGINAL, earlier)


def test_a_sale_is_no_refund() -> None:
    assert check_refund(SOLD, None, None, ()) is None
    assert check_refund(SOLD, s.id_of(7), None, ()) is None


def test_a_refund_names_a_sale_of_this_till() -> None:
    nameless = check_refund(refund(s.line()), None, None, ())
    assert nameless is not None
    assert nameless.code is Code.INVALID
    assert nameless.details["violations"][0]["field"] == "original_receipt_id"
    unknown = check_refund(refund(s.line()), s.id_of(9), None, ())
    assert unknown is not None
    assert unknown.code is Code.ORIGINAL_UNKNOWN
    for state in (State.REFUSED, State.ANNULLED):
        gone = check_refund(refund(s.line()), s.id_of(1), s.row(1, state=state, of=SOLD), ())
        assert gone is not None
        assert gone.code is Code.ORIGINAL_UNKNOWN
    of_a_refund = check_refund(refund(s.line()), s.id_of(1), s.row(1, of=refund(s.line())), ())
    assert of_a_refund is not None
    assert of_a_refund.code is Code.INVALID


def test_an_original_that_the_operator_lacks_is_no_final_refusal() -> None:
    for state in (State.RECEIVED, State.ACCEPTED, State.FISCALISED, State.HELD, State.STALE):
        early = check_refund(refund(s.line(sku="A")), s.id_of(1), s.row(1, state=state, of=SOLD), ())
        assert early is not None
        assert (early.code, early.final) == (Code.ORIGINAL_NOT_SYNCED, False)
        assert early.retry_after_s == 30


def test_a_part_and_then_the_rest_may_go_back_and_nothing_beyond() -> None:
    one_a = refund(s.line(sku="A", price=5_000))
    all_b = refund(s.line(sku="B", price=3_000))
    assert check(one_a) is None
    assert check(one_a, one_a) is None
    assert check(refund(*SOLD.lines)) is None
    beyond = check(one_a, one_a, one_a)
    assert beyond is not None
    assert (beyond.code, beyond.final) == (Code.REFUND_EXCEEDS_SALE, True)
    assert beyond.details["articles"] == ["A"]
    assert beyond.details["left_total"] == 3_000
    assert check(all_b, one_a, one_a) is None


def test_more_money_more_pieces_or_another_article_is_beyond() -> None:
    for line in (
        s.line(sku="A", price=10_001),
        s.line(sku="A", quantity=3, price=1),
        s.line(sku="C", price=1),
    ):
        refused = check(refund(line))
        assert refused is not None
        assert refused.code is Code.REFUND_EXCEEDS_SALE


def test_lines_without_an_article_number_are_told_apart_by_name() -> None:
    plain = s.line(sku="")
    original = s.row(1, state=State.DELIVERED, of=s.receipt(plain))
    assert check_refund(refund(plain), s.id_of(1), original, ()) is None
    assert check_refund(refund(plain), s.id_of(1), original, (refund(plain),)) is not None


def test_an_expense_is_given_back_by_its_own_kind() -> None:
    spent = s.row(1, state=State.DELIVERED, of=s.receipt(operation=Operation.EXPENSE))
    back = s.receipt(operation=Operation.EXPENSE_REFUND)
    assert check_refund(back, s.id_of(1), spent, ()) is None
    wrong = check_refund(refund(s.line()), s.id_of(1), spent, ())
    assert wrong is not None
    assert wrong.code is Code.INVALID
