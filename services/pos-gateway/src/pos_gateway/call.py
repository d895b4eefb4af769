"""A request as a handler sees it, whatever carried it, and the answer it gives."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

import msgspec

from contracts.refusals import Code
from fiscal.receipt import Cashier
from pos_gateway.access import CASHIER_NAME, Right, Role
from pos_gateway.bodies import Person
from pos_gateway.errors import EdgeCode, Problem
from pos_gateway.till import Till

B = TypeVar("B", bound=msgspec.Struct)


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """Who asks what. `key` is the idempotency key in canonical form; `now_ms` the wall clock of the edge."""

    role: Role
    now_ms: int
    key: str = ""
    body: msgspec.Struct | None = None
    path: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)

    def read(self, expected: type[B]) -> B:
        """The body, of the type its route declares."""
        if not isinstance(self.body, expected):
            raise TypeError(f"the route reads {type(self.body).__name__}, its handler {expected.__name__}")
        return self.body


@dataclass(frozen=True, kw_only=True, slots=True)
class Reply:
    """A success. `content` stands for a body that is no JSON."""

    body: msgspec.Struct | None = None
    status: int = 200
    replayed: bool = False
    content: bytes = b""
    content_type: str = "application/json"


Handler = Callable[[Till, Call], Awaitable[Reply]]


def check_till(till: Till, pos_id: str | None) -> None:
    """Refuse a request that was meant for another till."""
    if pos_id is not None and pos_id != till.id:
        raise Problem(Code.WRONG_TILL, field="pos_id", expected=till.id)


def cashier_of(person: Person | None, role: Role) -> Cashier:
    """Tags 1021 and 1203."""
    if person is None:
        return Cashier(name=CASHIER_NAME[role])
    return Cashier(name=person.name.strip() or CASHIER_NAME[role], inn=person.inn)


def require(role: Role, right: Right, rights: Mapping[Role, frozenset[Right]]) -> None:
    """Problem FORBIDDEN when the role lacks the right."""
    if right not in rights[role]:
        raise Problem(EdgeCode.FORBIDDEN, role=role, right=right)
