import pytest

from fiscal.text import encode_text, printable


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("«Ray» “Ban”", '"Ray" "Ban"'),
        ("O’Neill — 1–2", "O'Neill - 1-2"),
        ("линзы…", "линзы..."),
        ("5\u00a0₽", "5 руб."),
        ("Ёлкина №1, 37°", "Ёлкина №1, 37°"),
        ("и\u0306", "й"),
        ("日本 👓", "?? ?"),
    ],
)
def test_what_cp866_lacks_is_replaced(text: str, printed: str) -> None:
    assert printable(text) == printed


def test_length_is_counted_after_the_replacement() -> None:
    assert len(encode_text("…" * 10)) == 30
    assert len(encode_text("Линзы")) == 5
