"""The command table against the frames of the papers, and against itself for any value."""

import contextlib
import datetime as dt
import typing
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fiscal.kkt import fields, printing, sale, service, storage
from fiscal.kkt.command import Authorised, Reply, Request
from fiscal.kkt.commands import (
    BY_NAME,
    COMMANDS,
    AnyCommand,
    describe,
    encode_error,
    encode_reply,
    encode_request,
    parse_reply,
    parse_request,
)
from fiscal.kkt.errors import BadRequest, MalformedReply, Rejected, StaleReply, UnknownCommand
from fiscal.kkt.fields import FieldError
from fiscal.kkt.frame import encode_frame, parse_frame

SALE_OF_TEA = (
    "02 23 FF 46 1E 00 00 00 01 60 E3 16 00 00 00 39 30 00 00 00 FF FF FF FF FF FF FF FF FF FF "
    "01 01 04 01 D7 E0 E9 C2"
)
CLOSE_200 = "02 76 FF 45 1E 00 00 00 20 4E 00 00 00" + " 00" * 75 + " 00" + " 00" * 30 + " 01 BD"

VECTORS: list[tuple[AnyCommand, Request, str]] = [
    (service.SHORT_STATUS, Authorised(), "02 05 10 1E 00 00 00 0B"),
    (storage.FN_STATUS, Authorised(), "02 06 FF 01 1E 00 00 00 E6"),
    (sale.OPEN_SHIFT, Authorised(), "02 05 E0 1E 00 00 00 FB"),
    (sale.OPEN_RECEIPT, sale.OpenReceiptRequest(kind=0), "02 06 8D 1E 00 00 00 00 95"),
    (
        sale.OPERATION,
        sale.OperationRequest(
            operation=1,
            quantity=1_500_000,
            price=12345,
            tax=1,
            department=1,
            method=4,
            subject=1,
            name="Чай",
        ),
        SALE_OF_TEA,
    ),
    (
        sale.OPERATION_TLV,
        sale.TlvRequest(tlv=bytes.fromhex("3C0801000B")),
        "02 0B FF 4D 1E 00 00 00 3C 08 01 00 0B 99",
    ),
    (
        sale.DOCUMENT_TLV,
        sale.TlvRequest(tlv=bytes.fromhex("FD030600") + "Иванов".encode("cp866")),
        "02 10 FF 0C 1E 00 00 00 FD 03 06 00 88 A2 A0 AD AE A2 2E",
    ),
    (sale.CLOSE_RECEIPT, sale.CloseReceiptRequest(payments=(20000,), tax_system=1), CLOSE_200),
    (storage.FIND_DOCUMENT, storage.FdRequest(fd=7), "02 0A FF 0A 1E 00 00 00 07 00 00 00 E6"),
    (printing.CONTINUE_PRINT, Authorised(), "02 05 B0 1E 00 00 00 AB"),
    (sale.CANCEL, Authorised(), "02 05 88 1E 00 00 00 93"),
]


@pytest.mark.parametrize(("command", "request_", "raw"), VECTORS, ids=[row[0].name for row in VECTORS])
def test_a_request_has_the_bytes_of_the_papers(command: AnyCommand, request_: Request, raw: str) -> None:
    frame = bytes.fromhex(raw)
    assert encode_frame(encode_request(command, request_)) == frame
    parsed_command, parsed = parse_request(parse_frame(frame))
    assert parsed_command is command
    assert encode_request(command, parsed) == frame[2:-1]


def test_a_refusal_has_the_bytes_of_the_papers() -> None:
    assert encode_frame(encode_error(b"\x8d", 0x50)).hex(" ") == "02 02 8d 50 df"
    assert encode_frame(encode_error(b"\xff\x46", 0x73)).hex(" ") == "02 03 ff 46 73 c9"


SIZES = {"short_status": 17, "long_status": 48, "fn_status": 33, "operation": 32, "close_receipt": 118}


@pytest.mark.parametrize("name", ["operation", "close_receipt"])
def test_a_request_has_the_length_that_the_papers_give(name: str) -> None:
    request = {row[0].name: row for row in VECTORS}[name]
    text = 3 if name == "operation" else 0
    assert len(bytes.fromhex(request[2])) - 3 == SIZES[name] + text


def test_the_status_answers_have_the_length_that_the_papers_give() -> None:
    short = service.ShortStatusReply(flags=0x292, mode_byte=0x28, submode=0, operations_high=1, last_print=0)
    fn = storage.FnStatusReply(
        phase=3,
        current_document=0,
        shift_open=1,
        last_at=dt.datetime(2026, 11, 20, 12, 34),
        fn="9999078900000961",
        last_fd=77,
    )
    assert len(encode_reply(service.SHORT_STATUS, short)) == SIZES["short_status"]
    assert (short.mode, short.document, short.operations) == (8, 2, 256)
    raw = encode_reply(storage.FN_STATUS, fn)
    assert len(raw) == SIZES["fn_status"]
    assert raw.hex(" ").startswith("ff 01 00 03 00 00 01 00 1a 0b 14 0c 22 39 39")


def test_the_long_status_reads_by_the_index_of_the_papers() -> None:
    data = bytearray(48)
    data[0] = 0x11
    data[11:13], data[15], data[17] = (300).to_bytes(2, "little"), 4, 128
    data[25:31] = bytes([20, 11, 26, 12, 34, 56])
    data[32:36], data[36:38] = (7).to_bytes(4, "little"), (5).to_bytes(2, "little")
    data[42:48] = (7701234567).to_bytes(6, "little")
    status = parse_reply(service.LONG_STATUS, bytes(data) + b"newer")
    assert (status.document_number, status.mode, status.port, status.serial) == (300, 4, 128, 7)
    assert (status.date, status.time) == (dt.date(2026, 11, 20), dt.time(12, 34, 56))
    assert (status.last_closed_shift, status.inn) == (5, 7701234567)


def test_an_error_byte_becomes_a_rejection_with_its_meaning() -> None:
    with pytest.raises(Rejected, match="50h previous command still printing") as caught:
        parse_reply(sale.OPEN_RECEIPT, b"\x8d\x50")
    assert caught.value.code == 0x50


def test_a_device_that_does_not_know_a_two_byte_code_may_leave_out_its_second_byte() -> None:
    with pytest.raises(Rejected) as caught:
        parse_reply(storage.MEMORY_LEFT, b"\xff\x37")
    assert caught.value.code == 0x37


@pytest.mark.parametrize("data", [b"\x10\x00\x1e", b"\xff\x45\x00" + bytes(13), b""])
def test_an_answer_to_another_command_is_evidence_and_never_a_result(data: bytes) -> None:
    with pytest.raises(StaleReply) as caught:
        parse_reply(storage.FN_STATUS, data)
    assert caught.value.data == data


@pytest.mark.parametrize("data", [b"\xff\x01", b"\xff\x01\x00\x03", b"\xff\x01\x00" + b"\xff" * 30])
def test_an_answer_whose_fields_cannot_be_read_is_malformed(data: bytes) -> None:
    with pytest.raises(MalformedReply):
        parse_reply(storage.FN_STATUS, data)


@pytest.mark.parametrize(
    "data", [b"\x10\x1e", b"\x10\x1e\x00\x00\x00\x00", b"\x22\x1e\x00\x00\x00\x20\x01\x1a"]
)
def test_a_request_of_a_wrong_length_or_content_is_bad(data: bytes) -> None:
    with pytest.raises(BadRequest):
        parse_request(data)


@pytest.mark.parametrize("data", [b"\x99\x1e\x00\x00\x00", b"\xff\xee\x1e\x00\x00\x00", b"\xff"])
def test_a_code_outside_the_table_is_unknown(data: bytes) -> None:
    with pytest.raises(UnknownCommand):
        parse_request(data)


@pytest.mark.parametrize(("field", "value"), [("price", 1 << 40), ("quantity", -1), ("name", "я" * 129)])
def test_a_value_that_does_not_fit_names_its_field(field: str, value: object) -> None:
    with pytest.raises(FieldError, match=f"OperationRequest.{field}"):
        encode_request(sale.OPERATION, msgspec.structs.replace(VECTORS[4][1], **{field: value}))


def test_the_receipt_behind_a_document_number_is_read_with_five_and_with_four_bytes() -> None:
    head = b"\xff\x0a\x00\x03\x01" + bytes([26, 11, 20, 12, 34]) + (7).to_bytes(4, "little") + bytes(4)
    for size in (5, 4):
        found = parse_reply(storage.FIND_DOCUMENT, head + b"\x01" + (20000).to_bytes(size, "little"))
        assert found.receipt == storage.FoundReceipt(operation=1, total=20000)
        assert found.shift is None


def test_the_unconfirmed_count_is_read_from_two_and_from_four_bytes_and_written_as_four() -> None:
    for raw in (b"\x05\x00", b"\x05\x00\x00\x00"):
        assert parse_reply(storage.UNCONFIRMED, b"\xff\x3f\x00" + raw).count == 5
    assert encode_reply(storage.UNCONFIRMED, storage.UnconfirmedReply(count=5)).hex() == "ff3f0005000000"


def test_a_fixed_text_is_read_without_its_padding() -> None:
    for padding in (b" ", b"\0"):
        raw = b"\xff\x09\x00" + bytes([26, 11, 20, 9, 0]) + b"7701234567".ljust(12, padding)
        reply = parse_reply(storage.REGISTRATION, raw + b"0001234567012345".ljust(20, padding) + bytes(10))
        assert (reply.inn, reply.registration_number) == ("7701234567", "0001234567012345")


def test_a_date_that_no_byte_holds_names_its_field() -> None:
    with pytest.raises(FieldError, match=r"DateRequest\.date"):
        encode_request(service.SET_DATE, service.DateRequest(date=dt.date(1999, 1, 1)))


def test_only_four_commands_need_no_password() -> None:
    free = {row.code for row in COMMANDS.values() if not row.needs_password}
    assert free == {0x16, 0x6B, 0xF7, 0xFC}


def test_codes_and_names_are_unique_and_a_log_line_hides_the_password() -> None:
    assert len(BY_NAME) == len(COMMANDS)
    assert describe(bytes.fromhex("ff451e000000")) == "FF45h close_receipt"
    assert describe(b"\x99") == "99h unknown"


TEXT = st.text("Оптика №5 abc", max_size=30).map(str.strip)
STAMP = st.datetimes(dt.datetime(2000, 1, 1), dt.datetime(2099, 12, 31)).map(
    lambda at: at.replace(second=0, microsecond=0)
)


def values_of(wire: fields.Wire[Any]) -> st.SearchStrategy[Any]:
    """Draw a value that the field can hold."""
    match wire:
        case fields.Tail():
            return values_of(wire.inner)
        case fields.Uint():
            return st.integers(0, 256**wire.size - 1)
        case fields.UintOrUnset():
            return st.none() | st.integers(0, 256**wire.inner.size - 2)
        case fields.UintRest():
            return st.integers(0, 256**wire.size - 1)
        case fields.Uints():
            return st.tuples(*[values_of(wire.inner)] * wire.count)
        case fields.Text():
            return TEXT.map(lambda text: text[: wire.longest].strip())
        case fields.Raw():
            return st.binary(min_size=wire.size, max_size=wire.size or 40)
        case fields.Minutes():
            return st.none() | STAMP
        case fields.Date():
            return st.none() | STAMP.map(dt.datetime.date)
        case fields.Time():
            return st.times().map(lambda at: at.replace(microsecond=0))
        case _:
            raise AssertionError(wire)


def structs(struct: type[msgspec.Struct]) -> st.SearchStrategy[Any]:
    drawn = {name: values_of(wire) for name, wire in fields.layout(struct)}
    return st.fixed_dictionaries(drawn).map(lambda values: struct(**values))


@pytest.mark.parametrize("command", COMMANDS.values(), ids=str)
@given(data=st.data())
@settings(max_examples=5, deadline=None)
def test_any_request_and_any_reply_are_read_back(command: AnyCommand, data: st.DataObject) -> None:
    request = data.draw(structs(command.request))
    assert parse_request(encode_request(command, request)) == (command, request)
    reply = typing.cast("Reply", data.draw(structs(command.reply)))
    assert parse_reply(command, encode_reply(command, reply)) == reply


@given(st.binary(max_size=60))
@settings(max_examples=200)
def test_noise_never_raises_anything_but_the_errors_of_this_package(data: bytes) -> None:
    with contextlib.suppress(BadRequest, UnknownCommand):
        parse_request(data)
