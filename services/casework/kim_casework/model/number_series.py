"""The series from which numbers are taken."""

from __future__ import annotations

from sqlalchemy import Integer, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from kim_casework.model.base import Base, code
from kim_casework.rules.numbering import numbered


class NumberSeries(Base):
    """The last number given in a kind and year (Nummernkreis)."""

    __tablename__ = "number_series"

    kind: Mapped[str] = mapped_column(code(), primary_key=True)
    year: Mapped[int] = mapped_column(Integer, primary_key=True)
    last: Mapped[int] = mapped_column(Integer)

    def take(self) -> str:
        """The next number. It is taken in the transaction that uses it, so a refused operation leaves no gap."""
        self.last += 1
        return numbered(self.kind, self.year, self.last)


def locked_series(session: Session, kind: str, year: int) -> NumberSeries:
    """The series under its lock, which holds until the transaction ends: who numbers the same kind of thing waits here."""
    session.execute(
        text("insert into number_series (kind, year, last) values (:kind, :year, 0) on conflict do nothing"), {"kind": kind, "year": year}
    )
    return session.get_one(NumberSeries, (kind, year), with_for_update=True)
