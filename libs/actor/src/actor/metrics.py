"""One registry for a process, every sample labelled with the till, and the small server that shows it.

Only `metrics.py` files import this module's counters; the work itself emits records and never counts.
"""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

import msgspec
import prometheus_client as prometheus
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from actor import log
from actor.health import Health, Status
from actor.stop import Stop

prometheus.disable_created_metrics()  # type: ignore[no-untyped-call]  # the library's own hint is missing

Page = tuple[int, str, bytes]
"""Status, content type, body."""

REGISTRY: Final = prometheus.CollectorRegistry()
prometheus.ProcessCollector(registry=REGISTRY)

LATENCY_BUCKETS_S: Final = (
    0.001,
    0.0025,
    0.005,
    0.01,
    0.025,
    0.05,
    0.1,
    0.25,
    0.5,
    1.0,
    2.5,
    5.0,
    10.0,
    30.0,
    60.0,
)


def counter(name: str, text: str, labels: Sequence[str] = ()) -> prometheus.Counter:
    """A counter in the process's registry; name with unit, e.g. `kkt_receipts_total`."""
    return prometheus.Counter(name, text, labels, registry=REGISTRY)


def gauge(name: str, text: str, labels: Sequence[str] = ()) -> prometheus.Gauge:
    """A gauge in the process's registry; unit in the name, e.g. `kkt_hlc_drift_seconds`."""
    return prometheus.Gauge(name, text, labels, registry=REGISTRY)


def histogram(
    name: str, text: str, labels: Sequence[str] = (), buckets: Sequence[float] = LATENCY_BUCKETS_S
) -> prometheus.Histogram:
    """A histogram in the process's registry; seconds unless the name says otherwise."""
    return prometheus.Histogram(name, text, labels, buckets=buckets, registry=REGISTRY)


class _WithPosId(Collector):
    """The registry's samples with the constant label `pos_id`."""

    def __init__(self, pos_id: str) -> None:
        self._pos_id = pos_id

    def collect(self) -> Iterator[Metric]:
        for metric in REGISTRY.collect():
            metric.samples = [
                sample._replace(labels={"pos_id": self._pos_id, **sample.labels}) for sample in metric.samples
            ]
            yield metric


def exposition(pos_id: str) -> bytes:
    """Everything in the Prometheus text format."""
    registry = prometheus.CollectorRegistry(auto_describe=False)
    registry.register(_WithPosId(pos_id))
    return prometheus.generate_latest(registry)


async def serve_metrics(
    port: int, health: Health, stop: Stop, *, pos_id: str, host: str = "127.0.0.1"
) -> None:
    """Serve GET /metrics and /healthz (503 when a part is down) until the stop; port 0 takes a free one and logs it.

    The standard library's server: aiohttp would cost every process 0.2 s and 7 MB.
    """
    pages = {"/metrics": lambda: _metrics_page(pos_id), "/healthz": lambda: _health_page(health)}
    with ThreadingHTTPServer((host, port), partial(_Handler, pages)) as server:
        server.timeout = 0  # handle_request is called when a connection waits, and must not wait itself
        loop = asyncio.get_running_loop()
        loop.add_reader(server.socket, server.handle_request)
        log.canonical("metrics_listening", host=host, port=server.server_port)
        stop.ready()
        try:
            await stop.wait()
        finally:
            loop.remove_reader(server.socket)


def _metrics_page(pos_id: str) -> Page:
    return 200, prometheus.CONTENT_TYPE_LATEST, exposition(pos_id)


def _health_page(health: Health) -> Page:
    report = health.report()
    status = 503 if report.status is Status.DOWN else 200
    return status, "application/json", msgspec.json.encode(report)


class _Handler(BaseHTTPRequestHandler):
    """One request in a thread of its own."""

    timeout = 5  # of a client that connects and says nothing

    def __init__(self, pages: Mapping[str, Callable[[], Page]], *connection: Any) -> None:
        self._pages = pages
        super().__init__(*connection)

    def do_GET(self) -> None:
        page = self._pages.get(self.path.partition("?")[0])
        status, kind, body = page() if page else (404, "text/plain", b"not found\n")
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Scrapes are not worth a line."""
