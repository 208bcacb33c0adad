"""The sites this house works at, and how busy their desks are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from sqlalchemy import Integer, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from kim_casework.model.base import Base, code, identifier, line

Tally = tuple[str, date, str, str]  # site, day, counselling service, kind


class Site(Base):
    """A site (Standort) by the name people know, with the AGS of the town it lies in."""

    __tablename__ = "sites"

    id: Mapped[str] = mapped_column(identifier(), primary_key=True)
    name: Mapped[str] = mapped_column(line(120))
    municipality: Mapped[str] = mapped_column(identifier())


class ConsultationTally(Base):
    """How many consultations (Beratungen) intake has told, by site, day, counselling service and kind. Nothing about who was there."""

    __tablename__ = "consultation_tallies"

    site: Mapped[str] = mapped_column(identifier(), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    service: Mapped[str] = mapped_column(code(), primary_key=True)
    kind: Mapped[str] = mapped_column(code(), primary_key=True)
    consultations: Mapped[int] = mapped_column(Integer)


def count_consultations(session: Session, told: Mapping[Tally, int]) -> None:
    """Add to the tallies: (site, day, counselling service, kind) -> how many more."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    counted = insert(ConsultationTally)
    more = {"consultations": ConsultationTally.consultations + counted.excluded.consultations}
    session.execute(
        counted.on_conflict_do_update(index_elements=["site", "day", "service", "kind"], set_=more),
        # Sorted, so that two transactions lock the rows in one order.
        [
            {"site": site, "day": day, "service": service, "kind": kind, "consultations": number}
            for (site, day, service, kind), number in sorted(told.items())
        ],
    )


def list_sites(session: Session) -> Sequence[Site]:
    """All of them, by name."""
    return session.scalars(select(Site).order_by(Site.name)).all()


def site_names(session: Session) -> dict[str, str]:
    return {site.id: site.name for site in list_sites(session)}


def consultations_by_site(session: Session, month: date) -> list[tuple[str, str, int]]:
    """(site, counselling service, consultations) of the calendar month of a day. Services are kept apart: their figures are never added.

    A month at the least, and not by kind: most sites are one desk (`kim_statistics.colleagues`).
    """
    first = month.replace(day=1)
    last = (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    rows = session.execute(
        select(
            ConsultationTally.site,
            ConsultationTally.service,
            func.sum(ConsultationTally.consultations),
        )
        .where(ConsultationTally.day.between(first, last))
        .group_by(ConsultationTally.site, ConsultationTally.service)
        .order_by(ConsultationTally.service, ConsultationTally.site)
    )
    return [(site, service, int(consultations)) for site, service, consultations in rows]
