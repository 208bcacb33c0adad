"""Cases that are closed to the house (geschützte Akten), and what was opened in an emergency all the same (Notzugriff)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, Select, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from kim_casework.model.base import Base, code, identifier, line


class Protection(Base):
    """That a case is protected, since when and why. `subject` is the colleague it is about, where it is about one."""

    __tablename__ = "case_protections"
    __table_args__ = (Index("ix_case_protections_case_id", "case_id"),)

    id: Mapped[str] = mapped_column(identifier(), primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"))
    reason: Mapped[str] = mapped_column(code())
    subject: Mapped[str | None] = mapped_column(ForeignKey("staff.id"))
    since: Mapped[date]
    protected_by: Mapped[str] = mapped_column(identifier())
    lifted_on: Mapped[date | None]
    lifted_by: Mapped[str | None] = mapped_column(identifier())
    lifted_because: Mapped[str] = mapped_column(line(500), default="")


class EmergencyAccess(Base):
    """One opening of a case by somebody it is otherwise closed to: who, why, until when."""

    __tablename__ = "emergency_accesses"

    id: Mapped[str] = mapped_column(identifier(), primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), index=True)
    actor: Mapped[str] = mapped_column(identifier(), index=True)
    actor_name: Mapped[str] = mapped_column(line())
    reason: Mapped[str] = mapped_column(Text)
    opened_at: Mapped[datetime]
    ends_at: Mapped[datetime]


def protected_cases() -> Select[str]:
    return select(Protection.case_id).where(Protection.lifted_on.is_(None))


def cases_about(member: str) -> Select[str]:
    """The cases of a colleague who is a client too."""
    return protected_cases().where(Protection.subject == member)


def protection_of(session: Session, case_id: str) -> Protection | None:
    return session.scalars(select(Protection).where(Protection.case_id == case_id, Protection.lifted_on.is_(None))).first()


def opened_in_emergency(actor: str, at: datetime) -> Select[str]:
    """The cases somebody has open in an emergency at this moment."""
    return select(EmergencyAccess.case_id).where(EmergencyAccess.actor == actor, EmergencyAccess.ends_at > at)


def emergency_of(session: Session, case_id: str, actor: str, at: datetime) -> EmergencyAccess | None:
    """The last opening of a case by somebody that still holds."""
    query = select(EmergencyAccess).where(EmergencyAccess.case_id == case_id, EmergencyAccess.actor == actor, EmergencyAccess.ends_at > at)
    return session.scalars(query.order_by(EmergencyAccess.ends_at.desc()).limit(1)).first()


def emergencies_since(session: Session, cases: Select[str], since: datetime) -> Sequence[EmergencyAccess]:
    """The openings of these cases since a moment, the newest on top."""
    query = select(EmergencyAccess).where(EmergencyAccess.case_id.in_(cases), EmergencyAccess.opened_at >= since)
    return session.scalars(query.order_by(EmergencyAccess.opened_at.desc(), EmergencyAccess.id)).all()
