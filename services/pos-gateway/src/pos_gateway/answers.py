"""What callers get, field for field. Money is a decimal string in roubles, times are ISO 8601."""

import enum
from typing import Any

import msgspec

from contracts.commands import Decision, ReceiptStatus, TaskKind
from contracts.states import BreakerState, ModeCause, Reach


class _Answer(msgspec.Struct, frozen=True, kw_only=True):
    pass


class FiscalDoc(_Answer, frozen=True, kw_only=True):
    """What the FN made of it. `at` is the FN's local wall time, without a zone, as the law has it."""

    fn: str
    fd: int
    fp: int
    at: str
    shift: int
    number: int
    qr: str


class BufferInfo(_Answer, frozen=True, kw_only=True):
    """Place among the receipts the OFD has not confirmed; the estimate is seconds, null when unknown."""

    queue_position: int
    total_queued: int
    estimated_sync_time: int | None


class ReceiptDone(_Answer, frozen=True, kw_only=True, omit_defaults=True):
    """The verdict on a receipt. `fiscal_doc` as soon as the FN has it."""

    status: ReceiptStatus
    receipt_id: str
    total: str
    buffer_info: BufferInfo
    final: bool
    fiscal_doc: FiscalDoc | None = None


class SoldItem(_Answer, frozen=True, kw_only=True, omit_defaults=True):
    """A line as it was registered; `sum` holds the discount."""

    sku: str
    name: str
    qty: str
    price: str
    sum: str
    vat: str
    payment_method: int
    payment_subject: int
    mark_code: str | None = None


class Paid(_Answer, frozen=True, kw_only=True):
    """Money of one form."""

    method: str
    amount: str


class ReceiptState(_Answer, frozen=True, kw_only=True):
    """A receipt as it stands now."""

    status: ReceiptStatus
    receipt_id: str
    idempotency_key: str
    total: str
    created_at: str
    delivered: bool
    attempts: int
    last_error: str | None
    fiscal_doc: FiscalDoc | None
    buffer_info: BufferInfo
    final: bool
    facts: dict[str, str]
    type: str | None
    items: tuple[SoldItem, ...]
    payments: tuple[Paid, ...]


class Totals(_Answer, frozen=True, kw_only=True):
    """Registers of the KKT."""

    cash_in_drawer: str
    sales: int
    sale_refunds: int
    sales_total: str
    sale_refunds_total: str


class TaskAnswer(_Answer, frozen=True, kw_only=True, omit_defaults=True):
    """A task of the KKT is done."""

    status: str
    task_id: str
    kind: TaskKind
    final: bool
    fiscal_doc: FiscalDoc | None = None
    totals: Totals | None = None
    cash_in_drawer: str | None = None


class Oldest(_Answer, frozen=True, kw_only=True):
    """The receipt that waits longest for the OFD."""

    id: str
    created_at: str
    age_hours: float


class NetworkStatus(enum.StrEnum):
    """The way to the outside; a sale waits for none of it."""

    ONLINE = "online"
    DEGRADED = "degraded"
    OFFLINE = "offline"


class ModeLine(_Answer, frozen=True, kw_only=True):
    """The till's mode: since when, why (`message` in Russian), and what the last checks found."""

    name: NetworkStatus
    since: str
    for_seconds: int
    cause: ModeCause
    message: str
    ofd: Reach
    link: Reach
    odoo: Reach


class LastSync(_Answer, frozen=True, kw_only=True):
    """The last delivery run; the timestamp is of the last success."""

    timestamp: str | None
    synced_count: int
    failed_count: int
    duration_seconds: float


class AlertLine(_Answer, frozen=True, kw_only=True):
    """Something a person should know, in Russian."""

    level: str
    message: str
    code: str


class ShiftLine(_Answer, frozen=True, kw_only=True):
    """The shift as the FN sees it."""

    open: bool
    number: int
    over_24h: bool
    opened_at: str | None
    receipts: int


class DeviceLine(_Answer, frozen=True, kw_only=True):
    """The KKT."""

    status: str
    name: str
    cause: str
    fn: str | None
    documents_left: int | None


class OfdLine(_Answer, frozen=True, kw_only=True):
    """The line to the tax operator."""

    status: str
    breaker: BreakerState | None
    last_error: str
    retry_at: str | None


class BufferAnswer(_Answer, frozen=True, kw_only=True):
    """GET /v1/kkt/buffer/status."""

    total_capacity: int
    current_queued: int
    percent_full: float
    oldest_receipt: Oldest | None
    network_status: NetworkStatus
    mode: ModeLine | None
    last_sync: LastSync
    alerts: tuple[AlertLine, ...]
    pos_id: str
    unprinted: int
    held: tuple[str, ...]
    maintenance: bool
    ready: bool
    stopped: str
    cash_in_drawer: str
    kkt: DeviceLine
    ofd: OfdLine
    shift: ShiftLine | None


class SyncAnswer(_Answer, frozen=True, kw_only=True):
    """A delivery run has begun."""

    status: str
    run_id: str


class BreakerAnswer(_Answer, frozen=True, kw_only=True):
    """The breaker before and after."""

    before: BreakerState
    after: BreakerState


class ResolveAnswer(_Answer, frozen=True, kw_only=True):
    """The decision is stored."""

    receipt_id: str
    decision: Decision


class MaintenanceAnswer(_Answer, frozen=True, kw_only=True):
    """Whether sales are stopped."""

    maintenance: bool


class JournalLine(_Answer, frozen=True, kw_only=True):
    """One row of the ledger, message `seq` of EVENTS."""

    seq: int
    time: str
    level: str
    event: str
    hlc: str
    data: dict[str, Any]


class JournalAnswer(_Answer, frozen=True, kw_only=True):
    """A page, oldest first; ask again with `after=next_after` until it is null."""

    rows: tuple[JournalLine, ...]
    last_seq: int
    next_after: int | None


class FoundProduct(_Answer, frozen=True, kw_only=True):
    """A product as the till sells it."""

    sku: str
    ean: str
    name: str
    price: str
    vat: str
    payment_subject: int
    category: str
    stock: int | None


class CatalogAnswer(_Answer, frozen=True, kw_only=True):
    """Best match first; `source` says which layer answered, `total` how many products are known."""

    products: tuple[FoundProduct, ...]
    source: str
    total: int


class HealthStatus(enum.StrEnum):
    """Whether this till can sell."""

    HEALTHY = "healthy"
    DEGRADED = "degraded"
    UNHEALTHY = "unhealthy"


class Components(_Answer, frozen=True, kw_only=True):
    """One word each."""

    kkt_device: str
    ofd_connection: str
    odoo_connection: str
    buffer: str
    circuit_breaker: str


class HealthAnswer(_Answer, frozen=True, kw_only=True):
    """GET /v1/health; `causes` in Russian, empty when healthy."""

    status: HealthStatus
    components: Components
    pos_id: str
    causes: tuple[str, ...]


class WhoAnswer(_Answer, frozen=True, kw_only=True):
    """GET /v1/pos/session: what the screen must know before its first sale."""

    pos_id: str
    shop: str
    role: str
    rights: tuple[str, ...]
    max_discount_percent: int
