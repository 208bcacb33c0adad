"""Consultations: what was counselled at a desk, without anything by which a family could be known."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from kim_runtime import database
from kim_runtime.act import Act
from kim_runtime.columns import UtcColumn
from kim_runtime.paging import rows_after
from kim_runtime.refusal import NotFound
from sqlalchemy import ColumnElement, ForeignKey, Index, Select, String, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from kim_intake.model.base import Base
from kim_intake.model.sight import open_to
from kim_intake.rules.codes import NO_COUNTRY, ORIGIN_UNKNOWN

PAGE_LENGTH = 50


class Consultation(Base):
    """One talk at one desk (Beratung). It is not a person, not a household and not a case."""

    __tablename__ = "consultation"
    __table_args__ = (Index("ix_consultation_site_day", "site_id", "day"), Index("ix_consultation_day_service", "day", "service"))

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    site_id: Mapped[str] = mapped_column(ForeignKey("site.id"))
    service: Mapped[str] = mapped_column(String(30))
    desk: Mapped[int | None]
    day: Mapped[date]  # the day of the talk at the desk (Europe/Berlin)
    persons_present: Mapped[int]
    children: Mapped[int]
    origin: Mapped[str] = mapped_column(String(10), default=ORIGIN_UNKNOWN)  # ISO 3166-1 alpha-3, UNKNOWN or NOT_SAID
    town: Mapped[str | None] = mapped_column(String(8))  # AGS
    postcode: Mapped[str | None] = mapped_column(String(5))
    interpreter: Mapped[str] = mapped_column(String(10))
    kind: Mapped[str] = mapped_column(String(12))
    channel: Mapped[str] = mapped_column(String(10))
    minutes: Mapped[int | None]
    concern: Mapped[str] = mapped_column(String(200), default="")  # one line, stays in this house
    source: Mapped[str] = mapped_column(String(5))
    client_id: Mapped[str | None] = mapped_column(ForeignKey("client.id"), index=True)
    recorded_at: Mapped[datetime] = mapped_column(UtcColumn)
    recorded_by: Mapped[str] = mapped_column(String(64))
    topic_rows: Mapped[list[ConsultationTopic]] = relationship(
        cascade="all, delete-orphan", order_by="ConsultationTopic.position", lazy="selectin"
    )
    language_rows: Mapped[list[ConsultationLanguage]] = relationship(
        cascade="all, delete-orphan", order_by="ConsultationLanguage.position", lazy="selectin"
    )
    corrections: Mapped[list[ConsultationCorrection]] = relationship(order_by="ConsultationCorrection.corrected_at", lazy="select")

    @property
    def clients(self) -> tuple[str | None, ...]:
        """Whom this is about, as of each thing of the desk."""
        return (self.client_id,)

    @property
    def topics(self) -> tuple[str, ...]:
        return tuple(row.topic for row in self.topic_rows)

    @topics.setter
    def topics(self, topics: Sequence[str]) -> None:
        kept = {row.topic: row for row in self.topic_rows}
        self.topic_rows = [kept.get(topic) or ConsultationTopic(topic=topic) for topic in dict.fromkeys(topics)]
        for position, row in enumerate(self.topic_rows):
            row.position = position

    @property
    def languages(self) -> tuple[str, ...]:
        return tuple(row.language for row in self.language_rows)

    @languages.setter
    def languages(self, languages: Sequence[str]) -> None:
        kept = {row.language: row for row in self.language_rows}
        self.language_rows = [kept.get(language) or ConsultationLanguage(language=language) for language in dict.fromkeys(languages)]
        for position, row in enumerate(self.language_rows):
            row.position = position


class ConsultationTopic(Base):
    """A topic of a consultation (Anliegen); one has several."""

    __tablename__ = "consultation_topic"

    consultation_id: Mapped[str] = mapped_column(ForeignKey("consultation.id"), primary_key=True)
    topic: Mapped[str] = mapped_column(String(64), primary_key=True)
    position: Mapped[int]


class ConsultationLanguage(Base):
    """A language of the family at the table."""

    __tablename__ = "consultation_language"

    consultation_id: Mapped[str] = mapped_column(ForeignKey("consultation.id"), primary_key=True)
    language: Mapped[str] = mapped_column(String(10), primary_key=True)  # ISO 639-3
    position: Mapped[int]


class ConsultationCorrection(Base):
    """One value corrected after the day itself (Berichtigung): the old one is kept, with one of five reasons."""

    __tablename__ = "consultation_correction"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    consultation_id: Mapped[str] = mapped_column(ForeignKey("consultation.id"), index=True)
    field: Mapped[str] = mapped_column(String(30))
    old_value: Mapped[str] = mapped_column(String(400))
    new_value: Mapped[str] = mapped_column(String(400))
    reason: Mapped[str] = mapped_column(String(20))
    corrected_at: Mapped[datetime] = mapped_column(UtcColumn)
    corrected_by: Mapped[str] = mapped_column(String(64))


def consultation(session: Session, consultation_id: str, *, locked: bool = False) -> Consultation:
    """The consultation of an id; raises NotFound."""
    found = database.locked(session, Consultation, consultation_id) if locked else session.get(Consultation, consultation_id)
    if found is None:
        raise no_such_consultation()
    return found


def no_such_consultation() -> NotFound:
    return NotFound("no_such_consultation", "Diese Beratung gibt es nicht.", "consultation_id")


def is_recorded(session: Session, consultation_id: str) -> bool:
    return session.scalar(select(Consultation.id).where(Consultation.id == consultation_id)) is not None


def consultations_open_to(act: Act, action: str) -> ColumnElement[bool]:
    return open_to(act, action, Consultation.site_id, Consultation.client_id)


def consultations_of_day(session: Session, act: Act, site_id: str, service: str, day: date) -> Sequence[Consultation]:
    """The consultations of one counselling service at a site on a day that the actor may see, newest first."""
    query = select(Consultation).where(Consultation.site_id == site_id, Consultation.service == service, Consultation.day == day)
    query = query.where(consultations_open_to(act, "consultation.list"))
    return session.scalars(query.order_by(Consultation.recorded_at.desc(), Consultation.id.desc())).all()


def consultations_after(
    session: Session, act: Act, *, day: date | None, site_id: str | None, after: str | None, limit: int = PAGE_LENGTH
) -> tuple[Sequence[Consultation], str | None]:
    """One page of the consultations the actor may see in the order recorded (by id), and the cursor of the next page or None."""
    query = select(Consultation).where(consultations_open_to(act, "consultation.list"))
    if day is not None:
        query = query.where(Consultation.day == day)
    if site_id is not None:
        query = query.where(Consultation.site_id == site_id)
    return rows_after(session, query, Consultation.id, after=after, limit=limit)


def consultations_seen_of_client(session: Session, act: Act, client_id: str) -> Sequence[Consultation]:
    """The consultations of a client at this house that the actor may see, newest first."""
    return session.scalars(_of_client(client_id).where(consultations_open_to(act, "consultation.see"))).all()


def _of_client(client_id: str) -> Select[Consultation]:
    query = select(Consultation).where(Consultation.client_id == client_id)
    return query.order_by(Consultation.day.desc(), Consultation.id.desc())


def ids_of_client(session: Session, client_id: str) -> Sequence[str]:
    """Of all consultations of a client at this house, whoever may see them."""
    return session.scalars(select(Consultation.id).where(Consultation.client_id == client_id)).all()


def count_of_client(session: Session, client_id: str, kind: str | None = None) -> int:
    """How many consultations a client had, of one kind if named."""
    query = select(func.count()).select_from(Consultation).where(Consultation.client_id == client_id)
    if kind is not None:
        query = query.where(Consultation.kind == kind)
    return session.scalars(query).one()


def last_at_desk(session: Session, act: Act, site_id: str, service: str, desk: int | None, day: date) -> Consultation | None:
    """What was recorded last at a desk on a day, as far as the actor may see it."""
    query = select(Consultation).where(
        Consultation.site_id == site_id, Consultation.service == service, Consultation.desk == desk, Consultation.day == day
    )
    query = query.where(consultations_open_to(act, "consultation.list"))
    return session.scalars(query.order_by(Consultation.recorded_at.desc()).limit(1)).first()


def usual_origins(session: Session, act: Act, site_id: str, since: date, limit: int = 5) -> list[str]:
    """The countries people most often come from at a site since a day, from those of its records the actor may see: what a form offers
    must not tell of a talk that stands in no list.
    """
    query = (
        select(Consultation.origin)
        .where(Consultation.site_id == site_id, Consultation.day >= since, Consultation.origin.not_in(list(NO_COUNTRY)))
        .where(consultations_open_to(act, "consultation.list"))
        .group_by(Consultation.origin)
        .order_by(func.count().desc(), Consultation.origin)
        .limit(limit)
    )
    return list(session.scalars(query))


def usual_languages(session: Session, act: Act, site_id: str, since: date) -> dict[str, str]:
    """For each origin the language most often recorded with it at a site since a day: what the form proposes and a person confirms."""
    query = (
        select(Consultation.origin, ConsultationLanguage.language)
        .join(ConsultationLanguage, ConsultationLanguage.consultation_id == Consultation.id)
        .where(Consultation.site_id == site_id, Consultation.day >= since, Consultation.origin.not_in(list(NO_COUNTRY)))
        .where(consultations_open_to(act, "consultation.list"))
        .group_by(Consultation.origin, ConsultationLanguage.language)
        .order_by(func.count(), ConsultationLanguage.language.desc())
    )
    return dict(session.execute(query).all())  # the most frequent comes last and stays
