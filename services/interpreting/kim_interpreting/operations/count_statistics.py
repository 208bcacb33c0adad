"""The figures of a period for the progress report, ready for JSON: money as text with two decimals."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from kim_runtime.clock import local_day
from kim_statistics.partners import partner_figures
from sqlalchemy.orm import Session

from kim_interpreting.model.figures import PotFigures, all_pot_figures, order_figures

COUNTING_RULES = {
    "pots": {
        "de": "Stand am Ende des letzten Tages, aus den Buchungen nach ihrem Tag; brutto in Euro. "
        "bewilligt + umgebucht − zurückgegeben = bezahlt + in Rechnung + gebunden + frei.",
        "en": "As of the end of the last day, from the movements by their day; gross, in euro. "
        "granted + re-assigned − returned = paid + invoiced + committed + left.",
    },
    "by_job_kind": {
        "de": "Bestellungen, für die der Topf je Geld gebunden hat; ausgegeben ist, was in Rechnung steht oder bezahlt ist.",
        "en": "Orders the pot ever set money aside for; spent is what is invoiced or paid.",
    },
    "forecast_year_end": {
        "de": "Bezahlt, in Rechnung und gebunden, dazu die restlichen Tage im bisherigen Tempo, höchstens der ganze Topf.",
        "en": "Paid, invoiced and committed, plus the days left at the pace so far, at most the whole pot.",
    },
    "orders": {
        "de": "Bestellungen, die im Zeitraum eingegangen sind, mit ihrem Stand am letzten Tag.",
        "en": "Orders requested in the period, with their state on its last day.",
    },
    "unmet": {
        "de": "Davon abgelehnt, oder niemand gefunden; nach Grund, Sprache, Anlass und Ort der Einrichtung.",
        "en": "Of these refused, or nobody found; by reason, language, occasion and town of the requesting body.",
    },
}


def count_statistics(session: Session, from_: date, to: date) -> dict[str, Any]:
    """Pots as they stood at the end of `to`; orders requested from `from_` to `to`, both included."""
    orders = order_figures(session, from_, to)
    return {
        "period": {"from": from_.isoformat(), "to": to.isoformat()},
        "pots": {pot.id: _pot(pot) for pot in all_pot_figures(session, to)},
        "orders": {
            "total": orders.total,
            "by_state": orders.by_state,
            "by_language": orders.by_language,
            "by_occasion": orders.by_occasion,
            "by_job_kind": orders.by_job_kind,
        },
        "unmet": [
            {"reason": one.reason, "language": one.language, "occasion": one.occasion, "town": one.town, "count": one.count}
            for one in orders.unmet
        ],
        "partners": partner_figures(session, from_, to),
        "counting_rules": COUNTING_RULES,
    }


def _pot(pot: PotFigures) -> dict[str, Any]:
    return {
        "name": pot.name,
        "granted": _euro(pot.sums.granted),
        "reassigned": _euro(pot.sums.reassigned),
        "returned": _euro(pot.sums.returned),
        "committed": _euro(pot.sums.committed),
        "invoiced": _euro(pot.sums.invoiced),
        "paid": _euro(pot.sums.paid),
        "left": _euro(pot.sums.free),
        "used_percent": str(pot.sums.used_percent),
        "forecast_year_end": _euro(pot.forecast_year_end),
        "lapsed": None if pot.lapses is None else _euro(pot.lapses),
        "warnings": [
            {"percent": warning.percent, "day": local_day(warning.given_at).isoformat(), "told": list(warning.roles)}
            for warning in pot.warnings
        ],
        "by_job_kind": {
            kind: {"orders": found.orders, "committed": _euro(found.committed), "spent": _euro(found.spent)}
            for kind, found in pot.by_job_kind.items()
        },
        "orders_without_case_link": pot.orders_without_case_link,
        "as_of": pot.as_of.isoformat(),
    }


def _euro(amount: Decimal) -> str:
    return f"{amount:.2f}"
