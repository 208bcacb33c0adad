"""Pots of money (Töpfe), the versions of their rules, and the warnings they gave."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from kim_runtime.columns import MoneyColumn, UtcColumn
from kim_runtime.database import locked
from kim_runtime.refusal import NotFound
from sqlalchemy import Boolean, CheckConstraint, Date, ForeignKey, Integer, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from kim_interpreting.model.base import Base
from kim_interpreting.rules.ledger import NOTHING, Sums
from kim_interpreting.rules.pot_rules import PotRules


class Pot(Base):
    """Money granted for interpreting, with a purpose and a period (Topf, Haushaltsansatz or Bewilligung).

    The six sums are what its movements add up to, kept here so that they are read and checked under one row lock.
    """

    __tablename__ = "pots"
    __table_args__ = (
        CheckConstraint("granted + reassigned - returned - committed - invoiced - paid >= 0", name="ck_pots_never_below_zero"),
        CheckConstraint("granted >= 0 and returned >= 0 and committed >= 0 and invoiced >= 0 and paid >= 0", name="ck_pots_sums"),
        CheckConstraint("period_from <= period_to", name="ck_pots_period"),
    )

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    period_from: Mapped[date] = mapped_column(Date)
    period_to: Mapped[date] = mapped_column(Date)
    tariff: Mapped[str] = mapped_column(String(30))
    position: Mapped[int] = mapped_column(Integer)
    granted: Mapped[Decimal] = mapped_column(MoneyColumn, default=NOTHING)
    reassigned: Mapped[Decimal] = mapped_column(MoneyColumn, default=NOTHING)
    returned: Mapped[Decimal] = mapped_column(MoneyColumn, default=NOTHING)
    committed: Mapped[Decimal] = mapped_column(MoneyColumn, default=NOTHING)
    invoiced: Mapped[Decimal] = mapped_column(MoneyColumn, default=NOTHING)
    paid: Mapped[Decimal] = mapped_column(MoneyColumn, default=NOTHING)

    rules: Mapped[list[PotRuleVersion]] = relationship(order_by="PotRuleVersion.valid_from", lazy="selectin")
    warnings: Mapped[list[PotWarning]] = relationship(order_by="PotWarning.percent", lazy="selectin")

    @property
    def sums(self) -> Sums:
        return Sums(self.granted, self.reassigned, self.returned, self.committed, self.invoiced, self.paid)

    @sums.setter
    def sums(self, sums: Sums) -> None:
        self.granted, self.reassigned, self.returned = sums.granted, sums.reassigned, sums.returned
        self.committed, self.invoiced, self.paid = sums.committed, sums.invoiced, sums.paid

    @property
    def free(self) -> Decimal:
        return self.sums.free

    def is_subsidiary(self, requested_on: date) -> bool:
        """Whether a request of that day needs the budget officer's approval here."""
        begun = [version for version in self.rules if version.valid_from <= requested_on]
        return bool(begun) and begun[-1].subsidiary


class PotRuleVersion(Base):
    """One dated version of what a pot pays for; never changed, only followed by the next."""

    __tablename__ = "pot_rules"
    __table_args__ = (UniqueConstraint("pot_id", "valid_from", name="uq_pot_rules_pot_id"),)

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    pot_id: Mapped[str] = mapped_column(ForeignKey("pots.id"))
    version: Mapped[str] = mapped_column(String(40))
    valid_from: Mapped[date] = mapped_column(Date)
    job_kinds: Mapped[str] = mapped_column(String(300))
    case_link_required: Mapped[bool] = mapped_column(Boolean)
    legal_consequence_excluded: Mapped[bool] = mapped_column(Boolean)
    subsidiary: Mapped[bool] = mapped_column(Boolean)
    decided_by: Mapped[str] = mapped_column(String(200))

    def as_rules(self) -> PotRules:
        return PotRules(
            version=self.version,
            valid_from=self.valid_from,
            job_kinds=frozenset(self.job_kinds.split()),
            case_link_required=self.case_link_required,
            legal_consequence_excluded=self.legal_consequence_excluded,
            subsidiary=self.subsidiary,
        )


class PotWarning(Base):
    """A pot reached 75, 90 or 100 per cent of use: said once, when, and to which roles."""

    __tablename__ = "pot_warnings"

    pot_id: Mapped[str] = mapped_column(ForeignKey("pots.id"), primary_key=True)
    percent: Mapped[int] = mapped_column(Integer, primary_key=True)
    given_at: Mapped[datetime] = mapped_column(UtcColumn)
    told: Mapped[str] = mapped_column(String(200))

    @property
    def roles(self) -> tuple[str, ...]:
        return tuple(self.told.split())


def all_pots(session: Session) -> list[Pot]:
    return list(session.scalars(select(Pot).order_by(Pot.position, Pot.id)))


def pot(session: Session, id: str) -> Pot:
    found = session.get(Pot, id)
    if found is None:
        raise NotFound("pot_unknown", "Diesen Topf gibt es nicht.", field="pot_id")
    return found


def locked_pots(session: Session, *ids: str) -> list[Pot]:
    """The pots, each under its row lock and freshly read. Locked in the order of their ids, so that no two wait in a ring."""
    found = {}
    for id in sorted(set(ids)):
        row = locked(session, Pot, id)
        if row is None:
            raise NotFound("pot_unknown", "Diesen Topf gibt es nicht.", field="pot_id")
        found[id] = row
    return [found[id] for id in ids]
