"""Counters of the edge."""

from actor import metrics

REQUESTS = metrics.counter("http_requests_total", "HTTP requests by route and status.", ["path", "status"])
REQUEST_SECONDS = metrics.histogram(
    "http_request_duration_seconds", "Time of HTTP requests by route.", ["path"]
)
