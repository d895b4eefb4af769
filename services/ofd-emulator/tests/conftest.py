"""Documents a KKT could send, a running emulator, and a KKT that speaks to it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest

from fiscal.ofd.documents import encode_document_message, message_sign
from fiscal.ofd.frame import P_VERSIONS, SESSION_HEADER, body_length
from fiscal.tags import Tag
from fiscal.tlv import Member, encode_member
from ofd_emulator.archive import Archive
from ofd_emulator.faults import Fault, FaultSwitch, Mode
from ofd_emulator.listener import Listener
from ofd_emulator.session import Session
from ofd_emulator.state import Operator

FN = "9999078900000961"
NOON = datetime(2026, 11, 20, 12, 0, 0).astimezone()


@pytest.fixture
def fn() -> str:
    return FN


@pytest.fixture
def noon() -> datetime:
    return NOON


def tail(fn: str, fd: int) -> list[Member]:
    return [
        Member(Tag.FISCAL_DOCUMENT_NUMBER, fd),
        Member(Tag.FN_NUMBER, fn),
        Member(Tag.FISCAL_SIGN, b"\x21\x04" + fd.to_bytes(4, "big")),
    ]


def head(version: int = 4) -> list[Member]:
    return [
        Member(Tag.FFD_VERSION, version),
        Member(Tag.USER_INN, "7701234567"),
        Member(Tag.DATETIME, datetime(2026, 11, 20, 9, 0)),
        Member(Tag.KKT_REG_NUMBER, "0000012345012345"),
        Member(Tag.SHIFT_NUMBER, 5),
    ]


def receipt_members(fn: str, fd: int, total: int) -> list[Member]:
    item = (
        Member(Tag.ITEM_NAME, "Оправа"),
        Member(Tag.ITEM_PRICE, total),
        Member(Tag.ITEM_QUANTITY, Decimal(1)),
        Member(Tag.VAT_RATE, 6),
        Member(Tag.ITEM_SUM, total),
    )
    return [
        *head(),
        Member(Tag.RECEIPT_NUMBER_IN_SHIFT, 1),
        Member(Tag.CALCULATION_TYPE, 1),
        Member(Tag.RETAIL_PLACE_ADDRESS, "г. Москва"),
        Member(Tag.RETAIL_PLACE, "Оптика"),
        Member(Tag.ITEM, item),
        Member(Tag.TOTAL_SUM, total),
        Member(Tag.CASH_TOTAL_SUM, total),
        Member(Tag.CASHLESS_TOTAL_SUM, 0),
        Member(Tag.PREPAID_SUM, 0),
        Member(Tag.CREDIT_SUM, 0),
        Member(Tag.PROVISION_SUM, 0),
        *tail(fn, fd),
    ]


def message(form: int, members: list[Member], fn: str, fd: int, version: int = 4) -> bytes:
    tlv = encode_member(Member(form, tuple(members)))
    return encode_document_message(
        tlv, fn=fn, fd=fd, trailer=message_sign(fd.to_bytes(6, "big")), p_version=P_VERSIONS[version]
    )


Build = Callable[..., bytes]


@pytest.fixture
def receipt() -> Build:
    """`receipt(fd, total=…, fn=…, without=tag)`: the session message of a receipt."""

    def build(fd: int, *, total: int = 125000, fn: str = FN, without: int = 0) -> bytes:
        members = [member for member in receipt_members(fn, fd, total) if member.tag != without]
        return message(3, members, fn, fd)

    return build


@pytest.fixture
def open_shift() -> Build:
    """`open_shift(fd, version=…)`: the session message of an open-shift report."""

    def build(fd: int, *, fn: str = FN, version: int = 4) -> bytes:
        versions = [Member(Tag.KKT_VERSION, "1.0"), Member(Tag.FFD_VERSION_KKT, version)]
        return message(2, [*head(version), *versions, *tail(fn, fd)], fn, fd, version)

    return build


@dataclass
class Emulator:
    """The emulator's parts in this process, and a KKT's side of the wire."""

    operator: Operator
    faults: FaultSwitch
    listener: Listener

    async def set(self, mode: Mode, delay_ms: int = 0) -> None:
        self.faults.set(Fault(mode=mode, delay_ms=delay_ms))
        await (self.listener.close() if mode is Mode.DOWN else self.listener.open())

    async def send(self, data: bytes) -> bytes:
        """Send bytes, return all that comes until the end of the connection."""
        reader, writer = await asyncio.open_connection(self.listener.host, self.listener.port)
        try:
            writer.write(data)
            answer = await reader.read()
        finally:
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()
        if answer:
            assert len(answer) == SESSION_HEADER + body_length(answer)
        return answer


Start = Callable[[], Awaitable[Emulator]]


@pytest.fixture
async def start(tmp_path: Path) -> AsyncIterator[Start]:
    """`await start()`: an emulator over the same data folder each time."""
    async with contextlib.AsyncExitStack() as stack:

        async def started() -> Emulator:
            await stack.aclose()
            archive = stack.enter_context(Archive(tmp_path / "documents.jsonl"))
            operator = Operator(inn="7704358518", key=b"key")
            operator.restore(archive.load())
            faults = FaultSwitch()
            listener = Listener("127.0.0.1", 0, Session(operator, archive, faults, lambda: NOON).serve)
            stack.push_async_callback(listener.shut)
            await listener.open()
            return Emulator(operator, faults, listener)

        yield started


@pytest.fixture
async def emulator(start: Start) -> Emulator:
    return await start()
