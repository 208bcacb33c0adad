"""What partners reported."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from kim_bus.reaction import Reaction, Received
from kim_runtime.act import Act
from kim_runtime.database import locked
from sqlalchemy import select
from sqlalchemy.orm import Session

from kim_statistics.model import PartnerStatistics


def statistics_reported(session: Session, act: Act, event: Received) -> None:
    """Keep a partner's month; a higher version replaces a lower one, never the other way round."""
    data = event.data
    kept = locked(session, PartnerStatistics, (event.organisation, data["month"]))
    if kept is None:
        kept = PartnerStatistics(organisation=event.organisation, month=data["month"], version=0)
        session.add(kept)
    elif kept.version >= event.version:
        return
    kept.version = event.version
    kept.suppressed_below = data["suppressed_below"]
    kept.figures = [{"name": one["name"], "by": one["by"], "key": one["key"], "value": one["value"]} for one in data["figures"]]
    kept.reported_at = event.time
    session.flush()


STATISTICS_REACTION = Reaction("statistics.reported.v1", statistics_reported)


def partner_figures(session: Session, from_: date, to: date) -> dict[str, Any]:
    """Partners' months that touch the period, by organisation id.

    `{"caritas-eifel": {"months": ["2022-06", …], "missing": ["2022-08"], "figures": [{"name", "by", "key", "sum", "last",
    "suppressed"}]}}`. `sum` adds the months (for what happened in them), `last` is the newest month's value (for how things stood);
    both decimal text, or None where nothing was told. `suppressed` is in how many months the value was withheld: `sum` is then a
    lower bound.
    """
    asked = months_between(from_, to)
    query = select(PartnerStatistics).where(PartnerStatistics.month.in_(asked))
    by_partner: dict[str, list[PartnerStatistics]] = {}
    for row in session.scalars(query.order_by(PartnerStatistics.organisation, PartnerStatistics.month)):
        by_partner.setdefault(row.organisation, []).append(row)
    return {
        organisation: {
            "months": [row.month for row in rows],
            "missing": sorted(set(asked) - {row.month for row in rows}),
            "figures": _added(rows),
        }
        for organisation, rows in by_partner.items()
    }


def months_between(from_: date, to: date) -> list[str]:
    """Every month a period touches: "2022-03" to "2022-08" for 1 March to 15 August."""
    first, last = from_.year * 12 + from_.month - 1, to.year * 12 + to.month - 1
    return [f"{month // 12}-{month % 12 + 1:02}" for month in range(first, last + 1)]


def _added(rows: list[PartnerStatistics]) -> list[dict[str, Any]]:
    added: dict[tuple[str, str, str], dict[str, Any]] = {}
    for row in rows:
        for one in row.figures:
            place = (one["name"], one["by"] or "", one["key"] or "")
            entry = added.setdefault(
                place, {"name": one["name"], "by": one["by"], "key": one["key"], "sum": None, "last": None, "suppressed": 0}
            )
            if one["value"] is None:
                entry["suppressed"] += 1
            else:
                entry["sum"] = str(Decimal(entry["sum"] or 0) + Decimal(one["value"]))
            entry["last"] = one["value"] if row is rows[-1] else None
    return [added[place] for place in sorted(added)]
