"""Whatever is cut, lost, late or killed at any instant: one document for each receipt, and the journal knows it."""

import asyncio
from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.events import ReceiptFiscalised, ShiftOpened
from printer_actor.machine import Phase
from printer_actor.testing import Fault

CALLS = 60  # calls and points of two undisturbed receipts are fewer

faults = st.dictionaries(st.integers(1, CALLS), st.sampled_from(Fault), max_size=5)
deaths = st.sets(st.integers(1, 30), max_size=4)


rejections = st.dictionaries(
    st.sampled_from(
        ["status", "fn_status", "open_receipt", "operation", "close_receipt", "cancel", "find_document"]
    ),
    st.lists(st.sampled_from([0x6B, 0x2F, 0x50]), max_size=2),
    max_size=3,
)


async def run(make, sell, planned, killed, totals, refusals=None):
    async with make() as shop:
        shop.faults, shop.deaths, shop.device.rejections = planned, killed, dict(refusals or {})
        slots = [sell(f"r{number}", total) for number, total in enumerate(totals)]
        assert await shop.settle(*slots) == {each.receipt_id for each in slots}
        # The messages come again: their acknowledgements were lost with the server.
        assert await shop.settle(*slots) == {each.receipt_id for each in slots}
        await check(shop, slots, totals)


async def check(shop, slots, totals):
    documents = shop.device.receipts()
    assert Counter(each.total for each in documents) == Counter(totals)
    events = [event for event in await shop.events() if isinstance(event, ReceiptFiscalised)]
    assert [event.receipt_id for event in events] == [each.receipt_id for each in slots]
    assert [event.document.fd for event in events] == [each.fd for each in documents]
    for number, event in enumerate(events, start=1):
        assert (event.document.shift, event.document.number) == (1, number)
    assert {await shop.phase(each.receipt_id) for each in slots} == {Phase.REGISTERED}
    opened = [event for event in await shop.events() if isinstance(event, ShiftOpened)]
    assert len(opened) == 1


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    planned=faults,
    killed=deaths,
    refusals=rejections,
    totals=st.lists(st.sampled_from([1000, 2000]), min_size=1, max_size=3),
)
def test_every_receipt_becomes_one_document(shop, sell, planned, killed, refusals, totals):
    asyncio.run(run(shop, sell, planned, killed, totals, refusals))


@pytest.mark.parametrize("fault", list(Fault), ids=lambda fault: fault.name)
def test_a_fault_at_each_single_call_of_two_equal_receipts(shop, sell, fault):
    for call in range(1, 40):
        asyncio.run(run(shop, sell, {call: fault}, set(), [1000, 1000]))


def test_a_death_at_each_single_point_of_two_equal_receipts(shop, sell):
    for point in range(1, 15):
        asyncio.run(run(shop, sell, {}, {point}, [1000, 1000]))
