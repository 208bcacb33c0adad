"""Contact notes and the next steps that come out of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from kim_runtime.act import Act, Actor
from sqlalchemy import ForeignKey, Integer, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from kim_casework.model.base import Base, code, identifier, line
from kim_casework.model.case import Case, visible_cases


class Contact(Base):
    """A contact note (Kontaktnotiz): with whom, how long, what came of it. About one person of the household."""

    __tablename__ = "contacts"

    id: Mapped[str] = mapped_column(identifier(), primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), index=True)
    about: Mapped[str] = mapped_column(ForeignKey("persons.id"))
    day: Mapped[date] = mapped_column(index=True)
    kind: Mapped[str] = mapped_column(code())
    counterpart: Mapped[str] = mapped_column(code())
    counterpart_name: Mapped[str] = mapped_column(line(120))
    present: Mapped[list[str]]  # ids of the persons of the household who were there
    minutes: Mapped[int] = mapped_column(Integer)
    text: Mapped[str] = mapped_column(Text)
    follow_up: Mapped[bool]
    noted_by: Mapped[str] = mapped_column(identifier(), index=True)
    noted_at: Mapped[datetime]


class NextStep(Base):
    """What is to be done next, until when, and who must act (nächster Schritt)."""

    __tablename__ = "next_steps"

    id: Mapped[str] = mapped_column(identifier(), primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), index=True)
    contact_id: Mapped[str | None] = mapped_column(ForeignKey("contacts.id"))
    what: Mapped[str] = mapped_column(line(300))
    until: Mapped[date]
    who: Mapped[str] = mapped_column(code())  # manager, client, office
    office: Mapped[str] = mapped_column(line(120))
    done_on: Mapped[date | None] = mapped_column(index=True)
    done_by: Mapped[str | None] = mapped_column(identifier())
    done_at: Mapped[datetime | None] = mapped_column(index=True)

    case: Mapped[Case] = relationship(lazy="joined", viewonly=True)


WHO_ACTS = ("manager", "client", "office")


def last_contacts(session: Session, case_id: str, how_many: int | None = None) -> Sequence[Contact]:
    query = select(Contact).where(Contact.case_id == case_id).order_by(Contact.day.desc(), Contact.noted_at.desc())
    return session.scalars(query.limit(how_many) if how_many else query).all()


def open_steps(session: Session, case_id: str) -> Sequence[NextStep]:
    return session.scalars(select(NextStep).where(NextStep.case_id == case_id, NextStep.done_on.is_(None)).order_by(NextStep.until)).all()


def own_open_steps(session: Session, act: Act, until: date) -> Sequence[NextStep]:
    """Open steps until a day in the open cases this actor looks after or stands in for.

    A lead sees all cases, yet the week shows the own ones: what others are to do is not a lead's list.
    """
    mine = visible_cases(replace(act, actor=replace(act.actor, roles=frozenset({"case_manager"}))), "case.work")
    return session.scalars(
        select(NextStep)
        .where(
            NextStep.done_on.is_(None),
            NextStep.until <= until,
            NextStep.case_id.in_(mine.where(Case.state == "open").with_only_columns(Case.id)),
        )
        .order_by(NextStep.until, NextStep.id)
    ).all()


def last_kind_used(session: Session, actor: Actor) -> str | None:
    """The kind of this person's last note, to preset the next one."""
    return session.scalars(select(Contact.kind).where(Contact.noted_by == actor.id).order_by(Contact.noted_at.desc()).limit(1)).first()
