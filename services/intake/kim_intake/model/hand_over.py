"""Hand-overs under one roof: a family is walked over to the next desk, and the desk knows before they sit down."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from kim_referral.model.referral import Referral
from kim_runtime import database
from kim_runtime.act import Act
from kim_runtime.columns import UtcColumn
from kim_runtime.refusal import NotFound
from sqlalchemy import ColumnElement, ForeignKey, Index, ScalarSelect, String, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Mapped, Session, mapped_column, relationship

from kim_intake.model.base import Base, CodesColumn
from kim_intake.model.consultation import Consultation
from kim_intake.model.sight import open_to

OPEN_STATES = ("waiting", "feedback_open")


class HandOver(Base):
    """Somebody is handed over to another body of the same site (Weitergabe). It holds no name and no reason, only what helps to begin.

    To a counselling service of this house it waits in a list (`waiting`, `taken`, `withdrawn`, `not_come`). To a body without this
    software the family is walked over with a slip, and what became of it is learned by telephone (`feedback_open`, then `arrived`,
    `not_arrived` or `waiting_list`).
    """

    __tablename__ = "hand_over"
    __table_args__ = (Index("ix_hand_over_site_state", "site_id", "state"), Index("ix_hand_over_day", "day"))

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    consultation_id: Mapped[str] = mapped_column(ForeignKey("consultation.id"), index=True)
    site_id: Mapped[str] = mapped_column(ForeignKey("site.id"))
    from_service: Mapped[str] = mapped_column(String(30))
    to_body: Mapped[str] = mapped_column(String(64))
    to_organisation: Mapped[str] = mapped_column(String(40))
    day: Mapped[date]
    handed_over_at: Mapped[datetime] = mapped_column(UtcColumn)
    handed_over_by: Mapped[str] = mapped_column(String(64))
    persons: Mapped[int]
    children: Mapped[int]
    origin: Mapped[str] = mapped_column(String(10))
    town: Mapped[str | None] = mapped_column(String(8))
    postcode: Mapped[str | None] = mapped_column(String(5))
    languages: Mapped[tuple[str, ...]] = mapped_column(CodesColumn)
    topics: Mapped[tuple[str, ...]] = mapped_column(CodesColumn)
    client_id: Mapped[str | None] = mapped_column(ForeignKey("client.id"))
    state: Mapped[str] = mapped_column(String(15))
    answered_at: Mapped[datetime | None] = mapped_column(UtcColumn)
    answered_by: Mapped[str | None] = mapped_column(String(64))
    told_by: Mapped[str] = mapped_column(String(80), default="")  # whom it was learned from by telephone
    taken_consultation_id: Mapped[str | None] = mapped_column(ForeignKey("consultation.id"))
    consultation: Mapped[Consultation] = relationship(foreign_keys=[consultation_id])
    taken_consultation: Mapped[Consultation | None] = relationship(foreign_keys=[taken_consultation_id])

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES

    @property
    def clients(self) -> tuple[str | None, ...]:
        """Whom this is about: who was known when it was made, and who both talks were found to be with later."""
        taken = self.taken_consultation
        return (self.client_id, self.consultation.client_id, taken.client_id if taken else None)


def hand_over(session: Session, hand_over_id: str, *, locked: bool = False) -> HandOver:
    """The hand-over of an id; raises NotFound."""
    found = database.locked(session, HandOver, hand_over_id) if locked else session.get(HandOver, hand_over_id)
    if found is None:
        raise no_such_hand_over()
    return found


def no_such_hand_over() -> NotFound:
    return NotFound("no_such_hand_over", "Diese Weitergabe gibt es nicht.", "hand_over_id")


def hand_overs_open_to(act: Act, action: str) -> ColumnElement[bool]:
    talks = (_client_of(HandOver.consultation_id), _client_of(HandOver.taken_consultation_id))
    return open_to(act, action, HandOver.site_id, HandOver.client_id, *talks)


def _client_of(talk: InstrumentedAttribute[Any]) -> ScalarSelect[Any]:
    return select(Consultation.client_id).where(Consultation.id == talk).correlate(HandOver).scalar_subquery()


def waiting_for(session: Session, act: Act, site_id: str, service: str) -> Sequence[HandOver]:
    """Who waits for a counselling service at a site and may be taken by the actor, longest first."""
    query = select(HandOver).where(HandOver.site_id == site_id, HandOver.to_body == service, HandOver.state == "waiting")
    query = query.where(hand_overs_open_to(act, "hand_over.take"))
    return session.scalars(query.order_by(HandOver.handed_over_at, HandOver.id)).all()


def sent_from(session: Session, act: Act, site_id: str, service: str, since: date) -> Sequence[HandOver]:
    """What a counselling service at a site has handed over since a day and the actor may work on, newest first."""
    query = select(HandOver).where(HandOver.site_id == site_id, HandOver.from_service == service, HandOver.day >= since)
    query = query.where(hand_overs_open_to(act, "hand_over.make"))
    return session.scalars(query.order_by(HandOver.handed_over_at.desc(), HandOver.id.desc())).all()


def feedback_open(session: Session, act: Act, site_id: str, service: str) -> Sequence[HandOver]:
    """Those walked over to a body without this software of whom nothing was heard, and whom the actor may ask after, longest first."""
    query = select(HandOver).where(HandOver.site_id == site_id, HandOver.from_service == service, HandOver.state == "feedback_open")
    query = query.where(hand_overs_open_to(act, "hand_over.make"))
    return session.scalars(query.order_by(HandOver.handed_over_at, HandOver.id)).all()


def open_hand_over_of(session: Session, consultation_id: str, to_body: str) -> HandOver | None:
    """The one of a talk to a body that is not answered yet, whoever made it: a family stands before one desk once."""
    query = select(HandOver).where(HandOver.consultation_id == consultation_id, HandOver.to_body == to_body)
    return session.scalars(query.where(HandOver.state.in_(OPEN_STATES))).first()


def hand_overs_of(session: Session, act: Act, consultation_id: str) -> Sequence[HandOver]:
    """Those of one talk the actor may see, the first on top."""
    query = select(HandOver).where(HandOver.consultation_id == consultation_id, hand_overs_open_to(act, "hand_over.see"))
    return session.scalars(query.order_by(HandOver.handed_over_at)).all()


def talks_on_the_way(session: Session, talks: Collection[str]) -> Sequence[Consultation]:
    """The further talks of a family that was walked from desk to desk: those it came from and those it went on to, under row locks.

    `talks` are the ids of those it is known to have had.
    """
    known = new = set(talks)
    while new:
        ends = select(HandOver.consultation_id, HandOver.taken_consultation_id).where(
            HandOver.taken_consultation_id.is_not(None),
            or_(HandOver.consultation_id.in_(new), HandOver.taken_consultation_id.in_(new)),
        )
        new = {talk for row in session.execute(ends) for talk in row} - known
        known = known | new
    query = select(Consultation).where(Consultation.id.in_(known.difference(talks))).order_by(Consultation.id)
    return session.scalars(query.with_for_update()).all()


def letters_of(session: Session, hand_overs: Sequence[HandOver]) -> dict[str, Referral]:
    """The letter or slip that went along with a hand-over, by the id of the hand-over: then the answer is noted there."""
    asked = {(each.consultation_id, each.to_organisation): each.id for each in hand_overs if each.state == "feedback_open"}
    if not asked:
        return {}
    query = select(Referral).where(
        Referral.about_kind == "consultation", Referral.about_id.in_([consultation_id for consultation_id, _ in asked])
    )
    found = {(letter.about_id, letter.receiver): letter for letter in session.scalars(query.order_by(Referral.offered_at))}
    return {hand_over_id: found[key] for key, hand_over_id in asked.items() if key in found}
