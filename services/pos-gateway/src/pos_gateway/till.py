"""The till behind the edge: questions to its services by the table of `contracts.services`."""

import asyncio
from typing import Any, Final, Protocol, TypeVar

import msgspec

from actor.bus_errors import BadReply, BusError, Disconnected, NoAnswer, ServiceError, TooLarge
from contracts.refusals import Code, Refusal
from contracts.services import Verb
from contracts.subjects import Subjects
from fiscal.receipt import TaxSystem
from pos_gateway.errors import EdgeCode, Problem

R = TypeVar("R", bound=msgspec.Struct)

READ_S: Final = 2.0
"""For a question that changes nothing."""
MARGIN_S: Final = 1.5
"""Beyond the patience that a service was given: its own answer at the end of it must find us listening."""

ASK_AGAIN_S: Final = 1.0
"""A service that died cannot answer; its next life knows the key. Doubled with each repeat."""


class Requests(Protocol):
    """What the edge needs of `actor.Bus`."""

    async def request(self, subject: str, body: msgspec.Struct, reply_type: Any, timeout_s: float) -> Any: ...


class LateBus:
    """A bus that may not be connected yet: the till answers its callers from the first moment on."""

    def __init__(self) -> None:
        self.bus: Requests | None = None

    async def request(self, subject: str, body: msgspec.Struct, reply_type: Any, timeout_s: float) -> Any:
        """As Bus.request; Disconnected before the first connection."""
        if self.bus is None:
            raise Disconnected(f"{subject}: not connected yet")
        return await self.bus.request(subject, body, reply_type, timeout_s)


class Till:
    """One till as its gateway knows it. `patience_s` is how long a caller waits for paper."""

    def __init__(
        self, bus: Requests, *, till: str, shop: str = "", tax_system: int = 1, patience_s: float = 5.0
    ) -> None:
        self._bus = bus
        self._subjects = Subjects(till)
        self.id = till
        self.shop = shop
        self.tax_system = TaxSystem(tax_system)
        self.patience_s = patience_s

    @property
    def patience_ms(self) -> int:
        return round(self.patience_s * 1000)

    async def read(
        self, verb: Verb, request: msgspec.Struct, expected: type[R], *, timeout_s: float = READ_S
    ) -> R:
        """Ask what changes nothing; Problem UNAVAILABLE when nobody answers."""
        return await self._ask(verb, request, expected, timeout_s, silence=Code.UNAVAILABLE)

    async def act(
        self, verb: Verb, request: msgspec.Struct, expected: type[R], *, timeout_s: float | None = None
    ) -> R:
        """Ask for an effect; Problem PENDING when no answer came, because it may still happen."""
        wait_s = self.patience_s + MARGIN_S if timeout_s is None else timeout_s
        return await self._ask(verb, request, expected, wait_s, silence=Code.PENDING)

    async def act_by_key(self, verb: Verb, request: msgspec.Struct, expected: type[R]) -> R:
        """As `act`, where the request carries a key that makes a repeat harmless: while no answer comes, ask again."""
        wait_s = self.patience_s + MARGIN_S
        return await self._ask(verb, request, expected, wait_s, silence=Code.PENDING, again=True)

    async def _ask(
        self,
        verb: Verb,
        request: msgspec.Struct,
        expected: type[R],
        timeout_s: float,
        *,
        silence: Code,
        again: bool = False,
    ) -> R:
        subject = self._subjects.command(verb.service, verb.verb)
        request_reply = self._insist if again else self._bus.request
        try:
            reply = await request_reply(subject, request, verb.reply, timeout_s)
        except NoAnswer:
            raise Problem(silence, service=verb.service) from None
        except TooLarge:
            raise Problem(EdgeCode.BODY_TOO_LARGE) from None
        except (ServiceError, BadReply) as error:
            raise Problem(Code.UNAVAILABLE, service=verb.service, reason=_reason(error)) from error
        except BusError:
            raise Problem(Code.UNAVAILABLE, service=verb.service) from None
        if isinstance(reply, Refusal):
            raise Problem.of(reply)
        if not isinstance(reply, expected):
            raise TypeError(f"{subject} answered {type(reply).__name__}, not {expected.__name__}")
        return reply

    async def _insist(self, subject: str, request: msgspec.Struct, reply_type: Any, timeout_s: float) -> Any:
        """The first answer to the request or to one of its repeats."""
        loop = asyncio.get_running_loop()
        end_s, pause_s = loop.time() + timeout_s, ASK_AGAIN_S
        asked: list[asyncio.Task[Any]] = []
        try:
            while True:
                left_s = max(0.0, end_s - loop.time())
                asked.append(asyncio.create_task(self._bus.request(subject, request, reply_type, left_s)))
                await asyncio.wait(asked, timeout=pause_s, return_when=asyncio.FIRST_COMPLETED)
                for question in asked:
                    if question.done():
                        return question.result()
                pause_s *= 2
        finally:
            for question in asked:
                question.cancel()
            await asyncio.gather(*asked, return_exceptions=True)


def _reason(error: ServiceError | BadReply) -> str:
    return error.code if isinstance(error, ServiceError) else "bad reply"
