"""Count the figures of staffing for the progress report: as of the end of a period's last day, extensions within the period."""

from __future__ import annotations

from datetime import date
from typing import Any

from kim_statistics.partners import partner_figures
from sqlalchemy.orm import Session

from kim_staffing.model.statistics import staffing_figures

# What each figure counts, in one sentence: the report prints it beside the figure.
COUNTING_RULES = {
    "fte": {
        "de": "Aktive Anteile am letzten Tag des Zeitraums; wer mit Anspruch auf Rückkehr abwesend ist, zählt 0.",
        "en": "Active shares on the last day of the period; who is absent with a claim to return counts 0.",
    },
    "people": {
        "de": "Verschiedene Personen mit aktivem Anteil am letzten Tag; Träger melden Köpfe ohne Namen.",
        "en": "Different people with an active share on the last day; carriers report heads without names.",
    },
    "posts": {
        "de": "Eingerichtete Stellen, besetzt oder nicht; geplante und offene stehen für sich.",
        "en": "Established posts, held or not; planned and undecided ones stand apart.",
    },
    "vacant": {
        "de": "Eingerichtet weniger aktiv besetzt, in Vollzeitäquivalenten.",
        "en": "Established minus actively held, in full-time equivalents.",
    },
    "contracts_ending": {
        "de": "Eigene Verträge, die am letzten Tag laufen, nach ihrem damals bekannten Ende; eine Verlängerung zählt ab dem Tag, an dem "
        "beide Unterschriften und das Original da waren.",
        "en": "Own contracts in force on the last day, by the end known then; an extension counts from the day on which both signatures "
        "and the original were there.",
    },
    "extensions": {
        "de": "Eigene Verträge mit Ende im Zeitraum; rechtzeitig: beide Unterschriften und das Original spätestens an diesem Ende.",
        "en": "Own contracts that ended in the period; in time: both signatures and the original on or before that end.",
    },
}


def count_statistics(session: Session, from_: date, to: date) -> dict[str, Any]:
    """The figures from `from_` to `to`, both included; own employers by their id, FTE as text."""
    return {
        "period": {"from": from_.isoformat(), "to": to.isoformat()},
        **staffing_figures(session, from_, to),
        "partner_reports": partner_figures(session, from_, to),
        "counting_rules": COUNTING_RULES,
    }
