"""What the funder (or the employer, at its own risk) promised, and how firmly."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from kim_runtime.columns import FteColumn
from kim_runtime.refusal import NotFound
from sqlalchemy import ForeignKey, Integer, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from kim_staffing.model.base import Base
from kim_staffing.rules.coverage import Assurance, Level


class FundingAssurance(Base):
    """A document that says there will be money (Förderzusage): level, date, and for whom, how much and how long, as far as it says.

    `decided_by` names the person who decided to go on at the employer's own risk; empty for the funder's documents.
    """

    __tablename__ = "funding_assurance"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    level: Mapped[str] = mapped_column(String(20))
    document: Mapped[str] = mapped_column(String(200))
    dated: Mapped[date]
    employer_id: Mapped[str] = mapped_column(ForeignKey("employer.id"))
    period_from: Mapped[date | None]
    period_to: Mapped[date | None]
    covers_fte: Mapped[Decimal | None] = mapped_column(FteColumn)
    baustein: Mapped[int | None] = mapped_column(Integer)
    decided_by: Mapped[str] = mapped_column(String(80))
    recorded_on: Mapped[date]

    @property
    def terms(self) -> Assurance:
        return Assurance(
            id=self.id,
            level=Level(self.level),
            document=self.document,
            dated=self.dated,
            employer=self.employer_id,
            period_from=self.period_from,
            period_to=self.period_to,
            covers_fte=self.covers_fte,
            baustein=self.baustein,
        )


def assurance_by_id(session: Session, assurance_id: str) -> FundingAssurance:
    assurance = session.get(FundingAssurance, assurance_id)
    if assurance is None:
        raise NotFound("assurance_unknown", "Diese Zusage gibt es hier nicht.")
    return assurance


def assurances(session: Session) -> list[FundingAssurance]:
    """All assurances, the newest document first."""
    return list(session.scalars(select(FundingAssurance).order_by(FundingAssurance.dated.desc(), FundingAssurance.id.desc())))
