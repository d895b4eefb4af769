"""Run, supervise and connect an OpticsERP service.

Heavy parts are modules of their own: import `actor.bus`, `actor.service`, `actor.metrics`, `actor.db` where used.
"""

from actor.lean import without

with without("rich", "aiohttp"):  # here, because this module is run before any other of ours
    import nats  # noqa: F401
    import structlog  # noqa: F401

from actor.errors import ActorError, FatalError, StopRequested
from actor.mailbox import ActorDied, AskTimeout, Letter, Mailbox, MailboxClosed, MailboxError, MailboxFull
from actor.run import run
from actor.stop import Stop
from actor.supervisor import Child, GaveUp, supervise

__all__ = [
    "ActorDied", "ActorError", "AskTimeout", "Child", "FatalError", "GaveUp", "Letter", "Mailbox", "MailboxClosed",
    "MailboxError", "MailboxFull", "Stop", "StopRequested", "run", "supervise",
]  # fmt: skip
