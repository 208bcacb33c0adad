"""Figures of consultations, counted by the database: per counselling service, and per site within it. Services are never added."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Executable, case, extract, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from kim_intake.model.consultation import Consultation, ConsultationLanguage, ConsultationTopic
from kim_intake.rules.codes import CHANNELS, INTERPRETERS, KINDS
from kim_intake.rules.plausibility import USUAL_SIZE

Figures = dict[str, Any]
Key = tuple[str, str]  # (counselling service, site)


def consultation_figures(session: Session, from_: date, to: date) -> dict[str, Figures]:
    """By counselling service, for the business days from `from_` to `to`, both included.

    Each service that has any has: `total`, `persons_at_the_table`, `usual_size`, `usual_size_share` (2 to 5 persons, of all),
    `known_different_persons`, `anonymous`, `by_site` (each with the same cuts), `by_origin`, `by_topic`, `by_kind`, `by_language`,
    `by_month`, `by_channel`, `by_interpreter`. A value that occurs anywhere in a service stands at each of its sites, as 0 where it
    does not occur: "no Ukrainians in Herzogenrath" is a figure too.
    """
    period = (Consultation.day >= from_, Consultation.day <= to)
    totals = {(row.service, row.site_id): row for row in session.execute(_totals(period))}
    cuts = {name: _cut(session.execute(query)) for name, query in _cuts(period).items()}
    known: dict[str, int] = dict(session.execute(_known(period)).all())
    return {service: _service(service, totals, cuts, known.get(service, 0)) for service in sorted({service for service, _ in totals})}


def _service(service: str, totals: dict[Key, Any], cuts: dict[str, dict[Key, dict[str, int]]], known: int) -> Figures:
    rows = {site: row for (of, site), row in totals.items() if of == service}
    values = {name: sorted({value for (of, _), counts in cut.items() if of == service for value in counts}) for name, cut in cuts.items()}
    values["by_kind"], values["by_channel"], values["by_interpreter"] = list(KINDS), list(CHANNELS), list(INTERPRETERS)
    by_site = {
        site: {
            "total": row.total,
            "persons_at_the_table": row.persons,
            "anonymous": row.anonymous,
            **{name: {value: cuts[name].get((service, site), {}).get(value, 0) for value in values[name]} for name in cuts},
        }
        for site, row in sorted(rows.items())
    }
    total = sum(row.total for row in rows.values())
    usual = sum(row.usual for row in rows.values())
    return {
        "total": total,
        "persons_at_the_table": sum(row.persons for row in rows.values()),
        "usual_size": usual,
        "usual_size_share": round(usual / total, 4),
        "known_different_persons": known,
        "anonymous": sum(row.anonymous for row in rows.values()),
        **{name: {value: sum(site[name][value] for site in by_site.values()) for value in values[name]} for name in cuts},
        "by_site": by_site,
    }


def _totals(period: Iterable[ColumnElement[bool]]) -> Executable:
    usual = Consultation.persons_present.between(*USUAL_SIZE)
    return (
        select(
            Consultation.service,
            Consultation.site_id,
            func.count().label("total"),
            func.sum(Consultation.persons_present).label("persons"),
            func.sum(case((usual, 1), else_=0)).label("usual"),
            func.sum(case((Consultation.client_id.is_(None), 1), else_=0)).label("anonymous"),
        )
        .where(*period)
        .group_by(Consultation.service, Consultation.site_id)
    )


def _cuts(period: tuple[ColumnElement[bool], ...]) -> dict[str, Executable]:
    def by(column: InstrumentedAttribute[Any], joined: Any = None) -> Executable:
        query = select(Consultation.service, Consultation.site_id, column, func.count()).where(*period)
        if joined is not None:
            query = query.join(joined, joined.consultation_id == Consultation.id)
        return query.group_by(Consultation.service, Consultation.site_id, column)

    year, month = extract("year", Consultation.day), extract("month", Consultation.day)
    by_month = select(Consultation.service, Consultation.site_id, year * 100 + month, func.count()).where(*period)
    return {
        "by_origin": by(Consultation.origin),
        "by_topic": by(ConsultationTopic.topic, ConsultationTopic),
        "by_kind": by(Consultation.kind),
        "by_language": by(ConsultationLanguage.language, ConsultationLanguage),
        "by_month": by_month.group_by(Consultation.service, Consultation.site_id, year, month),
        "by_channel": by(Consultation.channel),
        "by_interpreter": by(Consultation.interpreter),
    }


def _cut(rows: Iterable[tuple[str, str, Any, int]]) -> dict[Key, dict[str, int]]:
    found: dict[Key, dict[str, int]] = defaultdict(dict)
    for service, site, value, count in rows:
        found[service, site][value if isinstance(value, str) else _month(int(value))] = count
    return found


def _month(number: int) -> str:
    return f"{number // 100}-{number % 100:02}"


def _known(period: Iterable[ColumnElement[bool]]) -> Executable:
    query = select(Consultation.service, func.count(Consultation.client_id.distinct()))
    return query.where(*period, Consultation.client_id.is_not(None)).group_by(Consultation.service)


def day_figures(session: Session, site_id: str, service: str, day: date) -> tuple[int, int]:
    """How many consultations, and how many persons at the table, a service had at a site on a day."""
    query = select(func.count(), func.coalesce(func.sum(Consultation.persons_present), 0)).where(
        Consultation.site_id == site_id, Consultation.service == service, Consultation.day == day
    )
    total, persons = session.execute(query).one()
    return total, persons
