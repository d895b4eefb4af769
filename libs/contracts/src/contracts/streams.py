"""Streams and consumers of the till as data; provisioning makes the server match, the boot guard compares."""

from typing import Literal

import msgspec

from contracts.subjects import Subjects

BUFFER = "BUFFER"
EVENTS = "EVENTS"
DEAD = "DEAD"
PRINTER_CONSUMER = "printer"
HUB_SYNC_CONSUMER = "hub-sync"
LOCKS_STREAM = "KV_locks"
LOCKS_BUCKET = "locks"

HOUR_S = 3600
GIB = 1024**3


class ConsumerSpec(msgspec.Struct, frozen=True, kw_only=True):
    """A durable consumer. Durations in seconds; `deliver_subject` None means pull."""

    name: str
    ack_policy: Literal["explicit", "flow_control"]
    max_ack_pending: int
    max_deliver: int = -1
    ack_wait_s: float | None = None
    deliver_subject: str | None = None
    flow_control: bool = False
    idle_heartbeat_s: float | None = None


class StreamSpec(msgspec.Struct, frozen=True, kw_only=True):
    """A file stream with limits retention and `discard=new`. Sizes in bytes, durations in seconds; -1 = no limit."""

    name: str
    subjects: tuple[str, ...]
    max_msgs: int = -1
    max_bytes: int = -1
    max_msgs_per_subject: int = -1
    duplicate_window_s: int = 120
    deny_delete: bool = False
    allow_rollup_hdrs: bool = False
    allow_direct: bool = False
    allow_msg_ttl: bool = False
    consumers: tuple[ConsumerSpec, ...] = ()


def till_streams(till: str, *, capacity: int = 200) -> tuple[StreamSpec, ...]:
    """The streams of one till; `capacity` is the number of receipts that may wait for the OFD."""
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
            consumers=(
                ConsumerSpec(
                    name=HUB_SYNC_CONSUMER,
                    ack_policy="flow_control",
                    max_ack_pending=100,
                    deliver_subject=subjects.sync_events,
                    flow_control=True,
                    idle_heartbeat_s=1.0,
                ),
            ),
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
