"""Who may do what: roles, their rights as one table, tokens compared in constant time."""

import enum
import hmac
from pathlib import Path

import msgspec

from actor.errors import EXIT_CONFIG, FatalError


class Role(enum.StrEnum):
    """Who stands at the till."""

    CASHIER = "cashier"
    MANAGER = "manager"
    ACCOUNTANT = "accountant"
    ADMIN = "admin"


class Right(enum.StrEnum):
    """One kind of action."""

    READ = "read"
    SELL = "sell"
    JOURNAL = "journal"
    CLOSE_SHIFT = "close_shift"
    MOVE_CASH = "move_cash"
    DELIVER = "deliver"
    RESOLVE = "resolve"
    BREAKER = "breaker"
    MAINTENANCE = "maintenance"


_CASHIER = frozenset({Right.READ, Right.SELL})
_MANAGER = _CASHIER | {Right.JOURNAL, Right.CLOSE_SHIFT, Right.MOVE_CASH, Right.DELIVER, Right.RESOLVE}

RIGHTS: dict[Role, frozenset[Right]] = {
    Role.CASHIER: _CASHIER,
    Role.MANAGER: _MANAGER,
    Role.ACCOUNTANT: frozenset({Right.READ, Right.JOURNAL}),
    Role.ADMIN: _MANAGER | {Right.BREAKER, Right.MAINTENANCE},
}

MAX_DISCOUNT_PERCENT = 50
DISCOUNT_PERCENT: dict[Role, int] = {
    Role.CASHIER: 10,
    Role.MANAGER: MAX_DISCOUNT_PERCENT,
    Role.ACCOUNTANT: 0,
    Role.ADMIN: MAX_DISCOUNT_PERCENT,
}

CASHIER_NAME: dict[Role, str] = {
    Role.CASHIER: "Кассир",
    Role.MANAGER: "Управляющий",
    Role.ACCOUNTANT: "Бухгалтер",
    Role.ADMIN: "Администратор",
}
"""Tag 1021 where the caller does not name the person."""


class Tokens:
    """The token of each role."""

    def __init__(self, tokens: dict[Role, str]) -> None:
        self._tokens = {role: token.encode() for role, token in tokens.items() if token}

    def role(self, token: str) -> Role | None:
        """Whose token this is. Every token is compared, so the time says nothing."""
        given = token.encode("utf-8", "surrogateescape")
        found = [role for role, known in self._tokens.items() if hmac.compare_digest(given, known)]
        return found[0] if found else None


def read_tokens(path: Path) -> Tokens:
    """Tokens of a JSON file role → token; FatalError names what is wrong with the file."""
    try:
        tokens = msgspec.json.decode(path.read_bytes(), type=dict[Role, str])
    except OSError as error:
        raise FatalError(EXIT_CONFIG, f"gateway.tokens: {path}: {error.strerror}") from error
    except msgspec.DecodeError as error:
        raise FatalError(EXIT_CONFIG, f"gateway.tokens: {path}: {error}") from error
    weak = sorted(role for role, token in tokens.items() if len(token) < 16)
    if weak:
        raise FatalError(
            EXIT_CONFIG, f"gateway.tokens: {path}: shorter than 16 characters: {', '.join(weak)}"
        )
    if len(set(tokens.values())) != len(tokens):
        raise FatalError(EXIT_CONFIG, f"gateway.tokens: {path}: two roles share a token")
    return Tokens(tokens)
