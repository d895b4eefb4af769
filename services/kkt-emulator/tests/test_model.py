"""Any sequence of commands, cuts and kills keeps the books: FD without holes, registers equal to the documents."""

import datetime as dt
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fiscal.kkt import printing, sale, service, storage
from fiscal.kkt.errors import Rejected
from kkt_emulator.faults import Power
from kkt_emulator.refusal import PowerPoint

STEPS = st.lists(
    st.sampled_from(
        ["open", "close", "begin", "sell", "sell", "line", "pay", "cancel", "kill", "lost", "copy", "advance"]
    )
    | st.sampled_from(PowerPoint),
    max_size=40,
)


@given(steps=STEPS)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_happens_the_books_agree(steps, bench_class, clock_class, make_till):
    with tempfile.TemporaryDirectory() as folder:
        bench = bench_class(Path(folder), clock_class())
        answered = [step(bench, make_till, name) for name in steps]
        check(bench, make_till, [document for document in answered if document])
        bench.close()


def step(bench, make_till, name):
    """Do one step; return what a good answer to a close said."""
    till = make_till(bench.host)
    bench.conversation.connect(bench.host)
    try:
        return ACTS[name](bench, till) if isinstance(name, str) and name in ACTS else cut(bench, till, name)
    except (Rejected, bench.silence):
        return None


def cut(bench, till, point):
    bench.plan.add(Power(point=PowerPoint(point)))
    return till.pay_all()


def advance(bench, till):
    bench.clock.advance(hours=7)


LINE = sale.OperationRequest(
    operation=1, quantity=2_000_000, price=100, tax=8, method=4, subject=1, name="Линзы"
)
ACTS = {
    "open": lambda bench, till: till.open_shift(),
    "close": lambda bench, till: till.host.do(sale.Z_REPORT) and None,
    "begin": lambda bench, till: till.begin(100),
    "line": lambda bench, till: till.host.do(sale.OPERATION, LINE) and None,
    "pay": lambda bench, till: till.pay_all(),
    "sell": lambda bench, till: till.sell(100),
    "cancel": lambda bench, till: till.host.do(sale.CANCEL) and None,
    "kill": lambda bench, till: bench.restart() and None,
    "lost": lambda bench, till: till.host.do(printing.CONTINUE_PRINT) and None,
    "copy": lambda bench, till: till.host.do(sale.REPEAT_DOCUMENT) and None,
    "advance": advance,
}


def check(bench, make_till, answered):
    bench.plan.clear()
    till = make_till(bench.restart())
    documents = bench.kkt.fn.documents()
    assert [document.fd for document in documents] == list(range(1, till.last_fd() + 1))
    receipts = [document for document in documents if document.form == 3]
    known = {(document.fd, document.fpd) for document in receipts}
    assert {(reply.fd, reply.fpd) for reply in answered} <= known
    register = till.host.do(service.MONEY_REGISTER, service.RegisterRequest(number=241)).value
    assert register == sum(document.total for document in receipts)
    assert till.host.do(storage.EXCHANGE_STATUS).queue == len(documents)
    times = [document.at for document in documents]
    assert times == sorted(times)
    assert all(isinstance(at, dt.datetime) for at in times)


@pytest.fixture
def bench_class(bench):
    return type(bench)


@pytest.fixture
def clock_class(clock):
    return type(clock)
