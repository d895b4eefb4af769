"""Streams and consumers of the hub as data. `EVENTS_<till>` keeps a till's sequence numbers, so that holes are seen."""

from collections.abc import Sequence

from contracts.streams import (
    COMMANDS,
    COMMANDS_AGE_S,
    DAY_S,
    EVENTS,
    HUB_SYNC_CONSUMER,
    MIRRORED_BUCKETS,
    Source,
    StreamSpec,
    pushed,
)
from contracts.subjects import Subjects

EVENTS_ALL = "EVENTS_ALL"
ALL_SYNC_CONSUMER = "all-sync"
FLEET = "fleet"
BUCKETS = (*MIRRORED_BUCKETS, FLEET)
ALL_COMMANDS = "hub.*.cmd.>"


def events_of(till: str) -> str:
    """Name of the hub's mirror of one till's EVENTS."""
    return f"{EVENTS}_{till}"


def hub_streams(tills: Sequence[str], *, replicas: int = 1) -> tuple[StreamSpec, ...]:
    """All streams of a hub of these tills, in the order in which they can be made. `EVENTS_ALL` comes with the first
    till: a stream without sources would have a subject of its own, and two ways in are duplicates."""
    everything = (_all_events(tills, replicas),) if tills else ()
    return (
        _commands(tills, replicas),
        *(_bucket(name, replicas) for name in BUCKETS),
        *(_mirror(till, replicas) for till in tills),
        *everything,
    )


def _mirror(till: str, replicas: int) -> StreamSpec:
    """No subjects: a stream that also heard the till's live publishes would store everything twice."""
    source = Source(
        name=EVENTS,
        api=f"$JS.{till}.API",
        consumer=HUB_SYNC_CONSUMER,
        deliver_subject=Subjects(till).sync_events,
    )
    return StreamSpec(
        name=events_of(till),
        mirror=source,
        duplicate_window_s=0,  # the numbers are the till's: nothing is dropped here
        deny_delete=True,
        replicas=replicas,
        consumers=(pushed(ALL_SYNC_CONSUMER, _hop(till), max_ack_pending=1000),),
    )


def _all_events(tills: Sequence[str], replicas: int) -> StreamSpec:
    """Through durables too: the default hop waits 30 s whenever a mirror has no leader at that moment."""
    hops = tuple(
        Source(name=events_of(till), consumer=ALL_SYNC_CONSUMER, deliver_subject=_hop(till)) for till in tills
    )
    return StreamSpec(
        name=EVENTS_ALL, sources=hops, duplicate_window_s=DAY_S, deny_delete=True, replicas=replicas
    )


def _hop(till: str) -> str:
    return f"hub.sync.all.{till}"


def _commands(tills: Sequence[str], replicas: int) -> StreamSpec:
    consumers = tuple(
        pushed(till, subjects.sync_commands, filter_subject=subjects.all_hub_commands)
        for till, subjects in ((till, Subjects(till)) for till in tills)
    )
    return StreamSpec(
        name=COMMANDS,
        subjects=(ALL_COMMANDS,),
        max_age_s=COMMANDS_AGE_S,
        discard="old",
        replicas=replicas,
        consumers=consumers,
    )


def _bucket(name: str, replicas: int) -> StreamSpec:
    return StreamSpec(
        name=f"KV_{name}",
        subjects=(f"$KV.{name}.>",),
        max_msgs_per_subject=1,
        deny_delete=True,
        allow_rollup_hdrs=True,
        allow_direct=True,
        replicas=replicas,
    )
