"""The metrics of the audit. `mailbox` is organisation.service, as those of the bus."""

from __future__ import annotations

from prometheus_client import Counter, Gauge

NOT_WRITTEN = Counter("kim_audit_not_written_total", "Rows of the audit that could not be written. Alarm at one.", ["mailbox"])
STRANGERS = Counter(
    "kim_audit_strangers_total",
    "Requests for what is not open to all, without a session or with a key that does not hold.",
    ["mailbox"],
)
SEALED = Counter("kim_audit_sealed_total", "Rows of the audit put under a seal.", ["mailbox"])
OLDEST_UNSEALED = Gauge(
    "kim_audit_oldest_unsealed_seconds", "Age of the oldest row without a seal after sealing. Alarm at 300.", ["mailbox"]
)
