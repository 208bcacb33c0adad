"""Figures of consultations, counted by the database: per counselling service, and per site within it. Services are never added.

Of a site is told what the families needed and where they came from, not how they were counselled; and of a site with fewer than three
desks only whole months (`kim_statistics.colleagues`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from kim_runtime.act import Act
from kim_statistics.colleagues import is_a_group, months_over
from sqlalchemy import ColumnElement, Executable, case, extract, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from kim_intake.model.consultation import Consultation, ConsultationLanguage, ConsultationTopic, consultations_open_to
from kim_intake.model.site import SiteBody
from kim_intake.rules.codes import CHANNELS, INTERPRETERS, KINDS
from kim_intake.rules.plausibility import USUAL_SIZE

Figures = dict[str, Any]
Key = tuple[str, str]  # (counselling service, site)
OF_FAMILIES = ("by_origin", "by_topic", "by_language")  # what a site is cut by; the other cuts say how somebody worked


@dataclass(frozen=True, slots=True)
class _Counted:
    """A period: its totals, and each cut's counts by value, both by service and site."""

    totals: dict[Key, Any]
    cuts: dict[str, dict[Key, dict[str, int]]]


def consultation_figures(session: Session, from_: date, to: date, today: date) -> dict[str, Figures]:
    """By counselling service, for the business days from `from_` to `to`, both included, as asked on `today`.

    Each service that has any has: `total`, `persons_at_the_table`, `usual_size`, `usual_size_share` (2 to 5 persons, of all),
    `known_different_persons`, `anonymous`, `by_origin`, `by_topic`, `by_kind`, `by_language`, `by_month`, `by_channel`,
    `by_interpreter`; `by_site`, each with `total`, `persons_at_the_table` and the cuts `OF_FAMILIES`; and `not_by_site`, how many of
    the total stand at no site, since they fell into a part of a month at a small one. A value that occurs anywhere in a service stands
    at each of its sites, as 0 where it does not occur: "no Ukrainians in Herzogenrath" is a figure too.
    """
    period = (Consultation.day >= from_, Consultation.day <= to)
    counted = _count(session, period)
    months = months_over(from_, to, today)
    whole = _count(session, (Consultation.day >= months[0], Consultation.day <= months[1])) if months else _Counted({}, {})
    known: dict[str, int] = dict(session.execute(_known(period)).all())
    desks: dict[Key, int] = {(code, site): desks for site, code, desks in session.execute(_desks())}
    services = sorted({service for service, _site in counted.totals})
    return {service: _service(service, counted, whole, desks, known.get(service, 0)) for service in services}


def _count(session: Session, period: tuple[ColumnElement[bool], ...]) -> _Counted:
    totals = {(row.service, row.site_id): row for row in session.execute(_totals(period))}
    return _Counted(totals, {name: _cut(session.execute(query)) for name, query in _cuts(period).items()})


def _service(service: str, counted: _Counted, whole: _Counted, desks: dict[Key, int], known: int) -> Figures:
    rows = {site: row for (of, site), row in counted.totals.items() if of == service}
    cuts = counted.cuts
    values = {name: sorted({value for (of, _), counts in cut.items() if of == service for value in counts}) for name, cut in cuts.items()}
    values["by_kind"], values["by_channel"], values["by_interpreter"] = list(KINDS), list(CHANNELS), list(INTERPRETERS)
    by_day = _told_by_day(service, counted, whole, desks)
    by_site = {
        site: _site((service, site), counted if site in by_day else whole, values)
        for site in sorted(rows)
        if site in by_day or (service, site) in whole.totals
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
        **{
            name: {value: sum(cuts[name].get((service, site), {}).get(value, 0) for site in rows) for value in values[name]}
            for name in cuts
        },
        "by_site": by_site,
        "not_by_site": total - sum(site["total"] for site in by_site.values()),
    }


def _site(key: Key, counted: _Counted, values: dict[str, list[str]]) -> Figures:
    row = counted.totals[key]
    return {
        "total": row.total,
        "persons_at_the_table": row.persons,
        **{name: {value: counted.cuts[name].get(key, {}).get(value, 0) for value in values[name]} for name in OF_FAMILIES},
    }


def _told_by_day(service: str, counted: _Counted, whole: _Counted, desks: dict[Key, int]) -> set[str]:
    """The sites told to the day. None, where what is left for the others would be the work of fewer than three: a total minus what is told
    tells the rest.
    """
    sites = {site: row.total for (of, site), row in counted.totals.items() if of == service}
    in_whole_months = {site: row.total for (of, site), row in whole.totals.items() if of == service}
    by_day = {site for site in sites if is_a_group(desks.get((service, site), 0))}
    left = [site for site, total in sites.items() if site not in by_day and in_whole_months.get(site, 0) < total]
    return by_day if not left or is_a_group(sum(max(1, desks.get((service, site), 0)) for site in left)) else set()


def _desks() -> Executable:
    return select(SiteBody.site_id, SiteBody.code, SiteBody.desks)


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


def own_day_figures(session: Session, act: Act) -> tuple[int, int]:
    """How many consultations, and how many persons at the table, who acts recorded of the day: for themselves alone, and only of those that
    stand in their lists.
    """
    query = select(func.count(), func.coalesce(func.sum(Consultation.persons_present), 0)).where(
        Consultation.recorded_by == act.actor.id, Consultation.day == act.today
    )
    query = query.where(consultations_open_to(act, "consultation.list"))
    total, persons = session.execute(query).one()
    return total, persons
