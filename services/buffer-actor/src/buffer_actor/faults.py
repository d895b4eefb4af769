"""Named points between two durable steps, where a test lets the process die. Nothing happens there in a shop."""

import enum
from collections.abc import Awaitable, Callable


class Point(enum.StrEnum):
    """What is durable and what is not yet."""

    RECEIVED = "received stored, not published"
    PUBLISHED = "published, the answer not stored"
    ACCEPTED = "accepted stored, not answered"
    REFUSED = "refused stored, not answered"
    EVENT_RECEIVED = "event received, not stored"
    RECORDED = "event stored, not answered"
    FREED = "receipt final, its slot not purged"
    EVENT_UNPUBLISHED = "event row stored, not published"
    EVENT_PUBLISHED = "event published, not believed"
    TASK_STORED = "task stored, not performed"


Checkpoint = Callable[[Point], Awaitable[None]]


async def nothing(_: Point) -> None:
    """The checkpoint of a shop."""
