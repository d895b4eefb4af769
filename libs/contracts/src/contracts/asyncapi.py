"""AsyncAPI 3 and a page of the till's subjects, made from the declarations: `python -m contracts.asyncapi DIR`."""

import json
import sys
from pathlib import Path
from typing import Any, get_args

import msgspec

from contracts.events import AnyEvent, Event
from contracts.permissions import till_users
from contracts.services import VERBS, Verb
from contracts.states import Beat, ModeState, OfdState, PrinterState
from contracts.streams import till_streams
from contracts.subjects import Subjects

TILL = "{till}"
EXAMPLE_TILL = "till-001"
STATES: tuple[tuple[str, type[msgspec.Struct]], ...] = (
    ("printer", PrinterState),
    ("ofd", OfdState),
    ("mode", ModeState),
)
REF = "#/components/schemas/{name}"


def _events() -> tuple[type[Event], ...]:
    return get_args(AnyEvent)


def _address(subject: str) -> str:
    return subject.replace(EXAMPLE_TILL, TILL)


def _summary(kind: type[msgspec.Struct]) -> str:
    return " ".join((kind.__doc__ or "").split())


def _message(kind: type[msgspec.Struct]) -> dict[str, Any]:
    return {
        "name": kind.__struct_config__.tag,
        "summary": _summary(kind),
        "contentType": "application/json",
        "payload": {"$ref": REF.format(name=kind.__name__)},
    }


def _replies(verb: Verb) -> tuple[type[msgspec.Struct], ...]:
    return get_args(verb.reply)


def asyncapi() -> dict[str, Any]:
    """The whole document; `{till}` in an address is the till's id."""
    subjects = Subjects(EXAMPLE_TILL)
    parameters = {"till": {"description": "id of the till, e.g. till-001"}}
    channels: dict[str, Any] = {}
    operations: dict[str, Any] = {}
    messages: dict[str, Any] = {}

    def channel(key: str, subject: str, *kinds: type[msgspec.Struct]) -> None:
        for kind in kinds:
            messages[kind.__name__] = _message(kind)
        channels[key] = {
            "address": _address(subject),
            "parameters": parameters,
            "messages": {k.__name__: {"$ref": f"#/components/messages/{k.__name__}"} for k in kinds},
        }

    for verb in VERBS:
        key = f"{verb.service}.{verb.verb}"
        channel(key, subjects.command(verb.service, verb.verb), verb.request)
        channel(f"{key}.reply", "_INBOX", *_replies(verb))
        channels[f"{key}.reply"].update(address=None, parameters={})
        operations[key] = {
            "action": "receive",
            "channel": {"$ref": f"#/channels/{key}"},
            "summary": _summary(verb.request),
            "reply": {"channel": {"$ref": f"#/channels/{key}.reply"}},
        }
    for kind in _events():
        name = str(kind.__struct_config__.tag)
        channel(f"event.{name}", subjects.event(name), kind)
        operations[f"event.{name}"] = {"action": "send", "channel": {"$ref": f"#/channels/event.{name}"}}
    for service, state in STATES:
        channel(f"state.{service}", subjects.state(service), state)
        operations[f"state.{service}"] = {
            "action": "send",
            "channel": {"$ref": f"#/channels/state.{service}"},
        }
    channel("beat", subjects.beat, Beat)
    operations["beat"] = {"action": "send", "channel": {"$ref": "#/channels/beat"}}
    kinds = [
        Beat,
        *_events(),
        *(v.request for v in VERBS),
        *(r for v in VERBS for r in _replies(v)),
        *(k for _, k in STATES),
    ]
    _, schemas = msgspec.json.schema_components(kinds, ref_template=REF)
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "OpticsERP till",
            "version": "0.1.0",
            "description": "Commands by request and reply, events in the stream EVENTS, states on core NATS.",
        },
        "defaultContentType": "application/json",
        "channels": channels,
        "operations": operations,
        "components": {"messages": messages, "schemas": schemas},
    }


def _verb_row(subjects: Subjects, verb: Verb) -> str:
    replies = ", ".join(f"`{kind.__name__}`" for kind in _replies(verb))
    subject = _address(subjects.command(verb.service, verb.verb))
    return f"| `{subject}` | `{verb.request.__name__}` | {replies} | {_summary(verb.request)} |"


def _limits(max_msgs: int, max_bytes: int) -> str:
    parts = ([f"{max_msgs} messages"] if max_msgs > 0 else []) + (
        [f"{max_bytes >> 20} MiB"] if max_bytes > 0 else []
    )
    return ", ".join(parts) or "–"


def _listed(subjects: tuple[str, ...]) -> str:
    return ", ".join(f"`{_address(subject)}`" for subject in subjects)


def protocol_page() -> str:
    """Subjects, events, states, streams and users as Markdown."""
    subjects = Subjects(EXAMPLE_TILL)
    events = [
        f"| `{_address(subjects.event(str(k.__struct_config__.tag)))}` | `{k.__name__}` | {_summary(k)} |"
        for k in _events()
    ]
    told: list[tuple[str, type[msgspec.Struct]]] = [
        *((subjects.state(service), kind) for service, kind in STATES),
        (subjects.beat, Beat),
    ]
    states = [f"| `{_address(subject)}` | `{k.__name__}` | {_summary(k)} |" for subject, k in told]
    streams = [
        f"| {s.name} | {', '.join(f'`{_address(x)}`' for x in s.subjects)} | {_limits(s.max_msgs, s.max_bytes)} "
        f"| {', '.join(f'`{c.name}`' for c in s.consumers) or '–'} |"
        for s in till_streams(EXAMPLE_TILL)
    ]
    users = [
        f"| {u.name} | {_listed(u.publish)} | {_listed(u.subscribe)} |" for u in till_users(EXAMPLE_TILL)
    ]
    lines = [
        "# Subjects and messages of a till",
        "",
        "Generated by `./just docs` from `libs/contracts`; for programs: [asyncapi.json](asyncapi.json).",
        "Bodies are JSON; each carries its type in the field `type`. Money is in kopecks, quantity in millionths.",
        "Headers: `Nats-Msg-Id`, `Hlc`, `Schema` (name/version), `traceparent`.",
        "",
        "## Commands (request and reply)",
        "",
        "| Subject | Request | Reply | Does |",
        "| --- | --- | --- | --- |",
        *(_verb_row(subjects, verb) for verb in VERBS),
        "",
        "## Events (stream EVENTS)",
        "",
        "| Subject | Message | Means |",
        "| --- | --- | --- |",
        *events,
        "",
        "## States (core NATS, about once a second; the beat each 30 s)",
        "",
        "| Subject | Message | Means |",
        "| --- | --- | --- |",
        *states,
        "",
        "## Streams",
        "",
        "| Stream | Subjects | Limits | Consumers |",
        "| --- | --- | --- | --- |",
        *streams,
        "",
        "## NATS users and what each may do",
        "",
        "| User | May publish | May subscribe |",
        "| --- | --- | --- |",
        *users,
        "",
    ]
    return "\n".join(lines)


def write(folder: Path) -> None:
    """Write `asyncapi.json` and `protocol.md`."""
    text = json.dumps(asyncapi(), ensure_ascii=False, indent=1, sort_keys=True)
    (folder / "asyncapi.json").write_text(text + "\n")
    (folder / "protocol.md").write_text(protocol_page())


if __name__ == "__main__":
    write(Path(sys.argv[1]))
