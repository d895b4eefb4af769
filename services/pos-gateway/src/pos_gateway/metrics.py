"""Counters of the edge."""

from actor import metrics

RECEIPT_LATENCY = metrics.histogram(
    "kkt_receipt_latency_seconds", "From the request to the answer of a receipt that the FN holds."
)
REQUESTS = metrics.counter("http_requests_total", "HTTP requests by route and status.", ["path", "status"])
REQUEST_SECONDS = metrics.histogram(
    "http_request_duration_seconds", "Time of HTTP requests by route.", ["path"]
)
