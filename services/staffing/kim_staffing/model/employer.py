"""Legal employers, with names that change over time and the days on which their house is closed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from kim_runtime.columns import FteColumn
from kim_runtime.refusal import NotFound, Refused
from sqlalchemy import ForeignKey, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from kim_staffing.model.base import Base
from kim_staffing.rules.fixed_term import LegalEmployer
from kim_staffing.rules.working_days import WorkingDays

OWNED = "all, delete-orphan"
COUNCILS = ("", "personalrat", "mav", "betriebsrat")


class Employer(Base):
    """Who employs in law (Arbeitgeber, Anstellungsträger): the legal entity, never one of its offices.

    `own`: this house employs the people itself and keeps their contracts; a partner only reports how its posts are filled. `council` is the
    body that has a say (Personalrat, MAV, Betriebsrat), "" where there is none. `share_step` is the smallest share of a post.
    """

    __tablename__ = "employer"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    own: Mapped[bool]
    council: Mapped[str] = mapped_column(String(20))
    share_step: Mapped[Decimal] = mapped_column(FteColumn)
    names: Mapped[list[EmployerName]] = relationship(order_by="EmployerName.valid_from", lazy="selectin", cascade=OWNED)
    offices: Mapped[list[EmployerOffice]] = relationship(order_by="EmployerOffice.office", cascade=OWNED)
    closed: Mapped[list[ClosingDays]] = relationship(order_by="ClosingDays.first", lazy="selectin", cascade=OWNED)

    def name_on(self, day: date) -> str:
        """The name it bore on a day; before its first known name, the first one."""
        borne = [name.text for name in self.names if name.valid_from <= day]
        return borne[-1] if borne else self.names[0].text

    @property
    def calendar(self) -> WorkingDays:
        return WorkingDays((span.first, span.last) for span in self.closed)

    def legal(self, day: date) -> LegalEmployer:
        return LegalEmployer(self.id, self.name_on(day))


class EmployerName(Base):
    """A name an employer bears from a day on."""

    __tablename__ = "employer_name"

    employer_id: Mapped[str] = mapped_column(ForeignKey("employer.id"), primary_key=True)
    valid_from: Mapped[date] = mapped_column(primary_key=True)
    text: Mapped[str] = mapped_column(String(200))


class EmployerOffice(Base):
    """An office that belongs to a legal employer: the immigration office is the StädteRegion."""

    __tablename__ = "employer_office"

    office: Mapped[str] = mapped_column(String(40), primary_key=True)
    employer_id: Mapped[str] = mapped_column(ForeignKey("employer.id"), index=True)


class ClosingDays(Base):
    """A time in which the employer's house is closed (Betriebsferien); both days included."""

    __tablename__ = "closing_days"

    employer_id: Mapped[str] = mapped_column(ForeignKey("employer.id"), primary_key=True)
    first: Mapped[date] = mapped_column(primary_key=True)
    last: Mapped[date]


def employer_by_id(session: Session, employer_id: str) -> Employer:
    employer = session.get(Employer, employer_id)
    if employer is None:
        raise NotFound("employer_unknown", "Diesen Arbeitgeber gibt es hier nicht: {employer}.", field="employer", employer=employer_id)
    return employer


def legal_employer_of(session: Session, employer_or_office: str) -> str:
    """The legal employer behind a name that may be an office of it; an unknown one stands for itself."""
    office = session.get(EmployerOffice, employer_or_office)
    return office.employer_id if office else employer_or_office


def employers(session: Session) -> list[Employer]:
    """All employers, the own ones first."""
    return list(session.scalars(select(Employer).order_by(Employer.own.desc(), Employer.id)))


def own_employer(session: Session, employer_id: str) -> Employer:
    """The employer, if its people are this house's; raises Refused: a partner's contracts stay with the partner."""
    employer = employer_by_id(session, employer_id)
    if not employer.own:
        raise Refused(
            "not_own_staff", "Namen und Verträge eines Trägers bleiben beim Träger: hier nur Anteil und Kennung eintragen.", field="post"
        )
    return employer
