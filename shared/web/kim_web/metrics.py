"""The metrics of every web process. Labels are the route's pattern and the status, never an address with its values."""

from prometheus_client import Counter, Histogram

REQUESTS = Counter("kim_web_requests", "Requests answered", ["service", "method", "route", "status"])
DURATION = Histogram(
    "kim_web_request_seconds",
    "How long requests took",
    ["service", "method", "route"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0),
)
