"""What each command does: one module for each part of the command table, joined into one dispatch table."""

from kkt_emulator.handlers import exchange, printing, reports, sale, service, storage
from kkt_emulator.handlers.base import Handler

HANDLERS: dict[bytes, Handler] = {
    command.prefix: handler
    for module in (service, sale, reports, printing, storage, exchange)
    for command, handler in module.HANDLERS
}
"""Code bytes → what to do. A command of the table that stands not here answers 37h."""
