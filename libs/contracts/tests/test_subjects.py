"""Subjects and streams of the till."""

import pytest

from contracts.permissions import till_users
from contracts.streams import till_streams
from contracts.subjects import BadTillId, Subjects


def test_subjects_follow_the_grammar() -> None:
    subjects = Subjects("till-001")
    assert subjects.command("buffer", "accept") == "till.till-001.cmd.buffer.accept"
    assert subjects.event("receipt.fiscalised") == "till.till-001.event.receipt.fiscalised"
    assert subjects.receipt_id(subjects.buffer("abc")) == "abc"
    with pytest.raises(ValueError, match="no slot"):
        subjects.receipt_id("till.till-002.buffer.abc")


@pytest.mark.parametrize("till", ["", "1", "Till-1", "till.1", "till 1", "till*", "till>", "x" * 40])
def test_an_id_that_is_no_subject_token_is_refused(till: str) -> None:
    with pytest.raises(BadTillId):
        Subjects(till)


def test_streams_do_not_overlap_and_the_cap_is_the_servers() -> None:
    streams = {stream.name: stream for stream in till_streams("till-001", capacity=300)}
    assert streams["BUFFER"].max_msgs == 300
    assert not streams["BUFFER"].deny_delete
    assert streams["EVENTS"].deny_delete
    subjects = [subject for stream in streams.values() for subject in stream.subjects]
    assert len(subjects) == len(set(subjects))


def test_only_buffer_actor_may_publish_to_the_streams() -> None:
    subjects = Subjects("till-001")
    writers = {
        user.name
        for user in till_users("till-001")
        if {subjects.all_events, subjects.all_buffer, subjects.event("receipt.fiscalised")}
        & set(user.publish)
    }
    assert writers == {"buffer-actor"}
