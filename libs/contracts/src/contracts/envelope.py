"""Headers that travel beside every body: identity, stamp, schema, trace."""

import msgspec

MSG_ID = "Nats-Msg-Id"
HLC = "Hlc"
SCHEMA = "Schema"
TRACEPARENT = "traceparent"
EXPECTED_LAST_SEQUENCE = "Nats-Expected-Last-Sequence"
EXPECTED_LAST_SUBJECT_SEQUENCE = "Nats-Expected-Last-Subject-Sequence"


def schema_of(message: msgspec.Struct | type[msgspec.Struct]) -> str:
    """Name and version of a message's schema, e.g. `receipt.fiscalised/1`: its tag, or its class name in kebab-case."""
    config = message.__struct_config__
    kind = message if isinstance(message, type) else type(message)
    name = config.tag if isinstance(config.tag, str) else kind.__name__
    return f"{name}/{getattr(kind, 'VERSION', 1)}"


def headers(
    message: msgspec.Struct,
    *,
    hlc: str | None = None,
    msg_id: str | None = None,
    traceparent: str | None = None,
) -> dict[str, str]:
    """The headers of one message; those that are None are left out."""
    pairs = {SCHEMA: schema_of(message), HLC: hlc, MSG_ID: msg_id, TRACEPARENT: traceparent}
    return {name: value for name, value in pairs.items() if value is not None}


def event_msg_id(till: str, event_id: str, name: str) -> str:
    """Globally unique `Nats-Msg-Id` of an event: the hub de-duplicates across tills by it."""
    return f"{till}:{event_id}:{name}"
