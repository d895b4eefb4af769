"""Streams and consumers of the till as data; provisioning makes the server match, the boot guard compares."""

from typing import Literal

import msgspec

from contracts.subjects import Subjects

BUFFER = "BUFFER"
EVENTS = "EVENTS"
DEAD = "DEAD"
PRINTER_CONSUMER = "printer"
HUB_SYNC_CONSUMER = "hub-sync"
COMMANDS = "COMMANDS"
MIRRORED_BUCKETS = ("catalog", "orders")
"""Key-value buckets of the hub that each till has a copy of."""
HUB_DOMAIN = "hub"
HUB_API = f"$JS.{HUB_DOMAIN}.API"
LOCKS_STREAM = "KV_locks"
LOCKS_BUCKET = "locks"

HOUR_S = 3600
DAY_S = 24 * HOUR_S
GIB = 1024**3
COMMANDS_AGE_S = 30 * DAY_S


class ConsumerSpec(msgspec.Struct, frozen=True, kw_only=True):
    """A durable consumer. Durations in seconds; `deliver_subject` None means pull; an empty filter means all."""

    name: str
    ack_policy: Literal["explicit", "flow_control"]
    max_ack_pending: int
    max_deliver: int = -1
    ack_wait_s: float | None = None
    deliver_subject: str | None = None
    filter_subject: str = ""
    flow_control: bool = False
    idle_heartbeat_s: float | None = None


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """A stream to copy from. `api`: another domain's JetStream API, empty = ours. A `consumer` was made there before
    and pushes to `deliver_subject`: such a copy goes on within seconds after a cut. Without one our server makes a
    consumer that pushes below `deliver_prefix`, and goes on within a minute."""

    name: str
    api: str = ""
    consumer: str = ""
    deliver_subject: str = ""
    deliver_prefix: str = ""


class StreamSpec(msgspec.Struct, frozen=True, kw_only=True):
    """A file stream with limits retention. Sizes in bytes, durations in seconds; -1 = no limit, no age = for ever.
    One that copies has a `mirror` (same sequence numbers) or `sources`, and no subjects."""

    name: str
    subjects: tuple[str, ...] = ()
    max_msgs: int = -1
    max_bytes: int = -1
    max_msgs_per_subject: int = -1
    max_age_s: int = 0
    duplicate_window_s: int = 120
    discard: Literal["new", "old"] = "new"
    replicas: int = 1
    mirror: Source | None = None
    sources: tuple[Source, ...] = ()
    deny_delete: bool = False
    allow_rollup_hdrs: bool = False
    allow_direct: bool = False
    allow_msg_ttl: bool = False
    consumers: tuple[ConsumerSpec, ...] = ()


def pushed(
    name: str, deliver_subject: str, *, filter_subject: str = "", max_ack_pending: int = 100
) -> ConsumerSpec:
    """A consumer that feeds a copy of its stream; its ack floor is what the copy surely holds (within 1 s)."""
    return ConsumerSpec(
        name=name,
        ack_policy="flow_control",
        max_ack_pending=max_ack_pending,
        deliver_subject=deliver_subject,
        filter_subject=filter_subject,
        flow_control=True,
        idle_heartbeat_s=1.0,
    )


def till_streams(till: str, *, capacity: int = 200, hub: bool = False) -> tuple[StreamSpec, ...]:
    """The streams of one till; `capacity` is the number of receipts that may wait for the OFD. With a `hub` also
    what comes down from it."""
    return (*_own(till, capacity), *(down_streams(till) if hub else ()))


def down_streams(till: str) -> tuple[StreamSpec, ...]:
    """Copies of what head office says, readable without a link."""
    subjects = Subjects(till)
    commands = Source(
        name=COMMANDS, api=HUB_API, consumer=till, deliver_subject=subjects.sync_commands
    )  # the filter is the consumer's
    mirrors = tuple(
        StreamSpec(
            name=f"KV_{bucket}",
            max_msgs_per_subject=1,
            duplicate_window_s=0,
            allow_direct=True,
            mirror=Source(name=f"KV_{bucket}", api=HUB_API, deliver_prefix=subjects.mirrored),
        )
        for bucket in MIRRORED_BUCKETS
    )
    down = StreamSpec(name=COMMANDS, max_age_s=COMMANDS_AGE_S, discard="old", sources=(commands,))
    return (down, *mirrors)


def _own(till: str, capacity: int) -> tuple[StreamSpec, ...]:
    subjects = Subjects(till)
    return (
        StreamSpec(
            name=BUFFER,
            subjects=(subjects.all_buffer,),
            max_msgs=capacity,
            duplicate_window_s=72 * HOUR_S,
            consumers=(
                ConsumerSpec(
                    # Short: a printer-actor that died with a message in hand blocks the queue for so long.
                    # A living one says "in progress" four times as often.
                    name=PRINTER_CONSUMER,
                    ack_policy="explicit",
                    max_ack_pending=1,
                    ack_wait_s=2.0,
                ),
            ),
        ),
        StreamSpec(
            name=EVENTS,
            subjects=(subjects.all_events,),
            max_bytes=2 * GIB,
            duplicate_window_s=24 * HOUR_S,
            deny_delete=True,
            consumers=(pushed(HUB_SYNC_CONSUMER, subjects.sync_events),),
        ),
        StreamSpec(name=DEAD, subjects=(subjects.all_dead,), max_bytes=GIB // 4, deny_delete=True),
        StreamSpec(
            name=LOCKS_STREAM,
            subjects=(LOCKS_SUBJECTS,),
            max_msgs_per_subject=1,
            deny_delete=True,
            allow_rollup_hdrs=True,
            allow_direct=True,
            allow_msg_ttl=True,
        ),
    )


LOCKS_SUBJECTS = f"$KV.{LOCKS_BUCKET}.>"
