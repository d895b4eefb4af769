"""What a command is: a row of the table, not a class of code."""

from typing import Annotated, Generic, TypeVar

import msgspec

from fiscal.kkt.fields import U8, U32, Tail, Uint

DEFAULT_TIMEOUT_S = 30.0


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """The fields of a request after its code."""


class Authorised(Request, frozen=True, kw_only=True):
    """A request that begins with the operator's password (factory: 1–28 cashiers, 29 admin, 30 system admin)."""

    password: U32 = 30


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """The fields of an answer after its code and a zero error byte."""


class OperatorReply(Reply, frozen=True, kw_only=True):
    """The number of the operator whose password was given; some firmware leaves it out."""

    operator: Annotated[int | None, Tail(Uint(1))] = None


class Operator(Reply, frozen=True, kw_only=True):
    """Base of the longer answers that begin with the operator's number."""

    operator: U8 = 0


Q = TypeVar("Q", bound=Request)
A = TypeVar("A", bound=Reply)


class Command(msgspec.Struct, Generic[Q, A], frozen=True):
    """One command: its code (FFxxh for the two-byte ones), its name, its fields, how long an answer may take."""

    code: int
    name: str
    request: type[Q]
    reply: type[A]
    timeout_s: float = DEFAULT_TIMEOUT_S

    @property
    def prefix(self) -> bytes:
        """The one or two bytes that a request and its answer begin with."""
        return self.code.to_bytes(2 if self.code > 0xFF else 1, "big")

    @property
    def needs_password(self) -> bool:
        """False for the few commands that anybody may send."""
        return issubclass(self.request, Authorised)

    def __str__(self) -> str:
        return f"{self.code:02X}h {self.name}"
