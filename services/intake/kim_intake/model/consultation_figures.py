"""Figures of consultations, counted by the database: per counselling service, and per site within it. Services are never added.

No figure is one colleague's work (`kim_statistics.colleagues`, `kim_statistics.halves`). Of a site is told what the families needed and
where they came from, by whole months that are over: whoever knows who sat there on a day would else know what they did. How they
counselled is told of a service where three people did.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from kim_runtime.act import Act
from kim_statistics.colleagues import months_over
from kim_statistics.halves import Days, as_told
from kim_statistics.workers import Workers, workers_by
from sqlalchemy import ColumnElement, Executable, case, extract, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from kim_intake.model.consultation import Consultation, ConsultationLanguage, ConsultationTopic, consultations_open_to
from kim_intake.rules.codes import CHANNELS, INTERPRETERS, KINDS
from kim_intake.rules.plausibility import USUAL_SIZE

Figures = dict[str, Any]
Key = tuple[str, str]  # (counselling service, site)
OF_FAMILIES = ("by_origin", "by_topic", "by_language")  # what a site is cut by
OF_WORK = ("by_kind", "by_channel", "by_interpreter", "anonymous")  # how somebody worked
TOTALS = ("total", "persons_at_the_table", "usual_size", "usual_size_share", "known_different_persons")
_UNTOLD = (*TOTALS, *OF_FAMILIES, *OF_WORK, "by_month", "not_by_site", "told", "told_how")


@dataclass(frozen=True, slots=True)
class _Counted:
    """A period: its totals, and each cut's counts by value, both by service and site; by service how many different persons were known."""

    totals: dict[Key, Any]
    cuts: dict[str, dict[Key, dict[str, int]]]
    known: dict[str, int]


def consultation_figures(session: Session, asked: Days, today: date) -> dict[str, Figures]:
    """By counselling service, for a period of whole halves of months (`kim_statistics.halves.whole_halves`), as asked on `today`.

    Each service that has any has: `total`, `persons_at_the_table`, `usual_size`, `usual_size_share` (2 to 5 persons, of all; None of none),
    `known_different_persons`, `anonymous`, `by_origin`, `by_topic`, `by_kind`, `by_language`, `by_month`, `by_channel`,
    `by_interpreter`; `by_site`, each with `total`, `persons_at_the_table` and the cuts `OF_FAMILIES`; and `not_by_site`, how many of
    the total stand at no site, since they fell into a part of a month. A value that occurs anywhere in a service stands
    at each of its sites, as 0 where it does not occur: "no Ukrainians in Herzogenrath" is a figure too.

    `told` says of which days that is (`{"from", "to"}`), and `told_how` the same of `OF_WORK`. Both are None where nothing is told, and so
    are the figures.
    """

    @cache
    def counted(days: Days) -> _Counted:
        return _count(session, days)

    found = {}
    columns = Consultation.service, Consultation.day, Consultation.recorded_by
    for service, who in workers_by(session, *columns, today).items():
        if who.worked_in(asked):
            found[service] = _told(service, asked, who, counted)
    return dict(sorted(found.items()))


def _told(service: str, asked: Days, who: Workers, counted: Callable[[Days], _Counted]) -> Figures:
    told = who.told_of_families(asked)
    if told is None:
        return {**dict.fromkeys(_UNTOLD), "by_site": {}}
    told_how, months = who.told_of_work(told), months_over(*told, who.today)
    whole = counted(months) if months else _Counted({}, {}, {})
    figures = {**_service(service, counted(told), whole), "told": as_told(told), "told_how": as_told(told_how)}
    how = _service(service, counted(told_how), whole) if told_how else dict.fromkeys(OF_WORK)
    return {**figures, **{name: how[name] for name in OF_WORK}}


def _count(session: Session, days: Days) -> _Counted:
    period = Consultation.day >= days[0], Consultation.day <= days[1]
    totals = {(row.service, row.site_id): row for row in session.execute(_totals(period))}
    cuts = {name: _cut(session.execute(query)) for name, query in _cuts(period).items()}
    return _Counted(totals, cuts, dict(session.execute(_known(period)).all()))


def _service(service: str, counted: _Counted, whole: _Counted) -> Figures:
    rows = {site: row for (of, site), row in counted.totals.items() if of == service}
    cuts = counted.cuts
    values = {name: sorted({value for (of, _), counts in cut.items() if of == service for value in counts}) for name, cut in cuts.items()}
    values["by_kind"], values["by_channel"], values["by_interpreter"] = list(KINDS), list(CHANNELS), list(INTERPRETERS)
    by_site = {site: _site((service, site), whole, values) for site in sorted(rows) if (service, site) in whole.totals}
    total = sum(row.total for row in rows.values())
    usual = sum(row.usual for row in rows.values())
    return {
        "total": total,
        "persons_at_the_table": sum(row.persons for row in rows.values()),
        "usual_size": usual,
        "usual_size_share": round(usual / total, 4) if total else None,
        "known_different_persons": counted.known.get(service, 0),
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
