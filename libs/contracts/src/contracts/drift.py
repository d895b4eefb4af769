"""What a stream must look like at the server, and where it does not: shared by provisioning and the boot guard.

Configurations are in the server's own JSON form (durations in nanoseconds), as its API answers and as nats-py's
`info.config.as_dict()` gives it. Only the fields that we set are compared: the server adds defaults of its own.
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from contracts.streams import ConsumerSpec, Source, StreamSpec

Config = Mapping[str, Any]

NS = 1_000_000_000


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """One field that is not as declared; `field` is empty where the whole thing is missing or is not ours."""

    where: str
    field: str = ""
    wanted: Any = None
    found: Any = None

    def __str__(self) -> str:
        if self.field:
            return f"{self.where}: {self.field} is {self.found!r}, must be {self.wanted!r}"
        return f"{self.where} " + ("is missing" if self.wanted else "is not ours")


def stream_config(spec: StreamSpec) -> dict[str, Any]:
    """The body that creates the stream; each field of it is compared later."""
    return {
        "name": spec.name,
        "subjects": list(spec.subjects),
        "mirror": _source_config(spec.mirror) if spec.mirror else None,
        "sources": [_source_config(source) for source in spec.sources],
        "storage": "file",
        "retention": "limits",
        "discard": spec.discard,
        "num_replicas": spec.replicas,
        "max_msgs": spec.max_msgs,
        "max_bytes": spec.max_bytes,
        "max_msgs_per_subject": spec.max_msgs_per_subject,
        "max_age": spec.max_age_s * NS,
        "duplicate_window": spec.duplicate_window_s * NS,
        "deny_delete": spec.deny_delete,
        "deny_purge": False,
        "allow_rollup_hdrs": spec.allow_rollup_hdrs,
        "allow_direct": spec.allow_direct,
        "allow_msg_ttl": spec.allow_msg_ttl,
    }


def _source_config(source: Source) -> dict[str, Any]:
    config: dict[str, Any] = {"name": source.name}
    if source.api:
        config["external"] = {"api": source.api, "deliver": source.deliver_prefix}
    if source.consumer:
        config["consumer"] = {"name": source.consumer, "deliver_subject": source.deliver_subject}
    return config


def consumer_config(spec: ConsumerSpec) -> dict[str, Any]:
    """The body that creates the consumer; each field of it is compared later."""
    config: dict[str, Any] = {
        "durable_name": spec.name,
        "deliver_policy": "all",
        "ack_policy": spec.ack_policy,
        "max_ack_pending": spec.max_ack_pending,
        "max_deliver": spec.max_deliver,
        "deliver_subject": spec.deliver_subject or "",
        "filter_subject": spec.filter_subject,
        "flow_control": spec.flow_control,
        "idle_heartbeat": round((spec.idle_heartbeat_s or 0) * NS),
    }
    if spec.ack_wait_s is not None:  # a flow_control consumer has none, and the server refuses one
        config["ack_wait"] = round(spec.ack_wait_s * NS)
    return config


def stream_differences(spec: StreamSpec, config: Config | None) -> tuple[Difference, ...]:
    """Where the server's stream is not as declared; None means that it has no such stream."""
    return _compare(f"stream {spec.name}", stream_config(spec), config)


def consumer_differences(spec: StreamSpec, consumers: Mapping[str, Config]) -> tuple[Difference, ...]:
    """Where the exact set of the stream's consumers, by name, is not as declared."""
    ours = {consumer.name: consumer for consumer in spec.consumers}
    differences = [
        difference
        for name, consumer in ours.items()
        for difference in _compare(_consumer(spec, name), consumer_config(consumer), consumers.get(name))
    ]
    extra = sorted(consumers.keys() - ours.keys())
    return (*differences, *(Difference(where=_consumer(spec, name), found=name) for name in extra))


def _consumer(spec: StreamSpec, name: str) -> str:
    return f"consumer {name} of {spec.name}"


def _compare(where: str, wanted: Config, found: Config | None) -> tuple[Difference, ...]:
    if found is None:
        return (Difference(where=where, wanted=where),)
    # The server leaves out what is false, zero or empty.
    pairs = ((name, value, found.get(name, type(value)())) for name, value in wanted.items())
    return tuple(
        Difference(where=where, field=name, wanted=value, found=there)
        for name, value, there in pairs
        if there != value
    )
