"""NATS users of the till, one for each service, and what each may say and hear. Written to nothing else than needed."""

import msgspec

from contracts import services
from contracts.head_office import CATALOG_STREAM, ODOO_STATUS_SUBJECT
from contracts.services import Verb
from contracts.streams import BUFFER, DEAD, EVENTS, PRINTER_CONSUMER
from contracts.subjects import Subjects

API = "$JS.API"
DISCOVERY = "$SRV.>"
LOOK_UP = ("$SRV.PING", "$SRV.PING.>", "$SRV.INFO", "$SRV.INFO.>")
"""Who serves what, with the schemas: an integrator's table of contents."""


class User(msgspec.Struct, frozen=True, kw_only=True):
    """A NATS user with its allow-lists; one that `serves` may also answer each request it received, once."""

    name: str
    publish: tuple[str, ...]
    subscribe: tuple[str, ...]
    serves: bool = False


def inbox(name: str) -> str:
    """A user's own inbox, so that nobody reads another's replies."""
    return f"_INBOX_{name.replace('-', '_')}"


def _user(
    name: str, *, publish: tuple[str, ...], subscribe: tuple[str, ...] = (), serves: bool = False
) -> User:
    heard = (f"{inbox(name)}.>", *subscribe, *((DISCOVERY,) if serves else ()))
    return User(name=name, publish=publish, subscribe=heard, serves=serves)


def till_users(till: str) -> tuple[User, ...]:
    """The users of one till's server."""
    s = Subjects(till)

    def ask(*verbs: Verb) -> tuple[str, ...]:
        return tuple(s.command(verb.service, verb.verb) for verb in verbs)

    stream_reads = tuple(
        f"{API}.STREAM.{call}.{name}" for name in (BUFFER, EVENTS, DEAD) for call in ("INFO", "MSG.GET")
    )
    return (
        _user("provision", publish=(f"{API}.>", DISCOVERY)),
        _user(
            "buffer-actor",
            publish=(
                s.all_buffer, s.all_events, s.all_dead, s.state("buffer"),
                *ask(services.PERFORM, services.PRINTER_STATE, services.RESOLVE_HELD),
                f"{API}.INFO", *stream_reads,
                f"{API}.STREAM.PURGE.{BUFFER}", f"{API}.STREAM.PURGE.{EVENTS}", f"{API}.STREAM.UPDATE.{BUFFER}",
                *(f"{API}.CONSUMER.{call}.{name}" for name in (BUFFER, EVENTS) for call in ("LIST", "NAMES")),
                *(f"{API}.CONSUMER.INFO.{name}.*" for name in (BUFFER, EVENTS)),
            ),
            subscribe=(s.commands("buffer"), s.commands("ledger"), s.all_states),
            serves=True,
        ),
        _user(
            "printer-actor",
            publish=(
                *ask(services.RECORD), s.state("printer"),
                f"{API}.CONSUMER.MSG.NEXT.{BUFFER}.{PRINTER_CONSUMER}",
                f"{API}.CONSUMER.INFO.{BUFFER}.{PRINTER_CONSUMER}",
                f"$JS.ACK.{BUFFER}.{PRINTER_CONSUMER}.>",
            ),
            subscribe=(s.commands("printer"),),
            serves=True,
        ),
        _user(
            "ofd-forwarder",
            publish=(*ask(services.OFD_TAKE, services.OFD_GIVE), s.state("ofd")),
            subscribe=(s.commands("ofd"), s.state("printer")),
            serves=True,
        ),
        _user("catalog-cache", publish=(s.state("catalog"),), subscribe=(s.commands("catalog"),), serves=True),
        _user(
            "heartbeat",
            publish=(
                *ask(services.RECORD, services.STATUS, services.JOURNAL), s.state("mode"), s.beat,
                f"{API}.STREAM.INFO.{EVENTS}", f"{API}.DIRECT.GET.{CATALOG_STREAM}.{ODOO_STATUS_SUBJECT}",
            ),
            subscribe=(s.state("printer"), s.state("ofd")),
        ),
        _user(
            "pos-gateway",
            publish=(
                *ask(
                    services.ACCEPT, services.RECEIPT, services.RESOLVE, services.TASK, services.STATUS,
                    services.MAINTENANCE, services.JOURNAL, services.SYNC, services.OFD_STATE,
                    services.RESET_BREAKER, services.SEARCH,
                ),
            ),
            subscribe=(s.all_states, s.all_events),
        ),
        _user(
            "integrator",
            publish=(
                *ask(services.ACCEPT, services.RECEIPT, services.TASK, services.STATUS, services.SEARCH),
                *LOOK_UP,
            ),
            subscribe=(s.all_states, s.all_events),
        ),
    )  # fmt: skip
