"""Make the server hold exactly the declared streams and consumers: create what is missing, refuse what has drifted."""

import contextlib
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from nats.aio.client import Client

from contracts.drift import (
    Config,
    Difference,
    consumer_config,
    consumer_differences,
    stream_config,
    stream_differences,
)
from contracts.streams import ConsumerSpec, StreamSpec
from till_nats.api import call, pages
from till_nats.errors import Drifted, JetStreamDown, Rejected


class Found(msgspec.Struct, frozen=True):
    """One stream of the server: its configuration and those of its consumers by name."""

    config: Config
    consumers: Mapping[str, Config]


async def read_streams(client: Client) -> dict[str, Found]:
    """All streams of the account with all their consumers."""
    found = {}
    async for stream in pages(client, "STREAM.LIST", "streams"):
        name = stream["config"]["name"]
        consumers = {
            c["name"]: c["config"] async for c in pages(client, f"CONSUMER.LIST.{name}", "consumers")
        }
        found[name] = Found(stream["config"], consumers)
    return found


def drift(specs: Sequence[StreamSpec], found: Mapping[str, Found]) -> tuple[Difference, ...]:
    """Every difference, what is missing included; pure."""
    differences: list[Difference] = []
    for spec in specs:
        there = found.get(spec.name)
        differences += stream_differences(spec, there.config if there else None)
        differences += consumer_differences(spec, there.consumers if there else {})
    extra = sorted(found.keys() - {spec.name for spec in specs})
    return (*differences, *(Difference(where=f"stream {name}", found=name) for name in extra))


async def check_drift(client: Client, specs: Sequence[StreamSpec]) -> tuple[Difference, ...]:
    """Compare and change nothing."""
    return drift(specs, await read_streams(client))


async def provision(client: Client, specs: Sequence[StreamSpec]) -> tuple[str, ...]:
    """Create what is missing and name it; Drifted before the first change if anything is there but different.
    The one thing that may change: a stream gets more sources, because a till was added.

    HAZARD: the client's `add_consumer` updates a consumer in silence, so the create-only action is used.
    """
    found = await read_streams(client)
    differences = [each for each in drift(specs, found) if not _is_missing(each) and not _grows(each)]
    if differences:
        raise Drifted(differences)
    created = []
    for spec in specs:
        created += await _complete(client, spec, found.get(spec.name))
    return tuple(created)


def _is_missing(difference: Difference) -> bool:
    return not difference.field and difference.found is None


def _grows(difference: Difference) -> bool:
    return difference.field == "sources" and all(each in difference.wanted for each in difference.found)


async def _complete(client: Client, spec: StreamSpec, found: Found | None) -> list[str]:
    created = []
    if found is None:
        await _rewind(client, spec)
        await call(client, f"STREAM.CREATE.{spec.name}", stream_config(spec))
        created.append(f"stream {spec.name}")
    elif stream_differences(spec, found.config):
        await call(client, f"STREAM.UPDATE.{spec.name}", stream_config(spec))
        created.append(f"sources of stream {spec.name}")
    for consumer in spec.consumers:
        if found is None or consumer.name not in found.consumers:
            await _create_consumer(client, spec, consumer)
            created.append(f"consumer {consumer.name} of {spec.name}")
    return created


async def _rewind(client: Client, spec: StreamSpec) -> None:
    """A new copy begins at the ack floor of the other side's consumer: one that was lost and is made anew would lack
    everything before it. A till that does not answer is new, or has to be rewound later by hand."""
    origin = spec.mirror
    if origin is None or not origin.consumer:
        return
    with contextlib.suppress(JetStreamDown, Rejected):
        await call(client, f"CONSUMER.RESET.{origin.name}.{origin.consumer}", {"seq": 1}, api=origin.api)


async def _create_consumer(client: Client, spec: StreamSpec, consumer: ConsumerSpec) -> None:
    body: dict[str, Any] = {
        "stream_name": spec.name,
        "config": consumer_config(consumer),
        "action": "create",
    }
    await call(client, f"CONSUMER.CREATE.{spec.name}.{consumer.name}", body)
