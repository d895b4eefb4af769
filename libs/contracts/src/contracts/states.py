"""Latest states, published about once a second and on change on core NATS; the newest wins, nobody stores them."""

import enum

import msgspec


class FnState(msgspec.Struct, frozen=True, kw_only=True):
    """FN status as read by FF01h, FF39h, FF63h."""

    number: str
    last_fd: int
    phase: int
    warnings: int
    documents_left: int | None = None
    valid_until: str | None = None


class ShiftState(msgspec.Struct, frozen=True, kw_only=True):
    """Shift as the FN sees it. `opened_at` is the FN's local wall time."""

    open: bool
    number: int
    over_24h: bool = False
    opened_at: str | None = None
    receipts: int = 0


class Unsent(msgspec.Struct, frozen=True, kw_only=True):
    """Documents in the FN without the OFD's ticket (FF39h)."""

    count: int
    first_fd: int
    first_at: str | None = None


class Link(enum.StrEnum):
    """What the KKT's port does."""

    CONNECTING = "connecting"
    UP = "up"
    DOWN = "down"  # no answer to three connects within 10 s


class PrinterState(msgspec.Struct, frozen=True, kw_only=True, tag="state.printer"):
    """printer-actor's word. `settled` = no open journal row, an empty outbox and a fresh reading of the FN."""

    till: str
    at_ms: int
    link: Link
    settled: bool
    can_print: bool = True
    printing: bool = False
    cause: str = ""  # why it cannot print, in Russian
    device: str = ""
    fn: FnState | None = None
    shift: ShiftState | None = None
    unsent: Unsent | None = None
    delivered_through: int = 0
    held: tuple[str, ...] = ()  # receipt ids that wait for a person and stop the queue
    set_aside: tuple[str, ...] = ()  # receipt ids rejected for good; the queue goes on
    ofd_blocked: bool = False  # the FN refuses documents until the OFD has the old ones (14h, 15h)
    fn_full: bool = False


class BreakerState(enum.StrEnum):
    """Circuit breaker of the OFD line."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


class OfdState(msgspec.Struct, frozen=True, kw_only=True, tag="state.ofd"):
    """ofd-forwarder's word on the line to the tax operator."""

    till: str
    at_ms: int
    reachable: bool
    breaker: BreakerState
    slow: bool = False
    failures_in_row: int = 0
    last_error: str = ""
    last_success_ms: int | None = None
    retry_at_ms: int | None = None
    run_started_ms: int | None = None
    run_delivered: int = 0
    run_failed: int = 0
    run_duration_ms: int = 0


class Mode(enum.StrEnum):
    """How far the till's words go: a fact for people and alerts, never a condition of a sale or of a delivery."""

    ONLINE = "online"  # OFD and head office
    DEGRADED = "degraded"  # OFD only
    OFFLINE = "offline"  # no OFD


class ModeCause(enum.StrEnum):
    """Why the till is in its mode; the part that decided."""

    ALL_UP = "all_up"
    OFD_DOWN = "ofd_down"
    OFD_SILENT = "ofd_silent"  # ofd-forwarder says nothing
    LINK_DOWN = "link_down"  # no leaf link to the hub
    ODOO_DOWN = "odoo_down"  # head office says so itself
    ODOO_SILENT = "odoo_silent"  # no fresh word from head office


class Reach(enum.StrEnum):
    """What one check found."""

    UP = "up"
    SLOW = "slow"  # answers late; no outage
    DOWN = "down"
    UNKNOWN = "unknown"  # cannot be told now; no verdict
    NOT_CONFIGURED = "not_configured"


class ModeChecks(msgspec.Struct, frozen=True, kw_only=True):
    """The last check of each part."""

    nats: Reach = Reach.UNKNOWN
    kkt: Reach = Reach.UNKNOWN
    ofd: Reach = Reach.UNKNOWN
    link: Reach = Reach.UNKNOWN
    odoo: Reach = Reach.UNKNOWN


class ModeState(msgspec.Struct, frozen=True, kw_only=True, tag="state.mode"):
    """heartbeat's word. `mode` is None until the first verdict of a till's life. `link_stuck`: the hub's port answers
    but the leaf link does not come back: nats-server wants a restart."""

    till: str
    at_ms: int
    mode: Mode | None
    since_ms: int | None
    cause: ModeCause | None
    checks: ModeChecks
    link_stuck: bool = False


class Beat(msgspec.Struct, frozen=True, kw_only=True, tag="beat"):
    """A sign of life with watermarks, every 30 s on core NATS. None: its owner did not say."""

    till: str
    at_ms: int
    version: str
    uptime_s: int
    mode: Mode | None
    since_ms: int | None
    fn: str | None = None
    last_fd: int | None = None
    delivered_through: int | None = None
    unsent: int | None = None
    ledger_seq: int | None = None
    events_seq: int | None = None
    queued: int | None = None
    capacity: int | None = None
