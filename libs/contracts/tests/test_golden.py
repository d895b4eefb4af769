"""Golden samples: what was published once is readable for ever. Files are never edited, only added."""

from pathlib import Path

import msgspec
import pytest

from contracts import commands, dead, events, head_office, states
from contracts.codec import Undecodable, decode, encode
from contracts.envelope import headers, schema_of
from contracts.events import AnyEvent, Event, event_name
from contracts.refusals import RULES, Code, Refusal
from contracts.services import VERBS

from .samples import SAMPLES

GOLDEN = Path(__file__).parent / "golden"


def golden(sample: msgspec.Struct) -> Path:
    return GOLDEN / (schema_of(sample).replace("/", "-v") + ".json")


@pytest.mark.parametrize("sample", SAMPLES, ids=schema_of)
def test_a_published_message_is_read_and_written_as_ever(sample: msgspec.Struct) -> None:
    text = golden(sample).read_bytes().strip()
    assert decode(text, type(sample)) == sample
    assert encode(sample) == text


def test_every_message_has_a_sample() -> None:
    tagged = {
        kind
        for module in (commands, dead, events, head_office, states)
        for kind in vars(module).values()
        if isinstance(kind, type)
        and issubclass(kind, msgspec.Struct)
        and kind.__struct_config__.tag is not None
    }
    assert tagged - {type(sample) for sample in SAMPLES} == set()
    assert {golden(sample) for sample in SAMPLES} == set(GOLDEN.glob("*.json"))


def test_every_event_is_in_the_union_and_decodes_by_its_tag() -> None:
    for sample in SAMPLES:
        if isinstance(sample, Event):
            assert decode(encode(sample), AnyEvent) == sample  # type: ignore[arg-type]  # a union, not a class
            assert schema_of(sample) == f"{event_name(sample)}/1"


def test_a_newer_sender_with_one_field_more_is_understood() -> None:
    newer = b'{"type":"recorded","event_id":"e","seq":1,"added_in_2027":true}'
    assert decode(newer, commands.Recorded) == commands.Recorded(event_id="e", seq=1)


BROKEN = [b"", b"{", b"\xff", b'{"type":"recorded"}', b'{"type":"recorded","event_id":1,"seq":1}']


@pytest.mark.parametrize("broken", BROKEN)
def test_a_message_of_another_form_is_undecodable(broken: bytes) -> None:
    with pytest.raises(Undecodable):
        decode(broken, commands.Recorded)


def test_headers_leave_out_what_is_absent() -> None:
    assert headers(commands.OfdTake(), hlc="h") == {"Schema": "printer.ofd_take/1", "Hlc": "h"}


def test_each_verb_is_served_once_and_can_refuse() -> None:
    assert len({(v.service, v.verb) for v in VERBS}) == len(VERBS)
    assert all(Refusal in v.reply.__args__ for v in VERBS)


def test_each_code_has_a_rule_and_a_sentence_for_the_cashier() -> None:
    assert set(RULES) == set(Code)
    assert all(any("а" <= letter <= "я" for letter in rule.message) for rule in RULES.values())
