"""What can go wrong on the bus, split by what is known about the other side."""

from typing import Any

import msgspec

from actor.errors import ActorError


class BusError(ActorError):
    """Root of the bus's errors."""


class NotSent(BusError):
    """Surely nobody got it: asking again is free."""


class NoService(NotSent):
    """Nobody serves this subject now: the service is down or has not started."""


class Disconnected(NotSent):
    """No connection to the NATS server at this moment."""


class TooLarge(NotSent):
    """The body is over the server's maximum payload: cut it, asking again is no use."""


class NoAnswer(BusError):
    """Sent, and no answer in time. Nothing is known: ask again with the same identity."""


class BadReply(BusError):
    """The answer is not of the expected type; holds the reason."""


class ErrorBody(msgspec.Struct, frozen=True, kw_only=True):
    """Body of an error reply. Never a verdict unless `final` says so."""

    code: str
    message: str
    details: dict[str, Any] = {}
    final: bool = False


class ServiceError(BusError):
    """The service answered with an error instead of a reply: `code` as HTTP has it ("400", "500", "503")."""

    def __init__(self, code: str, description: str, body: ErrorBody | None = None) -> None:
        self.code = code
        self.description = description
        self.body = body
        super().__init__(f"{code} {description}")


class PublishError(BusError):
    """A stream did not say yes."""


class Refused(PublishError):
    """The stream's own, direct reply to this publish was an error: it did not store it."""

    def __init__(self, err_code: int, description: str) -> None:
        self.err_code = err_code
        self.description = description
        super().__init__(f"{err_code} {description}")


class OutcomeUnknown(PublishError):
    """No direct reply of the stream: it may have the message, or get it yet. Never a verdict."""
