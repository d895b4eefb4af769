"""The hub's time beside the till's stamp, where it cannot disturb the order."""

from dataclasses import dataclass, field, replace
from typing import Self

from hlc.timestamp import Timestamp


@dataclass(frozen=True, order=True, slots=True)
class Stamped:
    """A stamp and, once the hub has seen it, the hub's time in ms.

    Order, equality and hash look at `hlc` only: comparing server times where both exist and local times
    otherwise is not transitive, so no comparison here ever reads `server_ms`.
    """

    hlc: Timestamp
    server_ms: int | None = field(default=None, compare=False)

    def seen_by_server(self, server_ms: int) -> Self:
        """Note the hub's time; the first one stays, so a redelivery changes nothing."""
        return self if self.server_ms is not None else replace(self, server_ms=server_ms)
