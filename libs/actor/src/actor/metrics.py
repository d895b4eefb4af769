"""One registry for a process, every sample labelled with the till, and the small server that shows it.

Only `metrics.py` files import this module's counters; the work itself emits records and never counts.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Final

import prometheus_client as prometheus
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from actor import log
from actor.health import Health, Status
from actor.stop import Stop

prometheus.disable_created_metrics()  # type: ignore[no-untyped-call]  # the library's own hint is missing

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
    """Serve GET /metrics and /healthz (503 when a part is down) until the stop; port 0 takes a free one and logs it."""
    from aiohttp import web  # late: a service is ready before its metrics are

    runner = web.AppRunner(_application(web, health, pos_id), access_log=None, shutdown_timeout=0.5)
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port)
        await site.start()
        log.canonical("metrics_listening", host=host, port=runner.addresses[0][1])
        stop.ready()
        await stop.wait()
    finally:
        await runner.cleanup()


def _application(web: Any, health: Health, pos_id: str) -> Any:
    import msgspec

    async def show_metrics(_: object) -> Any:
        return web.Response(body=exposition(pos_id), headers={"Content-Type": prometheus.CONTENT_TYPE_LATEST})

    async def show_health(_: object) -> Any:
        report = health.report()
        return web.Response(
            body=msgspec.json.encode(report),
            status=503 if report.status is Status.DOWN else 200,
            content_type="application/json",
        )

    application = web.Application()
    application.router.add_get("/metrics", show_metrics)
    application.router.add_get("/healthz", show_health)
    return application
