"""One bounded queue, one message at a time; a question carries its reply, which may be given later."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from actor.errors import ActorError
from actor.stop import Stop

if TYPE_CHECKING:
    from typing_extensions import TypeForm

T = TypeVar("T")
R = TypeVar("R")


class MailboxError(ActorError):
    """A question to an actor got no answer. Nothing is known about its effect: ask again with the same key."""


class MailboxClosed(MailboxError):
    """The actor takes no more messages: the process is stopping."""


class MailboxFull(MailboxError):
    """The actor is behind by the whole queue; surely not taken."""


class ActorDied(MailboxError):
    """The actor died with this message in hand or with its answer owed."""


class AskTimeout(MailboxError):
    """No answer in time; the actor may still act on the message."""


class Letter(Generic[T]):
    """One message and, if somebody asks, the place for the answer. Keep it to answer later."""

    __slots__ = ("_reply", "message")

    def __init__(self, message: T, reply: asyncio.Future[Any] | None) -> None:
        self.message = message
        self._reply = reply

    @property
    def wanted(self) -> bool:
        """Whether somebody still waits for an answer."""
        return self._reply is not None and not self._reply.done()

    def reply(self, answer: object) -> None:
        """Answer; a second answer, or one nobody waits for, does nothing."""
        if self._reply is not None and not self._reply.done():
            self._reply.set_result(answer)

    def fail(self, error: Exception) -> None:
        """Let the asker's `ask` raise."""
        if self._reply is not None and not self._reply.done():
            self._reply.set_exception(error)


class Mailbox(Generic[T]):
    """The only way into an actor's state. It outlives the actor: letters wait while the supervisor restarts it."""

    def __init__(self, capacity: int = 1024) -> None:
        self._capacity = capacity
        self._waiting: deque[Letter[T]] = deque()
        self._owed: set[Letter[T]] = set()
        self._arrived = asyncio.Event()
        self._room = asyncio.Event()
        self._closed = False

    def __len__(self) -> int:
        return len(self._waiting)

    async def put(self, message: T) -> None:
        """Leave a message, waiting for room; MailboxClosed after close."""
        await self._post(Letter(message, None))

    def put_nowait(self, message: T) -> None:
        """Leave a message; MailboxFull if there is no room now. For callbacks and timers."""
        self._check_open()
        if len(self._waiting) >= self._capacity:
            raise MailboxFull(f"{self._capacity} messages wait")
        self._append(Letter(message, None))

    async def ask(self, message: T, reply_type: TypeForm[R], *, timeout_s: float) -> R:
        """Leave a message and wait for its answer; the answer's type is checked. MailboxError if none comes."""
        reply: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        letter = Letter(message, reply)
        try:
            async with asyncio.timeout(timeout_s):
                await self._post(letter)
                return _checked(message, await reply, reply_type)
        except TimeoutError as error:
            raise AskTimeout(f"{type(message).__name__}: no answer within {timeout_s:g} s") from error
        finally:
            self._owed.discard(letter)

    async def serve(self, handle: Callable[[Letter[T]], Awaitable[None]], stop: Stop) -> None:
        """Hand each letter to `handle`, one at a time, until the stop; then close.

        An error of `handle` is not caught: the letter in hand and all owed answers fail with ActorDied,
        letters that still wait are served by the next life.
        """
        closer = asyncio.ensure_future(self._close_on(stop))
        try:
            while (letter := await self._take()) is not None:
                await handle(letter)
        except BaseException as error:
            self._fail_owed(ActorDied(f"the actor died: {error!r}"))
            raise
        finally:
            closer.cancel()
        self._fail_owed(MailboxClosed("the actor has stopped"))

    def close(self) -> None:
        """Take no more letters; those that wait fail with MailboxClosed, the one in hand is finished."""
        self._closed = True
        self._arrived.set()
        self._room.set()
        while self._waiting:
            self._waiting.popleft().fail(MailboxClosed("the actor is stopping"))

    async def _post(self, letter: Letter[T]) -> None:
        self._check_open()
        while len(self._waiting) >= self._capacity:
            self._room.clear()
            await self._room.wait()
            self._check_open()
        self._append(letter)

    def _append(self, letter: Letter[T]) -> None:
        self._waiting.append(letter)
        self._arrived.set()

    async def _take(self) -> Letter[T] | None:
        while not self._waiting:
            if self._closed:
                return None
            self._arrived.clear()
            await self._arrived.wait()
        letter = self._waiting.popleft()
        self._room.set()
        if letter.wanted:
            self._owed.add(letter)
        return letter

    async def _close_on(self, stop: Stop) -> None:
        await stop.wait()
        self.close()

    def _check_open(self) -> None:
        if self._closed:
            raise MailboxClosed("the actor is stopping")

    def _fail_owed(self, error: MailboxError) -> None:
        while self._owed:
            self._owed.pop().fail(error)


def _checked(message: object, answer: object, reply_type: TypeForm[R]) -> R:
    if not isinstance(answer, reply_type):  # type: ignore[arg-type]  # classes and unions of them, as isinstance takes
        raise TypeError(f"{type(message).__name__} was answered with {type(answer).__name__}")
    return answer
