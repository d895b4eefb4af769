"""Types of the API that JSON has not: exact money and quantities, VAT labels, tag codes; and how they are read."""

from decimal import Decimal
from typing import Any

from fiscal.money import parse_quantity, parse_roubles, to_kopecks, to_quantity
from fiscal.receipt import PaymentMethod, PaymentSubject
from fiscal.vat import RATES, parse_label


class Roubles(int):
    """Kopecks, given as roubles: a decimal string or a JSON number, at most two decimals, never negative."""


class Amount(int):
    """Millionths of a unit, given in units: a decimal string or a JSON number, at most six decimals, above zero."""


class Vat(int):
    """Tag 1199, given as a label."""


class MethodCode(int):
    """Tag 1214, given as its number or its name."""


class SubjectCode(int):
    """Tag 1212, given as its number or its name."""


def read_special(kind: type[Any], value: object) -> object:
    """The hook of msgspec for the types above; ValueError says what is wrong."""
    if isinstance(value, bool):
        raise ValueError("Expected a number or a string, got `bool`")
    if kind is Roubles:
        return _not_negative(Roubles(_exact(value, parse_roubles, to_kopecks)))
    if kind is Amount:
        return _above_zero(Amount(_exact(value, parse_quantity, to_quantity)))
    if kind is Vat and isinstance(value, str):
        return Vat(parse_label(value))
    if kind is MethodCode:
        return MethodCode(_code(value, PaymentMethod))
    if kind is SubjectCode:
        return SubjectCode(_code(value, PaymentSubject))
    raise ValueError(f"Expected a label, got `{type(value).__name__}`")


def special_schema(kind: type[Any]) -> dict[str, Any]:
    """JSON Schema of the types above."""
    if kind is Vat:
        return {"type": "string", "enum": [law.label for law in RATES.values()]}
    if kind in (MethodCode, SubjectCode):
        codes = PaymentMethod if kind is MethodCode else PaymentSubject
        names = {"type": "string", "enum": [code.name.lower() for code in codes]}
        return {"oneOf": [{"type": "integer", "enum": [code.value for code in codes]}, names]}
    decimals = 2 if kind is Roubles else 6
    return {
        "oneOf": [
            {"type": "string", "pattern": rf"^[0-9]{{1,15}}(\.[0-9]{{1,{decimals}}})?$"},
            {"type": "number", "minimum": 0, "multipleOf": float(f"1e-{decimals}")},
        ],
        "description": kind.__doc__,
    }


def _exact(value: object, parse: Any, convert: Any) -> int:
    if isinstance(value, str):
        return int(parse(value))
    if isinstance(value, int | Decimal):
        return int(convert(Decimal(value)))
    raise ValueError(f"Expected a number or a string, got `{type(value).__name__}`")


def _not_negative(value: Roubles) -> Roubles:
    if value < 0:
        raise ValueError("must not be negative")
    return value


def _above_zero(value: Amount) -> Amount:
    if value <= 0:
        raise ValueError("must be above zero")
    return value


def _code(value: object, codes: type[PaymentMethod] | type[PaymentSubject]) -> int:
    found = {code.value: code.value for code in codes} | {code.name.lower(): code.value for code in codes}
    if not isinstance(value, int | str) or value not in found:
        raise ValueError(f"must be one of {', '.join(str(name) for name in found)}")
    return found[value]
