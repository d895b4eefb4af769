"""The form of a handler: the device and a parsed request in, an answer out; Refusal for an error code."""

from collections.abc import Callable
from typing import Any

from fiscal.kkt.command import Reply
from fiscal.kkt.commands import AnyCommand
from kkt_emulator.kkt import Kkt

Handler = Callable[[Kkt, Any], Reply]
"""The request's type is the one that its row of the command table names; dispatch guarantees it."""

Rows = tuple[tuple[AnyCommand, Handler], ...]
