"""Structured logs on stdout: JSON unless a terminal, one canonical line for one unit of work, secrets redacted.

Fields of every line: time, level, component, event, till.
"""

import logging
import re
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any, Final, TextIO

import msgspec
import structlog

REDACTED: Final = "***"

FIRST_FIELDS: Final = ("time", "level", "component", "till", "event")

SECRET_FIELDS: Final = frozenset(
    {
        # a buyer's contacts (tag 1008) and identity (tags 1227, 1228)
        "contact", "customer", "customer_contact", "buyer_contact", "buyer", "buyer_name", "buyer_inn", "email",
        "phone",
        # what opens doors
        "authorization", "credentials", "password", "secret", "seed", "nkey_seed", "token", "tokens",
    }
)  # fmt: skip

SECRET_TEXTS: Final = re.compile(
    r"\bS[UAOCNX][A-Z2-7]{56}\b"  # NKey seed
    r"|\beyJ[\w-]+\.[\w-]+\.[\w-]*"  # JSON web token
    r"|(?<=Bearer )\S+"
)


def redact(value: object) -> object:
    """A copy of plain data without what SECRET_FIELDS names or SECRET_TEXTS matches."""
    if isinstance(value, str):
        return SECRET_TEXTS.sub(REDACTED, value)
    if isinstance(value, Mapping):
        return {key: _redact_field(str(key), inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [redact(inner) for inner in value]
    if isinstance(value, msgspec.Struct):
        return redact(msgspec.to_builtins(value, enc_hook=repr))
    return value


def _redact_field(name: str, value: object) -> object:
    if name.lower() in SECRET_FIELDS and value is not None:
        return REDACTED
    return redact(value)


def _redact_event(_: object, __: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
    ordered = {key: event[key] for key in FIRST_FIELDS if key in event} | dict(event)
    return {key: _redact_field(key, value) for key, value in ordered.items()}


_process: dict[str, str] = {}
"""Fields of every line, whatever thread or task writes it."""


def _merge_process(_: object, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    return {**_process, **event}


_encode = msgspec.json.Encoder(enc_hook=repr).encode


def _to_json(_: object, __: str, event: MutableMapping[str, Any]) -> str:
    return _encode(event).decode()


def configure(component: str, *, stream: TextIO | None = None, level: int = logging.INFO) -> None:
    """Send all logs of this process to `stream` (default stdout); other libraries' from WARNING on."""
    out = stream or sys.stdout
    terminal = out.isatty()
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        _merge_process,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
        structlog.processors.add_log_level,
    ]
    last: list[Any] = (
        [_redact_event, structlog.dev.ConsoleRenderer(timestamp_key="time")]
        if terminal
        else [structlog.processors.format_exc_info, _redact_event, _to_json]
    )
    structlog.configure(
        processors=[*shared, *last],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(out),
        cache_logger_on_first_use=False,
    )
    _process.clear()
    _process["component"] = component
    _route_stdlib()


def bind_till(till: str) -> None:
    """Name the till in every later line of this process."""
    _process["till"] = till


def get() -> structlog.typing.FilteringBoundLogger:
    """The process's logger; event names are stable snake_case."""
    logger: structlog.typing.FilteringBoundLogger = structlog.get_logger()
    return logger


def canonical(event: str, **fields: object) -> None:
    """One rich line for one finished unit of work."""
    get().info(event, **fields)


class _ToStructlog(logging.Handler):
    """Hands records of nats, aiohttp, asyncio and others on as events of ours."""

    def emit(self, record: logging.LogRecord) -> None:
        get().log(
            record.levelno,
            "library",
            logger=record.name,
            message=record.getMessage(),
            exc_info=record.exc_info,
        )


def _route_stdlib() -> None:
    root = logging.getLogger()
    root.handlers = [_ToStructlog()]
    root.setLevel(logging.WARNING)
