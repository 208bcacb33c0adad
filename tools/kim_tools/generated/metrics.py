"""The page of metrics: every metric a process shows at /metrics."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from prometheus_client.metrics import MetricWrapperBase

from kim_tools.generated.text import NOTE, table
from kim_tools.tree import libraries, services

INTRODUCTION = """# Metrics

Shown at `/metrics` of each process, for Prometheus. Labels hold names of organisations, services, event types and route patterns;
never an id of a person, a case or an order.
"""


def documents() -> dict[str, str]:
    found = [metric for package in [*libraries(), *services()] for metric in metrics_of(f"kim_{package}")]
    rows = [
        (f"`{_name(metric)}`", str(metric._type), ", ".join(metric._labelnames), metric._documentation, package)
        for package, metric in sorted(found, key=lambda item: _name(item[1]))
    ]
    return {
        "docs/operations/metrics.md": f"{NOTE}\n{INTRODUCTION}\n{table(('Metric', 'Kind', 'Labels', 'What it says', 'Declared in'), rows)}"
    }


def metrics_of(package: str) -> list[tuple[str, MetricWrapperBase]]:
    """The metrics that a package declares in its `metrics.py`; prometheus_client tells labels and kind by private names alone."""
    if find_spec(f"{package}.metrics") is None:
        return []
    module = import_module(f"{package}.metrics")
    return [(package, value) for value in vars(module).values() if isinstance(value, MetricWrapperBase)]


def _name(metric: MetricWrapperBase) -> str:
    return f"{metric._name}_total" if metric._type == "counter" else str(metric._name)
