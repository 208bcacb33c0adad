"""Every metric of the bus, declared once. `mailbox` is the house's own; `name` is an event type, or `unknown` (see `label_of`)."""

from __future__ import annotations

from kim_events.catalogue import CATALOGUE
from prometheus_client import Counter, Gauge, Histogram

UNKNOWN = "unknown"

EMITTED = Counter("kim_events_emitted_total", "Events written into the outbox and committed.", ["mailbox", "name"])
PUBLISHED = Counter("kim_events_published_total", "Events confirmed by the transport.", ["mailbox"])
NOT_DELIVERED = Counter("kim_events_not_delivered_total", "Events returned or refused by the transport.", ["mailbox", "outcome"])
RECEIVED = Counter("kim_events_received_total", "Deliveries taken into the inbox, repeats included.", ["mailbox"])
REFUSED = Counter("kim_events_refused_total", "Deliveries without an envelope that can be trusted.", ["mailbox", "reason"])
HANDLED = Counter("kim_events_handled_total", "Events that took effect.", ["mailbox", "name"])
SUPERSEDED = Counter("kim_events_superseded_total", "Events overruled by a higher version before they took effect.", ["mailbox"])
RETRIED = Counter("kim_events_retried_total", "Attempts to let an event take effect that failed and will be repeated.", ["mailbox", "name"])
PARKED = Counter("kim_events_parked_total", "Events parked: they cannot take effect until somebody looks.", ["mailbox", "name"])
CONFIRM_SECONDS = Histogram(
    "kim_confirm_seconds",
    "How long the transport took to answer for a window of events, from the first sent to the last answered.",
    ["mailbox"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 30),
)
EFFECT_SECONDS = Histogram(
    "kim_commit_to_effect_seconds",
    "From the moment an event was written to the commit of its effect at this mailbox, waiting and retries included.",
    ["mailbox"],
    buckets=(0.005, 0.01, 0.015, 0.025, 0.04, 0.1, 0.25, 0.5, 1, 5, 30, 120, 600, 3600, 86400),
)
RESTARTS = Counter("kim_courier_restarts_total", "Restarts of a courier loop after an error.", ["mailbox", "loop"])
FORCED_STOPS = Counter(
    "kim_courier_forced_stops_total", "Stops of a courier that did not wait any longer for this loop's last round.", ["mailbox", "loop"]
)
LAST_BEAT = Gauge("kim_courier_last_beat_seconds", "When a courier loop last finished a round (Unix time).", ["mailbox", "loop"])
OUTBOX_WAITING = Gauge("kim_outbox_waiting", "Events not published yet.", ["mailbox"])
OUTBOX_AGE = Gauge("kim_outbox_oldest_seconds", "Age of the oldest event not published yet.", ["mailbox"])
OUTBOX_STUCK = Gauge("kim_outbox_stuck", "Events given up on until somebody looks. Alarm at one.", ["mailbox"])
INBOX_WAITING = Gauge("kim_inbox_waiting", "Events received and without effect yet.", ["mailbox"])
INBOX_AGE = Gauge("kim_inbox_oldest_seconds", "Age of the oldest event without effect yet.", ["mailbox"])
INBOX_PARKED = Gauge("kim_inbox_parked", "Events parked until somebody looks. Alarm at one.", ["mailbox"])
REFUSED_KEPT = Gauge("kim_refused_kept", "Refused deliveries kept for a look.", ["mailbox"])
STUCK_SUBJECTS = Gauge("kim_stuck_subjects", "Subjects of which an event is parked or stuck. Alarm at one.", ["mailbox"])
PROBE_AGE = Gauge("kim_probe_age_seconds", "Age of the newest probe that came back to this mailbox. Alarm at 300.", ["mailbox"])


def label_of(name: str) -> str:
    """An event type's name as a label: what a newer release or a stranger calls an event must not become a time series."""
    return name if name in CATALOGUE else UNKNOWN


def seconds_since_emit(event_id: str, now: float) -> float | None:
    """Seconds from the writing of an event to `now` (Unix time), read from its UUIDv7; None when its id is none."""
    if len(event_id) != 36 or event_id[14] != "7":
        return None
    try:
        emitted = int(event_id[:8] + event_id[9:13], 16) / 1000
    except ValueError:
        return None
    return max(0.0, now - emitted)  # another machine's clock may be ahead
