"""Counters of this service, fed by notices; names are fixed by the product's requirements."""

from typing import Final

from actor import metrics as m
from buffer_actor.notices import EventRecorded, GuardRan, Notice, ReceiptAnswered, ReceiptSettled

BUFFER_SIZE: Final = m.gauge("kkt_buffer_size", "Receipts that the OFD has not confirmed")
BUFFER_CAPACITY: Final = m.gauge("kkt_buffer_capacity", "Receipts that may wait for the OFD")
BUFFER_PERCENT: Final = m.gauge("kkt_buffer_percent_full", "Share of the buffer in use, percent")
RECEIPTS: Final = m.counter("kkt_receipts_total", "Receipts by the state they reached", ["status"])
ANSWERS: Final = m.counter(
    "kkt_receipt_answers_total", "Answers to callers by status or code of refusal", ["outcome", "repeated"]
)
LATENCY: Final = m.histogram(
    "kkt_receipt_latency_seconds", "From a new request to its answer, seconds; repeats are left out"
)
HLC_DRIFT: Final = m.gauge("kkt_hlc_drift_seconds", "How far the last stamp lies ahead of the clock, seconds")
UNSYNCED: Final = m.gauge("pos_unsynced_transactions", "Event rows of the ledger that EVENTS lacks")
HUB_LAG: Final = m.gauge("till_hub_lag_events", "Event rows that head office lacks; NaN: not known")
CASH: Final = m.gauge("pos_session_cash_balance", "Cash in the drawer, roubles")
EVENTS_RECORDED: Final = m.counter(
    "till_events_recorded_total", "Events by name and whether new", ["name", "known"]
)
REPUBLISHED: Final = m.counter("till_buffer_republished_total", "Messages that BUFFER had lost")
GUARD_CLEAR: Final = m.gauge("till_buffer_guard_clear", "1 when BUFFER and ledger agree")
STOPPED: Final = m.gauge("till_stopped", "1 when a contradiction stops the till")
BOOT_PASSED: Final = m.gauge("till_boot_passed", "1 when the boot guard has passed")


def count(notice: Notice) -> None:
    """Turn a record of finished work into counters."""
    match notice:
        case ReceiptAnswered():
            ANSWERS.labels(notice.outcome, str(notice.repeated).lower()).inc()
            if not notice.repeated:
                LATENCY.observe(notice.seconds)
        case ReceiptSettled():
            RECEIPTS.labels(notice.state).inc()
        case EventRecorded():
            EVENTS_RECORDED.labels(notice.name, str(notice.known).lower()).inc()
        case GuardRan():
            REPUBLISHED.inc(notice.republished)
            GUARD_CLEAR.set(notice.clear)
