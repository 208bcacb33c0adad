"""Alarms: what was said to clerk, deputy and head about a contract on its last days, once a day."""

from __future__ import annotations

from datetime import date

from sqlalchemy import JSON, ForeignKey, String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from kim_staffing.model.base import Base
from kim_staffing.model.contract import Contract


class Alarm(Base):
    """One alarm about one contract on one day, and the roles it was raised to."""

    __tablename__ = "alarm"

    contract_id: Mapped[str] = mapped_column(ForeignKey("contract.id"), primary_key=True)
    raised_on: Mapped[date] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40))
    text: Mapped[str] = mapped_column(Text)
    raised_to: Mapped[list[str]] = mapped_column(JSON)
    contract: Mapped[Contract] = relationship(lazy="joined")


def alarms_on(session: Session, day: date) -> list[Alarm]:
    return list(session.scalars(select(Alarm).where(Alarm.raised_on == day).order_by(Alarm.contract_id)))


def alarms_about(session: Session, contract_id: str) -> list[Alarm]:
    return list(session.scalars(select(Alarm).where(Alarm.contract_id == contract_id).order_by(Alarm.raised_on)))
