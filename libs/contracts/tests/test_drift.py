"""Comparison of declared and found streams, without a server (infra/nats tests it with one)."""

from contracts.drift import consumer_config, consumer_differences, stream_config, stream_differences
from contracts.streams import till_streams

BUFFER, EVENTS, *_ = till_streams("till-001")


def as_the_server_answers(config: dict[str, object]) -> dict[str, object]:
    """The server omits what is false or empty and adds defaults of its own."""
    kept = {name: value for name, value in config.items() if value not in (False, "")}
    return {**kept, "max_msg_size": -1, "compression": "none", "metadata": {"_nats.ver": "2.15.1"}}


def test_what_the_server_adds_or_omits_is_no_difference() -> None:
    assert stream_differences(BUFFER, as_the_server_answers(stream_config(BUFFER))) == ()
    for spec in (BUFFER, EVENTS):
        consumers = {c.name: as_the_server_answers(consumer_config(c)) for c in spec.consumers}
        assert consumer_differences(spec, consumers) == ()


def test_a_changed_field_is_named_with_both_values() -> None:
    found = {**as_the_server_answers(stream_config(BUFFER)), "max_msgs": 300, "deny_delete": True}
    assert [str(difference) for difference in stream_differences(BUFFER, found)] == [
        "stream BUFFER: max_msgs is 300, must be 200",
        "stream BUFFER: deny_delete is True, must be False",
    ]


def test_the_capacity_of_the_ledger_is_what_counts() -> None:
    raised, *_ = till_streams("till-001", capacity=300)
    assert stream_differences(raised, {**stream_config(BUFFER), "max_msgs": 300}) == ()


def test_a_missing_stream_and_a_missing_or_foreign_consumer_are_named() -> None:
    assert [str(difference) for difference in stream_differences(EVENTS, None)] == [
        "stream EVENTS is missing"
    ]
    assert [str(difference) for difference in consumer_differences(BUFFER, {"spy": {}})] == [
        "consumer printer of BUFFER is missing",
        "consumer spy of BUFFER is not ours",
    ]


def test_a_consumer_with_another_ack_wait_has_drifted() -> None:
    [printer] = BUFFER.consumers
    found = {**consumer_config(printer), "ack_wait": 1_000_000_000}
    [difference] = consumer_differences(BUFFER, {"printer": found})
    assert (difference.field, difference.wanted) == ("ack_wait", 2_000_000_000)
