"""The hub's inventory as data; real servers judge it in infra/nats."""

from contracts.drift import stream_config
from contracts.hub_streams import EVENTS_ALL, hub_streams
from contracts.streams import till_streams


def test_the_aggregate_comes_with_the_first_till_and_names_every_one() -> None:
    assert EVENTS_ALL not in {spec.name for spec in hub_streams([])}
    *_, everything = hub_streams(["till-001", "till-002"])
    assert [source["name"] for source in stream_config(everything)["sources"]] == [
        "EVENTS_till-001",
        "EVENTS_till-002",
    ]


def test_nothing_that_copies_has_a_subject_of_its_own() -> None:
    specs = (*hub_streams(["till-001"], replicas=3), *till_streams("till-001", hub=True))
    assert not [spec.name for spec in specs if (spec.mirror or spec.sources) and spec.subjects]


def test_a_till_alone_has_none_of_head_offices_streams() -> None:
    alone = [spec.name for spec in till_streams("till-001")]
    assert [spec.name for spec in till_streams("till-001", hub=True)] == [
        *alone, "COMMANDS", "KV_catalog", "KV_orders",
    ]  # fmt: skip
    assert not any(spec.mirror or spec.sources for spec in till_streams("till-001"))
