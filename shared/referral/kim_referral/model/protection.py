"""Received referrals that are closed to the desk until they became something (geschützte Verweise), and what was opened in an emergency."""

from __future__ import annotations

from typing import Final

from kim_protection.model import EmergencyColumns, Locks, ProtectionColumns
from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from kim_referral.model.base import Base
from kim_referral.model.received_referral import ReceivedReferral


class Protection(ProtectionColumns, Base):
    """That a received referral is protected, since when and why. `subject` is the colleague it is about, where it is about one."""

    __tablename__ = "referral_protection"

    received_id: Mapped[str] = mapped_column(ForeignKey("referral_received.id"), index=True)


class EmergencyAccess(EmergencyColumns, Base):
    """One opening of a received referral by somebody it is otherwise closed to: who, why, until when."""

    __tablename__ = "referral_emergency"

    received_id: Mapped[str] = mapped_column(ForeignKey("referral_received.id"), index=True)


LOCKS: Final = Locks(Protection, EmergencyAccess, "received_id")


def protected_of_number(session: Session, number: str) -> ReceivedReferral | None:
    """The protected referral with a number; of several senders' the one that came last."""
    query = select(ReceivedReferral).where(ReceivedReferral.number == number.strip().upper(), ReceivedReferral.id.in_(LOCKS.protected()))
    return session.scalars(query.order_by(ReceivedReferral.received_at.desc(), ReceivedReferral.id).limit(1)).first()


def id_of_number(session: Session, number: str) -> str | None:
    """Which protected referral it is, whoever asks: for the audit of who tries it."""
    found = protected_of_number(session, number)
    return found.id if found else None
