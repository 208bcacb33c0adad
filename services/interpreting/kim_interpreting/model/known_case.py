"""Cases this service has learned of, by number and state alone."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Date, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from kim_interpreting.model.base import Base


class KnownCase(Base):
    """A case (Fall) as casework told of it; no name, no topic."""

    __tablename__ = "known_cases"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    number: Mapped[str] = mapped_column(String(20), unique=True)
    state: Mapped[str] = mapped_column(String(10))
    closed_on: Mapped[date | None] = mapped_column(Date)


def case_by_number(session: Session, number: str) -> KnownCase | None:
    return session.scalars(select(KnownCase).where(KnownCase.number == number)).one_or_none()
