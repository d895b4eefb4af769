"""Callers who wait for a key, outside of the mailbox; every answer is then read from the stored row."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from actor.stop import Stop

R = TypeVar("R")


class Waiters:
    """A bell for each key that somebody waits for."""

    def __init__(self) -> None:
        self._bells: dict[str, set[asyncio.Event]] = {}

    def changed(self, key: str) -> None:
        """Something about the key was stored."""
        for bell in self._bells.get(key, ()):
            bell.set()

    async def until(
        self,
        key: str,
        read: Callable[[], Awaitable[R]],
        settled: Callable[[R], bool],
        *,
        patience_s: float,
        stop: Stop,
    ) -> R:
        """What `read` gives as soon as it is settled, or at the end of patience, or when we stop."""
        end = asyncio.get_running_loop().time() + patience_s
        bell = asyncio.Event()
        self._bells.setdefault(key, set()).add(bell)
        try:
            while True:
                bell.clear()
                value = await read()
                left_s = end - asyncio.get_running_loop().time()
                if settled(value) or left_s <= 0 or stop.requested:
                    return value
                await _first(bell.wait(), stop.wait(), timeout_s=left_s)
        finally:
            self._forget(key, bell)

    def _forget(self, key: str, bell: asyncio.Event) -> None:
        bells = self._bells[key]
        bells.discard(bell)
        if not bells:
            del self._bells[key]


async def _first(*waits: Awaitable[object], timeout_s: float) -> None:
    tasks = [asyncio.ensure_future(wait) for wait in waits]
    try:
        await asyncio.wait(tasks, timeout=timeout_s, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
