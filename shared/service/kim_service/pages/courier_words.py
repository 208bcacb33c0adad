"""How the courier (Zusteller) of a mailbox stands, in plain words and in the language of the request."""

from __future__ import annotations

from datetime import datetime, timedelta

from kim_bus.probe import LOST_AFTER
from kim_bus.standing import Standing
from kim_web.formats import ago, moment
from kim_web.language import _, mark

# whether it carries: the kind of an alert, what is said, what to do
WORKS = ("success", mark("Der Zusteller arbeitet"), "")
NEVER_RAN = ("warning", mark("Der Zusteller ist hier noch nie gelaufen"), mark("Bitte „kim-{service} courier“ starten."))
CARRIES_NOTHING = (
    "danger",
    mark("Der Zusteller trägt nichts mehr aus"),
    mark(
        "Seine Probe an sich selbst kommt nicht zurück. Läuft „kim-{service} courier“, und antwortet der Broker?"
        " „kim-{service} courier status“ sagt mehr. Bis dahin bleibt alles liegen; verloren geht nichts."
    ),
)


def verdict(found: Standing, now: datetime) -> tuple[str, str, str]:
    """Kind of an alert, what is so, and what to do (empty: nothing)."""
    if found.probe_sent_at is None:
        return NEVER_RAN
    if now - (found.probe_seen_at or found.probe_sent_at) > LOST_AFTER:
        return CARRIES_NOTHING
    return WORKS


def lines(found: Standing, now: datetime) -> list[tuple[str, str]]:
    """What waits and since when: label and value."""
    return [
        (_("Warten auf den Versand"), _waiting(found.outbox_waiting, found.outbox_oldest)),
        (_("Eingetroffen, noch ohne Wirkung"), _waiting(found.inbox_waiting, found.inbox_oldest)),
        (_("Letzte Probe, die zurückkam"), _probe(found.probe_seen_at, now)),
        (_("Abgewiesene Sendungen in 30 Tagen"), str(found.refused)),
    ]


def _waiting(count: int, oldest: float) -> str:
    if not count:
        return _("keine")
    return _("{n}; die älteste kam {ago}").format(n=count, ago=ago(timedelta(seconds=oldest)))


def _probe(seen_at: datetime | None, now: datetime) -> str:
    if seen_at is None:
        return _("noch keine")
    return f"{ago(now - seen_at)} ({moment(seen_at)})"
