import pytest

from fiscal.parties import is_contact, is_inn


@pytest.mark.parametrize("inn", ["7704358518", "7702203276", "500100732259"])
def test_an_inn_with_right_check_digits(inn: str) -> None:
    assert is_inn(inn)


@pytest.mark.parametrize(
    "inn", ["7704358519", "500100732258", "500100732249", "", "77043585", "77043585AB", "٧٧٠٤٣٥٨٥١٨"]
)
def test_what_is_no_inn(inn: str) -> None:
    assert not is_inn(inn)


@pytest.mark.parametrize("contact", ["+79161234567", "buyer@example.com", "a.b+c@mail.example.ru"])
def test_a_phone_or_an_email_is_a_contact(contact: str) -> None:
    assert is_contact(contact)


@pytest.mark.parametrize(
    "contact",
    [
        "",
        "89161234567",
        "+7 916 123-45-67",
        "buyer@",
        "@example.com",
        "a@b",
        "a b@example.com",
        "почта@пример.рф",
        "a" * 60 + "@example.com",
        "+79161234567\n",
    ],
)
def test_what_is_no_contact(contact: str) -> None:
    assert not is_contact(contact)
