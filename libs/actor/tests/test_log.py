"""Logs: the fields of every line, redaction, other libraries."""

import asyncio
import json
import logging
from io import StringIO

import msgspec
import pytest

from actor import log

SEED = "SUAKEYWITHFIFTYSIXCHARACTERSAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"[:58]


class Buyer(msgspec.Struct):
    email: str
    total: int


@pytest.fixture
def stream() -> StringIO:
    out = StringIO()
    log.configure("printer-actor", stream=out)
    return out


def only_line(stream: StringIO) -> dict[str, object]:
    (text,) = stream.getvalue().splitlines()
    line: dict[str, object] = json.loads(text)
    return line


def test_every_line_says_when_how_bad_who_where_and_what(stream: StringIO) -> None:
    log.bind_till("till-001")
    log.canonical("receipt_printed", receipt_id="r1", total_kopecks=100)
    line = only_line(stream)
    assert list(line)[:5] == ["time", "level", "component", "till", "event"]
    assert str(line.pop("time")).endswith("Z")
    assert line == {
        "level": "info", "component": "printer-actor", "till": "till-001", "event": "receipt_printed",
        "receipt_id": "r1", "total_kopecks": 100,
    }  # fmt: skip


def test_contacts_tokens_and_seeds_are_redacted_at_any_depth(stream: StringIO) -> None:
    log.canonical(
        "x", email="a@b.ru", Token="t", nested={"phone": "+7", "list": [{"password": "p"}]}, buyer_name=None,
        struct=Buyer(email="a@b.ru", total=5), text=f"seed {SEED} and Bearer abc and eyJh.eyJi.sig",
    )  # fmt: skip
    line = only_line(stream)
    assert (line["email"], line["Token"], line["buyer_name"]) == ("***", "***", None)
    assert line["nested"] == {"phone": "***", "list": [{"password": "***"}]}
    assert line["struct"] == {"email": "***", "total": 5}
    assert line["text"] == "seed *** and Bearer *** and ***"


def test_secrets_in_a_traceback_are_redacted(stream: StringIO) -> None:
    log.get().error("died", exc_info=ValueError(f"bad seed {SEED}"))
    assert SEED not in stream.getvalue()
    assert "ValueError: bad seed ***" in str(only_line(stream)["exception"])


def test_values_that_json_has_not_are_shown(stream: StringIO) -> None:
    log.canonical("x", value=object, error=ValueError("boom"))
    assert only_line(stream)["error"] == "ValueError('boom')"


def test_other_libraries_are_heard_from_warning_on(stream: StringIO) -> None:
    logging.getLogger("nats.aio").info("chatter")
    logging.getLogger("nats.aio").warning("slow %s", "consumer")
    line = only_line(stream)
    assert (line["level"], line["event"], line["logger"], line["message"]) == (
        "warning", "library", "nats.aio", "slow consumer",
    )  # fmt: skip


def test_debug_is_not_written(stream: StringIO) -> None:
    log.get().debug("detail")
    assert stream.getvalue() == ""


def test_a_terminal_gets_readable_lines() -> None:
    class Terminal(StringIO):
        def isatty(self) -> bool:
            return True

    out = Terminal()
    log.configure("printer-actor", stream=out)
    log.canonical("receipt_printed", email="a@b.ru")
    assert "receipt_printed" in out.getvalue()
    assert "a@b.ru" not in out.getvalue()
    assert not out.getvalue().startswith("{")


async def test_lines_of_threads_and_of_tasks_made_earlier_have_all_fields(stream: StringIO) -> None:
    begun = asyncio.Event()

    async def early() -> None:
        await begun.wait()
        log.canonical("from_task")

    task = asyncio.create_task(early())
    await asyncio.sleep(0)
    log.bind_till("till-001")
    begun.set()
    await task
    await asyncio.get_running_loop().run_in_executor(None, log.canonical, "from_thread")
    lines = [json.loads(text) for text in stream.getvalue().splitlines()]
    assert [(line["event"], line["component"], line["till"]) for line in lines] == [
        ("from_task", "printer-actor", "till-001"),
        ("from_thread", "printer-actor", "till-001"),
    ]
