"""The metrics of the audit. `mailbox` is organisation.service, as those of the bus."""

from __future__ import annotations

from prometheus_client import Counter

NOT_WRITTEN = Counter("kim_audit_not_written_total", "Rows of the audit that could not be written. Alarm at one.", ["mailbox"])
