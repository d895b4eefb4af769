"""JSON without surprises: exact numbers, no duplicate keys, no NaN, no lone surrogates; then Structs, by path."""

import json
import re
from collections.abc import Callable, Iterator
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn, TypeVar

import msgspec

from pos_gateway.errors import Problem, invalid

T = TypeVar("T")
Hook = Callable[[type[Any], Any], Any]

MAX_DEPTH = 32
"""No request nests deeper than 4; the rest is an attack on the stack."""
MAX_NUMBER = 40
"""Characters of one number: more than any sum of money, less than costs time."""

_AT = re.compile(r"^(?P<text>.*) - at `\$(?P<path>[^`]*)`$", re.DOTALL)
_NAMED = re.compile(r"^Object (?:missing required|contains unknown) field `(?P<name>.*)`$", re.DOTALL)


class _Refused(ValueError):
    """Raised inside the parser's hooks; holds field, reason and the cashier's words."""

    def __init__(self, field: str, reason: str, message: str) -> None:
        self.problem = invalid(field, reason, message)
        super().__init__(reason)


def parse(raw: bytes) -> object:
    """Plain values of a JSON text; numbers with a point are Decimal. Problem 422 names what is wrong."""
    try:
        text = raw.decode("utf-8")
        if text.count("[") + text.count("{") > MAX_DEPTH and _depth(text) > MAX_DEPTH:
            raise invalid("", f"nested deeper than {MAX_DEPTH}", "слишком много вложенных скобок.")
        value = _DECODER.decode(text)
    except _Refused as refused:
        raise refused.problem from None
    except UnicodeDecodeError as error:
        raise invalid("", f"not UTF-8 at byte {error.start}", "текст запроса не в UTF-8.") from None
    except json.JSONDecodeError as error:
        raise invalid("", f"not JSON: {error.msg} at {error.pos}", "запрос не является JSON.") from None
    for path, found in _strings(value, ""):
        if any("\ud800" <= letter <= "\udfff" for letter in found):
            raise invalid(path, "lone surrogate", "недопустимый символ Юникода.")
    return value


def read(value: object, expected: type[T], hook: Hook | None = None) -> T:
    """A Struct of the plain value; Problem 422 names the field as `items[0].price`."""
    try:
        return msgspec.convert(value, expected, strict=True, dec_hook=hook)
    except msgspec.ValidationError as error:
        raise _located(str(error)) from None


def _depth(text: str) -> int:
    deepest = depth = 0
    in_string = escaped = False
    for letter in text:
        if in_string:
            in_string = escaped or letter != '"'
            escaped = letter == "\\" and not escaped
        elif letter == '"':
            in_string = True
        elif letter in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif letter in "]}":
            depth -= 1
    return deepest


def _pairs(pairs: list[tuple[str, object]]) -> dict[str, object]:
    result = dict(pairs)
    if len(result) != len(pairs):
        names = [name for name, _ in pairs]
        double = next(name for name in names if names.count(name) > 1)
        raise _Refused(_printable(double), "duplicate key", "поле указано дважды.")
    return result


def _integer(text: str) -> int | Decimal:
    return int(text) if len(text) <= 18 else _decimal(text)


def _decimal(text: str) -> Decimal:
    if len(text) > MAX_NUMBER:
        raise _Refused("", f"a number of {len(text)} characters", "слишком длинное число.")
    try:
        return Decimal(text)
    except InvalidOperation:
        raise _Refused("", f"number out of range: {text}", "число вне допустимых пределов.") from None


def _constant(text: str) -> NoReturn:
    raise _Refused("", f"{text} is not JSON", "нечисловое значение вместо числа.")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_pairs, parse_float=_decimal, parse_int=_integer, parse_constant=_constant
)


def _strings(value: object, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _strings(inner, f"{path}[{index}]")
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield _printable(f"{path}.{name}".removeprefix(".")), name
            yield from _strings(inner, f"{path}.{name}".removeprefix("."))


def _located(text: str) -> Problem:
    match = _AT.match(text)
    reason, path = (match["text"], match["path"].removeprefix(".")) if match else (text, "")
    if named := _NAMED.match(reason):
        path = f"{path}.{named['name']}".removeprefix(".")
    return invalid(_printable(path), _printable(reason), _russian(reason))


def _russian(reason: str) -> str:
    if reason.startswith("Object missing"):
        return "обязательное поле не указано."
    if reason.startswith("Object contains unknown"):
        return "касса не знает такого поля."
    if reason.startswith("Invalid enum value"):
        return "недопустимое значение."
    if reason.startswith("Expected"):
        return "значение не того вида."
    return reason


def _printable(text: str) -> str:
    """At most 120 characters that any client can take: what a stranger sent is echoed with care."""
    return text[:120].encode("utf-8", "backslashreplace").decode("utf-8")
