"""What can stop a document on its way: the OFD's failures, by what comes next, and a printer that is away."""

from typing import ClassVar

from ofd_forwarder.breaker import FailureKind


class DeliveryError(Exception):
    """Root of the package's errors."""


class OfdError(DeliveryError):
    """The OFD did not take the document: the breaker counts it and says when to try again."""

    kind: ClassVar[FailureKind]
    code: ClassVar[str]  # label of metric kkt_ofd_errors_total


class ConnectFailed(OfdError):
    """Nobody accepts the connection."""

    kind = FailureKind.CONNECT
    code = "connect"


class AnswerOverdue(OfdError):
    """Connected, but no complete answer within the limit."""

    kind = FailureKind.HANG
    code = "hang"


class ClosedWithoutAnswer(OfdError):
    """The OFD closed the connection without a complete answer."""

    kind = FailureKind.REFUSAL
    code = "refusal"


class WrongAnswer(OfdError):
    """The answer is damaged or speaks of another document."""

    kind = FailureKind.REFUSAL
    code = "wrong_answer"


class TicketNotTaken(OfdError):
    """The FN did not accept the OFD's answer for its first undelivered document."""

    kind = FailureKind.REFUSAL
    code = "ticket_not_taken"


class PrinterAway(DeliveryError):
    """printer-actor cannot serve now; says nothing about the OFD. Ask again after `retry_after_s`."""

    def __init__(self, text: str, retry_after_s: float) -> None:
        self.retry_after_s = retry_after_s
        super().__init__(text)
