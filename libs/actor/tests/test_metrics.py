"""Metrics and health over HTTP on a free port."""

import asyncio
import json
import socket
import urllib.error
import urllib.request
from collections.abc import AsyncIterator
from io import StringIO

import pytest

from actor import Stop, log, metrics
from actor.health import Health
from actor.testing import free_port

SALES = metrics.counter("test_sales_total", "Sales of this test.", ["kind"])
WAIT = metrics.histogram("test_wait_seconds", "Waits of this test, seconds.")


@pytest.fixture
def health() -> Health:
    return Health()


@pytest.fixture
async def url(stop: Stop, health: Health) -> AsyncIterator[str]:
    stream = StringIO()
    log.configure("test", stream=stream)
    task = asyncio.create_task(metrics.serve_metrics(0, health, stop, pos_id="till-001"))
    await stop.wait_ready()
    (line,) = [json.loads(text) for text in stream.getvalue().splitlines()]
    yield f"http://127.0.0.1:{line['port']}"
    stop.request("enough")
    await task


def fetch(url: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(url, timeout=10) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


async def get(url: str) -> tuple[int, str]:
    return await asyncio.to_thread(fetch, url)


async def test_every_sample_carries_the_till(url: str) -> None:
    SALES.labels(kind="sale").inc(2)
    WAIT.observe(0.02)
    status, text = await get(f"{url}/metrics")
    assert status == 200
    assert 'test_sales_total{kind="sale",pos_id="till-001"} 2.0' in text
    assert 'test_wait_seconds_bucket{le="0.025",pos_id="till-001"} 1.0' in text
    assert 'process_resident_memory_bytes{pos_id="till-001"}' in text
    samples = [line for line in text.splitlines() if line and not line.startswith("#")]
    assert all('pos_id="till-001"' in line for line in samples)
    assert "_created" not in text


async def test_healthz_is_200_unless_a_part_is_down(url: str, health: Health) -> None:
    health.degraded("ofd", "away")
    status, text = await get(f"{url}/healthz")
    assert (status, json.loads(text)) == (
        200,
        {"status": "degraded", "components": {"ofd": {"status": "degraded", "reason": "away"}}},
    )
    health.down("kkt", "silent")
    status, text = await get(f"{url}/healthz")
    assert (status, json.loads(text)["status"]) == (503, "down")


async def test_another_path_is_404(url: str) -> None:
    assert (await get(f"{url}/other"))[0] == 404


async def test_a_client_that_says_nothing_does_not_block_the_others(url: str) -> None:
    port = int(url.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port)):
        assert (await get(f"{url}/healthz"))[0] == 200


async def test_the_port_is_free_after_the_stop(health: Health) -> None:
    port = free_port()
    for _ in range(2):
        stop = Stop()
        task = asyncio.create_task(metrics.serve_metrics(port, health, stop, pos_id="till-001"))
        await stop.wait_ready()
        stop.request("enough")
        await task
