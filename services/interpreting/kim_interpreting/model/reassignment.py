"""Re-assignments of money from one pot to another."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from kim_runtime.columns import MoneyColumn, UtcColumn
from kim_runtime.database import locked
from kim_runtime.refusal import NotFound
from sqlalchemy import CheckConstraint, ForeignKey, String, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from kim_interpreting.model.base import Base


class Reassignment(Base):
    """Money moved between pots (Umbuchung): a decision with a document and two names. Booked when the second has confirmed it."""

    __tablename__ = "reassignments"
    __table_args__ = (
        CheckConstraint("amount > 0", name="ck_reassignments_amount"),
        CheckConstraint("from_pot_id <> to_pot_id", name="ck_reassignments_two_pots"),
    )

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    from_pot_id: Mapped[str] = mapped_column(ForeignKey("pots.id"))
    to_pot_id: Mapped[str] = mapped_column(ForeignKey("pots.id"))
    amount: Mapped[Decimal] = mapped_column(MoneyColumn)
    document: Mapped[str] = mapped_column(String(200))
    proposed_by: Mapped[str] = mapped_column(String(64))
    proposed_by_name: Mapped[str] = mapped_column(String(200))
    proposed_at: Mapped[datetime] = mapped_column(UtcColumn)
    confirmed_by: Mapped[str | None] = mapped_column(String(64))
    confirmed_by_name: Mapped[str] = mapped_column(String(200), default="")
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcColumn)
    withdrawn_by: Mapped[str | None] = mapped_column(String(64))
    withdrawn_by_name: Mapped[str] = mapped_column(String(200), default="", server_default="")
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcColumn)

    @property
    def waits(self) -> bool:
        """Whether a second person may still confirm it."""
        return self.confirmed_by is None and self.withdrawn_by is None


def no_reassignment() -> NotFound:
    return NotFound("reassignment_unknown", "Diese Umbuchung gibt es nicht.")


def locked_reassignment(session: Session, id: str) -> Reassignment:
    """The re-assignment under its row lock, freshly read."""
    found = locked(session, Reassignment, id)
    if found is None:
        raise no_reassignment()
    return found


def reassignments_of(session: Session, pot_id: str) -> list[Reassignment]:
    either = or_(Reassignment.from_pot_id == pot_id, Reassignment.to_pot_id == pot_id)
    return list(session.scalars(select(Reassignment).where(either).order_by(Reassignment.proposed_at, Reassignment.id)))
