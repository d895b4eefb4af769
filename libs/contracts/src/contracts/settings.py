"""`till.toml`: one file for one till, read once by each service. Unknown fields are mistakes. Times in seconds."""

import msgspec


class _Section(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    pass


class TillSection(_Section, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who this till is and where it keeps its data; `<data>/<service>/` belongs to one service each."""

    id: str
    data: str
    shop: str = ""
    tax_system: int = 1  # tag 1055


class NatsSection(_Section, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Servers of this machine. `keys` is the folder with one NKey seed for each service, `<service>.nk`."""

    url: str = "nats://127.0.0.1:4222"
    monitor: str = "http://127.0.0.1:8222"
    keys: str


class HubSection(_Section, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Head office: `nats-leaf://` addresses of its servers; none = the till stands alone. `link` False: the line is
    cut on purpose, everything waits on the till."""

    urls: tuple[str, ...] = ()
    link: bool = True


class KktSection(_Section, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The fiscal printer: `shtrih+tcp://127.0.0.1:7778` or `shtrih+serial:///dev/ttyACM0?baudrate=115200`."""

    uri: str
    password: int = 30
    auto_open_shift: bool = True
    byte_timeout_s: float = 3.0
    command_timeout_s: float = 30.0


class BufferSection(_Section, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Capacity at first start (later the ledger's), patience of a caller, and the gates."""

    capacity: int = 200
    patience_s: float = 5.0
    disk_reserve_mb: int = 200
    unprinted_limit_s: float = 60.0
    printer_silence_s: float = 10.0


class OfdSection(_Section, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The tax operator's server."""

    host: str
    port: int
    connect_timeout_s: float = 5.0
    answer_timeout_s: float = 10.0


class CatalogSection(_Section, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base layer of the catalog: a CSV that is loaded when it has changed. Empty: none."""

    base: str = ""


class GatewaySection(_Section, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """HTTP of the till. `tokens` is a JSON file role → token. `screen_role` lets a local browser in without a token
    as that role (demo only; empty = the screen asks for a token)."""

    tokens: str
    host: str = "127.0.0.1"
    port: int = 8000
    screen_role: str = ""
    requests_per_second: int = 60


class HeartbeatSection(_Section, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A mode changes after `equal_checks` equal checks in a row, `check_every_s` apart, and at least `stay_s` after the
    last change. A service that says nothing for `silence_s`, and head office's word older than `word_fresh_s`, count
    as down. A link that is away for `link_stuck_s` while the hub's port answers wants a restart of nats-server."""

    check_every_s: float = 10.0
    equal_checks: int = 3
    stay_s: float = 90.0
    silence_s: float = 15.0
    word_fresh_s: float = 90.0
    beat_every_s: float = 30.0
    link_stuck_s: float = 600.0


class MetricsSection(_Section, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Ports of /metrics and /healthz on loopback; 0 = off."""

    buffer_actor: int = 9101
    printer_actor: int = 9102
    ofd_forwarder: int = 9103
    catalog_cache: int = 9104
    heartbeat: int = 9105


class TillSettings(_Section, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole file."""

    till: TillSection
    nats: NatsSection
    kkt: KktSection
    ofd: OfdSection
    gateway: GatewaySection
    hub: HubSection = HubSection()
    buffer: BufferSection = BufferSection()
    catalog: CatalogSection = CatalogSection()
    heartbeat: HeartbeatSection = HeartbeatSection()
    metrics: MetricsSection = MetricsSection()
