"""The command table and the way through it; driver, emulator and logs read this one.

data = encode_request(sale.SUBTOTAL, Authorised(password=1))
reply = parse_reply(sale.SUBTOTAL, answer)  # typed: reply.subtotal; raises Rejected, StaleReply, MalformedReply
"""

from typing import Any

from fiscal.kkt import printing, sale, service, storage
from fiscal.kkt.command import A, Command, Q, Request
from fiscal.kkt.errors import (
    BadRequest,
    MalformedReply,
    Rejected,
    StaleReply,
    UnknownCommand,
    device_error,
)
from fiscal.kkt.fields import FieldError, encode_fields, parse_fields

AnyCommand = Command[Any, Any]

COMMANDS: dict[bytes, AnyCommand] = {
    row.prefix: row
    for module in (service, sale, printing, storage)
    for row in vars(module).values()
    if isinstance(row, Command)
}
"""Code bytes → row."""

BY_NAME: dict[str, AnyCommand] = {row.name: row for row in COMMANDS.values()}


def code_of(data: bytes) -> bytes:
    """Return the one or two code bytes that DATA begins with."""
    return data[: 2 if data[:1] == b"\xff" else 1]


def describe(data: bytes) -> str:
    """Name the command of a request or an answer for a log line; passwords and fields stay out."""
    row = COMMANDS.get(code_of(data))
    return str(row) if row else f"{code_of(data).hex().upper()}h unknown"


def encode_request(command: Command[Q, A], request: Q) -> bytes:
    """Return DATA of a request; FieldError when a value does not fit."""
    return command.prefix + encode_fields(request)


def parse_request(data: bytes) -> tuple[AnyCommand, Request]:
    """Read DATA as the device does."""
    code = code_of(data)
    if (command := COMMANDS.get(code)) is None:
        raise UnknownCommand(code)
    try:
        request, rest = parse_fields(command.request, data[len(code) :])
    except FieldError as error:
        raise BadRequest(f"{command}: {error}") from error
    if rest:
        raise BadRequest(f"{command}: {len(rest)} bytes too many")
    return command, request


def encode_reply(command: Command[Q, A], reply: A) -> bytes:
    """Return DATA of a good answer."""
    return command.prefix + b"\0" + encode_fields(reply)


def encode_error(code: bytes, error: int) -> bytes:
    """Return DATA of a refusal: the request's code bytes and the error."""
    return code + bytes([error])


def parse_reply(command: Command[Q, A], data: bytes) -> A:
    """Read DATA of the answer to `command`.

    A device that does not know a two-byte code may answer `FF | error`; two bytes are never a good answer to one.
    """
    prefix = command.prefix
    if data[: len(prefix)] != prefix:
        if len(prefix) == 2 and len(data) == 2 and data[0] == prefix[0]:
            raise Rejected(command.name, device_error(data[1]))
        raise StaleReply(command.name, data)
    if len(data) == len(prefix):
        raise MalformedReply(f"{command}: no error byte")
    if error := data[len(prefix)]:
        raise Rejected(command.name, device_error(error))
    try:
        reply, _newer_fields = parse_fields(command.reply, data[len(prefix) + 1 :])
    except FieldError as problem:
        raise MalformedReply(f"{command}: {problem}") from problem
    return reply
