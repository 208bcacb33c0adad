"""Every metric of staffing, declared once. Counts alone: when a single person's contract ends belongs in no metric."""

from __future__ import annotations

from prometheus_client import Gauge

EXTENSIONS_AWAITED = Gauge("kim_staffing_extensions_awaited", "Contracts that end within six months and wait for an extension")
ALARMS_TODAY = Gauge("kim_staffing_alarms_today", "Contracts on or past their last working day without a complete extension. Look at one.")
