"""NATS users of the hub: one for each till, which reaches its own subjects only, and one for each service."""

from contracts.hub_streams import ALL_COMMANDS, BUCKETS, EVENTS_ALL, FLEET
from contracts.permissions import API, User, inbox
from contracts.streams import COMMANDS, EVENTS, HUB_API, HUB_SYNC_CONSUMER, MIRRORED_BUCKETS
from contracts.subjects import Subjects

ODOO_BRIDGE = "odoo-bridge"
FLEET_WATCH = "fleet-watch"
REPAIR = f"CONSUMER.RESET.{EVENTS}.{HUB_SYNC_CONSUMER}"


def till_link(till: str) -> User:
    """The user of a till's leaf link. `publish`: till → hub; `subscribe`: hub → till.

    HAZARD: what is forbidden here is dropped in silence, there is no line in any log.
    """
    s = Subjects(till)
    mirrors = tuple(f"KV_{bucket}" for bucket in MIRRORED_BUCKETS)
    return User(
        name=till,
        publish=(
            f"{s.root}.sync.>", s.beat, f"hub.{till}.ask.>",
            "$JSC.R.>", f"{inbox('provision')}.>", f"{inbox(FLEET_WATCH)}.>",  # replies to the hub's questions
            *(f"{HUB_API}.CONSUMER.CREATE.{name}" for name in mirrors),
            *(f"$JS.FC.{name}.>" for name in mirrors),
            *(f"{HUB_API}.CONSUMER.{call}.{COMMANDS}.{till}" for call in ("RESET", "INFO")),
            f"$JS.FC.{COMMANDS}.{till}.>", f"$JS.ACK.{COMMANDS}.{till}.>",
        ),
        subscribe=(
            f"{s.mirrored}.>", f"{s.answers}.>",
            *(f"$JS.{till}.API.CONSUMER.{call}.{EVENTS}.{HUB_SYNC_CONSUMER}" for call in ("RESET", "INFO")),
            f"$JS.{till}.API.STREAM.INFO.{EVENTS}",
            f"$JS.FC.{EVENTS}.{HUB_SYNC_CONSUMER}.>", "$JSC.R.>",
        ),
    )  # fmt: skip


def hub_users() -> tuple[User, ...]:
    """The services of head office."""
    return (
        _user("provision", publish=(f"{API}.>", f"$JS.*.API.{REPAIR}")),
        _user(
            ODOO_BRIDGE,
            publish=(
                *_reads(EVENTS_ALL, ODOO_BRIDGE), ALL_COMMANDS, "till.*.answer.>",
                *_writes(*MIRRORED_BUCKETS),
            ),
            subscribe=("hub.*.ask.>",),
        ),
        _user(
            FLEET_WATCH,
            publish=(
                *_reads(EVENTS_ALL, FLEET_WATCH), *_writes(FLEET),
                *(f"{API}.STREAM.{call}" for call in ("LIST", "NAMES", "INFO.*")),
                *(f"{API}.CONSUMER.{call}" for call in ("LIST.*", "INFO.*.*")),
                f"$JS.*.API.STREAM.INFO.{EVENTS}",
            ),
            subscribe=("till.*.beat",),
        ),
        _user(
            "hq",
            publish=(
                ALL_COMMANDS, *_writes(*BUCKETS),
                *(f"{API}.STREAM.{call}" for call in ("LIST", "NAMES", "INFO.*", "MSG.GET.*")),
                *(f"{API}.CONSUMER.{call}" for call in ("LIST.*", "INFO.*.*")),
            ),
            subscribe=("till.*.beat",),
        ),
    )  # fmt: skip


def _user(name: str, *, publish: tuple[str, ...], subscribe: tuple[str, ...] = ()) -> User:
    return User(name=name, publish=(f"{API}.INFO", *publish), subscribe=(f"{inbox(name)}.>", *subscribe))


def _reads(stream: str, consumer: str) -> tuple[str, ...]:
    """One durable pull consumer, made by provisioning."""
    return (
        f"{API}.STREAM.INFO.{stream}",
        f"{API}.CONSUMER.INFO.{stream}.{consumer}",
        f"{API}.CONSUMER.MSG.NEXT.{stream}.{consumer}",
        f"$JS.ACK.{stream}.{consumer}.>",
    )


def _writes(*buckets: str) -> tuple[str, ...]:
    """Everything in these buckets, watching included."""
    return tuple(
        subject
        for bucket in buckets
        for subject in (
            f"$KV.{bucket}.>", f"{API}.STREAM.INFO.KV_{bucket}", f"{API}.DIRECT.GET.KV_{bucket}.>",
            f"{API}.CONSUMER.CREATE.KV_{bucket}.>", f"{API}.CONSUMER.DELETE.KV_{bucket}.>",
            f"$JS.FC.KV_{bucket}.>",
        )
    )  # fmt: skip
